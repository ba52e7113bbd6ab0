"""What code that is loaded asks of the machine it runs on: variables that are set, files that are there."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from connexion_doctor.foundation import late
from connexion_doctor.model import Location
from connexion_doctor.python.module import Use
from connexion_doctor.python.nodes import argument, name_of, short, text_in
from connexion_doctor.reading.conditions import READS, variables
from connexion_doctor.reading.doubts import Doubt
from connexion_doctor.reading.modules import LaunchModules

NUMBER = late.pattern(r"[-+]?\d+(_\d+)*(\.\d+)?")
# Calls that read a file, and which of their arguments names it.
FILES = {"logging.config.fileConfig": 0, "open": 0, "logging.config.dictConfig": -1}


class Machine:
    """The variables and files of one launch.

    :param environ: the variables that are set
    """

    def __init__(self, modules: LaunchModules, environ: Mapping[str, str]) -> None:
        self.modules, self.environ = modules, environ

    def number(self, node: ast.Call, at: Location) -> Iterator[Doubt]:
        """``int(...)`` of a variable that is no number: not set, without a default, or another text."""
        for one in node.args[:1]:
            if isinstance(one, ast.Call) and one.args and name_of(one.func) in READS:
                value = self.environ.get(text_in(one.args[0]) or "")
                if value is None and text_in(one.args[0]) in self.modules.given:
                    continue
                if len(one.args) == 1 if value is None else not NUMBER.fullmatch(value.strip()):
                    wanted = ", ".join(variables(one, {}))
                    yield Doubt(f"{short(node)[:80]} raises where the variable {wanted} is no number", at)

    def variable(self, use: Use[ast.Subscript]) -> Iterator[Doubt]:
        """``os.environ[...]``."""
        node = use.node
        if not isinstance(node.ctx, ast.Load) or name_of(node.value) not in ("os.environ", "environ"):
            return
        name = text_in(node.slice)
        if name is None or not self._is_set(name):
            shown = name or short(node.slice)[:40]
            yield Doubt(f"needs the variable {shown}, which is not set here", use.module.location(node))

    def settings(self, node: ast.Call, how: str, at: Location) -> Iterator[Doubt]:
        """Flask's settings of a file, which has to be there unless ``silent`` says otherwise."""
        text = text_in(argument(node, 0, "filename" if how == "from_pyfile" else "variable_name"))
        if text is None or argument(node, 1, "silent") is not None:
            return
        if how == "from_pyfile" and not os.path.exists(Path(self.modules.root, at.path).parent / text):
            yield Doubt(f"reads the file {text}, which is not here", at)
        if how == "from_envvar" and not self._is_set(text):
            yield Doubt(f"needs the variable {text}, which is not set here", at)

    def file(self, node: ast.Call, called: str, at: Location) -> Iterator[Doubt]:
        """A file that one of ``FILES`` reads."""
        index = FILES[called]
        text = text_in(argument(node, index, "fname")) if index >= 0 else None
        mode = text_in(argument(node, 1, "mode")) or "r"
        if text is not None and "r" in mode and not os.path.exists(Path(self.modules.directory, text)):
            yield Doubt(f"reads the file {text}, which is not here", at)

    def _is_set(self, name: str) -> bool:
        return name in self.environ or name in self.modules.given
