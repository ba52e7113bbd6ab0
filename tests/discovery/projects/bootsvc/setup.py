from setuptools import find_packages, setup

setup(name="bootsvc", packages=find_packages("src"), package_dir={"": "src"})
