from setuptools import setup

setup(
    name="api_server",
    install_requires=["connexion"],
    entry_points={"console_scripts": ["api_server=api_server.__main__:main"]},
)
