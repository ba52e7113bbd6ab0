"""Python that starts a server itself: ``python app.py``, ``python -m pkg``, a console script.

The probe runs it up to the start of the server and tells what that is; it is judged as that server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import PurePosixPath

from connexion_doctor.commands.argv import PYTHON_VALUES
from connexion_doctor.commands.wrappers import PYTHON
from connexion_doctor.facts.case import Case
from connexion_doctor.model import Applicability, Command, Edit, Fix, Interface, Launch, Location, ServerFacts
from connexion_doctor.servers import gunicorn_in_code, python_call
from connexion_doctor.servers.base import ADAPTER_SLOWER, CannotBoot, Remedy, Server, Way
from connexion_doctor.servers.listening import Listening
from connexion_doctor.servers.shared_settings import Grave, Neutral

ADAPTER_COSTS = (
    "lifespan handlers never run",
    ADAPTER_SLOWER,
)


def as_module(case: Case) -> Remedy | None:
    """``python folder/script.py`` as ``python -m folder.script``: what Python puts on its path then is the
    working directory, not the script's folder. None for other launches."""
    command = case.command
    if case.launch.server != "python" or not command.words:
        return None
    at = SERVER.target_index(command, ())
    script = PurePosixPath(command.words[at].text) if at is not None else PurePosixPath()
    parts = script.with_suffix("").parts if script.suffix == ".py" else ()
    if at is None or len(parts) < 2 or not all(part.isidentifier() for part in parts):
        return None
    remedy = PythonRemedy(SERVER, case)
    remedy.put_word(at, ".".join(parts))
    remedy.insert_words(at, ["-m"])
    return remedy


DEAF = {"I", "E", "S"}  # options of the interpreter that keep ``sitecustomize`` out


class PythonRemedy(Remedy):
    """Changes the call in the script; without one to change, it says what to do in words."""

    def __init__(self, server: Server, case: Case) -> None:
        super().__init__(server, case)
        self.write: Callable[[str], list[Edit]] | None = None  # the edits of a way, for an app by its name

    def set_target(self, target: str) -> None:
        """Another module for ``-m``, another file, or another object in the call that starts the server."""
        if self.write is not None:
            self.edits = self.write(target.partition(":")[2])
            return
        at = self.server.target_index(self.command, ())
        module, _, name = target.partition(":")
        call = python_call.start_call(self.case)
        if name and call is not None:
            self.edits += python_call.replaced_string(call, target) or python_call.replaced_app(call, name)
        elif not name and at is not None:
            self.put_word(at, module)

    def fix(
        self, title: str, *, recommended: bool = False, applicability: Applicability = Applicability.SAFE
    ) -> Fix:
        """The fix; where neither the command nor a file changes, it is one in words."""
        changed = self.command.words != self.case.command.words
        if not changed and not self.edits:
            applicability = Applicability.MANUAL
        made = super().fix(title, recommended=recommended, applicability=applicability)
        if changed or not self.case.command.words:
            return made
        return replace(made, command=made.command if self.edits else None)


