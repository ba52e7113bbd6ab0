"""`python -m tests.truth.random_launches`: launches that nobody wrote, booted for real.

A seed makes one project: the shape of the app, what stands around it, how its handlers are found, how the
target is spelled, which server starts it with which options, where. The verdict and the treatment
are compared with what happens. Every disagreement wants to become a cell of the tables.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.running import campaign
from tests.truth import random_services
from tests.truth.cells import APPS, Cell
from tests.truth.fixes import BROKEN, FAILED, FIXED, MANUAL, cure
from tests.truth.run import Options, run_cell

ENVIRONMENTS = {"c3new": 6, "c3mid": 1, "c3old": 1, "c2151": 2}

# What the module makes; ``{made}`` is the class.
SHAPES = {
    "module": "app = connexion.{made}(__name__)\napp.add_api('openapi.yaml')\n",
    "options": "app = connexion.{made}(__name__, specification_dir='.')\n"
    "app.add_api('openapi.yaml', validate_responses=True)\n",
    "factory": "def create_app():\n    made = connexion.{made}(__name__)\n"
    "    made.add_api('openapi.yaml')\n    return made\n\n\napp = create_app()\n",
    "factory alone": "def create_app():\n    made = connexion.{made}(__name__)\n"
    "    made.add_api('openapi.yaml')\n    return made\n",
    "subclass": "class Service(connexion.{made}):\n    pass\n\n\napp = Service(__name__)\n"
    "app.add_api('openapi.yaml')\n",
    "set up later": "app = None\n\n\ndef setup():\n    global app\n    app = connexion.{made}(__name__)\n"
    "    app.add_api('openapi.yaml')\n\n\nsetup()\n",
}
# What is put around the app, under the name ``{name}``.
AROUND = {
    "nothing": "{name} = app\n",
    "inner": "{name} = app.app\n",
    "a2wsgi": "from a2wsgi import ASGIMiddleware\n\n{name} = ASGIMiddleware(app)\n",
    "a2wsgi, wrong way": "from a2wsgi import WSGIMiddleware\n\n{name} = WSGIMiddleware(app)\n",
    "asgiref": "from asgiref.wsgi import WsgiToAsgi\n\n{name} = WsgiToAsgi(app)\n",
    "cors": "from starlette.middleware.cors import CORSMiddleware\n\n"
    "{name} = CORSMiddleware(app, allow_origins=['*'])\n",
    "proxy fix": "from werkzeug.middleware.proxy_fix import ProxyFix\n\n{name} = ProxyFix(app)\n",
    "async function": "async def {name}(scope, receive, send):\n    await app(scope, receive, send)\n",
    "function": "def {name}(environ, start_response):\n    return app(environ, start_response)\n",
    "anything": "def {name}(*args):\n    return app(*args)\n",
    "partial": "import functools\n\n\nasync def _call(scope, receive, send):\n"
    "    await app(scope, receive, send)\n\n\n{name} = functools.partial(_call)\n",
    "class": "class Front:\n    def __init__(self, inside):\n        self.inside = inside\n\n"
    "    async def __call__(self, scope, receive, send):\n"
    "        await self.inside(scope, receive, send)\n\n\n{name} = Front(app)\n",
    "a2wsgi twice": "from a2wsgi import ASGIMiddleware, WSGIMiddleware\n\n"
    "{name} = WSGIMiddleware(ASGIMiddleware(app))\n",
}
GUNICORN = ("", "-k sync", "-k gthread --threads 2", "-k gevent", "-k asgi",
            "-k uvicorn.workers.UvicornWorker", "-k uvicorn_worker.UvicornWorker")  # fmt: skip
SERVERS = {
    "gunicorn": 6, "uvicorn": 4, "hypercorn": 1, "daphne": 1, "granian": 1, "waitress-serve": 1, "python": 1,
}  # fmt: skip
SCRIPTS = {
    "uvicorn.run": "import uvicorn\n\nuvicorn.run({name}, host='127.0.0.1', port=int(sys.argv[1]))\n",
    "app.run": "{app}.run(host='127.0.0.1', port=int(sys.argv[1]))\n",
    "waitress": "import waitress\n\nwaitress.serve({name}, host='127.0.0.1', port=int(sys.argv[1]))\n",
}


@dataclass(frozen=True)
class Made:
    """A generated project: its files, and the command that starts it."""

    seed: int
    environment: str
    files: dict[str, str]
    command: str
    what: str
    environ: Mapping[str, str] = field(default_factory=dict)


def service(seed: int) -> Made:
    """The whole service of a seed."""
    made, command = random_services.make(seed)
    return Made(seed, made.environment, made.files, command, ", ".join(made.what), made.environ)


def make(seed: int) -> Made:
    """The project of a seed; the same for the same seed on every machine."""
    dice = random.Random(seed)
    environment = _weighed(dice, ENVIRONMENTS)
    classes = ["FlaskApp", "FlaskApp", "FlaskApp"] + ([] if environment == "c2151" else ["AsyncApp"])
    made, shape = dice.choice(classes), dice.choice([*SHAPES, "module", "module"])
    around = dice.choice([*AROUND, *["nothing"] * 6])
    if shape == "factory alone" or (around == "inner" and made == "AsyncApp"):
        around = "nothing"
    name = dice.choice(["app", "application", "served", "api"])
    text = "import sys\n\nimport connexion\n\n" + SHAPES[shape].format(made=made)
    if shape != "factory alone":
        text += "\n" + _around(around, name)
    module = dice.choice(["app", "service", "shop.web"])
    path = module.replace(".", "/") + ".py"
    files = {path: text}
    server = _weighed(dice, SERVERS)
    if "." in module:
        files["shop/__init__.py"] = ""
        files[path] = text.replace("'openapi.yaml'", "'../openapi.yaml'")
    if dice.random() < 0.1:
        files["openapi.yaml"] = _specification().replace("handlers.hello", "handlers.nobody")
    target = _target(dice, module, name, shape)
    command = _command(
        dice, server, target, path, files, "create_app()" if shape == "factory alone" else name
    )
    return Made(seed, environment, files, command, f"{made}, {shape}, {around}")


def _around(around: str, name: str) -> str:
    """The text that puts something around the app; a function of the app's name gets it by another."""
    if name != "app":
        return AROUND[around].format(name=name)
    if around == "nothing":
        return ""
    return "inside = app\n" + re.sub(r"(?<!\.)\bapp\b(?=[(),.\]\n])", "inside", AROUND[around]).format(
        name=name
    )


