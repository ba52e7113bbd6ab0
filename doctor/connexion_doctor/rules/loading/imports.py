"""Importing the target's module: not found, raises, exits, hangs, crashes."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from connexion_doctor import servers
from connexion_doctor.facts.case import Case
from connexion_doctor.foundation import late
from connexion_doctor.model import Applicability, Finding, Fix, LoadFacts, Raised, Severity
from connexion_doctor.requirements import filling
from connexion_doctor.requirements.canonical import canonical
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.loading.endings import guarded
from connexion_doctor.rules.loading.keyword_out import argument_refused
from connexion_doctor.rules.loading.near_file import near_file, specification_instead
from connexion_doctor.rules.loading.operation import unresolved
from connexion_doctor.rules.loading.relative import without_dot
from connexion_doctor.rules.loading.specification import refused
from connexion_doctor.rules.loading.surroundings import what_is_missing
from connexion_doctor.rules.loading.target import target_word
from connexion_doctor.rules.loading.usual import usual
from connexion_doctor.servers import ways
from connexion_doctor.servers.python import as_module

ERROR = Severity.ERROR
# setuptools 82 took pkg_resources out (https://setuptools.pypa.io/en/latest/history.html).
SETUPTOOLS = "setuptools<82"
STARTED_BY_PYTHON = ("python", "connexion")  # servers that the project's own Python starts
EXTRA_HINTS = ("using the 'flask' extra", "connexion[flask]")
AIOHTTP = "connexion/apis/aiohttp_api.py"  # of Connexion 2, which imports what its extra brings


@rule("CXD010", "module-not-found", ERROR, breaks=True)
def module_not_found(case: Case) -> Iterator[Finding]:
    """The module of the target does not exist where the server looks for it.

    What happens: ``ModuleNotFoundError: No module named 'ap'``, exit at start.
    Why: a misspelt name, or the server runs in another directory than the module's.
    Fix: correct the name, or tell the server the directory (gunicorn ``--chdir``, uvicorn ``--app-dir``).
    Before:
        gunicorn ap:app
    After:
        gunicorn app:app
    Sources:
        https://docs.gunicorn.org/en/stable/run.html
        truth: c3new/uvicorn/no_such_module:app
    """
    load = case.facts.load
    if load is None or load.stage != "module" or load.module is None:
        return
    close = difflib.get_close_matches(load.module, load.similar_modules, n=1, cutoff=0.6)
    fixes = []
    if close and case.launch.server == "python" and load.module in [word.text for word in case.command.words]:
        remedy = servers.of(case).remedy(case)
        remedy.set_target(close[0])
        title = f"run `{close[0]}` instead"  # unsafe: it may start nothing
        fixes.append(remedy.fix(title, recommended=True, applicability=Applicability.UNSAFE))
    elif (found := _found_elsewhere(case, load)) is not None:
        fixes.append(found)
    elif close:
        remedy = servers.of(case).remedy(case)
        remedy.set_target(f"{close[0]}:{load.attribute}" if load.attribute else close[0])
        fixes.append(remedy.fix(f"serve `{close[0]}` instead", recommended=True))
    else:
        fixes += [_start_elsewhere(case), *usual(case, load.attribute)]
    directory = case.relative(case.launch.directory)
    place = "the project folder" if directory == "." else directory
    yield finding(
        f"There is no module {load.module!r} where {case.launch.server} looks (it runs in {place}).",
        evidence=(load.error.short,) if load.error else (),
        word=target_word(case),
        fixes=fixes,
    )


# The options by which servers look for modules in another folder.
FOLDER_OPTIONS = {"gunicorn": ("pythonpath", "--pythonpath"), "uvicorn": ("app_dir", "--app-dir")}


def _found_elsewhere(case: Case, load: LoadFacts) -> Fix | None:
    """The server told the folder that has the module; the module named, where the target names its file."""
    remedy, module = servers.of(case).remedy(case), load.module or ""
    named = ways.importable(module)
    if named and named != module:
        remedy.set_target(f"{named}:{load.attribute}" if load.attribute else named)
        return remedy.fix(f"name the module, {named}, not its file", recommended=True)
    folder = case.relative(load.own_module) if load.own_module is not None else "."
    name, flag = FOLDER_OPTIONS.get(case.launch.server, ("", ""))
    if folder.startswith((".", "/")) or not name or name in case.facts.server.settings:
        return None
    remedy.set_option(name, flag, folder)
    return remedy.fix(f"let {case.launch.server} look for the module in {folder}", recommended=True)


def _start_elsewhere(case: Case) -> Fix:
    return Fix.by_hand(
        "start the server in the folder that holds the module, or tell it that folder "
        "(gunicorn --chdir DIR, uvicorn --app-dir DIR)"
    )


@rule("CXD011", "import-raises", ERROR, breaks=True)
def import_raises(case: Case) -> Iterator[Finding]:
    """Importing the target's module raises an exception.

    What happens: the server prints the traceback and ends, or its workers end one after another.
    Why: the module's own code, or code that it imports, fails.
    Fix: the line shown is the innermost one of the project itself.
    Before:
        app.add_api("opanapi.yaml")
    After:
        app.add_api("openapi.yaml")
    Sources:
        https://docs.python.org/3/reference/import.html
        truth: c3new/g-uvw2/raises:app
    """
    load, error = case.facts.load, case.facts.load.error if case.facts.load else None
    if load is None or load.stage != "import" or error is None or error.is_a("SystemExit"):
        return
    if missing_distribution(case) is not None or needed_extra(case) is not None or refused(case) is not None:
        return
    if what_is_missing(case) is not None or unresolved(case) is not None:
        return
    yield finding(
        f"Importing {load.module} raises {error.short}",
        evidence=_trail(case, error),
        location=case.at(case.own_frame(error)),
        word=target_word(case),
        fixes=(see_line(case, error),),
    )


def see_line(case: Case, error: Raised) -> Fix:
    """What an exception of the project's own leaves to a person."""
    stale, frame = _not_installed_yet(case), case.own_frame(error)
    fix = stale or argument_refused(case, error) or near_file(case, error) or without_dot(case, error)
    fix = fix or specification_instead(case, error)
    if fix is not None:
        return fix
    library = _of_library(case, error)
    if library is not None:
        title = library
    elif frame is None:
        said = error.attributes.get("said")
        title = "correct what the traceback shows: no line of the project's own is in it"
        title = f"change what is installed, as {said} says" if said else title
    else:
        title = f"correct {case.relative(frame.path)} line {frame.line}"
    return Fix.by_hand(title)


