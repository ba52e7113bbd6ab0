"""Files of packages and of their tools: setup.py, setup.cfg, pyproject.toml, Pipfile, lock files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from connexion_doctor.foundation import json_text, toml_text
from connexion_doctor.model import Location
from connexion_doctor.model.source import Source
from connexion_doctor.python.module import Unread
from connexion_doctor.requirements.addresses import specifier
from connexion_doctor.requirements.canonical import canonical
from connexion_doctor.requirements.reading import Reading
from connexion_doctor.requirements.requirement_lists import by_address
from connexion_doctor.requirements.specifiers import poetry_specifier


def setup_cfg(self: Reading, path: Path, source: Source) -> None:
    """``setup.cfg`` of setuptools."""
    import configparser

    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(source.text)
    except configparser.Error as error:
        raise ValueError(str(error)) from error
    self.name = parser.get("metadata", "name", fallback="").strip()
    for text in parser.get("options", "install_requires", fallback="").splitlines():
        line(self, text, source, "setup.cfg")
    if parser.has_section("options.extras_require"):
        for extra, value in parser.items("options.extras_require"):
            for text in value.splitlines():
                line(self, text, source, "setup.cfg", extra)
    wanted = parser.get("options", "python_requires", fallback="")
    self.python(wanted, source, "setup.cfg", wanted)


def line(self: Reading, text: str, source: Source, kind: str, group: str = "") -> None:
    """One requirement as it stands in a list, or a note that it could not be read."""
    text = re.sub(r"(^|\s)#.*$", "", text).strip()
    if text and not self.add(text, source, kind, group=group):
        self.unread.append(Unread(source.path, text))


def setup_py(self: Reading, path: Path, source: Source) -> None:
    """What stands in ``setup.py`` as literals; it is not run."""
    import ast

    if source.tree is None:
        raise ValueError("not Python that can be parsed")
    for node in ast.walk(source.tree):
        name = getattr(getattr(node, "func", None), "id", getattr(getattr(node, "func", None), "attr", ""))
        if not isinstance(node, ast.Call) or name != "setup":
            continue
        for keyword in node.keywords:
            value = _known(source, keyword.value)
            if keyword.arg == "install_requires" and isinstance(value, list | tuple):
                for text in value:
                    line(self, str(text), source, "setup.py")
            elif keyword.arg == "install_requires":
                self.unread.append(Unread(source.path, f"line {keyword.value.lineno}: install_requires"))
            elif keyword.arg == "extras_require" and isinstance(value, dict):
                for extra, texts in value.items():
                    for text in texts:
                        line(self, str(text), source, "setup.py", str(extra))
            elif keyword.arg == "name" and isinstance(value, str):
                self.name = value
            elif keyword.arg == "python_requires" and isinstance(value, str):
                self.python(value, source, "setup.py", value)


def _known(source: Source, node: object) -> object:
    """A literal, directly or behind a name of the module."""
    import ast

    if isinstance(node, ast.Name):
        found = source.assignments.get(node.id)
        return found.literal if found is not None else None
    try:
        return ast.literal_eval(node)  # type: ignore[arg-type]
    except (ValueError, TypeError, SyntaxError):
        return None


def toml(text: str) -> dict[str, Any]:
    """The tables of a TOML file; ValueError when it is none."""
    try:
        return toml_text.parsed(text)
    except ValueError as error:
        raise ValueError(f"not TOML: {error}") from error


def table(value: object, *keys: str) -> dict[str, object]:
    """The table at a path of keys; an empty one where there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _texts(value: object) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def pyproject(self: Reading, path: Path, source: Source) -> None:
    """``pyproject.toml`` of every build tool."""
    data = toml(source.text)
    project = table(data, "project")
    groups: list[tuple[str, object]] = [("", project.get("dependencies"))]
    groups += list(table(project, "optional-dependencies").items())
    groups += [(name, texts) for name, texts in table(data, "dependency-groups").items()]
    tool = table(data, "tool")
    self.name = str(project.get("name") or table(tool, "poetry").get("name") or "")
    groups += list(table(tool, "pdm", "dev-dependencies").items())
    groups.append(("development", table(tool, "uv").get("dev-dependencies")))
    groups += [
        (f"environment {name}", table({"x": env}, "x").get(key))
        for name, env in table(tool, "hatch", "envs").items()
        for key in ("dependencies", "extra-dependencies")
    ]
    flit = table(tool, "flit", "metadata")  # before flit took up the standard
    groups.append(("", flit.get("requires")))
    groups += list(table(flit, "requires-extra").items())
    for group, texts in groups:
        for text in _texts(texts):
            line(self, text, source, "pyproject.toml", group)
    for key in ("constraint-dependencies", "override-dependencies"):
        for text in _texts(table(tool, "uv").get(key)):
            self.add(text, source, "pyproject.toml", constraint=True)
    python = project.get("requires-python")
    if isinstance(python, str):
        self.python(python, source, "pyproject.toml", python)
    poetry = table(tool, "poetry")
    _poetry(self, table(poetry, "dependencies"), source, "")
    _poetry(self, table(poetry, "dev-dependencies"), source, "development")
    for name, group_table in table(poetry, "group").items():
        group = "" if name == "main" else name
        _poetry(self, table({"x": group_table}, "x", "dependencies"), source, group)


