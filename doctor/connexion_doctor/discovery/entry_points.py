"""Console scripts of the project: command name -> ``module:function``.

Sources: the entry points specification of packaging.python.org, Poetry's ``[tool.poetry.scripts]``.
"""

from __future__ import annotations

import ast
import configparser
from collections.abc import Callable, Iterator, Mapping

from connexion_doctor.discovery.services import Services
from connexion_doctor.discovery.tree import Tree
from connexion_doctor.foundation import toml_text
from connexion_doctor.model.source import Source, parsed


class EntryPoints:
    """The console scripts of each service, read when first asked for."""

    def __init__(self, tree: Tree, services: Services) -> None:
        self.tree = tree
        self.services = services
        self._of: dict[str, dict[str, str]] = {}

    def find(self, name: str, service: str) -> str | None:
        """What a console script of the service calls."""
        if service not in self._of:
            self._of[service] = dict(self._read(service))
        return self._of[service].get(name)

    def _read(self, service: str) -> Iterator[tuple[str, str]]:
        for path in self.services.manifests_of(service):
            source = self.tree.source(path) if path.rpartition("/")[2] in FILES else None
            if source is not None:
                yield from scripts(source)


def scripts(source: Source) -> Iterator[tuple[str, str]]:
    """The console scripts that a file names, each with what it calls."""
    reader = FILES.get(source.path.rpartition("/")[2])
    if reader is not None:
        yield from reader(source.text)


def dig(data: object, *keys: str) -> object:
    """What nested mappings hold under some keys; None where they do not."""
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def _pyproject(text: str) -> Iterator[tuple[str, str]]:
    try:
        data = toml_text.parsed(text)
    except ValueError:
        return
    for keys in (("project", "scripts"), ("tool", "poetry", "scripts")):
        scripts = dig(data, *keys)
        for name, value in scripts.items() if isinstance(scripts, dict) else ():
            if isinstance(value, dict):
                value = value.get("callable") or value.get("reference")
            if isinstance(value, str):
                yield name, value


def _setup_cfg(text: str) -> Iterator[tuple[str, str]]:
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
        lines = parser.get("options.entry_points", "console_scripts", fallback="")
    except configparser.Error:
        return
    yield from _lines(lines.splitlines())


def _setup_py(text: str) -> Iterator[tuple[str, str]]:
    try:
        tree = parsed(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "console_scripts":
                    texts = [
                        one.value
                        for one in ast.walk(value)
                        if isinstance(one, ast.Constant) and isinstance(one.value, str)
                    ]
                    yield from _lines(line for one in texts for line in one.splitlines())


def _lines(lines: object) -> Iterator[tuple[str, str]]:
    for line in lines:  # type: ignore[attr-defined]
        name, equals, value = line.partition("=")
        if equals and value.strip():
            yield name.strip(), value.partition("[")[0].strip()


FILES: Mapping[str, Callable[[str], Iterator[tuple[str, str]]]] = {
    "pyproject.toml": _pyproject,
    "setup.cfg": _setup_cfg,
    "setup.py": _setup_py,
}
