"""What libraries have, and what they surely have not: modules, names in them, attributes of Connexion's apps.

Where they are installed their files are asked: a name that does not occur in the text of a module, nor in
those that it imports everything from, is not in it. Of Connexion that is only asked for, the names are known
that any of its releases has.
"""

from __future__ import annotations

import ast
import importlib
import os
import re
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from connexion_doctor import servers
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import overlay
from connexion_doctor.python.module import Function
from connexion_doctor.reading import library_classes
from connexion_doctor.reading.library_files import data_of, file_of

OWN = frozenset(sys.stdlib_module_names) - {"distutils"}  # for that setuptools may stand
# How most names of a module are bound, so that it need not be parsed.
BINDING = rb"(?m)^(?:def|class|async def)\s+%b\b|^%b\s*[=:]|^\s*from .*\b%b\b|^    %b,?$|^[ ]*import %b$"
NEWEST = (3, 3)  # the newest Connexion whose names are known; tests/reading/test_libraries.py asks them all
NAMES = frozenset(
    "AbstractAPI AbstractApp AioHttpApi AioHttpApp Api App AsyncApi AsyncApp ConnexionMiddleware FlaskApi "
    "FlaskApp NoContent ProblemException Resolution Resolver RestyResolver apis apps cli compat context "
    "datastructures decorators exceptions frameworks full_name handlers http_facts json_schema jsonifier "
    "lifecycle middleware mock not_installed_error operations options problem request resolver security spec "
    "sys testing types uri_parsing utils validators".split()
)
# Attributes of its apps, and what their methods cannot do without.
ATTRIBUTES: Mapping[int, frozenset[str]] = {
    2: frozenset(
        "add_api add_error_handler add_url_rule api_cls app arguments auth_all_paths common_error_handler "
        "create_app debug extra_files get_root_path host import_name options port resolver resolver_error "
        "root_path route run server server_args set_errors_handlers specification_dir".split()
    ),
    3: frozenset(
        "add_api add_error_handler add_middleware add_url_rule add_wsgi_middleware app middleware route run "
        "test_client".split()
    ),
}
# Attributes of a Flask app, of any release from 1.0 to 3.1.
FLASK = frozenset(
    "aborter aborter_class add_template_filter add_template_global add_template_test add_url_rule "
    "after_request after_request_funcs app_context app_ctx_globals_class async_to_sync "
    "auto_find_instance_path before_first_request before_first_request_funcs before_request "
    "before_request_funcs blueprints cli config config_class context_processor create_global_jinja_loader "
    "create_jinja_environment create_url_adapter debug default_config delete dispatch_request "
    "do_teardown_appcontext do_teardown_request endpoint ensure_sync env error_handler_spec errorhandler "
    "extensions finalize_request full_dispatch_request get get_send_file_max_age got_first_request "
    "handle_exception handle_http_exception handle_url_build_error handle_user_exception import_name "
    "inject_url_defaults instance_path iter_blueprints jinja_env jinja_environment jinja_loader "
    "jinja_options json json_decoder json_encoder json_provider_class log_exception logger make_aborter "
    "make_config make_default_options_response make_null_session make_response make_shell_context name "
    "open_instance_resource open_resource open_session patch permanent_session_lifetime post "
    "preprocess_request preserve_context_on_exception process_response propagate_exceptions put "
    "raise_routing_exception redirect register_blueprint register_error_handler request_class "
    "request_context response_class root_path route run save_session secret_key select_jinja_autoescape "
    "send_file_max_age_default send_static_file session_cookie_name session_interface "
    "shell_context_processor shell_context_processors should_ignore_error static_folder static_url_path "
    "subdomain_matching teardown_appcontext teardown_appcontext_funcs teardown_request "
    "teardown_request_funcs template_context_processors template_filter template_folder template_global "
    "template_test templates_auto_reload test_cli_runner test_cli_runner_class test_client "
    "test_client_class test_request_context testing trap_http_exception "
    "try_trigger_before_first_request_functions update_template_context url_build_error_handlers "
    "url_default_functions url_defaults url_for url_map url_map_class url_rule_class url_value_preprocessor "
    "url_value_preprocessors use_x_sendfile view_functions wsgi_app".split()
)
APPS = ("connexion.FlaskApp", "connexion.AsyncApp")
POSITION = "connexion.middleware.MiddlewarePosition"
POSITIONS = frozenset(
    f"BEFORE_{one}" for one in "EXCEPTION SWAGGER ROUTING SECURITY VALIDATION CONTEXT".split()
) | {"name", "value"}
SIGNATURES = {
    "": "def {}.__init__(self, import_name, **more): ...",
    "add_api": "def AbstractApp.add_api(self, specification, **more): ...",
    "add_error_handler": "def {}.add_error_handler(self, {}, function): ...",
    "add_middleware": "def AbstractApp.add_middleware(self, middleware_class, *more, **others): ...",
    "add_url_rule": "def {}.add_url_rule(self, rule, endpoint=None, view_func=None, **options): ...",
}


