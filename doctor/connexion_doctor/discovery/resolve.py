"""Starts -> launches: which server, which app, in which folder of the project.

A start whose command runs Python of the project is followed into that Python; one that cannot be known,
or that serves no Connexion app, is noted in the context.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from connexion_doctor.commands import argv
from connexion_doctor.commands.directories import joined
from connexion_doctor.commands.placed_text import Text, listed
from connexion_doctor.discovery import gunicorn_conf, made_files, programs, targets, uwsgi_conf
from connexion_doctor.discovery.context import Context, env_file
from connexion_doctor.discovery.entry_points import EntryPoints
from connexion_doctor.discovery.locate import Found, Locator, absolute, below
from connexion_doctor.discovery.modules import Modules
from connexion_doctor.discovery.python_commands import PythonCommands
from connexion_doctor.discovery.services import Services
from connexion_doctor.discovery.starts import Start
from connexion_doctor.foundation import late
from connexion_doctor.model import Command, Launch, Location, Origin, Word, Written

# Variables that describe the machine or image on which the start runs, not the app.
MACHINE = listed("PATH HOME PYTHONHOME PYTHONUSERBASE VIRTUAL_ENV LD_LIBRARY_PATH TMPDIR USER SHELL PWD")

APP = late.pattern(r"(?i)^[a-z_][\w.]*:\w*(app|api|asgi|wsgi|create|make|main)")  # the shape of a target
SCRIPTS = listed("entrypoint docker-entrypoint start")  # by their names, of the project

# Files of chores: ``python -m pytest`` in one of them is no start that could not be read.
CHORES = ("shell", "makefile", "tasks", "console-script")


class Resolver(PythonCommands):
    """Makes launches of starts."""

    def __init__(self, context: Context, services: Services, modules: Modules) -> None:
        self.context = context
        self.tree = context.tree
        self.services = services
        self.modules = modules
        self.entry_points = EntryPoints(context.tree, services)
        self.locator = Locator(context.tree, services, modules)

    def launches(self, start: Start, depth: int = 0) -> Iterator[Launch]:
        """The launches of a start (usually one or none)."""
        if start.kind == "tasks" and start.service:
            self.context.tasks.add(start.service)
        if start.command is None:
            yield from self._plain(start)
            return
        environ = {name: _text(value) for name, value in start.command.environ.items()}
        command = argv.read(start.command.words, start.command.style)
        environ.update(command.environ)
        if command.server == "python":
            yield from self._python(start, command, environ, depth)
        elif command.server is not None:
            if targets.starts_server(command):
                yield from self._server(start, command, environ)
        else:
            yield from self._program(start, command, environ, depth)

    # --- servers

    def _server(self, start: Start, command: Command, environ: dict[str, str]) -> Iterator[Launch]:
        server = command.server or ""
        target = targets.target_of(command, environ)
        options = self._container_paths(start, _paths_in(command))
        inside = start.command.directory if start.command else start.place.directory
        changed = targets.option(command, "--chdir", "--app-dir", "--chdir2", "--working-directory")
        base = inside
        made = made_files.of_names(start, self._configurations(command, environ), inside)
        if server == "gunicorn":
            target, chdir = self._gunicorn(start, command, inside, environ, target, made)
            changed = Word(chdir) if chdir and changed is None else changed
        elif server == "uwsgi":
            target, chdir, named = self._uwsgi(start, command, inside, target, made)
            options.update(self._container_paths(start, named))
            changed = Word(chdir) if chdir and changed is None else changed
            base = joined(inside, chdir) if chdir else inside
            if target is None and self._is_emperor(start, command, inside):
                self.context.other(start.location, "uwsgi", "it starts other instances, by their own files")
                return
        elif server == "hypercorn":
            conf = targets.option(command, "-c", "--config")
            named = self._files(start, conf.text.removeprefix("file:"), inside) if conf is not None else []
            self.context.used.update(named[:1])
        elif server == "flask" and target is None:
            target = self._flask_app(start, inside)
        elif server == "connexion" and target is not None:
            yield self._launch(
                start, server, start.place.paths.folders(inside)[0], command, target, environ, options
            )
            return
        module = targets.module_of(target, server) if target else None
        imports_from = joined(inside, changed.text) if changed is not None and changed.known else inside
        found = self.locator.find(start, imports_from, module, environ)
        folder = start.place.paths.folders(base)[0] if changed is not None else found.folder
        if changed is not None and start.place.paths.climb and found.file is not None:
            above = below(found.folder, changed.text)
            folder = folder if above is None else above
        self.locator.python_path(start, inside, environ, found)
        if self._is_other(start, found, " ".join(word.text for word in command.words[command.program :])):
            return
        if server == "mod_wsgi" and target is not None and found.file is not None:
            self.context.used.add(found.file)
            target = _script_here(target, found.file, folder)
        launch = self._launch(start, server, folder, command, target, environ, options)
        if server == "mod_wsgi":  # a host that calls the app itself: no word of its command is changed
            launch = replace(launch, command=Command((), 0, 0, environ=launch.command.environ))
        yield replace(launch, written=made)

    def _configurations(self, command: Command, environ: Mapping[str, str]) -> list[str]:
        """The names of the configuration files that a server reads, as it is given them."""
        if command.server == "gunicorn":
            word = targets.option(command, "-c", "--config")
            given = re.search(r"(?:^|\s)(?:-c|--config)[ =](\S+)", environ.get("GUNICORN_CMD_ARGS", ""))
            return [word.text if word is not None else given[1] if given else "./gunicorn.conf.py"]
        if command.server != "uwsgi":
            return []
        flags = ("--ini", "-i", "--yaml", "-y", "--yml", "--json", "-j", "--xml", "-x")
        named = [word.text for flag in flags if (word := targets.option(command, flag)) is not None]
        words = [word.text for word in command.words[command.arguments :]]
        named += [text for text in words if text.endswith((".ini", ".yaml", ".yml", ".json", ".xml"))]
        return [text.partition("=")[2] if text.startswith("--") else text for text in named]

    def _gunicorn(
        self, start: Start, command: Command, inside: str, environ: Mapping[str, str], target: str | None,
        made: Mapping[str, Written],
    ) -> tuple[str | None, str | None]:  # fmt: skip
        (name,) = self._configurations(command, environ)
        if name.startswith("python:"):
            return target, None
        chdir = None
        sources = [made_files.source_of(name, one) for one in made.values()]
        for path in self._files(start, name.removeprefix("file:"), inside)[:1] if not made else ():
            self.context.used.add(path)
            sources.append(self.tree.source(path))
        for source in sources:
            found = gunicorn_conf.settings(source) if source is not None else {}
            if target is None and "wsgi_app" in found:
                target = found["wsgi_app"].value or None
            chdir = found["chdir"].value or None if "chdir" in found else None
        return target, chdir

    def _flask_app(self, start: Start, inside: str) -> str | None:
        """``FLASK_APP`` of the files that the flask command reads."""
        for name in (".env", ".flaskenv"):
            for path in self._files(start, name, inside)[:1]:
                source = self.tree.source(path)
                value = env_file(source).get("FLASK_APP") if source is not None else None
                if value is not None:
                    return _text(value)
        return None

    def _uwsgi(
        self, start: Start, command: Command, inside: str, target: str | None, made: Mapping[str, Written]
    ) -> tuple[str | None, str | None, list[str]]:
        """The target, the folder that is changed to, and the paths that a configuration file names."""
        changed = targets.option(command, "--chdir")
        for name in self._configurations(command, {}):
            if name in made:
                source = made_files.source_of(name, made[name])
                found = uwsgi_conf.read(source) if source is not None else None
            else:
                path = next(iter(self._files(start, name, inside)), None)
                if path is None:
                    continue
                self.context.used.add(path)
                found = self._uwsgi_file(path)
            if found is not None and target is None:
                self.context.used |= set(self._files(start, found.target or "", inside)[:1])
                return found.target, changed.text if changed is not None else found.chdir, found.paths
        return target, changed.text if changed is not None else None, []

    def _is_emperor(self, start: Start, command: Command, inside: str) -> bool:
        """Whether uWSGI is told to start instances, and no app."""
        if targets.option(command, "--emperor", "--vassals-dir") is not None:
            return True
        paths = [
            path for name in self._configurations(command, {}) for path in self._files(start, name, inside)
        ]
        sources = [source for path in paths if (source := self.tree.source(path)) is not None]
        try:
            return any(uwsgi_conf.starts_others(source) for source in sources)
        except ValueError:
            return False  # told where it is read for its app

    def _uwsgi_file(self, path: str) -> uwsgi_conf.UwsgiFile | None:
        source = self.tree.source(path)
        try:
            return uwsgi_conf.read(source) if source is not None else None
        except ValueError as error:
            self.tree.problem(
                path, getattr(error, "line", None) or getattr(error, "lineno", None), str(error)
            )
            return None

    def _files(self, start: Start, name: str, inside: str) -> list[str]:
        return start.place.paths.files(name, inside)

    def _container_paths(self, start: Start, texts: Iterable[str], *, guess: bool = True) -> dict[str, str]:
        """Absolute paths in texts that the project has elsewhere: ``path:/app/x.py`` -> ``x.py``.

        :param guess: whether a file of the project with the same end may be meant
        """
        options = {}
        for text in texts:
            path = text.rstrip("/") or text
            if path.startswith("/") and not path.startswith(str(self.tree.root)):
                paths = start.place.paths
                guessed = next(iter(paths.files(path, "/")), None) if guess else None
                mapped = guessed or paths.copied_to(path)
                if mapped is not None:
                    options[f"path:{path}"] = mapped
        return options

    # --- other programs

    def _program(
        self, start: Start, command: Command, environ: dict[str, str], depth: int
    ) -> Iterator[Launch]:
        if command.program >= len(command.words):
            return
        word = command.words[command.program]
        name = PurePosixPath(word.text).name
        if word.text == "$@":
            return
        if not word.known:
            behind = command.words[command.program + 1 : command.program + 2]
            if behind and (behind[0].text == "-m" or behind[0].text.endswith(".py")):
                # ``$PYTHON -m package``: what is run tells that the interpreter is meant
                words = (
                    *command.words[: command.program],
                    Word("python"),
                    *command.words[command.program + 1 :],
                )
                guessed = argv.read(words, command.style)
                yield from self._python(start, replace(guessed, words=command.words), environ, depth)
                return
            self._unknown_program(start, command, word.text)
            return
        inside = start.command.directory if start.command else start.place.directory
        for path in self._files(start, word.text, inside)[:1] if "/" in word.text or "." in name else []:
            if self._is_python(path):
                folder = self._folder_of_script(start, inside, word.text, path)
                root = path.rpartition("/")[0]
                behind = command.words[command.program + 1 :]
                yield from self._file(
                    start, command, environ, folder, path, [root, folder], None, depth, behind
                )
                return
        script = self._console_script(start, inside, name)
        behind = command.words[command.program + 1 :]
        if script is not None:
            yield from self._entry(start, command, environ, inside, script, depth)
        elif name not in programs.MENTIONS and self._wrapped(start, behind, depth):
            yield from self._behind(start, behind, depth)
        elif name in programs.NO_SERVERS:
            self.context.other(start.location, name, "it is no web server")
        elif name in programs.TOOLS:
            return
        elif name.endswith((".sh", ".start", ".bash")) or name in SCRIPTS:
            self._missing(start, f"the script {word.text} is not in the project")
        else:
            reason = f"the command {word.text} is none that the doctor knows"
            self.context.doubt(start, inside, reason, word.text)

    def _unknown_program(self, start: Start, command: Command, text: str) -> None:
        """A variable stands for the program: told, but of chores only where an app stands behind it."""
        reason = f"the command {text} is not known before it runs"
        by_itself = start.kind == "shell" and start.location.path == self.context.reading
        if any(APP.match(one.text) for one in command.words):
            self.context.not_known(start.location, reason)
        elif by_itself:
            inside = start.command.directory if start.command else start.place.directory
            self.context.doubt(start, inside, reason)
        elif start.kind not in ("makefile", "tasks", "python"):
            self.context.not_known(start.location, reason)

    # --- outcomes

    def _plain(self, start: Start) -> Iterator[Launch]:
        server = start.server or ""
        module = targets.module_of(start.target, server) if start.target else None
        environ = {name: _text(value) for name, value in start.place.environ.items()}
        found = self.locator.find(start, start.place.directory, module, environ)
        if self._is_other(start, found, f"{server} {start.target or ''}".strip()):
            return
        self.locator.python_path(start, start.place.directory, environ, found)
        command = None
        options = dict(start.options)
        if server == "uwsgi" and "config" in options:
            command = _uwsgi_command(options["config"], found.folder)
            file = self._uwsgi_file(options["config"])
            options.update(self._container_paths(start, file.paths if file is not None else ()))
            inside = start.place.directory
            if inside.startswith("/") and not os.path.isdir(inside):  # chdir, where it is deployed
                options.setdefault(f"path:{inside}", absolute(self.tree.root, found.folder))
        yield self._launch(start, server, found.folder, command, start.target, environ, options)

    def _is_other(self, start: Start, found: Found, what: str) -> bool:
        if found.file is None:
            return False
        root = found.root
        if self.modules.uses_connexion(found.file, [root]) is False:
            self.context.other(start.location, what[:120], "it serves an app of another framework")
            return True
        return False

    def _missing(self, start: Start, reason: str) -> None:
        if start.kind not in CHORES:
            self.context.not_known(start.location, reason)
        else:
            inside = start.command.directory if start.command else start.place.directory
            self.context.doubt(start, inside, reason)

    def _launch(
        self, start: Start, server: str, folder: str, command: Command | None, target: str | None,
        environ: Mapping[str, str], options: Mapping[str, str],
    ) -> Launch:  # fmt: skip
        location = _origin(start, command)
        origin = Origin(start.kind, location.path, location.line, location.column, start.service)
        environ = {name: value for name, value in environ.items() if name not in MACHINE}
        options = {**self._container_paths(start, environ.values(), guess=False), **options}
        command = command or Command((), 0, 0)  # hosts that call the app themselves are given no command
        command = replace(command, environ=dict(environ))
        return Launch(
            "",
            origin,
            server,
            absolute(self.tree.root, folder),
            command,
            target,
            dict(environ),
            False,
            options,
            _variables(start, environ),
            start.place.stage,
            given=tuple(sorted(start.place.given - environ.keys())),
        )


def _script_here(target: str, file: str, folder: str) -> str:
    """The script that mod_wsgi-express runs, by its path from the folder that it runs in."""
    script, colon, name = target.partition(":")
    if not file.endswith(script.rpartition("/")[2]):
        return target  # a module
    return f"{file.removeprefix(f'{folder}/') if folder else file}{colon}{name}"


def _paths_in(command: Command) -> Iterator[str]:
    """What may be paths in a server's arguments: words, and the values of ``--option=value`` and lists."""
    for word in command.words[command.arguments :]:
        for text in (word.text, word.text.partition("=")[2]):
            yield from (text, *text.split(",")) if "," in text else (text,)


def _origin(start: Start, command: Command | None) -> Location:
    """Where a start is said: at its program, but where the file that declares it gives arguments to the
    program of another one (a Compose service, to its image's entry point), in that file."""
    words = command.words[command.program :] if command is not None else ()
    places = [word.location for word in words if word.location is not None]
    if not places:
        return start.location
    declared = any(place.path == start.location.path for place in places)
    return start.location if declared and places[0].path != start.location.path else places[0]


def _variables(start: Start, environ: Mapping[str, str]) -> dict[str, Location]:
    """Where the values of a launch's variables stand."""
    places = start.command.variables if start.command is not None else {}
    return {name: place for name, place in places.items() if name in environ}


def _uwsgi_command(config: str, folder: str) -> Command:
    """The command that starts uWSGI with a configuration file."""
    name = config[len(folder) + 1 :] if folder and config.startswith(folder + "/") else config
    kind = name.rpartition(".")[2]
    return argv.read(argv.words_of(["uwsgi", f"--{'yaml' if kind == 'yml' else kind}", name]))


def _text(value: Text | str) -> str:
    return value if isinstance(value, str) else value.value