LACKS = (
    late.pattern(r"cannot import name '(?P<name>\w+)' from '(?P<module>[\w.]+)'"),
    late.pattern(r"module '(?P<module>[\w.]+)' has no attribute '(?P<name>\w+)'"),
)
PACKAGED = late.pattern(r"[/\\](?:site|dist)-packages[/\\](\w+)")


def _of_library(case: Case, error: Raised) -> str | None:
    """What to do where one library wants a name of another that its version has not."""
    lacks = next(filter(None, (one.search(error.message) for one in LACKS)), None)
    last = error.frames[-1] if error.frames else None
    place = PACKAGED.search(last.path) if last is not None and not case.own(last.path) else None
    if lacks is None or place is None or place[1] == lacks["module"].partition(".")[0]:
        return None
    other = lacks["module"].partition(".")[0]
    return (
        f"ask for releases of {place[1]} and of {other} that fit together: the one wants {lacks['name']}, "
        "which the other has not"
    )


def _trail(case: Case, error: Raised) -> tuple[str, ...]:
    """The project's own frames, outermost first, then the exception."""
    own = [frame for frame in error.frames if case.own(frame.path)]
    lines = [f"{case.relative(frame.path)}:{frame.line} in {frame.name}" for frame in own[-4:]]
    return (*lines, error.short)


