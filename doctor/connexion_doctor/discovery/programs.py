"""Programs and modules that serve no app of Connexion, by name.

What stands here is passed over; what is neither here nor a server nor of the project is told as a start
that is not known, so that a name that is missing here costs a note and hides nothing.
"""

from __future__ import annotations

from connexion_doctor.commands.placed_text import listed

# Workers of queues, schedulers, migrations, checks, servers of other things, runners of files that are read.
NO_SERVERS = listed(
    "init my_init runsvdir runit s6-svscan openrc "
    "celery rq rqworker rqscheduler dramatiq arq huey_consumer huey_consumer.py taskiq saq procrastinate "
    "flower airflow prefect luigi dagster mlflow jupyter jupyter-lab streamlit voila dask alembic yoyo "
    "flyway liquibase aerich pytest py.test tox nox coverage behave robot locust ruff black isort flake8 "
    "pylint mypy bandit pre-commit sphinx-build sphinx-autobuild mkdocs supervisord supervisorctl circusd "
    "unitd nginx caddy httpd apache2 apache2ctl apachectl apache2-foreground httpd-foreground haproxy "
    "traefik envoy cron crond supercronic redis-server postgres mysqld mongod memcached rabbitmq-server "
    "node npm npx yarn pnpm bun ruby bundle java dotnet php go make just task invoke inv honcho foreman "
    "hivemind overmind goreman heroku docker podman docker-compose"
)

# Tools that scripts use on the way: not worth a note.
TOOLS = listed(
    "cargo kubectl helm terraform ansible-playbook pip pip3 pipx poetry pipenv uv pdm hatch rye conda "
    "mamba micromamba apt apt-get apk yum dnf brew curl wget nc ncat git tar unzip rsync scp ssh openssl "
    "gpg aws gcloud az pg_isready psql pg_dump mysql sqlite3 redis-cli mongo mongosh envsubst sed awk "
    "grep egrep cut head tail sort tee xargs find tree jq yq watch top less more sleep bash sh zsh env "
    "which whereis type id whoami hostname uname date stat realpath dirname basename ps pgrep pkill "
    "killall kill service systemctl journalctl initctl rc-service man ldconfig update-ca-certificates "
    "useradd adduser groupadd usermod passwd su login getent install ln cp mv rm mkdir chmod chown touch "
    "cat ls openapi-generator openapi-generator-cli datamodel-codegen protoc"
)

# Programs that are given the names of servers and do not run them.
MENTIONS = listed(
    "apt apt-get apk yum dnf brew conda mamba micromamba pip pip3 pipx poetry pipenv uv pdm hatch rye "
    "easy_install which whereis type command pgrep pkill killall kill grep egrep fgrep rg ps man "
    "systemctl service journalctl initctl rc-service supervisorctl echo printf logger tail less cat ls cp "
    "mv rm ln find test pytest tox nox mypy ruff black git useradd adduser chown setcap ldd file head sed "
    "awk"
)

# First parts of modules that ``python -m`` runs and that serve no app of Connexion.
NO_SERVER_MODULES = listed(
    "celery rq rqscheduler dramatiq arq huey taskiq saq procrastinate apscheduler flower airflow prefect "
    "luigi dagster alembic yoyo aerich pytest unittest doctest tox nox coverage behave robot locust ruff "
    "black isort flake8 pylint mypy bandit pre_commit sphinx mkdocs pip pipx ensurepip venv virtualenv "
    "build twine setuptools wheel compileall py_compile json http zipfile tarfile timeit pdb site "
    "sysconfig this platform ipykernel jupyter IPython streamlit nltk spacy grpc_tools "
    "openapi_generator_cli datamodel_code_generator smtpd aiosmtpd supervisor ipdb piptools safety "
    "pyclean"
)

# Subcommands by which a script of the project would serve.
SERVING = listed("run runserver serve server start web up")


def module_serves_nothing(module: str) -> bool:
    """Whether ``python -m module`` is known to serve no app of Connexion."""
    return module.partition(".")[0] in NO_SERVER_MODULES