def _poetry(self: Reading, table: dict[str, object], source: Source, group: str) -> None:
    for name, value in table.items():
        if name == "python":
            if isinstance(value, str):
                self.python(poetry_specifier(value), source, "pyproject.toml", value)
            continue
        if isinstance(value, dict) and not value.get("version"):  # from git, a path or an address
            if canonical(name) == "connexion":
                _from_address(self, name, value, source, group)
                continue
            value = {**value, "version": "*"}
        self.entry(name, value, source, "pyproject.toml", group)


def _from_address(self: Reading, name: str, value: dict[str, object], source: Source, group: str) -> None:
    """Connexion from a repository or an archive: the version that its address tells."""
    git, url = value.get("git"), value.get("url")
    ref = value.get("tag") or value.get("rev") or value.get("branch")
    address = f"git+{git}{f'@{ref}' if ref else ''}" if git else str(url or value.get("path") or "")
    extras = value.get("extras")
    listed = f"[{','.join(map(str, extras))}]" if isinstance(extras, list) and extras else ""
    told = specifier(address) if git or url else ""
    place = self.line_of(source, name) or Location(source.path, 1)
    by_address(self, f"{name}{listed}{told}", address, source, place, group=group)


def pipfile(self: Reading, path: Path, source: Source) -> None:
    """``Pipfile`` of Pipenv."""
    data = toml(source.text)
    for name, value in table(data, "packages").items():
        self.entry(name, value, source, "Pipfile")
    for name, value in table(data, "dev-packages").items():
        self.entry(name, value, source, "Pipfile", "development")
    version = table(data, "requires").get("python_version")
    if isinstance(version, str):
        self.python(f"=={version}.*", source, "Pipfile", version)


def pipfile_lock(self: Reading, path: Path, source: Source) -> None:
    """``Pipfile.lock``: what is locked."""
    data = json_text.parsed(source.text)
    for section, group in (("default", ""), ("develop", "development")):
        for name, value in table(data, section).items():
            if isinstance(value, dict) and value.get("version"):
                self.entry(name, value, source, "Pipfile.lock", group, locked=True)


def lock(self: Reading, path: Path, source: Source) -> None:
    """A lock file of Poetry, PDM or uv, or of the standard (``pylock.toml``): what is locked."""
    data = toml(source.text)
    packages = data.get("packages" if path.name.startswith("pylock") else "package")
    for package in packages if isinstance(packages, list) else []:
        name, version = package.get("name"), package.get("version")
        source_of = package.get("source")
        here = isinstance(source_of, dict) and {"virtual", "editable", "directory"} & set(source_of)
        if isinstance(name, str) and isinstance(version, str) and not here:  # no folder has an index
            group = "development" if package.get("category") == "dev" else ""
            kind = "pylock.toml" if path.name.startswith("pylock") else path.name
            value = {"version": version, "markers": _of_fork(package)}
            self.entry(name, value, source, kind, group, locked=True)


def _of_fork(package: dict[str, object]) -> str | None:
    """The marker under which one of several versions of a package is installed: uv's ``resolution-markers``,
    of which one has to hold, Poetry's ``markers``, PDM's and the standard's ``marker``."""
    forks = package.get("resolution-markers")
    if isinstance(forks, list) and forks:
        return " or ".join(f"({one})" for one in forks)
    given = package.get("markers") or package.get("marker")
    return given if isinstance(given, str) else None
