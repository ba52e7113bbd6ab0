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
    "requests": "urllib3 certifi idna charset_normalizer",
    "celery": "kombu billiard vine",
    "a2wsgi": "typing_extensions",
    "pydantic": "typing_extensions annotated_types pydantic_core",
    "opentelemetry-instrumentation-asgi": "opentelemetry asgiref",
    "opentelemetry-instrumentation-wsgi": "opentelemetry",
}


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
    for name in packages:
        found |= _modules_named(name)
    return found


@cache
def _modules_named(name: str) -> frozenset[str]:
    found = set(BRINGS.get(name, "").split())
    for one in (name, NAMED.get(name, name), re.sub(r"^python-|-python$|-binary$", "", name)):
        found |= {
            one.replace("-", "_").lower(),
            one.partition("-")[0].lower() if "-" in one else one.lower(),
        }
    return frozenset(found)


def _in_folder(folder: Path, top: str) -> bool:
    if os.path.isdir(folder / top) or os.path.isfile(folder / f"{top}.py"):
        return True
    return any(folder.glob(f"{top}.*.so")) or any(folder.glob(f"{top}.*.pyd"))