class Python(Server):
    """The interpreter itself."""

    name = package = program = "python"
    static_options = (
        *(((flag,), flag.strip("-"), True) for flag in sorted(PYTHON_VALUES)),
        (("-m",), "module", True),
    )
    listening = Listening(put=())

    def boot_program(self, launch: Launch) -> str | list[str]:
        """The interpreter itself, a console script beside it, or (not installed) what the project says of
        that script."""
        name = PurePosixPath(launch.command.words[launch.command.program].text).name
        if PYTHON.match(name):
            return []
        module, _, function = launch.options.get("entry", "").partition(":")
        if not function:
            return name
        first = function.partition(".")[0]
        code = f"import sys; sys.path.pop(0); sys.argv[0] = {name!r}; "
        return ["-c", f"{code}from {module} import {first}; sys.exit({function}())"]

    def boot_arguments(
        self, launch: Launch, facts: ServerFacts, port: int, folder: str, *, whole: bool = False
    ) -> list[str]:
        """The script and its arguments; the address is told inside the process."""
        words = _known(launch, [word.text for word in launch.command.words[launch.command.arguments :]])
        index = 0
        while index < len(words) and words[index].startswith("-") and not words[index].startswith("-m"):
            if not words[index].startswith(("--", "-W", "-X")) and DEAF & set(words[index]):
                raise CannotBoot(f"python {words[index]} cannot be told from outside where to listen")
            index += 2 if words[index] in PYTHON_VALUES else 1
        return words

    def request(self, launch: Launch) -> dict[str, object]:
        """The words behind the interpreter, or behind a console script."""
        asked = super().request(launch)
        words = launch.command.words
        program = PurePosixPath(words[launch.command.program].text).name if words else ""
        if program and not PYTHON.match(program):
            asked["console_script"] = program
            if "entry" in launch.options:
                asked["entry_point"] = launch.options["entry"]
        asked["argv"] = _known(launch, [str(word) for word in _argv(asked)])
        asked["module_run"] = launch.command.module_run
        return asked

    def candidates(self, target: str) -> list[list[str]]:
        """None: which script starts the app is not known from a target."""
        return []

    def target_index(self, command: Command, table: object) -> int | None:
        """The script, or the module behind ``-m``."""
        index = command.arguments
        while index < len(command.words):
            text = command.words[index].text
            if text == "-m":
                return index + 1 if index + 1 < len(command.words) else None
            if not text.startswith("-"):
                return index
            index += 2 if text in PYTHON_VALUES else 1
        return None

    def remedy(self, case: Case) -> PythonRemedy:
        """A remedy that knows the call in the script."""
        return PythonRemedy(self, case)

    def place(self, case: Case) -> Location | None:
        """The call that starts the server."""
        call = python_call.start_call(case)
        return call.location if call is not None else None

    def caller(self, case: Case) -> str:
        """What the script starts."""
        starts = case.facts.server.details.get("starts")
        return str(starts) if starts else self.name

    def ways(self, case: Case, interface: Interface) -> Iterable[Way]:
        """The same script with another call: uvicorn for an ASGI app, ``interface="wsgi"`` for a WSGI app
        under uvicorn."""
        details = case.facts.server.details
        starts = details.get("starts")
        if not isinstance(starts, str):
            return
        call, remedy = python_call.start_call(case), PythonRemedy(self, case)
        if interface is Interface.WSGI:
            if details.get("how") == "uvicorn":
                if call is not None:
                    remedy.edits += python_call.with_interface(call, "wsgi")
                remedy.cost("every request goes through a thread pool in front of the app")
                yield Way('tell uvicorn that the app is WSGI: uvicorn.run(..., interface="wsgi")', remedy)
            return
        how = details.get("how")
        if how in ("uvicorn", "granian"):
            name = "asgi3" if how == "uvicorn" else "asgi"
            if _inner_alone(case):
                remedy.write = lambda name: python_call.replaced_app(call, name) if call is not None else []
                yield Way("serve the Connexion app", remedy)
                return
            if call is not None:
                remedy.edits += python_call.with_interface(call, name)
            yield Way(f'tell the server that the app is ASGI: interface="{name}"', remedy)
            return
        if how == "gunicorn":
            worker = "uvicorn_worker.UvicornWorker"
            remedy.need("uvicorn-worker")
            remedy.edits += gunicorn_in_code.with_worker(case, worker)
            yield Way(f'give gunicorn an ASGI worker: worker_class = "{worker}" in the options', remedy)
            return
        yield self._uvicorn(case, call, starts)
        bridge = PythonRemedy(self, case)
        if call is not None and call.app is not None:
            bridge.write = lambda name: python_call.around_app(call, "ASGIMiddleware", name)
            bridge.edits = python_call.around_app(call, "ASGIMiddleware")
            bridge.need("a2wsgi>=1.10.4")
            bridge.cost(*ADAPTER_COSTS)
            title = f"keep {starts} and put the a2wsgi adapter around the app"
            yield Way(title, bridge, Applicability.UNSAFE, adapts=True)

    def _uvicorn(self, case: Case, call: python_call.StartCall | None, starts: str) -> Way:
        details, load = case.facts.server.details, case.facts.load
        remedy = PythonRemedy(self, case)
        name = load.attribute if load is not None else None
        app = call.text(call.app) if call is not None and call.app is not None else name
        if call is not None:
            host, port = details.get("host"), details.get("port")
            remedy.write = lambda name: python_call.to_uvicorn(call, name, host, port)
            remedy.edits = remedy.write(app) if app is not None else []
            kept = ("host", "hostname", "port", "app", "application")
            lost = [entry.arg for entry in call.node.keywords if entry.arg and entry.arg not in kept]
            if lost:
                remedy.cost("no counterpart, left out: " + ", ".join(lost))
        remedy.need("uvicorn")
        return Way(f"let the script start uvicorn instead of {starts}", remedy)

    def neutral(self, case: Case) -> Neutral:
        """Where the script would have listened."""
        details = case.facts.server.details
        found = Neutral()
        host, port = details.get("host"), details.get("port")
        if details.get("address_unread"):
            found.lost.append(Grave("the address that the script gives its server"))
        elif host or port:
            text = str(host or "127.0.0.1")
            found.binds = [f"{f'[{text}]' if ':' in text else text}:{port or 8000}"]
        return found


def _inner_alone(case: Case) -> bool:
    """Whether the object is all that is wrong: the inner Flask app, and the server guesses."""
    inner = any(layer.role == "inner" for layer in case.layers()[:1])
    return inner and case.facts.server.details.get("interface") in ("auto", "asgi3", "asgi")


def _argv(asked: dict[str, object]) -> list[str]:
    words = asked["argv"]
    return [str(word) for word in words] if isinstance(words, list) else []


def _known(launch: Launch, words: list[str]) -> list[str]:
    """The script's arguments without options whose value nobody knows before it runs."""
    unknown = [index for index, word in enumerate(launch.command.words) if not word.known]
    if not unknown:
        return words
    texts = launch.command.words
    left_out = set(unknown)
    for index in unknown:
        before = texts[index - 1].text if index > launch.command.arguments else ""
        if before.startswith("-") and "=" not in before:
            left_out.add(index - 1)
    return [
        word.text
        for index, word in enumerate(texts)
        if index >= launch.command.arguments and index not in left_out
    ]


SERVER = Python()