OF_APP = (
    "def {}.__init__(self, import_name, *, lifespan=0, middlewares=0, server_args=0, specification_dir=0, "
    "arguments=0, auth_all_paths=0, jsonifier=0, pythonic_params=0, resolver=0, resolver_error=0, "
    "strict_validation=0, swagger_ui_options=0, uri_parser_class=0, validate_responses=0, validator_map=0, "
    "security_map=0): ..."
)
# What ``uvicorn.run`` takes and its command has under other names.
UVICORN = frozenset("headers reload_dirs reload_excludes reload_includes ssl_context_factory".split())
CORS = (
    "def CORSMiddleware.__init__(self, app, allow_origins=0, allow_methods=0, allow_headers=0, "
    "allow_credentials=0, allow_origin_regex=0, expose_headers=0, max_age=0, allow_private_network=0): ..."
)


@dataclass(frozen=True)
class Libraries:
    """What is installed where a launch runs.

    :param paths: where the imports of its environment look
    :param python: its version (``3.11``), where that is known
    :param connexion: the version of Connexion, as far as it is known
    """

    paths: Sequence[str]
    python: str
    connexion: str

    def lacks(self, module: str, name: str) -> bool | None:
        """Whether a module that is no project's surely has no such name; None where it perhaps has not."""
        if name.startswith("__"):
            return False
        top = module.partition(".")[0]
        if top in OWN:
            return _unless(self.python, _lacks(_own_folders(), module, name, True))
        if self.paths:
            return _lacks(tuple(self.paths), module, name, False)
        if module == "connexion":
            return self._known(name not in NAMES and not name.startswith("_"))
        return False

    def lacks_module(self, dotted: str) -> bool | None:
        """Whether there is surely no such module, in a package that is there; None where there perhaps is
        none."""
        top, _, rest = dotted.partition(".")
        if not rest:
            return False
        if top in OWN:
            return _unless(self.python, _no_module(_own_folders(), dotted))
        if self.paths:
            return _no_module(tuple(self.paths), dotted)
        return top == "connexion" and self._known(rest.partition(".")[0] not in NAMES)

    def parameters(self, name: str, method: str, major: int) -> tuple[str, Function] | None:
        """How a class, a function or a method is called: as a traceback names it, and its parameters."""
        asked = self.paths and name.partition(".")[0] not in OWN
        found = library_classes.parameters(tuple(self.paths), name, method) if asked else None
        return found or _signature(name, method, major, known=self._known(True) is True)

    def lacks_attribute(self, name: str, attribute: str) -> bool:
        """Whether objects of a class surely have nothing of that name that could be called."""
        if not self.paths:
            return name == "flask.Flask" and attribute not in FLASK and not attribute.startswith("_")
        return library_classes.lacks_attribute(tuple(self.paths), name, attribute)

    def lacks_package(self, name: str) -> bool:
        """Whether an environment surely has no package of that name."""
        there = name in OWN or file_of(self.paths, name) is not None
        folders = [path for path in self.paths if os.path.isdir(path)]
        return (
            bool(folders)
            and not there
            and not any(os.path.isdir(Path(one, name)) for one in folders)
            and (not _is_compiled(tuple(folders), name))
        )

    def lacks_member(self, name: str, member: str) -> bool:
        """Whether an enumeration surely has no such member."""
        if name == POSITION and not self.paths:
            return member not in POSITIONS and not member.startswith("_")
        return bool(self.paths) and library_classes.lacks_member(tuple(self.paths), name, member)

    def leaves_out(self, name: str) -> bool:
        """Whether Connexion has a module of that name, and loads it nowhere by itself."""
        return bool(self.paths) and library_classes.leaves_out(tuple(self.paths), "connexion", name)

    def _known(self, lacking: bool) -> bool | None:
        numbers = [int(one) for one in re.findall(r"\d+", self.connexion)[:2]]
        return lacking if not lacking or numbers and tuple(numbers) <= NEWEST else None


def _signature(name: str, method: str, major: int, *, known: bool) -> tuple[str, ast.FunctionDef] | None:
    """A method of Connexion's app as its traceback calls it, and its parameters; of the app itself, and of
    middleware, those of ``__init__``.

    :param known: whether the release of Connexion is one of those that are known
    """
    if name == "starlette.CORSMiddleware" and not method:
        text = CORS
    elif name == "uvicorn.run" and not method:
        options = {option for _, option, _ in servers.get("uvicorn").static_options} | UVICORN
        text = f"def run(app, *, {', '.join(f'{one}=0' for one in sorted(options))}): ..."
    elif name in APPS and method in SIGNATURES:
        text = SIGNATURES[method] if method or major == 2 or not known else OF_APP
    else:
        return None
    first = "code_or_exception" if major == 3 else "error_code"
    text = text.format(name.rpartition(".")[2], first)
    spoken = text.removeprefix("def ").partition("(")[0]
    (node,) = ast.parse(text.replace(spoken, spoken.rpartition(".")[2])).body
    assert isinstance(node, ast.FunctionDef)
    return spoken, node


def _unless(python: str, lacking: bool) -> bool | None:
    """What this Python has not: a newer one may have got it, an older one may have it still."""
    numbers = tuple(int(one) for one in python.split(".") if one.isdigit())
    if not lacking or numbers > sys.version_info[:2]:
        return False
    return True if numbers == sys.version_info[:2] else None