def _target(dice: random.Random, module: str, name: str, shape: str) -> str:
    if shape == "factory alone":
        return f"{module}:{dice.choice(['create_app()', 'create_app', 'create_app()', 'app'])}"
    spelled = {f"{module}:{name}": 12, module: 1, f"{module}:{name}.app": 1, f"{module}:{name}x": 1,
               f"{module}:app": 2, f"{module}x:{name}": 1}  # fmt: skip
    return _weighed(dice, spelled)


def _command(
    dice: random.Random, server: str, target: str, path: str, files: dict[str, str], name: str
) -> str:
    shown = f"'{target}'" if "(" in target else target
    if server == "python":
        served = "app" if name.isidentifier() else name
        script = SCRIPTS[dice.choice(list(SCRIPTS))].format(name=name, app=served)
        files[path] += (
            f"\nif __name__ == '__main__':\n    {script.strip().replace(chr(10), chr(10) + '    ')}\n"
        )
        return f"python {path} {{port}}"
    if server == "gunicorn":
        worker = dice.choice(GUNICORN)
        options = f"{worker} {'--preload' if dice.random() < 0.1 else ''}".split()
        if dice.random() < 0.2 and worker:
            files["gunicorn.conf.py"] = f'worker_class = "{worker.split()[1]}"\n'
            options = []
        return " ".join(["gunicorn -w 1 -b {bind}", *options, shown])
    if server == "uvicorn":
        extra = _weighed(dice, {"": 6, "--interface wsgi": 1, "--interface asgi3": 1, "--factory": 1,
                                "--lifespan on": 1})  # fmt: skip
        return " ".join(f"uvicorn --host 127.0.0.1 --port {{port}} {extra} {shown}".split())
    if server == "granian":
        extra = dice.choice(["--interface asgi", "--interface wsgi", ""])
        return " ".join(f"granian {extra} --host 127.0.0.1 --port {{port}} {shown}".split())
    plain = {"hypercorn": "hypercorn -b {bind}", "daphne": "daphne -b 127.0.0.1 -p {port}",
             "waitress-serve": "waitress-serve --listen {bind}"}  # fmt: skip
    return f"{plain[server]} {shown}"


