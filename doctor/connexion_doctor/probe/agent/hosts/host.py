"""What the servers' modules share: asking argument parsers without letting them end the process."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import importlib.util
import io
import os
import sys
from typing import Any, Iterator

from .. import describe, loading
from ..prepared import Prepared


class UsageError(Exception):
    """The server's own parser refused the arguments; the message is the parser's."""


class OnlyPrints(Exception):
    """With these arguments the server prints something (version, help) and ends."""


def missing(launch: dict[str, Any], package: str) -> Prepared | None:
    """``Prepared`` that says the server is not installed or cannot be imported; None when it can.

    The app is loaded all the same, from what the doctor read of the launch without the server
    (``launch["static"]``): what will happen once the server is there can then be said too.
    """
    name, static = launch["server"], launch.get("static") or {}
    try:
        if launch.get("candidate") and importlib.util.find_spec(package.split(".")[0]) is not None:
            return None  # a proposal of the doctor's own: no arguments that need the server's parser
        importlib.import_module(package)
    except BaseException as exc:
        absent = isinstance(exc, ModuleNotFoundError) and exc.name == package.split(".")[0]
        facts = {
            "name": name,
            "installed": not absent,
            "stage": "missing" if absent else "import",
            "error": describe.error(exc),
            "target": static.get("target"),
        }
        if not static.get("target") or launch.get("candidate"):
            return Prepared(facts)
        sys.path.insert(0, os.getcwd())
        return Prepared(
            facts,
            lambda: load_plainly(str(static["target"])),
            lambda app: (app, str(static["calls"]), None),
        )
    return None


@contextlib.contextmanager
def asking_argparse() -> Iterator[None]:
    """Inside, ``argparse`` parsers raise ``UsageError`` instead of printing and exiting."""

    def refuse(self: argparse.ArgumentParser, message: str) -> None:
        raise UsageError(message)

    kept = argparse.ArgumentParser.error
    argparse.ArgumentParser.error = refuse  # type: ignore[method-assign,assignment]
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            yield
    except SystemExit as exc:
        text = printed.getvalue().strip()
        if exc.code in (0, None):
            raise OnlyPrints(text.splitlines()[0] if text else "") from exc
        raise UsageError(text[-600:] or "exit code %s" % exc.code) from exc
    finally:
        argparse.ArgumentParser.error = kept  # type: ignore[method-assign]


def options_of_argparse(parser: argparse.ArgumentParser) -> list[tuple[list[str], str, bool]]:
    """(flags, destination, takes a value) of each option of a parser."""
    return [
        (list(action.option_strings), action.dest, action.nargs != 0)
        for action in parser._actions
        if action.option_strings
    ]


def click_context(command: Any, argv: list[str]) -> Any:
    """Parse with a click command's own parameters, without running it."""
    try:
        return command.make_context(command.name or "server", list(argv))
    except SystemExit as exc:
        raise OnlyPrints("") from exc
    except Exception as exc:
        if describe.is_a(exc, "click.exceptions.Exit"):
            raise OnlyPrints("") from exc
        if describe.is_a(exc, "click.exceptions.ClickException"):
            raise UsageError(exc.format_message()) from exc  # type: ignore[attr-defined]
        raise


def click_settings(context: Any) -> dict[str, dict[str, Any]]:
    """The parameters that were given, each with its source in our words. click 7 does not tell the source:
    there it is the command that gives what is not the default."""
    sources = {"COMMANDLINE": "command", "ENVIRONMENT": "environment"}
    ask = getattr(context, "get_parameter_source", None)
    defaults = {one.name: one.get_default(context) for one in context.command.params} if ask is None else {}
    found = {}
    for name, value in context.params.items():
        if ask is None:
            source = "command" if value != defaults.get(name) else None
        else:
            source = sources.get(getattr(ask(name), "name", ""))
        if source is not None:
            found[name] = {"value": plain(value), "source": source, "shown": shown(value)}
    return found


def options_of_click(command: Any) -> list[tuple[list[str], str, bool]]:
    """(flags, name, takes a value) of each option of a click command."""
    return [
        (list(parameter.opts) + list(parameter.secondary_opts), parameter.name, not parameter.is_flag)
        for parameter in command.params
        if getattr(parameter, "param_type_name", "") == "option"
    ]


def plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value][:50]
    if isinstance(value, type):
        return describe.class_name(value)
    return "<%s>" % describe.type_name(value)


def shown(value: Any) -> str:
    """A value as a person reads it."""
    held = plain(value)
    return (
        held if isinstance(held, str) else ", ".join(map(str, held)) if isinstance(held, list) else str(held)
    )


def faulty(facts: dict[str, Any], exc: BaseException) -> Prepared:
    """``Prepared`` for arguments or a configuration that the server refuses."""
    if isinstance(exc, UsageError):
        return Prepared(dict(facts, stage="arguments", usage_error=str(exc)))
    if isinstance(exc, OnlyPrints):
        return Prepared(dict(facts, stage="prints", usage_error=str(exc)))
    return Prepared(dict(facts, stage="configuration", error=describe.error(exc)))


def version_of(distribution: str) -> str | None:
    """The installed version of a distribution, from its metadata."""
    from importlib import metadata

    try:
        return metadata.version(distribution)
    except Exception:
        return None


def load_plainly(target: str) -> loading.Loaded:
    """``module:attribute`` without any server: dotted attributes, and a call without arguments."""
    module, _, attribute = target.partition(":")
    attribute = attribute or "application"
    name = attribute[:-2] if attribute.endswith("()") else attribute
    loaded = loading.load(target, module, attribute, lambda: attribute_path(sys.modules[module], name))
    return loading.call_factory(loaded) if name != attribute else loaded


def attribute_path(value: Any, path: str) -> Any:
    """``a.b.c`` looked up by ``getattr`` from a module, as servers do: its ``__getattr__`` has a say."""
    for name in path.split("."):
        value = getattr(value, name)
    return value
