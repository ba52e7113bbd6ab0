"""The functions that an operation without one may have meant, as the probe tells them."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator, Sequence

from connexion_doctor.python.module import Function
from connexion_doctor.reading.handler_arguments import IN_PATH, Operation
from connexion_doctor.reading.modules import LaunchModules

MOST_FILES = 200


def meant(looked_for: str, operations: Sequence[Operation], modules: LaunchModules) -> dict[str, str]:
    """Functions of nearly that name, and those that take what the operation gives and need nothing else."""
    home, _, name = looked_for.rpartition(".")
    functions = dict(_functions(home, modules))
    near = difflib.get_close_matches(name, functions, n=3, cutoff=0.75)
    asked = next((one for one in operations if one.function == looked_for), None)
    given = _given(asked) if asked is not None else set()
    fitting = [key for key, node in functions.items() if given and _fits(node, given)]
    homes = _homes(name, modules) if modules.file(home) is None else ()
    found = {
        "operation_near": " ".join(near),
        "operation_fitting": " ".join(fitting),
        "operation_homes": " ".join(homes),
    }
    return {key: names for key, names in found.items() if names}


def _functions(home: str, modules: LaunchModules) -> Iterator[tuple[str, Function]]:
    """Those of a module, or of a class at the top of one."""
    file = modules.file(home)
    module = modules.module(file, home) if file is not None else None
    body: list[ast.stmt] = list(module.tree.body) if module is not None else []
    if module is None and "." in home:
        above, _, name = home.rpartition(".")
        file = modules.file(above)
        module = modules.module(file, above) if file is not None else None
        for node in module.tree.body if module is not None else ():
            if isinstance(node, ast.ClassDef) and node.name == name:
                body = list(node.body)
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield node.name, node


def _homes(name: str, modules: LaunchModules) -> Iterator[str]:
    """The modules of the working directory, and of packages in it, that define a function at their top."""
    directory = modules.directory
    if directory not in modules.folders:
        return
    packages = [path.parent for path in sorted(directory.glob("*/__init__.py"))]
    for folder in [directory, *(path for path in packages if path.name not in ("test", "tests"))]:
        for path in sorted(folder.glob("*.py"))[:MOST_FILES]:
            module = ".".join(path.relative_to(directory).with_suffix("").parts)
            if not path.name.startswith(("test_", "__init__")) and name in dict(_functions(module, modules)):
                yield module


def _given(operation: Operation) -> set[str]:
    named = {str(one["name"]) for one in operation.parameters or ()}
    return named | set(IN_PATH.findall(operation.path)) | set(operation.body or ())


def _fits(node: Function, given: set[str]) -> bool:
    takes = node.args
    if takes.vararg or takes.kwarg or node.decorator_list:
        return False
    names = [one.arg for one in (*takes.posonlyargs, *takes.args)]
    needs = {*names[: len(names) - len(takes.defaults)]}
    needs |= {
        one.arg for one, default in zip(takes.kwonlyargs, takes.kw_defaults, strict=True) if default is None
    }
    return needs <= given <= {*names, *(one.arg for one in takes.kwonlyargs)}