def _weighed(dice: random.Random, weights: dict[str, int]) -> str:
    return dice.choices(list(weights), list(weights.values()))[0]


def _specification() -> str:
    return (APPS / "c3" / "openapi.yaml").read_text("utf-8")


@contextmanager
def cell_of(made: Made) -> Iterator[Cell]:
    """The generated project in a folder of its own, as a cell of the truth table."""
    with tempfile.TemporaryDirectory(prefix="random-", ignore_cleanup_errors=True) as name:
        folder = Path(name).resolve()
        for own in ("handlers.py", "openapi.yaml"):
            if not any(path.endswith(own) for path in made.files):  # a whole service has its own
                shutil.copy(APPS / "c3" / own, folder / own)
        for path, text in made.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, "utf-8")
        told = f"seed {made.seed}: {made.environment}, {made.what}: {made.command}"
        yield Cell(
            told,
            made.environment,
            str(folder),
            made.command,
            environ=made.environ,
            lifespan="lifespan" in made.what,
        )


@dataclass(frozen=True)
class Told:
    """One seed: whether the doctor was right, and what came of the treatment of what fails."""

    cell: Cell
    said: str
    happened: str
    reason: str
    cured: str | None = None
    detail: str = ""

    @property
    def right(self) -> bool:
        """Whether the verdict is what happened."""
        return self.said == self.happened


def tell(seed: int, *, fixes: bool = True, made: Callable[[int], Made] = make) -> Told | None:
    """Boot the launch of a seed, ask the doctor, and cure it where it fails; None where it cannot be had."""
    with cell_of(made(seed)) as cell:
        result = run_cell(cell, Options(doctor=True))
        if result.outcome is None or result.diagnosis is None:
            return None
        told = Told(cell, result.diagnosis.verdict, result.outcome.happened, result.diagnosis.reason)
        if told.happened == "serves" or not fixes:
            return told
        cured = cure(cell)
        kind, detail = (cured.kind, cured.detail) if cured is not None else (None, "")
        return Told(cell, told.said, told.happened, told.reason, kind, detail)


def main() -> int:
    """Print every disagreement and every treatment that did not cure, then the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.truth.random_launches", description=__doc__)
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--start", type=int, default=0, metavar="SEED")
    parser.add_argument("--no-fixes", action="store_true")
    parser.add_argument("--by-hand", action="store_true", help="print what is left to a person too")
    parser.add_argument("--services", action="store_true", help="whole services, of more kinds")
    asked = parser.parse_args()
    counts, wrong, began = Counter[str](), 0, time.monotonic()
    for seed in range(asked.start, asked.start + asked.seeds):
        told = tell(seed, fixes=not asked.no_fixes, made=service if asked.services else make)
        if told is None:
            continue
        counts["all"] += 1
        counts["right"] += told.right
        counts["unknown"] += told.said == "unknown"
        counts[told.cured or "none to cure"] += 1
        if not told.right:
            wrong += told.said != "unknown"
            print(
                f"WRONG {told.cell.name}\n  said {told.said} ({told.reason}), was {told.happened}", flush=True
            )
        if told.cured in (BROKEN, FAILED) or (asked.by_hand and told.cured == MANUAL):
            print(f"{told.cured} {told.cell.name}\n  {told.detail}", flush=True)
    cured, broken = counts[FIXED], counts[BROKEN] + counts[FAILED]
    print(f"seeds {asked.start} to {asked.start + asked.seeds - 1}, {time.monotonic() - began:.0f} s")
    print(f"verdicts: {counts['right']} of {counts['all']} right, {counts['unknown']} unknown")
    print(f"treatments: {cured} of {cured + broken} cured, {counts[MANUAL]} left to a person")
    return int(wrong > 0 or broken > 0)


if __name__ == "__main__":
    campaign()
    sys.exit(main())
