"""gunicorn: its own configuration loader, worker loader and app loader, asked in the target."""

from __future__ import annotations

import functools
import importlib
import os
import sys
from typing import Any

from .. import describe, loading, worker_settings
from ..describe import quietly
from ..prepared import Prepared
from . import gunicorn_start, host

COMMAND = "gunicorn.app.wsgiapp"  # the module of its command: imported while the request is awaited

# Whose values may be secrets: shown by name only.
SECRET_SETTINGS = ("raw_env",)


def prepare(launch: dict[str, Any]) -> Prepared:
    """Load the configuration as ``gunicorn ARGV`` would, resolve the worker class."""
    absent = host.missing(launch, COMMAND)
    if absent is not None:
        return absent
    import gunicorn

    facts: dict[str, Any] = {
        "name": "gunicorn",
        "installed": True,
        "version": gunicorn.__version__,
        "stage": "ready",
    }
    if not launch.get("here", True):
        _accept_unknown_accounts()
    try:
        with host.asking_argparse():
            read = _read_candidate if launch.get("candidate") else _read
            reader = read(launch["argv"], facts)
        _apply_environment(reader.cfg)
    except BaseException as exc:
        if describe.is_a(exc, "gunicorn.errors.ConfigError") and "No application" in str(exc):
            exc = host.UsageError(str(exc))
            return Prepared(dict(facts, stage="no-target", usage_error=str(exc)))
        return host.faulty(facts, exc)
    cfg = reader.cfg
    facts["target"] = launch.get("target") or reader.app_uri
    worker = _Worker(cfg)
    facts["worker"] = worker.facts
    facts["calls"] = worker.facts["calls"]
    if worker.cls is not None and not launch.get("candidate"):
        given = [name for name, setting in facts["settings"].items() if setting["source"] != "default"]
        facts["details"] = {"ignored": quietly(worker_settings.ignored, cfg, worker.cls, given)}
    prepared = Prepared(facts, lambda: _load(facts["target"]), worker.calls_as, _survey)
    if not launch.get("candidate"):
        config = _config_class(worker.cls) if worker.cls is not None else None
        prepared.refusals = lambda: gunicorn_start.of(cfg, worker.cls, config)
    return prepared


def _accept_unknown_accounts() -> None:
    """``user`` and ``group`` in a file of the project name accounts of the machine where it is used."""
    from gunicorn import config
    from gunicorn.errors import ConfigError

    for name, instead in (("User", os.geteuid), ("Group", os.getegid)):
        setting = vars(config)[name]
        known = setting.validator

        def accept(value: Any, known: Any = known, instead: Any = instead) -> Any:
            try:
                return known(value)
            except ConfigError:
                return instead()

        setting.validator = staticmethod(accept)


def _read(argv: list[str], facts: dict[str, Any]) -> Any:
    """The configuration in gunicorn's own order: file, GUNICORN_CMD_ARGS, command line
    (``gunicorn.app.base.Application.load_config``). The file is executed once."""
    from gunicorn.app.wsgiapp import WSGIApplication

    kept: dict[str, Any] = {"names": {}, "file": None}

    class Reader(WSGIApplication):  # type: ignore[misc]
        def get_config_from_filename(self, filename: str) -> Any:
            facts["config_file"] = os.path.abspath(filename)
            kept["names"] = super().get_config_from_filename(filename)
            return kept["names"]

        def get_config_from_module_name(self, module_name: str) -> Any:
            module = importlib.import_module(module_name)
            facts["config_file"] = quietly(lambda: os.path.abspath(str(module.__file__)))
            kept["names"] = super().get_config_from_module_name(module_name)
            return kept["names"]

        def do_load_config(self) -> None:
            """Not yet: what goes wrong has to reach us, not end the process."""

    reader = Reader("%(prog)s [OPTIONS] [APP_MODULE]", prog="gunicorn")
    reader.load_default_config()
    config_errors = _recording_config_errors(reader)
    _noting_what_is_set(reader.cfg, facts)
    try:
        reader.load_config()
    except SystemExit as exc:
        if config_errors:
            raise config_errors[-1] from None
        raise exc
    quietly_validate = getattr(reader.cfg, "validate", None)
    if quietly_validate is not None:
        quietly_validate()
    parser = reader.cfg.parser()
    args = vars(parser.parse_args(argv))
    env_args = vars(parser.parse_args(reader.cfg.get_cmd_args_from_env()))
    facts["options"] = host.options_of_argparse(parser)
    facts["setting_names"] = sorted(reader.cfg.settings)
    facts["settings"] = _settings(reader.cfg, args, env_args, kept["names"])
    facts["config_names"] = [
        name for name in kept["names"] if name not in reader.cfg.settings and not name.startswith("_")
    ]
    return reader


