"""Another server's command in place of the old one, in the file where that stands: what is known only when
it runs is carried over as it is written, or the fix is left to the user; folder and wrappers stay."""
# ruff: noqa: E501  # lines of the files stay lines

from __future__ import annotations

from pathlib import Path

import pytest

from connexion_doctor.model import Applicability, Verdict
from tests.fixes.projects import check, fix, read
from tests.running import project

DOCKER = "FROM python:3.12\nCOPY . .\n"
COMPOSE = "services:\n  web:\n    build: .\n    command: "
POD = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: web\n    image: web\n"
)

# file, what stands in it, what stands there after the fix
CARRIED = {
    "procfile": (
        "Procfile",
        "web: waitress-serve --listen=0.0.0.0:$PORT app:app\n",
        "web: uvicorn app:app --host 0.0.0.0 --port $PORT\n",
    ),
    "in double quotes": (
        "Procfile",
        'web: waitress-serve --listen="0.0.0.0:$PORT" --threads=${THREADS:-4} app:app\n',
        'web: uvicorn app:app --host 0.0.0.0 --port "$PORT"\n',
    ),
    "a default that the shell has": (
        "start.sh",
        "#!/bin/sh\nexec waitress-serve --port=${PORT:-8000} app:app\n",
        "#!/bin/sh\nexec uvicorn app:app --host 0.0.0.0 --port ${PORT:-8000}\n",
    ),
    "the output of a command": (
        "start.sh",
        '#!/bin/sh\nexec waitress-serve --host="$(hostname -i)" --port=8000 app:app\n',
        '#!/bin/sh\nexec uvicorn app:app --host "$(hostname -i)" --port 8000\n',
    ),
    "the target, behind a wrapper": (
        "start.sh",
        '#!/bin/sh\nAPP=app:app\nexec newrelic-admin run-program waitress-serve --port=$PORT "$APP"\n',
        '#!/bin/sh\nAPP=app:app\nexec newrelic-admin run-program uvicorn "$APP" --host 0.0.0.0 --port $PORT\n',
    ),
    "a unix socket": (
        "start.sh",
        "#!/bin/sh\nexec waitress-serve --unix-socket=$RUN/app.sock app:app\n",
        "#!/bin/sh\nexec uvicorn app:app --uds $RUN/app.sock\n",
    ),
    "systemd, by its whole path": (
        "web.service",
        "[Service]\nExecStart=/opt/venv/bin/waitress-serve --port=${PORT} app:app\n",
        "[Service]\nExecStart=/opt/venv/bin/uvicorn app:app --host 0.0.0.0 --port ${PORT}\n",
    ),
    "a folder that is known only when it runs": (
        "start.sh",
        '#!/bin/sh\n"$VENV/bin/waitress-serve" --port=80 app:app\n',
        '#!/bin/sh\n"$VENV/bin/uvicorn" app:app --host 0.0.0.0 --port 80\n',
    ),
    "python -m": (
        "Procfile",
        "web: venv/bin/python -m waitress --port=$PORT app:app\n",
        "web: venv/bin/python -m uvicorn app:app --host 0.0.0.0 --port $PORT\n",
    ),
    "wrappers": (
        "Procfile",
        "web: A=b exec env C=d poetry run waitress-serve --port=$PORT app:app\n",
        "web: A=b exec env C=d poetry run uvicorn app:app --host 0.0.0.0 --port $PORT\n",
    ),
    "dockerfile, a shell in the exec form": (
        "Dockerfile",
        DOCKER + 'CMD ["sh","-c","exec waitress-serve --port=$PORT app:app"]\n',
        DOCKER + 'CMD ["sh","-c","exec uvicorn app:app --host 0.0.0.0 --port $PORT"]\n',
    ),
    "dockerfile, shell form": (
        "Dockerfile",
        DOCKER + "CMD exec waitress-serve --listen=*:$PORT \\\n  app:app\n",
        DOCKER + "CMD exec uvicorn app:app --host 0.0.0.0 --port $PORT\n",
    ),
    "dockerfile, program and arguments apart": (
        "Dockerfile",
        DOCKER + 'ENTRYPOINT ["waitress-serve"]\nEXPOSE 80\nCMD ["--port=80", "app:app"]\n',
        DOCKER + 'ENTRYPOINT ["uvicorn"]\nEXPOSE 80\nCMD ["app:app", "--host", "0.0.0.0", "--port", "80"]\n',
    ),
    "dockerfile, the target apart": (
        "Dockerfile",
        DOCKER + 'ENTRYPOINT ["waitress-serve", "--port=80"]\nEXPOSE 80\nCMD ["app:app"]\n',
        DOCKER + 'ENTRYPOINT ["uvicorn", "--host", "0.0.0.0", "--port", "80"]\nEXPOSE 80\nCMD ["app:app"]\n',
    ),
    "dockerfile, a comment between the words": (
        "Dockerfile",
        DOCKER + "CMD waitress-serve --port=80 \\\n# the app\n    app:app\n",
        DOCKER + "CMD uvicorn --host 0.0.0.0 --port 80 \\\n# the app\n    app:app\n",
    ),
    "compose, quotes in quotes": (
        "compose.yml",
        COMPOSE + "'waitress-serve --port=\"${PORT:-80}\" app:app'\n",
        COMPOSE + "'uvicorn app:app --host 0.0.0.0 --port \"${PORT:-80}\"'\n",
    ),
    "compose, a flow list": (
        "compose.yml",
        COMPOSE + "[waitress-serve, '--port=${PORT}', 'app:app']\n",
        COMPOSE + '["uvicorn", "app:app", "--host", "0.0.0.0", "--port", "${PORT}"]\n',
    ),
    "compose, a block list: numbers are text": (
        "compose.yml",
        COMPOSE + "\n      - waitress-serve\n      - --port=80\n      - app:app\n",
        COMPOSE + '\n      - uvicorn\n      - app:app\n      - "--host"\n      - "0.0.0.0"\n'
        '      - "--port"\n      - "80"\n',
    ),
    "kubernetes, program and arguments apart": (
        "pod.yaml",
        POD + "    command: [waitress-serve]\n    env: []\n    args: [\"--port=$(PORT)\", 'app:app']\n",
        POD + '    command: ["uvicorn"]\n    env: []\n'
        '    args: ["app:app", "--host", "0.0.0.0", "--port", "$(PORT)"]\n',
    ),
    "what stands behind": (
        "start.sh",
        "#!/bin/sh\nwaitress-serve --trusted-proxy=$PROXY --port=80 app:app >log 2>&1 &\nwait  # for it\n",
        "#!/bin/sh\nuvicorn app:app --host 0.0.0.0 --port 80 --forwarded-allow-ips $PROXY >log 2>&1 &\nwait  # for it\n",
    ),
    "supervisor": (
        "supervisord.conf",
        "[program:web]\ncommand = /opt/bin/waitress-serve --port=%(ENV_PORT)s app:app ; the api\n",
        "[program:web]\ncommand = /opt/bin/uvicorn app:app --host 0.0.0.0 --port %(ENV_PORT)s ; the api\n",
    ),
}  # fmt: skip


