"""Imports that nothing will satisfy: what an app imports and neither the project nor the packages bring."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from connexion_doctor.model import Location
from connexion_doctor.python.module import Module, Use
from connexion_doctor.python.nodes import text_in
from connexion_doctor.python.starts import starts_of
from connexion_doctor.reading.modules import LaunchModules
from connexion_doctor.reading.versions import Versions

MOST = 60  # files that are followed
# What Connexion, Flask and Starlette bring along; an import of it needs no requirement of its own.
BROUGHT = frozenset(
    "connexion flask werkzeug jinja2 markupsafe click itsdangerous blinker starlette anyio httpx a2wsgi "
    "asgiref yaml jsonschema requests inflection typing_extensions packaging clickclick uvicorn "
    "openapi_spec_validator swagger_ui_bundle multipart importlib_metadata setuptools".split()
)


def missing(
    module: Module,
    modules: LaunchModules,
    versions: Versions,
    environ: Mapping[str, str],
    *,
    served: bool = True,
) -> tuple[str, Location] | None:
    """What may fail while a module is imported, in words, with its place: an import, a variable that is not
    set. None where all is known to be there.

    :param environ: what the launch sets
    :param served: a server imports it: it starts none itself
    """
    pending, seen = [module], {module.path}
    while pending and len(seen) < MOST:
        current = pending.pop(0)
        variable = _variable(current, modules, environ) or (_asking(current, modules) if served else None)
        if variable is not None:
            return variable
        for use, name in _imports(current):
            first = name.partition(".")[0]
            if first in sys.stdlib_module_names:
                continue
            path = modules.file(name)
            if path is not None or modules.file(first) is not None or modules.is_folder(first):
                inside = modules.module(path, name) if path is not None else None
                if inside is not None and inside.path not in seen:
                    seen.add(inside.path)
                    pending.append(inside)
                continue
            if not brings(first, versions):
                what = f"imports {first}, which nothing here is known to bring"
                return what, current.location(use.node)
            if not _has_submodule(name, use, versions):
                return f"imports {name}, which the installed {first} has not got", current.location(use.node)
    return None


# Modules of Connexion 3 that are imported by name, and how those that went begin (connexion 3.3).
OF_CONNEXION_3 = frozenset(
    "apps apps.flask apps.asynchronous apps.abstract cli context datastructures exceptions frameworks "
    "handlers http_facts json_schema jsonifier lifecycle middleware middleware.main mock operations "
    "options problem resolver security spec testing types uri_parsing utils validators".split()
)


def _has_submodule(name: str, use: Use[ast.Import | ast.ImportFrom], versions: Versions) -> bool:
    """Whether a module of a package is there; a name that may be no module is given the benefit."""
    node = use.node
    if isinstance(node, ast.ImportFrom) and name != node.module:
        return True
    first, _, rest = name.partition(".")
    if not rest:
        return True
    if versions.paths:
        parts = name.split(".")
        return any(_has(Path(path, *parts[:-1]), parts[-1]) for path in versions.paths)
    return first != "connexion" or versions.major != 3 or rest in OF_CONNEXION_3


# Calls that need somebody to answer while the module is imported.
ASKING = re.compile(
    r"socket\.create_connection|urllib\.request\.urlopen|requests\.(get|post|put|head)|httpx\.(get|post)|"
    r"(psycopg2?|pymysql|MySQLdb|pymssql|pyodbc|cx_Oracle|oracledb)\.connect"
)


def _asking(module: Module, modules: LaunchModules) -> tuple[str, Location] | None:
    """What the module level calls that may fail, or spoils the app."""
    for use in module.calls:
        if use.guarded or use.main or not use.scope.is_module:
            continue
        name = modules.names.raw(use.node.func, module, use.scope) or ""
        last = use.node.func.attr if isinstance(use.node.func, ast.Attribute) else ""
        if ASKING.fullmatch(name):
            return f"{name} is called while it is imported", module.location(use.node)
        if last == "test_client":
            return "a request is made while it is imported", module.location(use.node)
    starts = [one for one in starts_of(module).starts if one.scope is None and not one.words]
    main = {use.node.lineno for use in module.calls if use.main}
    for one in starts:
        if one.line not in main and one.what != "gunicorn.BaseApplication":
            return f"{one.what} starts a server while it is imported", Location(module.path, one.line)
    return None


def _variable(
    module: Module, modules: LaunchModules, environ: Mapping[str, str]
) -> tuple[str, Location] | None:
    """A variable that the module cannot be loaded without: ``os.environ["NAME"]`` outside of functions."""
    for use in module.subscripts:
        node, outside = use.node, use.scope.is_module or use.scope.is_class
        if use.guarded or use.main or not outside or not isinstance(node.ctx, ast.Load):
            continue
        if modules.names.raw(node.value, module, use.scope) != "os.environ":
            continue
        name = text_in(node.slice)
        if name is None or name not in environ:
            shown = f" {name}" if name else ""
            return f"needs the environment variable{shown}, which nothing sets here", module.location(node)
    return None


def _imports(module: Module) -> Iterator[tuple[Use[ast.Import | ast.ImportFrom], str]]:
    """The imports that happen when the module is loaded, and are not forgiven."""
    for use in module.imports:
        if use.guarded or use.main or not use.scope.is_module:
            continue
        node = use.node
        if isinstance(node, ast.Import):
            yield from ((use, alias.name) for alias in node.names)
            continue
        base = node.module or ""
        if node.level:
            parts = (module.names[0] if module.names else "").split(".")
            drop = node.level - (1 if module.is_package else 0)
            base = ".".join(
                [*(part for part in parts[: len(parts) - drop] if part), *([base] if base else [])]
            )
        if base:
            yield use, base
            yield from ((use, f"{base}.{alias.name}") for alias in node.names)


def brings(name: str, versions: Versions) -> bool:
    """Whether the packages of an environment, or those that are asked for, bring a module."""
    if versions.paths:
        return any(_has(Path(path), name) for path in versions.paths)
    plain = re.sub(r"[-_.]+", "", name).lower()
    asked = [re.sub(r"[-_.]+", "", one) for one in versions.packages or {}]
    near = any(plain in one or one in plain or plain.removeprefix("py") in one for one in asked)
    return name in BROUGHT or near


def _has(folder: Path, name: str) -> bool:
    single = (folder / f"{name}.py").is_file() or any(folder.glob(f"{name}.*.so"))
    return single or (folder / name).is_dir()