_candidates: list[tuple[Any, dict[str, Any]]] = []


def _read_candidate(argv: list[str], facts: dict[str, Any]) -> Any:
    """Proposals of the doctor's own differ in their worker only: one reading serves all of them."""
    if not _candidates:
        plain: dict[str, Any] = {}
        _candidates.append((_read([argv[-1]], plain), plain))
    reader, known = _candidates[0]
    facts.update(known)
    if "-k" in argv:
        worker = argv[argv.index("-k") + 1]
        reader.cfg.set("worker_class", worker)
        given = {"value": worker, "source": "command", "shown": worker}
        facts["settings"] = dict(known["settings"], worker_class=given)
    return reader


def _recording_config_errors(reader: Any) -> list[BaseException]:
    """``get_config_from_filename`` prints the traceback and exits: keep the exception that it prints."""
    errors: list[BaseException] = []
    module = sys.modules["gunicorn.app.base"].__dict__
    kept = module["traceback"].print_exc

    def print_exc(*args: Any, **kwargs: Any) -> None:
        current = sys.exc_info()[1]
        if current is not None:
            errors.append(current)
        kept(*args, **kwargs)

    class Recording:
        def __getattr__(self, name: str) -> Any:
            return print_exc if name == "print_exc" else getattr(sys.modules["traceback"], name)

    module["traceback"] = Recording()
    return errors


def _noting_what_is_set(cfg: Any, facts: dict[str, Any]) -> None:
    """Keep the name of a setting whose value is refused: the exception tells the value alone."""
    known = cfg.set

    def noted(name: str, value: Any) -> None:
        facts["details"] = {"refused": name}
        known(name, value)
        del facts["details"]

    cfg.set = noted


def _settings(
    cfg: Any, args: dict[str, Any], env_args: dict[str, Any], names: dict[str, Any]
) -> dict[str, Any]:
    """What was set, with where it was set; of a setting set twice, the place that wins."""
    found = {}
    for name, setting in cfg.settings.items():
        if args.get(name) is not None:
            source = "command"
        elif env_args.get(name) is not None:
            source = "environment"
        elif name in names:
            source = "file"
        elif quietly(lambda setting=setting: setting.get() != type(setting).default, default=False):
            source = "default"
        else:
            continue
        value = quietly(setting.get)
        if callable(value) and not isinstance(value, type):
            value, text = None, "<function>"
        elif name in SECRET_SETTINGS:
            entries = [str(entry).partition("=")[0] for entry in value or []]
            value, text = entries, ", ".join(entries)
        else:
            value, text = host.plain(value), host.shown(value)
        found[name] = {"value": value, "source": source, "shown": text[:200]}
    return found


def _apply_environment(cfg: Any) -> None:
    """``raw_env`` and ``pythonpath``, as the arbiter and the worker apply them before they load."""
    for name, value in (cfg.env or {}).items():
        os.environ[name] = value
    if cfg.pythonpath:
        for entry in cfg.pythonpath.split(","):
            path = os.path.abspath(entry)
            if path not in sys.path:
                sys.path.insert(0, path)


def _load(target: str) -> loading.Loaded:
    """``gunicorn.util.import_app``: a name, or a call with literal arguments."""
    module, _, attribute = target.partition(":")
    attribute = attribute or "application"
    return loading.load(
        target, module, attribute, lambda: _import_app(target), calls_factory="(" in attribute
    )


def _import_app(target: str) -> Any:
    """What gunicorn finds, also where it then refuses it as None or as not callable: the refusal has
    a stage of its own in our facts."""
    from gunicorn import util
    from gunicorn.errors import AppImportError

    try:
        return util.import_app(target)
    except AppImportError as exc:
        if "Failed to find application object" in str(exc):
            return None
        if "must be callable" in str(exc):
            module, _, attribute = target.partition(":")
            return getattr(sys.modules[module], attribute or "application", NotImplemented)
        raise


