"""Whether what a start gets installed brings a package, asked for by name or by another one.

What a package requires is not told by a list that asks for it. Where it is not installed, this goes by its
extras and by a table of the packages that bring a server, so that nothing is called missing that may be
there.
"""

from __future__ import annotations

from connexion_doctor.requirements.installation import Installation

# Packages that bring a server with them, beside those of its own family (``uvicorn-worker``).
BRING = {
    "gunicorn": ("uvicorn-worker", "mlflow", "apache-airflow", "apache-superset", "meinheld", "horde"),
    "uvicorn": ("uvicorn-worker", "fastapi-cli", "jina", "mcp", "chainlit", "gradio", "mlflow"),
    "waitress": ("pyramid", "webtest", "mlflow"),
    "flask": ("connexion", "apache-airflow", "mlflow"),
    "gevent": ("locust", "grequests"),
    "hypercorn": ("quart",),
    "daphne": ("channels",),
}  # fmt: skip
# What the extras of Connexion 3 bring (its metadata, ``Requires-Dist``).
EXTRAS = {"flask": ("flask", "a2wsgi"), "uvicorn": ("uvicorn",), "swagger-ui": ("swagger-ui-bundle",)}
# What ``uvicorn[standard]`` brings, which Connexion 3 asks for by its extra ``uvicorn``.
STANDARD = ("httptools", "uvloop", "websockets", "watchfiles", "python-dotenv")
# Packages whose extras bring no server but the one they are named after.
KNOWN = ("connexion", "uvicorn", "gunicorn", "hypercorn")

# Packages that bring nothing a start of Connexion needs, and put no limit on what Connexion 2 stands on.
ALONE = frozenset(
    "connexion flask flask-cors gunicorn gevent waitress uwsgi swagger-ui-bundle setuptools six packaging "
    "python-dateutil python-dotenv pyyaml requests psycopg2 psycopg2-binary redis sqlalchemy werkzeug "
    "jinja2 pymongo pymysql wheel pip uvicorn uvicorn-worker hypercorn daphne granian".split()
)


def brings(made: Installation, name: str) -> bool:
    """Whether something that is installed may bring a package.

    :param name: of the package, normalised
    """
    if made.has(name, *BRING.get(name, ())):
        return True
    for package, asked in made.packages.items():
        if name in asked.extras or (package not in KNOWN and asked.extras & {"standard", "all"}):
            return True  # ``connexion[uvicorn]``, ``fastapi[standard]``
        if package.startswith(f"{name}-"):
            return True
    return False
