"""Commands that run Python of the project -> the servers which that Python starts."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from connexion_doctor.commands import argv
from connexion_doctor.commands.placed_text import Text
from connexion_doctor.discovery import programs
from connexion_doctor.discovery.context import Context
from connexion_doctor.discovery.entry_points import EntryPoints
from connexion_doctor.discovery.locate import Found, Locator, below
from connexion_doctor.discovery.modules import Modules
from connexion_doctor.discovery.services import Services
from connexion_doctor.discovery.starts import Start
from connexion_doctor.discovery.tree import Tree
from connexion_doctor.discovery.written import built
from connexion_doctor.model import Command, Launch, Location, Word
from connexion_doctor.python.reach import Reach
from connexion_doctor.python.starts import PythonStart

SHOWN_KEYWORDS = (
    "host", "port", "server", "debug", "reload", "interface", "factory", "workers", "threaded", "lifespan",
)  # fmt: skip
DEEPEST = 4  # a script that runs a script that runs ...


class PythonCommands(ABC):
    """The part of the resolver that follows Python: scripts, modules, console scripts."""

    context: Context
    tree: Tree
    services: Services
    modules: Modules
    entry_points: EntryPoints
    locator: Locator

    @abstractmethod
    def launches(self, start: Start, depth: int = 0) -> Iterator[Launch]:
        """The launches of a start."""

    @abstractmethod
    def _launch(
        self,
        start: Start,
        server: str,
        folder: str,
        command: Command | None,
        target: str | None,
        environ: Mapping[str, str],
        options: Mapping[str, str],
    ) -> Launch:
        """Make a launch."""

    @abstractmethod
    def _missing(self, start: Start, reason: str) -> None:
        """Note what is not in the project."""

    def _python(
        self, start: Start, command: Command, environ: dict[str, str], depth: int
    ) -> Iterator[Launch]:
        words = command.words[command.program + 1 :]
        inside = start.command.directory if start.command else start.place.directory
        at, name = 0, None
        while at < len(words) and name is None:
            text = words[at].text
            if text.startswith("-m"):
                module = text[2:] or (words[at + 1].text if at + 1 < len(words) else "")
                behind = words[at + (1 if text[2:] else 2) :]
                yield from self._module(start, command, environ, inside, module, behind, depth)
                return
            if not text.startswith("-"):
                name = words[at]
            else:
                at += 2 if text in argv.PYTHON_VALUES else 1
        if name is None:
            return
        if not name.known:
            self.context.not_known(start.location, f"the script {name.text} is not known before it runs")
            return
        paths = start.place.paths.files(name.text, inside)
        if not paths:
            if not self._wrapped(start, words[at + 1 :], depth):
                self._missing_script(start, name.text, words[at + 1 :])
            yield from self._behind(start, words[at + 1 :], depth)
            return
        folder = self._folder_of_script(start, inside, name.text, paths[0])
        script_folder = paths[0].rpartition("/")[0]
        yield from self._file(
            start, command, environ, folder, paths[0], [script_folder, folder], None, depth, words[at + 1 :]
        )

    def _folder_of_script(self, start: Start, inside: str, name: str, path: str) -> str:
        if name.startswith("/"):
            return start.place.paths.folders(inside)[0]
        above = below(path, name)
        return start.place.paths.folders(inside)[0] if above is None else above

    def _module(
        self, start: Start, command: Command, environ: dict[str, str], inside: str, module: str,
        behind: tuple[Word, ...], depth: int,
    ) -> Iterator[Launch]:  # fmt: skip
        found = self.locator.find(start, inside, module, environ, run=True)
        if found.file is None:
            if not self._wrapped(start, behind, depth):
                self._missing_module(start, module)
            yield from self._behind(start, behind, depth)
            return
        self.locator.python_path(start, inside, environ, found)
        root = found.root
        name = module if not found.file.endswith("/__main__.py") else f"{module}.__main__"
        yield from self._file(start, command, environ, found.folder, found.file, [root], name, depth, behind)

    def _missing_module(self, start: Start, module: str) -> None:
        if programs.module_serves_nothing(module):
            self.context.other(start.location, f"python -m {module}", "it is no web server")
        else:
            self._missing(start, f"the module {module} (python -m) is not in the project")

    def _missing_script(self, start: Start, name: str, behind: tuple[Word, ...]) -> None:
        chore = bool(behind) and behind[0].text not in programs.SERVING
        if PurePosixPath(name).name == "manage.py" and chore:
            self.context.other(start.location, f"{name} {behind[0].text}", "it is a chore, no web server")
        else:
            self._missing(start, f"the script {name} is not in the project")

    def _wrapped(self, start: Start, behind: tuple[Word, ...], depth: int) -> bool:
        """Whether another start stands behind a wrapper module (``python -m x.wait uvicorn app:app``)."""
        return depth < DEEPEST and any(PurePosixPath(word.text).name in argv.PROGRAMS for word in behind[:6])

    def _behind(self, start: Start, behind: tuple[Word, ...], depth: int) -> Iterator[Launch]:
        if start.command is None or not self._wrapped(start, behind, depth):
            return
        at = next(
            index for index, word in enumerate(behind) if PurePosixPath(word.text).name in argv.PROGRAMS
        )
        inner = replace(start, command=replace(start.command, words=behind[at:]))
        for launch in self.launches(inner, depth + 1):
            command = launch.command
            if command is not None and start.command is not None:
                shift = len(start.command.words) - len(command.words)
                command = replace(
                    command,
                    words=start.command.words,
                    program=command.program + shift,
                    arguments=command.arguments + shift,
                )
            yield replace(launch, command=command)

    def _file(
        self, start: Start, command: Command, environ: dict[str, str], folder: str, path: str,
        roots: list[str], module: str | None, depth: int, behind: tuple[Word, ...] = (),
        entry: str | None = None,
    ) -> Iterator[Launch]:  # fmt: skip
        self.context.used.add(path)
        word = next((one.text for one in behind if not one.text.startswith("-")), None)
        reached = self.python_starts(path, roots, entry, word)
        yielded = False
        for file, reach, found in reached:
            if found.words:
                for launch in self._started_program(start, found, folder, environ, file, depth):
                    yielded = True
                    yield launch
                continue
            if self.modules.uses_connexion(file, roots) is False:
                self.context.other(
                    start.location,
                    f"{file}:{found.line}: {found.what}",
                    "it serves an app of another framework",
                )
                yielded = True
                continue
            yielded = True
            target = _target(found, reach.imports, module if file == path else None, file, roots)
            options = _options(found, file, path)
            yield self._launch(start, "python", folder, command, target, environ, options)
        if not yielded:
            if self._wrapped(start, behind, depth):
                yield from self._behind(start, behind, depth)
            elif behind and behind[0].text in programs.SERVING:
                self.context.not_known(
                    start.location, f"what {path} starts for {behind[0].text!r} cannot be read in it"
                )
            else:
                self.context.other(start.location, f"python {path}", "that Python starts no web server")

    def _started_program(
        self, start: Start, found: PythonStart, folder: str, environ: Mapping[str, str], file: str, depth: int
    ) -> Iterator[Launch]:
        if depth >= DEEPEST:
            return
        place = replace(start.place, environ={**start.place.environ, **environ})
        inner = replace(
            start, kind="python", place=place, location=Location(file, found.line, found.column), command=None
        )
        source = self.tree.source(file)
        words = [built(word, source) for word in found.words if source is not None]
        if found.shell:
            made = self.context.shell(Text(words[0].pieces), inner, ())
        else:
            made = self.context.words(words, inner)
        for one in made:
            yield from self.launches(one, depth + 1)

    def python_starts(
        self, path: str, roots: list[str], entry: str | None = None, word: str | None = None
    ) -> list[tuple[str, Reach, PythonStart]]:
        """The server starts that running a file (or a function of it) reaches, imports followed."""
        found: list[tuple[str, Reach, PythonStart]] = []
        pending: list[tuple[str, str | None, int]] = [(path, entry, 0)]
        seen = set()
        while pending:
            current, scope, depth = pending.pop(0)
            if (current, scope) in seen:
                continue
            seen.add((current, scope))
            inside = self.modules.starts(current)
            if inside is None:
                continue
            own = inside.reached(scope, word if current == path else None)
            found.extend((current, inside.reach, start) for start in own)
            if depth >= 3 or any(not start.words for start in own):
                continue
            for module, function in inside.reach.foreign(scope):
                file = self.modules.imported(current, module, [*roots, current.rpartition("/")[0]])
                if file is not None:
                    pending.append((file, function, depth + 1))
        return found

    def _is_python(self, path: str) -> bool:
        if path.endswith(".py"):
            return True
        return (
            self.tree.peek(path)[:100].split(b"\n")[0].startswith(b"#!")
            and b"python" in self.tree.peek(path)[:100]
        )

    def _console_script(self, start: Start, inside: str, name: str) -> str | None:
        for folder in (*start.place.paths.folders(inside), start.place.paths.base):
            found = self.entry_points.find(name, self.services.of(folder))
            if found is not None:
                return found
        return None

    def _entry(
        self, start: Start, command: Command, environ: dict[str, str], inside: str, script: str, depth: int
    ) -> Iterator[Launch]:
        module, _, function = script.partition(":")
        found = self.locator.find(start, inside, module, environ)
        file = found.file
        if file is None:
            self._missing(start, f"the module {module} of the console script is not in the project")
            return
        folders = start.place.paths.folders(inside)
        # The package is installed, or there were no such script; it runs where the command is given.
        here = found.folder if found.folder in folders else folders[0]
        found = Found(here, file, found.root)
        self.locator.python_path(start, inside, environ, found)
        root = found.root
        command = replace(command, server="python")
        behind = command.words[command.program + 1 :]
        for launch in self._file(
            start, command, environ, found.folder, file, [root], module, depth, behind, function or None
        ):
            options = {**launch.options, "entry": script} if launch.server == "python" else launch.options
            yield replace(launch, options=options)


def _target(
    found: PythonStart, imports: Mapping[str, str], module: str | None, file: str, roots: list[str]
) -> str | None:
    """What the started app is called from outside, where it has a name there."""
    if found.target is not None:
        return found.target
    if found.object is None or not found.bound or not re.fullmatch(r"[\w.]+", found.object):
        return None
    head, _, rest = found.object.partition(".")
    imported = imports.get(head)
    if (
        imported is not None
        and "." in imported
        and not imported.startswith(".")
        and imported.rpartition(".")[2] == head
    ):
        return f"{imported.rpartition('.')[0]}:{found.object}"
    if module is None:
        for root in roots:
            if not root or file.startswith(root + "/"):
                module = file[len(root) + 1 if root else 0 :].removesuffix(".py").replace("/", ".")
                break
    return f"{module}:{found.object}" if module else None


def _options(found: PythonStart, file: str, run: str) -> dict[str, str]:
    options = {"starts": found.what, "file": file, "line": str(found.line)}
    if found.target or found.object:
        options["object"] = found.target or found.object or ""
    if found.keywords:
        options["keywords"] = ",".join(found.keywords)
    options.update({name: found.keywords[name] for name in SHOWN_KEYWORDS if name in found.keywords})
    if file != run:
        options["run"] = run
    return options