class _Worker:
    """The worker class, resolved by gunicorn, and what its code says of how it calls the app."""

    def __init__(self, cfg: Any) -> None:
        from gunicorn import util

        given = cfg.settings["worker_class"].get()
        asked = cfg.worker_class_str if isinstance(given, str) else given
        self.facts: dict[str, Any] = {
            "asked": asked if isinstance(asked, str) else describe.class_name(asked),
            "calls": "unknown",
            "guesses": False,
        }
        self.cls: Any = None
        try:
            self.cls = util.load_class(asked)
            if not isinstance(self.cls, type):
                raise TypeError("%r is not a class" % self.facts["asked"])
        except BaseException as exc:
            self.facts["error"] = describe.error(exc)
            self.cls = None
            return
        self.facts["resolved"] = describe.class_name(self.cls)
        self.facts["bases"] = describe.mro_names(self.cls)
        self.uses_uvicorn = _config_class(self.cls) is not None
        self.facts["calls"] = "asgi3" if self.uses_uvicorn else _calls_of(self.cls)
        self.facts["guesses"] = self.uses_uvicorn
        self.facts["deprecated"] = _deprecated(self.cls)
        self.facts["fault"] = _fault(self.cls) if self.uses_uvicorn else None

    def calls_as(self, app: Any) -> tuple[Any, str, str | None]:
        """How this worker calls this very object."""
        if self.cls is None or not self.uses_uvicorn:
            return app, self.facts["calls"], None
        from . import uvicorn

        kwargs = quietly(lambda: dict(self.cls.CONFIG_KWARGS), default={})
        return uvicorn.guess(_config_class(self.cls), app, kwargs)


def _config_class(cls: type) -> Any:
    """uvicorn's ``Config`` as the worker's own module imports it; None for a worker without it."""
    for base in cls.__mro__:
        module = sys.modules.get(base.__module__)
        config = getattr(module, "Config", None)
        if isinstance(config, type) and config.__module__ == "uvicorn.config":
            return config
    return None


def _calls_of(cls: type) -> str:
    """What the worker's classes call. gunicorn's own ``asgi`` worker keeps the app as ``self.asgi``;
    all its others hand it ``environ`` and ``start_response``. For a class of anybody's, the calls of
    ``self.wsgi`` in its methods are counted."""
    for base in cls.__mro__:
        module = base.__module__
        if module == "gunicorn.workers.gasgi":
            return "asgi3"
        if module.startswith("gunicorn.workers.") and module != "gunicorn.workers.base":
            return "wsgi"
        counted = quietly(_arguments_of_app_call, base)
        if counted:
            return {2: "wsgi", 3: "asgi3", 1: "asgi2"}.get(counted, "unknown")
    return "unknown"


def _arguments_of_app_call(cls: type) -> int | None:
    import ast
    import inspect
    import textwrap

    if cls.__module__ in ("builtins", "gunicorn.workers.base"):
        return None
    tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr in ("wsgi", "asgi", "application") and node.args:
            return len(node.args)
    return None


def _deprecated(cls: type) -> str | None:
    """The deprecation that the module of the class announces on import, from its own code."""
    module = sys.modules.get(cls.__module__)
    source = quietly(lambda: open(str(module.__file__), encoding="utf-8").read(), default="")  # type: ignore[union-attr]  # noqa: SIM115
    if "warnings.warn" not in source or "eprecat" not in source:
        return None
    import ast

    for node in ast.parse(source).body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and node.value.args:
            text = quietly(ast.literal_eval, node.value.args[0])
            if isinstance(text, str):
                return " ".join(text.split())
    return None


def _fault(cls: type) -> str | None:
    """Why a uvicorn worker cannot run with the uvicorn and gunicorn installed, or None.

    uvicorn 0.36 turned ``Config.setup_event_loop`` into one that only raises; a worker whose code
    still calls it dies at boot (https://github.com/Kludex/uvicorn-worker/issues/35).
    """
    config = _config_class(cls)
    names = set()
    for base in cls.__mro__:
        for value in vars(base).values():
            code = getattr(value, "__code__", None)
            if code is not None:
                names.update(code.co_names)
    if "setup_event_loop" in names:
        method = getattr(config, "setup_event_loop", None)
        code = getattr(method, "__code__", None)
        if method is None or (code is not None and "AttributeError" in code.co_names):
            return "it calls uvicorn's Config.setup_event_loop, which the installed uvicorn no longer has"
    fault: str | None = quietly(_trusted_hosts_fault)
    return fault


@functools.lru_cache(1)
def _trusted_hosts_fault() -> str | None:
    """gunicorn 24.1.0 gives network objects where uvicorn wants strings
    (https://github.com/Kludex/uvicorn/issues/2792): build uvicorn's middleware with the default."""
    from gunicorn.config import Config
    from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

    try:
        ProxyHeadersMiddleware(None, trusted_hosts=Config().forwarded_allow_ips)
    except Exception as exc:
        return "uvicorn cannot read this gunicorn's forwarded_allow_ips: %s" % exc
    return None


def _survey() -> dict[str, Any]:
    """The ASGI workers that would start here: name for ``-k`` -> class."""
    from gunicorn import util

    usable = {}
    for name in ("uvicorn_worker.UvicornWorker", "asgi", "uvicorn.workers.UvicornWorker"):
        try:
            cls = util.load_class(name)
        except BaseException:
            continue
        if _config_class(cls) is None or _fault(cls) is None:
            usable[name] = describe.class_name(cls)
    return {"workers": usable, "details": {"surveyed": True}}