@rule("CXD012", "dependency-not-installed", ERROR, breaks=True)
def dependency_not_installed(case: Case) -> Iterator[Finding]:
    """The app imports a package that is not installed in the target environment.

    What happens: ``ModuleNotFoundError: No module named 'sqlalchemy'``, exit at start.
    Why: the package is missing from the requirements, or another environment is diagnosed.
    Fix: install it; or give ``--python`` if this is not the environment that the app runs in.
    Before:
        pip install 'connexion[flask]' gunicorn
    After:
        pip install 'connexion[flask]' gunicorn sqlalchemy
    Sources:
        https://docs.python.org/3/library/exceptions.html#ModuleNotFoundError
        truth: c3new/uvicorn/imports_missing:app
    """
    missing = missing_distribution(case)
    load = case.facts.load
    if missing is None or load is None or load.error is None:
        return
    importing = f"`{load.module}` imports {missing}"
    message = f"{importing}, which is not installed in the target environment."
    own = _own_folder(load)
    if own is not None:
        folder = case.relative(own)
        shown = "the project's folder" if folder == "." else folder
        message = f"{importing}, the project's own, and {shown} is not on Python's path."
    elsewhere = case.left_out == missing and case.launch.origin.path is not None
    if case.left_out == missing:
        message = f"{importing}, which git ignores: it is made where the app is deployed."
    yield finding(
        message,
        severity=Severity.WARNING if elsewhere else Severity.ERROR,
        evidence=_trail(case, load.error),
        location=case.at(case.own_frame(load.error)),
        word=target_word(case),
        fixes=(provided(case, missing, own),),
    )


# Modules that stand around Connexion apps, and the distributions that bring them.
BRINGS = {
    **{name: name for name in "a2wsgi asgiref flask gevent starlette uvicorn waitress werkzeug".split()},
    "flask_cors": "flask-cors",
    "uvicorn_worker": "uvicorn-worker",
}


def _own_folder(load: LoadFacts) -> str | None:
    """The folder in which the project has a module that an import did not find."""
    return load.own_module or (load.error.attributes.get("own_folder") if load.error is not None else None)


def provided(case: Case, missing: str, own: str | None) -> Fix:
    """What brings a module that is missing.

    :param own: the folder in which the project has it
    """
    if own is not None:
        folder = case.relative(own)
        what = "the project's folder" if folder == "." else folder
        remedy = as_module(case) if folder == "." else None
        if remedy is not None:
            return remedy.fix(f"run the script as a module: {what} is on the path then", recommended=True)
        title = f"Put {what} on the path: start the server there, set PYTHONPATH, or pip install -e ."
        return Fix.by_hand(title)
    if case.left_out == missing:
        return Fix.by_hand(f"Run the doctor where there is a module {missing}.")
    if missing == "pkg_resources":
        title = "Install a setuptools that still has pkg_resources."
        return Fix(title, install=(SETUPTOOLS,), recommended=True)
    filled = _filled(case, missing)
    if filled is not None:
        return filled
    brings = BRINGS.get(missing.split(".")[0])
    if brings is not None:
        return Fix(f"install {brings}", install=(brings,), recommended=True)
    return Fix.by_hand(
        f"install what brings the module {missing}",
        install=(missing.split(".")[0],),
        costs=("the package's name may differ from the module's",),
    )


def _filled(case: Case, missing: str) -> Fix | None:
    """What the project's files ask for is installed with all else that they ask for."""
    name = canonical(missing)
    asked = case.installation.packages.get(name) if case.installation is not None else None
    if asked is None or case.installation is None:
        return None
    fills = filling.command(case.installation, "pip install")
    if fills is None:
        return None
    title = f"Fill the environment (`{fills}`): {asked.where} asks for {asked.name}."
    return Fix.by_hand(title)


def _not_installed_yet(case: Case) -> Fix | None:
    """What comes before any line of the project's: the files ask for another Connexion than is installed, as
    they do once they were moved to Connexion 3."""
    version = case.environment.packages.get("connexion")
    asked = case.installation.packages.get("connexion") if case.installation is not None else None
    if version is None or asked is None or case.installation is None or asked.allows(version):
        return None
    fills = filling.command(case.installation, "pip install")
    what = f" (`{fills}`)" if fills is not None else ""
    one = asked.deciding
    return Fix.by_hand(
        f"Install the requirements{what}, then run the doctor again: {asked.where} asks for "
        f"`{one.text or one.name + one.specifier}`, and {version} is installed."
    )