@pytest.mark.truth
@pytest.mark.parametrize(("path", "before", "after"), CARRIED.values(), ids=list(CARRIED))
def test_it_is_carried_over(tmp_path: Path, path: str, before: str, after: str) -> None:
    root = project(tmp_path)
    (root / path).write_text(before)
    fix(root, read(root, "c3new"), launches=True)
    assert (root / path).read_text() == after
    again = read(root, "c3new")
    assert [judgement.verdict for judgement in again.judgements] == [Verdict.SERVES]
    assert fix(root, again, launches=True).files == ()


# file, what stands in it, what the user has to say in the other server's words
BY_HAND = {
    "a comment between the words": (
        "Dockerfile",
        DOCKER + "CMD waitress-serve \\\n# where\n    --port=80 \\\n# the app\n    app:app\n",
        "the words of the command, which stand in several places",
    ),
    "both halves of an address": ("Procfile", "web: waitress-serve --listen=$ADDR app:app\n", "bind $ADDR"),
    "arguments of the script": (
        "start.sh",
        '#!/bin/sh\nexec waitress-serve --port=80 app:app "$@"\n',
        '"$@"',
    ),
    "options in a variable": (
        "Procfile",
        "web: waitress-serve $OPTIONS --port=80 app:app\n",
        "$OPTIONS",
    ),
    "options in a variable that is known": (
        "start.sh",
        "#!/bin/sh\nOPTIONS='--port=80 --threads=2'\nexec waitress-serve $OPTIONS app:app\n",
        "the words of the command, which stand in several places",
    ),
}  # fmt: skip


@pytest.mark.truth
@pytest.mark.parametrize(("path", "before", "left"), BY_HAND.values(), ids=list(BY_HAND))
def test_what_is_not_certain_is_left_and_said(tmp_path: Path, path: str, before: str, left: str) -> None:
    root = project(tmp_path)
    (root / path).write_text(before)
    report = check(root, "c3new")
    fixes = next(one for one in report.findings if one.code == "CXD101").fixes
    by_hand = next(one for one in fixes if one.applicability is Applicability.MANUAL)
    assert left in by_hand.title
    assert not by_hand.edits
    assert all(one.applicability is not Applicability.SAFE for one in fixes)  # the adapter is another way
