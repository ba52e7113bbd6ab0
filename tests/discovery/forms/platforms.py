"""Procfile, process managers, hosting platforms, hosts that call the app themselves."""

# ruff: noqa: E501 -- whole files, as they stand, on one line each

from __future__ import annotations

from tests.discovery.forms import APP, Form

POD = "spec:\n  template:\n    spec:\n      containers:\n      - name: api\n        image: x\n"

FORMS: dict[str, Form] = {
    # --- Procfile
    "procfile-workers": Form(
        {
            "Procfile": "web: gunicorn app:app\nworker: python -m rq worker\nbeat: celery -A app beat\n"
            "jobs: python -m celery -A app worker\nq: dramatiq app\nhuey: huey_consumer.py app.huey\n"
            "h2: python -m huey.bin.huey_consumer app.huey\narq: python -m arq app.Settings\n"
            "release: python manage.py db upgrade\nmigrate: alembic upgrade head\nm2: python -m alembic upgrade head\n"
            "m3: flask db upgrade\nt: python -m pytest\nclock: python -m apscheduler\nd: python -m dramatiq app\n"
        },
        ("Procfile:web gunicorn app:app",),
    ),
    "procfile-worker-of-the-project": Form(
        {
            "Procfile": "web: gunicorn app:app\nworker: python worker.py\n",
            "worker.py": "import rq\n\nrq.Worker([]).work()\n",
        },
        ("Procfile:web gunicorn app:app",),
        (),
        ("Procfile:2",),
    ),
    "procfile-manage-that-serves": Form(
        {
            "Procfile": "web: python manage.py runserver\n",
            "manage.py": "from flask_script import Manager\nfrom app import app\n\nManager(app).run()\n",
        },
        (),
        ("Procfile:1",),
    ),
    "procfile-unknown": Form(
        {"Procfile": "web: python -m elsewhere.server\nrelease: ./migrate\nweb2: some-launcher app:app\n"},
        (),
        ("Procfile:1", "Procfile:3"),
    ),
    "procfile-dev": Form(
        {"Procfile.dev": "# web: gunicorn old:app\nweb: flask --app app:app run\n"},
        ("Procfile.dev:web flask app:app",),
    ),
    "procfile-quoted-factory": Form(
        {"Procfile": "web: gunicorn 'app:create_app()'\n"}, ("Procfile:web gunicorn app:create_app()",)
    ),
    "bare-factories": Form(
        {
            "Procfile": "a: gunicorn app:create_app\nb: uvicorn --factory app:create_app\nc: uvicorn app:create_app --factory\n"
            "d: waitress-serve --call app:create_app\ne: granian --interface asgi --factory app:create_app\n"
            "f: hypercorn app:create_app\ng: flask --app app:create_app run\nh: daphne app:create_app\n"
            "i: uwsgi --http :80 --module 'app:create_app()'\nj: python -m uvicorn --factory app:create_app\n"
        },
        (
            "Procfile:a gunicorn app:create_app",
            "Procfile:b uvicorn app:create_app",
            "Procfile:c uvicorn app:create_app",
            "Procfile:d waitress app:create_app",
            "Procfile:e granian app:create_app",
            "Procfile:f hypercorn app:create_app",
            "Procfile:g flask app:create_app",
            "Procfile:h daphne app:create_app",
            "Procfile:i uwsgi app:create_app()",
            "Procfile:j uvicorn app:create_app",
        ),
    ),
    "procfile-wrappers": Form(
        {
            "Procfile": "a: env A=b gunicorn app:app\nb: gosu app gunicorn app:app\nc: su-exec app:app gunicorn app:app\n"
            "d: wait-for-it db:5432 -t 30 -- gunicorn app:app\ne: ./wait-for-it.sh db:5432 --strict -- gunicorn app:app\n"
            "f: poetry run python -m gunicorn app:app\ng: uv run --frozen --no-sync gunicorn app:app\n"
            "h: hatch run prod:gunicorn app:app\ni: python -m poetry run gunicorn app:app\n"
            "j: exec env -u X nice -n 5 gunicorn -w $(nproc) app:app\nk: dotenv -f .env run -- uvicorn app:app\n"
            "l: sudo -u www -E gunicorn app:app\nm: opentelemetry-instrument --traces_exporter console uvicorn app:app\n"
            "n: python -m ddtrace.commands.ddtrace_run gunicorn app:app\no: uvx gunicorn app:app\n"
            "p: watchmedo auto-restart -d . -- gunicorn app:app\nq: chpst -u app gunicorn app:app\n"
            "r: s6-setuidgid app uvicorn app:app\ns: aws-vault exec prod -- gunicorn app:app\n"
            "t: infisical run -- gunicorn app:app\nu: pipenv run -- gunicorn app:app\nv: uv run -- uvicorn app:app\n"
            "w: python -u -m uvicorn app:app\nx: /usr/bin/env gunicorn app:app\n"
        },
        (
            *(f"Procfile:{name} gunicorn app:app" for name in "abcdefghij"),
            "Procfile:k uvicorn app:app",
            "Procfile:l gunicorn app:app",
            "Procfile:m uvicorn app:app",
            *(f"Procfile:{name} gunicorn app:app" for name in "nopq"),
            "Procfile:r uvicorn app:app",
            *(f"Procfile:{name} gunicorn app:app" for name in "stu"),
            "Procfile:v uvicorn app:app",
            "Procfile:w uvicorn app:app",
            "Procfile:x gunicorn app:app",
        ),
    ),
    # --- Kubernetes, Helm, OpenShift
    "kubernetes-args": Form(
        {
            "k8s/deploy.yaml": "apiVersion: apps/v1\nkind: Deployment\n"
            + POD
            + "        env:\n        - {name: APP, value: 'app:app'}\n        command: [/bin/sh, -c]\n"
            + "        args:\n        - exec gunicorn $APP\n        livenessProbe:\n"
            + "          exec: {command: [gunicorn, --check-config, 'app:app']}\n      initContainers:\n"
            + "      - {name: migrate, command: [gunicorn, 'init:app']}\n"
        },
        ("k8s/deploy.yaml:api gunicorn app:app",),
    ),
    "kubernetes-several-documents": Form(
        {
            "deploy.yml": "kind: Service\nspec: {}\n---\nkind: Deployment\n"
            + POD
            + "        command: [uvicorn, 'app:app']\n      - name: worker\n        command: [celery, worker]\n---\n"
            + "kind: CronJob\nspec:\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          containers:\n"
            + "          - name: job\n            command: [python, -m, app.job]\n"
        },
        ("deploy.yml:api uvicorn app:app",),
        ("deploy.yml:23",),
    ),
    "helm-values": Form(
        {
            "chart/Chart.yaml": "name: x\n",
            "chart/values.yaml": "api:\n  command: [gunicorn]\n  args: ['-w', '2', 'app:app']\n",
        },
        ("chart/values.yaml:2 gunicorn app:app",),
    ),
    "helm-values-string": Form(
        {"chart/values.prod.yaml": "image: {tag: x}\nweb:\n  command: gunicorn -w 2 app:app\n"},
        ("chart/values.prod.yaml:3 gunicorn app:app",),
    ),
    "helm-template": Form(
        {
            "chart/templates/d.yaml": "kind: Deployment\n"
            + POD
            + '        args: ["gunicorn", "-w", "{{ .Values.workers }}", "app:app"]\n'
            + "        {{- if .Values.x }}\n        env: []\n        {{- end }}\n"
        },
        ("chart/templates/d.yaml:api gunicorn app:app",),
    ),
    "openshift-template": Form(
        {
            "openshift/template.yml": "kind: Template\nobjects:\n- kind: DeploymentConfig\n  spec:\n    template:\n      spec:\n"
            "        containers:\n        - name: api\n          env:\n          - {name: APP_FILE, value: app.py}\n"
            "          command: [bash, -c, 'gunicorn ${APP_MODULE} -b :8080']\n"
            "parameters:\n- {name: APP_MODULE, value: 'app:app'}\n"
        },
        ("openshift/template.yml:api gunicorn app:app",),
    ),
    "knative-service": Form(
        {
            "service.yaml": "apiVersion: serving.knative.dev/v1\nkind: Service\nspec:\n  template:\n    spec:\n"
            "      containers:\n      - image: x\n        command: [gunicorn]\n        args: [app:app]\n"
        },
        ("service.yaml:8 gunicorn app:app",),
    ),
    # --- process managers
    "systemd-template": Form(
        {
            "deploy/api@.service": '[Service]\nWorkingDirectory=/srv/api\nEnvironment="APP=app:app" A=b\n'
            "EnvironmentFile=-/etc/api.env\nExecStartPre=/usr/bin/gunicorn pre:app\n"
            "ExecStart=/srv/api/venv/bin/gunicorn \\\n  --bind unix:/run/%i.sock \\\n  $APP\n"
            "ExecReload=/bin/kill -HUP $MAINPID\n"
        },
        ("deploy/api@.service:6 gunicorn app:app",),
    ),
    "systemd-environment-file": Form(
        {
            "api.service": "[Service]\nEnvironmentFile=/srv/api/api.env\nWorkingDirectory=/srv/api\n"
            "ExecStart=/bin/bash -c 'exec gunicorn ${APP}'\n",
            "api.env": 'APP="app:app"\n',
        },
        ("api.service:4 gunicorn app:app",),
    ),
    "supervisord-two": Form(
        {
            "supervisord.conf": "[program:api]\ncommand=gunicorn app:app\n  -w 2\n[program:admin]\ndirectory=/srv\n"
            'command=/bin/sh -c "uvicorn app:app"\n;command=gunicorn old:app\n[program:jobs]\ncommand=python -m rq worker\n'
            "[fcgi-program:f]\ncommand=gunicorn app:app -b fd://0\n"
        },
        (
            "supervisord.conf:api gunicorn app:app",
            "supervisord.conf:admin uvicorn app:app",
            "supervisord.conf:f gunicorn app:app",
        ),
    ),
    "circus": Form(
        {"circus.ini": "[watcher:web]\ncmd = gunicorn app:app\nworking_dir = .\n"},
        ("circus.ini:web gunicorn app:app",),
    ),
    "runit-and-s6": Form(
        {
            "etc/service/api/run": "#!/bin/sh\nexec 2>&1\nexec chpst -u www gunicorn app:app\n",
            "etc/s6-overlay/s6-rc.d/web/run": "#!/command/with-contenv bash\ncd /app\nexec s6-setuidgid www uvicorn app:app\n",
            "etc/services.d/e/run": "#!/usr/bin/execlineb -P\nwith-contenv\ns6-setuidgid www\ngunicorn app:app\n",
        },
        (
            "etc/s6-overlay/s6-rc.d/web/run:3 uvicorn app:app",
            "etc/service/api/run:3 gunicorn app:app",
            "etc/services.d/e/run:4 gunicorn app:app",
        ),
    ),
    # --- platforms
    "app-engine": Form(
        {"app.yaml": "runtime: python312\nentrypoint: gunicorn -b :$PORT app:app\n"},
        ("app.yaml:2 gunicorn app:app",),
    ),
    "app-engine-default": Form(
        {"app.yaml": "runtime: python39\nservice: api\n", "main.py": APP},
        ("app.yaml:api gunicorn main:app",),
    ),
    "app-engine-flexible": Form(
        {"app.yaml": "runtime: python\nenv: flex\nentrypoint: gunicorn -b :$PORT app:app\n"},
        ("app.yaml:3 gunicorn app:app",),
    ),
    "app-engine-default-without-main": Form(
        {"app.yaml": "runtime: python312\n"}, ("app.yaml:1 gunicorn main:app",)
    ),
    "heroku-yml": Form(
        {
            "heroku.yml": "build:\n  docker:\n    web: Dockerfile\nrun:\n  web: gunicorn app:app\n  worker:\n    command:\n"
            "      - celery -A app worker\n    image: web\n"
        },
        ("heroku.yml:web gunicorn app:app",),
    ),
    "fly": Form(
        {"fly.toml": 'app = "x"\n[processes]\nweb = "gunicorn app:app"\nworker = "rq worker"\n'},
        ("fly.toml:web gunicorn app:app",),
    ),
    "render-env-groups": Form(
        {
            "render.yaml": "services:\n- type: web\n  name: api\n  rootDir: backend\n  startCommand: gunicorn main:app\n"
            "- type: worker\n  name: w\n  startCommand: celery -A main worker\n",
            "backend/main.py": APP,
        },
        ("render.yaml:api gunicorn main:app @backend",),
    ),
    "render-variables": Form(
        {
            "render.yaml": "services:\n- type: web\n  name: api\n  startCommand: gunicorn $TARGET\n  envVars:\n"
            "  - key: TARGET\n    value: app:app\n  - key: DATABASE_URL\n    fromDatabase: {name: d, property: c}\n"
        },
        ("render.yaml:api gunicorn app:app",),
    ),
    "app-engine-variables": Form(
        {"app.yaml": "runtime: python312\nentrypoint: gunicorn $TARGET\nenv_variables:\n  TARGET: app:app\n"},
        ("app.yaml:2 gunicorn app:app",),
    ),
    "heroku-yml-variables": Form(
        {"heroku.yml": "setup:\n  config:\n    TARGET: app:app\nrun:\n  web: gunicorn $TARGET\n"},
        ("heroku.yml:web gunicorn app:app",),
    ),
    "digitalocean-variables": Form(
        {
            ".do/app.yaml": "envs:\n- key: TARGET\n  value: app:app\nservices:\n- name: api\n"
            "  run_command: gunicorn $TARGET\n"
        },
        (".do/app.yaml:api gunicorn app:app",),
    ),
    "app-runner-variables": Form(
        {
            "apprunner.yaml": "runtime: python311\nrun:\n  command: gunicorn $TARGET\n  env:\n"
            "  - name: TARGET\n    value: app:app\n"
        },
        ("apprunner.yaml:3 gunicorn app:app",),
    ),
    "railway-toml": Form(
        {"railway.toml": "[deploy]\nstartCommand = 'gunicorn app:app'\n"},
        ("railway.toml:2 gunicorn app:app",),
    ),
    "railway-json": Form(
        {"railway.json": '{"deploy": {"startCommand": "uvicorn app:app"}}\n'},
        ("railway.json:1 uvicorn app:app",),
    ),
    "azure-startup": Form(
        {"startup.sh": "gunicorn --bind=0.0.0.0 app:app\n", "startup.txt": "uvicorn app:app\n"},
        ("startup.sh:1 gunicorn app:app", "startup.txt:1 uvicorn app:app"),
    ),
    "digitalocean": Form(
        {".do/app.yaml": "name: x\nservices:\n- name: api\n  run_command: gunicorn app:app\n"},
        (".do/app.yaml:api gunicorn app:app",),
    ),
    "elastic-beanstalk": Form(
        {
            ".ebextensions/python.config": "option_settings:\n  aws:elasticbeanstalk:container:python:\n"
            "    WSGIPath: app:app\n"
        },
        (".ebextensions/python.config:3 gunicorn app:app",),
    ),
    "apprunner": Form(
        {"apprunner.yaml": "version: 1.0\nruntime: python3\nrun:\n  command: gunicorn app:app\n"},
        ("apprunner.yaml:4 gunicorn app:app",),
    ),
    "emperor": Form(
        {
            "Dockerfile": "FROM python:3.10\nWORKDIR /srv/shop\nCOPY . .\nCMD uwsgi --ini emperor.ini\n",
            "emperor.ini": "[uwsgi]\nemperor = /srv/shop/vassals\n",
            "vassals/shop.ini": "[uwsgi]\nchdir = /srv/shop\nwsgi-file = app.py\ncallable = app\n",
        },
        ("vassals/shop.ini:3 uwsgi app.py:app",),
    ),
    "lambda-handlers": Form(
        {
            "serverless.yml": "functions:\n  api: {handler: src/web.handler}\n  old:\n    handler: src/web.old\n"
            "  cron: {handler: src/web.cron}\n  page: {handler: src/page.handler}\n",
            "template.yaml": "Globals: {Function: {CodeUri: src/}}\nResources:\n  Api:\n"
            "    Type: AWS::Serverless::Function\n    Properties:\n      Handler: web.handler\n"
            "      Role: !GetAtt Role.Arn\n  Jobs:\n    Type: AWS::Serverless::Function\n"
            "    Properties: {Handler: web.cron}\n",
            "src/web.py": "import connexion\nimport serverless_wsgi\nfrom mangum import Mangum\n\n"
            "app = connexion.FlaskApp(__name__)\nasgi = Mangum(app, lifespan='off')\n\n\n"
            "def handler(event, context):\n    return asgi(event, context)\n\n\ndef old(event, context):\n"
            "    return serverless_wsgi.handle_request(app.app, event, context)\n\n\n"
            "def cron(event, context):\n    return {}\n",
        },
        (
            "serverless.yml:api mangum src.web:app",
            "serverless.yml:old serverless-wsgi src.web:app.app",
            "template.yaml:Api mangum web:app @src",
        ),
    ),
    "serverless-and-zappa": Form(
        {
            "serverless.yml": "service: x\ncustom:\n  wsgi:\n    app: app.app\n",
            "zappa_settings.json": '{"prod": {"app_function": "app.app"}}\n',
        },
        ("serverless.yml:4 serverless-wsgi app:app", "zappa_settings.json:prod zappa app:app"),
    ),
    "zappa-toml": Form(
        {"zappa_settings.toml": '[prod]\napp_function = "app.app"\n'},
        ("zappa_settings.toml:prod zappa app:app",),
    ),
    "zappa-yaml": Form(
        {"zappa_settings.yml": "prod:\n  app_function: app.app\n"}, ("zappa_settings.yml:prod zappa app:app",)
    ),
    # --- servers' own configuration
    "uwsgi-ini": Form(
        {"uwsgi.ini": "[uwsgi]\nbase = app\nmodule = %(base):app ; the app\nchdir = %d\n"},
        ("uwsgi.ini:3 uwsgi app:app",),
    ),
    "uwsgi-yaml": Form(
        {"uwsgi.yaml": "uwsgi:\n  wsgi-file: app.py\n  callable: app\n"}, ("uwsgi.yaml:2 uwsgi app.py:app",)
    ),
    "uwsgi-json": Form({"uwsgi.json": '{"uwsgi": {"module": "app:app"}}\n'}, ("uwsgi.json:1 uwsgi app:app",)),
    "uwsgi-xml": Form(
        {"uwsgi.xml": "<uwsgi>\n  <module>app:app</module>\n</uwsgi>\n"}, ("uwsgi.xml:2 uwsgi app:app",)
    ),
    "gunicorn-conf-alone": Form(
        {"gunicorn.conf.py": 'bind = ":80"\nwsgi_app = "app:app"\n'}, ("gunicorn.conf.py:2 gunicorn app:app",)
    ),
    "gunicorn-conf-elsewhere": Form(
        {"conf/gunicorn.py": 'wsgi_app = "app:app"\n'}, ("conf/gunicorn.py:1 gunicorn app:app",)
    ),
    "gunicorn-config-folder": Form(
        {"gunicorn/conf.py": 'wsgi_app = "app:create_app()"\n'},
        ("gunicorn/conf.py:1 gunicorn app:create_app()",),
    ),
    "gunicorn-conf-without-app": Form(
        {"gunicorn.conf.py": 'bind = ":80"\n'}, ("gunicorn.conf.py:1 gunicorn None",)
    ),
    "hypercorn-toml": Form(
        {"hypercorn.toml": 'bind = "0.0.0.0:80"\napplication_path = "app:app"\n'},
        ("hypercorn.toml:2 hypercorn app:app",),
    ),
    "hypercorn-py": Form(
        {"hypercorn_config.py": 'application_path = "app:app"\nbind = ["0.0.0.0:80"]\n'},
        ("hypercorn_config.py:1 hypercorn app:app",),
    ),
    "hypercorn-named-by-a-start": Form(
        {
            "hypercorn.toml": 'application_path = "other:app"\n',
            "Procfile": "web: hypercorn -c hypercorn.toml app:app\n",
        },
        ("Procfile:web hypercorn app:app",),
    ),
    "unit-factory": Form(
        {
            "unit.json": '{"applications": {"api": {"type": "python 3", "path": ".", "module": "app", '
            '"callable": "create_app", "factory": true}}}\n'
        },
        ("unit.json:api unit app:create_app",),
    ),
    "flaskenv-alone": Form(
        {".flaskenv": "FLASK_APP=app:app\nFLASK_RUN_PORT=80\n"}, (".flaskenv:1 flask app:app",)
    ),
    "flaskenv-beside-a-start": Form(
        {".flaskenv": "FLASK_APP=app:app\n", "Procfile": "web: gunicorn app:app\n"},
        ("Procfile:web gunicorn app:app",),
    ),
    "gunicorn3": Form({"Procfile": "web: gunicorn3 app:app\n"}, ("Procfile:web gunicorn app:app",)),
    "uwsgi-of-the-base-image": Form(
        {
            "Dockerfile": "FROM tiangolo/uwsgi-nginx-flask:python3.8\nCOPY ./app /app\n",
            "app/uwsgi.ini": "[uwsgi]\nmodule = main\ncallable = app\n",
            "app/main.py": "import connexion\n\napp = connexion.FlaskApp(__name__)\n",
        },
        ("Dockerfile:1 uwsgi main:app @app",),
    ),
    "wsgi-file-of-an-ini": Form(
        {
            "uwsgi.ini": "[uwsgi]\nwsgi-file = shop.wsgi\nhttp = :80\n",
            "shop.wsgi": "from app import app as application\n",
        },
        ("uwsgi.ini:2 uwsgi shop.wsgi",),
    ),
    "wsgi-file-of-a-started-ini": Form(
        {
            "Procfile": "web: uwsgi --ini conf/shop.cfg.ini\n",
            "conf/shop.cfg.ini": "[uwsgi]\nwsgi-file = shop.wsgi\n",
            "shop.wsgi": "from app import app as application\n",
        },
        ("Procfile:web uwsgi shop.wsgi",),
    ),
    "guard-in-a-package": Form(
        {
            "shop/__init__.py": "import connexion\n\napp = connexion.FlaskApp(__name__)\n"
            'if __name__ == "__main__":\n    app.run()\n',
            "Procfile": "web: gunicorn shop:app\n",
        },
        ("Procfile:web gunicorn shop:app",),
    ),
    "proxy-beside": Form(
        {
            "compose.yml": "services:\n  web:\n    build: .\n    command: gunicorn app:app\n"
            "  proxy:\n    image: nginx:1.25\n  edge:\n    image: traefik:v2\n    command: --providers.docker\n"
        },
        ("compose.yml:web gunicorn app:app",),
        others=(),
    ),
}
