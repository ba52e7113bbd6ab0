"""What can be imported where a launch runs: what its environment holds, else what is asked for."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

# Modules whose distribution has another name, by the distribution (PyPI).
NAMED = {
    "pyyaml": "yaml", "pyjwt": "jwt", "python-dotenv": "dotenv", "psycopg2-binary": "psycopg2",
    "psycopg-binary": "psycopg", "pillow": "PIL", "beautifulsoup4": "bs4", "scikit-learn": "sklearn",
    "python-dateutil": "dateutil", "attrs": "attr", "pymysql": "pymysql", "mysqlclient": "MySQLdb",
    "opencv-python": "cv2", "opencv-python-headless": "cv2", "python-jose": "jose",
    "pycryptodome": "Crypto", "mysql-connector-python": "mysql", "protobuf": "google",
    "google-cloud-storage": "google", "google-auth": "google",
    "google-api-python-client": "googleapiclient", "grpcio": "grpc", "python-multipart": "multipart",
    "pyserial": "serial", "gitpython": "git", "python-json-logger": "pythonjsonlogger",
    "python-decouple": "decouple", "elastic-apm": "elasticapm", "pyzmq": "zmq",
    "influxdb-client": "influxdb_client", "pymongo": "pymongo", "kafka-python": "kafka",
    "ldap3": "ldap3", "ruamel-yaml": "ruamel", "sentry-sdk": "sentry_sdk",
    "setuptools": "pkg_resources", "python-magic": "magic", "confluent-kafka": "confluent_kafka",
    "websocket-client": "websocket", "faker": "faker", "pyopenssl": "OpenSSL",
    "msgpack-python": "msgpack", "redis-py-cluster": "rediscluster", "couchdb": "couchdb",
    "azure-storage-blob": "azure", "azure-identity": "azure", "memory-profiler": "memory_profiler",
    "opencv-contrib-python": "cv2", "opencv-contrib-python-headless": "cv2", "scikit-image": "skimage",
    "pycryptodomex": "Cryptodome", "pymupdf": "fitz", "umap-learn": "umap", "dnspython": "dns",
    "faiss-cpu": "faiss", "tensorflow-cpu": "tensorflow", "impyla": "impala", "discord-py": "discord",
    "antlr4-python3-runtime": "antlr4", "apache-airflow": "airflow", "biopython": "Bio",
    "pyshp": "shapefile", "djangorestframework": "rest_framework", "docker-py": "docker",
    "pysaml2": "saml2", "python3-saml": "onelogin", "launchdarkly-server-sdk": "ldclient",
    "google-cloud-bigquery": "google", "google-cloud-pubsub": "google", "google-cloud-firestore": "google",
    "google-cloud-logging": "google", "office365-rest-python-client": "office365",
    "peewee": "playhouse", "azure-cosmos": "azure", "azure-servicebus": "azure",
    "azure-keyvault-secrets": "azure", "aws-wsgi": "awsgi", "aws-wsgi2": "awsgi2",
}  # fmt: skip
# What comes with a package (Requires-Dist of connexion 2.14 and 3.3, Flask 3.1, Flask-SQLAlchemy 3.1 and
# others that services are made of).
BRINGS = {
    "connexion": "asgiref httpx inflection jsonschema jinja2 multipart yaml requests starlette "
    "typing_extensions werkzeug anyio certifi idna sniffio attr attrs referencing "
    "markupsafe clickclick packaging",
    "flask": "werkzeug jinja2 itsdangerous click blinker markupsafe a2wsgi",
    "fastapi": "starlette pydantic typing_extensions anyio",
    "flask-sqlalchemy": "sqlalchemy flask",
    "flask-marshmallow": "marshmallow flask",
    "marshmallow-sqlalchemy": "marshmallow sqlalchemy",
    "flask-migrate": "alembic flask flask_sqlalchemy sqlalchemy",
    "alembic": "sqlalchemy mako",
    "boto3": "botocore s3transfer",
    "pandas": "numpy dateutil pytz",
    "uvicorn": "click h11",
    "pyopenssl": "cryptography",
    "flask-jwt-extended": "jwt flask werkzeug",
    "authlib": "cryptography",
    "paramiko": "cryptography bcrypt nacl",
    "html5lib": "six webencodings",
    "sparqlwrapper": "rdflib",
    "extruct": "lxml rdflib w3lib html_text",
    "requests": "urllib3 certifi idna charset_normalizer",
    "celery": "kombu billiard vine",
    "a2wsgi": "typing_extensions",
    "pydantic": "typing_extensions annotated_types pydantic_core",
    "opentelemetry-instrumentation-asgi": "opentelemetry asgiref",
    "opentelemetry-instrumentation-wsgi": "opentelemetry",
    "pymongo": "bson gridfs",
    "flask-pymongo": "pymongo bson flask",
    "mongoengine": "pymongo bson",
    "flask-mongoengine": "mongoengine pymongo bson flask wtforms",
    "python-dateutil": "six",
    "scipy": "numpy",
    "scikit-learn": "numpy scipy joblib",
    "matplotlib": "numpy dateutil PIL",
    "seaborn": "numpy pandas matplotlib",
    "statsmodels": "numpy scipy pandas",
    "tensorflow": "numpy keras",
    "torchvision": "torch numpy PIL",
    "transformers": "numpy requests tqdm yaml",
    "nltk": "regex tqdm joblib click",
    "gensim": "numpy scipy",
    "spacy": "numpy",
    "xarray": "numpy pandas",
    "geopandas": "pandas numpy shapely pyproj",
    "rasterio": "numpy affine",
    "matchms": "numpy pandas scipy",
    "aiohttp": "multidict yarl attr attrs async_timeout",
    "flask-restful": "aniso8601 pytz six flask",
    "flask-wtf": "wtforms flask",
    "flask-login": "flask werkzeug",
    "flask-sqlalchemy-lite": "sqlalchemy flask",
    "opencensus-ext-flask": "opencensus flask",
    "kubernetes": "yaml urllib3 dateutil certifi google",
    "docker": "requests urllib3",
    "google-cloud-storage": "google requests",
    "jsonschema": "attr attrs referencing",
    "openapi-core": "openapi_spec_validator werkzeug",
    "locust": "gevent flask requests",
    "zeep": "lxml requests",
    "sqlmodel": "sqlalchemy pydantic",
    "opentelemetry-sdk": "opentelemetry",
    "opentelemetry-api": "opentelemetry",
}

BROUGHT_BEFORE = {"flask-cors": (4, "six"), "jsonschema": (4, "six"), "celery": (5, "pytz")}  # a major
OF_MODULES = {module: name for name, module in reversed(NAMED.items())}


def importable(packages: Mapping[str, str] | None, paths: Sequence[str] = ()) -> Callable[[str], bool | None]:
    """Whether a top-level module can be imported: True, False, or None where that cannot be known.

    :param packages: the distributions that are there, or asked for
    :param paths: where the imports of the environment look, where there is one
    """
    names = frozenset(_modules_of(packages or {}))
    folders = [Path(path) for path in paths]

    def is_there(top: str) -> bool | None:
        if top.lower() in names:
            return True
        if not folders:
            return None
        if any(_in_folder(folder, top) for folder in folders):
            return True
        return None if any(list(folder.glob("__editable__*")) for folder in folders) else False

    return is_there


def _modules_of(packages: Mapping[str, str]) -> set[str]:
    found: set[str] = set()
    for name, version in packages.items():
        found |= _modules_named(name)
        before, module = BROUGHT_BEFORE.get(name, (0, ""))
        major = version.partition(".")[0]
        found |= {module} if major.isdecimal() and int(major) < before else set()
    return found


@cache
def _modules_named(name: str) -> frozenset[str]:
    """The modules of a distribution, in lower case: those that it is known to bring, and those that its name
    speaks of (``python-dotenv``, ``pyhumps``, ``og-x402``; ``acme-web-service-utils`` for ``aws_utils``)."""
    found = set(_brought(name))
    for one in (name, NAMED.get(name, name), re.sub(r"^python-|-python$|-binary$", "", name)):
        found |= {one.replace("-", "_"), one.partition("-")[0] if "-" in one else one}
    *first, last = name.split("-")
    found |= {last} if first and len(last) > 3 else set()
    found |= {f"{''.join(one[:1] for one in first)}_{last}"} if len(first) > 1 else set()
    found |= {name[2:]} if name.startswith("py") and len(name) > 5 else set()
    return frozenset(one.lower() for one in found)


def brings_none(name: str, *modules: str) -> bool:
    """Whether it is known what comes with a distribution, and none of these modules does."""
    return name in BRINGS and not any(one in modules for one in BRINGS[name].split())


@cache
def _brought(name: str) -> frozenset[str]:
    """What comes with a distribution, and with that again."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        own = set(BRINGS.get(waiting.pop(), "").split()) - found
        found |= own
        waiting += [OF_MODULES.get(one, one.replace("_", "-")) for one in own]
    return frozenset(found)


def _in_folder(folder: Path, top: str) -> bool:
    if os.path.isdir(folder / top) or os.path.isfile(folder / f"{top}.py"):
        return True
    return any(folder.glob(f"{top}.*.so")) or any(folder.glob(f"{top}.*.pyd"))