@cache
def _own_folders() -> tuple[str, ...]:
    paths = sysconfig.get_paths()
    return paths["stdlib"], os.path.join(paths["platstdlib"], "lib-dynload")


@cache
def _lacks(folders: tuple[str, ...], module: str, name: str, own: bool) -> bool:
    """:param own: whether it is Python's own, and may be written in C"""
    if own and module in sys.modules:
        loaded = sys.modules[module]
        below = hasattr(loaded, "__path__") and not _no_module(folders, f"{module}.{name}")
        return not hasattr(loaded, name) and not below
    file = file_of(folders, module)
    if file is None:
        if not own or module not in sys.builtin_module_names and not _is_compiled(folders, module):
            return False
        return not hasattr(importlib.import_module(module), name)
    word = re.escape(name.encode("utf-8", "surrogatepass"))
    data = data_of(file)
    if data is None or re.search(BINDING.replace(b"%b", word), data):
        return False
    is_package = file.name == "__init__.py"
    if is_package and not _no_module(folders, f"{module}.{name}"):
        return False
    found = _names_of(file)
    if found is None or name in found.names or found.makes is not None and name in found.makes:
        return False
    for dots, inside in found.stars:
        base = module.split(".")
        base = base[: len(base) - dots + is_package] if dots else []
        if not _lacks(folders, ".".join([*base, *([inside] if inside else [])]), name, own):
            return False
    return True


@dataclass(frozen=True)
class _Names:
    """The names of a file: those that it binds, those of which its ``__getattr__`` speaks, and what it
    imports everything from (dots, module)."""

    names: frozenset[str]
    makes: frozenset[str] | None
    stars: tuple[tuple[int, str], ...]


@cache
def _names_of(file: Path) -> _Names | None:
    """None where names come about that stand nowhere."""
    try:
        tree = ast.parse(overlay.read(file))
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    names: set[str] = set()
    makes: frozenset[str] = frozenset()
    stars: list[tuple[int, str]] = []
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        match node:
            case ast.FunctionDef(name="__getattr__"):
                spoken = _spoken_of(node)
                if spoken is None:
                    return None
                makes = spoken
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                if any("global_enum" in ast.dump(one) for one in node.decorator_list):
                    return None
                names.add(node.name)
                names |= {n for one in ast.walk(node) if isinstance(one, ast.Global) for n in one.names}
                continue
            case ast.Name(ctx=ast.Store()):
                names.add(node.id)
            case ast.Call(func=ast.Name(id="globals" | "vars" | "locals" | "exec" | "setattr")):
                return None
            case ast.Subscript(ctx=ast.Store(), slice=ast.Name(id="__name__")):
                return None  # sys.modules[__name__] = ...
            case ast.Attribute(attr="_convert_"):
                return None  # of enumerations: members become names
            case ast.ImportFrom():
                stars += [(node.level, node.module or "") for one in node.names if one.name == "*"]
        if isinstance(node, ast.Import | ast.ImportFrom):
            names |= {one.asname or one.name.partition(".")[0] for one in node.names}
        waiting += ast.iter_child_nodes(node)
    return _Names(frozenset(names), makes, tuple(stars))


def _spoken_of(node: ast.FunctionDef) -> frozenset[str] | None:
    """The names that a module's ``__getattr__`` compares with; None where it does something else with what
    it is given."""
    given = node.args.args[0].arg if node.args.args else ""
    plain: set[int] = set()
    words: set[str] = set()
    for one in ast.walk(node):
        if isinstance(one, ast.Raise | ast.Compare):
            plain |= {id(inner) for inner in ast.walk(one)}
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            words.add(one.value)
        if isinstance(one, ast.Compare) and not all(
            isinstance(side, ast.Constant | ast.Name | ast.Tuple | ast.List | ast.Set)
            and (side is one.left or not isinstance(side, ast.Name))
            for side in (one.left, *one.comparators)
        ):
            return None
    used = [one for one in ast.walk(node) if isinstance(one, ast.Name) and one.id == given]
    return frozenset(words) if all(id(one) in plain for one in used) else None


def _no_module(folders: tuple[str, ...], dotted: str) -> bool:
    """Whether a module is surely not there, in a package that is."""
    above = dotted.rpartition(".")[0]
    if "." in above and _no_module(folders, above):
        return True
    file = file_of(folders, above)
    if file is None or file.name != "__init__.py":
        loaded = folders == _own_folders() and dotted in sys.modules  # os.path
        return file is not None and not loaded
    if file_of(folders, dotted) is not None or _is_compiled(folders, dotted):
        return False
    if any(os.path.isdir(Path(folder, *dotted.split("."))) for folder in folders):
        return False
    data = data_of(file)
    return data is not None and b"sys.modules" not in data and b"__path__" not in data


def _is_compiled(folders: tuple[str, ...], dotted: str) -> bool:
    *packages, last = dotted.split(".")
    return any(
        next(Path(folder, *packages).glob(f"{last}.*{ending}"), None) is not None
        for folder in folders
        for ending in (".so", ".pyd")
    )