def missing_distribution(case: Case) -> str | None:
    """The module that an import did not find, where it is neither the target's own nor a submodule
    of something that is installed."""
    load = case.facts.load
    if load is None or load.stage != "import" or load.error is None:
        return None
    error: Raised | None = load.error
    if missing_extra(load.error) is not None or not load.error.is_a("ModuleNotFoundError"):
        return None
    if unresolved(case) is not None:
        return None  # no import of the code's: Connexion looked for it
    name = error.attributes.get("name") if error is not None else None
    if not name or name.split(".")[0] in ("connexion", "gunicorn", "uvicorn") and "." in name:
        return None  # a module that moved or went: the package is there
    return name if "." not in name else None


def missing_extra(error: Raised | None) -> str | None:
    """The Connexion extra whose absence an exception announces (``connexion.utils.not_installed_error``)."""
    while error is not None:
        if any(hint in error.message for hint in EXTRA_HINTS):
            return "flask"
        if "connexion[uvicorn]" in error.message:
            return "uvicorn"
        if error.is_a("ModuleNotFoundError") and any(one.path.endswith(AIOHTTP) for one in error.frames):
            return "aiohttp"
        error = error.cause
    return None


@rule("CXD013", "missing-extra", ERROR, breaks=True)
def extra_not_installed(case: Case) -> Iterator[Finding]:
    """Connexion is installed without the extra that this app needs.

    What happens: ``ModuleNotFoundError: Please install connexion using the 'flask' extra`` where
        ``FlaskApp`` or ``App`` is called, ``RuntimeError: uvicorn is not installed. Please install
        connexion using the uvicorn extra (connexion[uvicorn])`` where ``app.run()`` is called, or
        ``TypeError: function() argument 'code' must be code, not str`` where ``FlaskApp`` is subclassed. On
        Connexion 2 ``ModuleNotFoundError: No module named 'aiohttp_jinja2'`` where ``AioHttpApp`` is called.
    Why: since Connexion 3, Flask and uvicorn are optional; aiohttp was so in Connexion 2.
    Fix: install Connexion with the extra.
    Before:
        pip install connexion
    After:
        pip install 'connexion[flask]'
    Sources:
        https://connexion.readthedocs.io/en/latest/quickstart.html
        https://github.com/spec-first/connexion/issues/1910
        truth: c3noflask/g-uvw2/app:app
    """
    load, extra = case.facts.load, needed_extra(case)
    if load is None or load.error is None or extra is None:
        return
    version = case.environment.packages.get("connexion")
    pinned = f"connexion[{extra}]=={version}" if version else f"connexion[{extra}]"
    yield finding(
        f"Connexion is installed without its {extra!r} extra, which this app needs.",
        evidence=_trail(case, load.error),
        location=case.at(case.own_frame(load.error)),
        word=target_word(case),
        fixes=_with_extra(case, load.error, extra, pinned),
    )


def _with_extra(case: Case, error: Raised, extra: str, pinned: str) -> tuple[Fix, ...]:
    """The ways out of a missing extra. ``run`` that is called while a server imports the app must not be
    called then, with the extra or without."""
    install = Fix(title=f"install the {extra} extra", recommended=True, install=(pinned,))
    own = [frame for frame in error.frames if case.own(frame.path)]
    if extra != "uvicorn" or case.launch.server in STARTED_BY_PYTHON or not own:
        return (install,)
    return (guarded(case, own),)


def needed_extra(case: Case) -> str | None:
    """The Connexion extra for want of which loading the app failed."""
    error = case.facts.load.error if case.facts.load is not None else None
    if error is None:
        return None
    # ``class X(connexion.FlaskApp)`` where FlaskApp is the function that stands in for it
    if "argument 'code' must be code" in error.message and "flask" not in case.environment.packages:
        return "flask"
    return missing_extra(error)
