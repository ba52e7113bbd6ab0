"""Process managers and editors whose files are no YAML: PM2, Nomad, OpenRC, Visual Studio Code."""

# ruff: noqa: E501 -- whole files, as they stand, on one line each

from __future__ import annotations

from tests.discovery.forms import APP, Form

FORMS: dict[str, Form] = {
    "pm2-script-and-args": Form(
        {
            "ecosystem.config.js": "// processes\nmodule.exports = {\n  apps: [\n    {\n      name: 'api',\n      script: \"gunicorn\",\n"
            "      args: '-k uvicorn.workers.UvicornWorker app:app', /* two */\n      interpreter: 'none',\n    },\n"
            "    { name: 'web', script: 'uvicorn app:app --port 80', watch: false },\n"
            "    { name: 'words', script: 'gunicorn', args: ['-w', \"4\", 'app:app'] },\n"
            "    { name: 'page', script: './index.js' },\n    { name: 'node', script: path.join(__dirname, 'x.js'), args: 'app:app' },\n  ],\n};\n"
        },
        (
            "ecosystem.config.js:api gunicorn app:app",
            "ecosystem.config.js:web uvicorn app:app",
            "ecosystem.config.js:words gunicorn app:app",
        ),
    ),
    "pm2-python-in-a-folder": Form(
        {
            "deploy/pm2.json": '{"apps": [{"name": "api", "script": "serve.py", "cwd": "backend", "interpreter": "python3"}]}\n',
            "backend/serve.py": APP + "app.run(port=8080)\n",
        },
        ("deploy/pm2.json:api python serve:app @backend",),
    ),
    "pm2-module-by-python": Form(
        {
            "ecosystem.config.cjs": "module.exports = { apps: [{ name: 'a', script: '-m', args: 'uvicorn app:app', interpreter: 'python3' }] }\n"
        },
        ("ecosystem.config.cjs:a uvicorn app:app",),
    ),
    "pm2-that-is-none": Form(
        {
            "ecosystem.config.js": "module.exports = {apps: [{script: `${name}`, args: 'app:app'}, {script: 'a' + b}, {{{[[\n"
        },
    ),
    "nomad": Form(
        {
            "deploy/api.nomad": 'job "api" {\n  group "web" {\n    task "server" {\n      driver = "docker"\n      config {\n'
            '        image = "api:1"\n        command = "gunicorn"\n        # workers\n        args = ["-b", "0.0.0.0:80", "app:app"]\n      }\n'
            '      env {\n        A = "b"\n      }\n    }\n    task "aside" {\n      config {\n        command = "nginx"\n      }\n    }\n  }\n}\n'
        },
        ("deploy/api.nomad:7 gunicorn app:app",),
    ),
    "openrc": Form(
        {
            "init.d/shop": '#!/sbin/openrc-run\nname="shop"\nport=8000\ndirectory="/srv/shop"\ncommand="/usr/bin/gunicorn"\n'
            'command_args="-b :${port} app:app"\ndepend() {\n  need net\n}\n'
        },
        ("init.d/shop:shop gunicorn app:app",),
    ),
    "editor": Form(
        {
            ".vscode/launch.json": '{\n  // as the page on Python has it\n  "configurations": [\n    {"name": "uvicorn", "type": "debugpy", "request": "launch",\n'
            '     "module": "uvicorn", "args": ["app:app", "--reload"], "env": {"A": "b"}},\n'
            '    {"name": "script", "type": "python", "request": "launch", "program": "${workspaceFolder}/serve.py"},\n'
            '    {"name": "open", "type": "python", "request": "launch", "program": "${file}"},\n'
            '    {"name": "there", "type": "debugpy", "request": "attach", "module": "uvicorn", "args": ["app:app"]},\n'
            '    {"name": "node", "type": "node", "request": "launch", "program": "serve.py"},\n  ]\n}\n',
            "serve.py": APP + "app.run(port=8080)\n",
        },
        (".vscode/launch.json:script python serve:app", ".vscode/launch.json:uvicorn uvicorn app:app"),
    ),
    "editor-in-a-folder": Form(
        {
            "backend/.vscode/launch.json": '{"configurations": [{"type": "python", "module": "flask", "args": ["run"], "env": {"FLASK_APP": "web.py"}}]}\n',
            "backend/web.py": "import connexion\n\nconnexion_app = connexion.FlaskApp(__name__)\napp = connexion_app.app\n",
        },
        ("backend/.vscode/launch.json:1 flask web.py @backend",),
    ),
}
