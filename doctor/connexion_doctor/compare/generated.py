"""Requests from a specification, made by Schemathesis: examples, bounds, every part invalid or missing."""

from __future__ import annotations

import contextlib
import copy
import functools
import importlib
import importlib.util
import inspect
import itertools
import logging
import threading
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from connexion_doctor.compare.asked import CONTENT_TYPE, INVALID, METHOD, VALID, Headers, Request
from connexion_doctor.compare.specification import METHODS, Api
from connexion_doctor.environment.user_cache import TABLES, user_cache
from connexion_doctor.foundation import late
from connexion_doctor.model.errors import UsageError
from connexion_doctor.processes import signals

HERE = "http://127.0.0.1"
MOST_ALIKE = 2  # requests that break the same rule of the same parameter
MOST = 300  # requests an operation: a deep body has thousands of ways to be wrong
OUTSIDE = 24  # values drawn that may be in no enumeration
DRAWN = 5  # valid requests an operation, where a seed asks for more
BOUNDARY, FIXED = late.pattern(rb"--([0-9a-f]{32})\r\n"), "connexion-doctor-boundary"
OWN_HEADERS = frozenset(
    ("user-agent", "accept-encoding", "accept", "connection", "x-schemathesis-testcaseid", "content-length")
)
MISSING = (
    "Schemathesis, which makes the requests, is not installed: pip install 'connexion-doctor[compare]' "
    "(from a checkout: pip install '.[compare]')."
)
# What we use of it, beyond what it documents: no version promises that.
MADE_WITH = "4.32"
USED = (
    ("openapi", "from_dict"),
    ("config", "SanitizationConfig"),
    ("generation", "GenerationMode"),
    ("generation.drivers", "CoverageGenerator"),
    ("generation.feedback", "NO_FEEDBACK"),
    ("generation.overrides", "Override"),
    ("transport.prepare", "prepare_request"),
)
GIVEN = {
    "CoverageGenerator": (
        "operation", "generation_modes", "generation_config", "auth_storage", "override", "feedback",
    ),
    "Override": ("query", "headers", "cookies", "path_parameters", "body"),
    "prepare_request": ("config", "base_url"),
}  # fmt: skip

_ONE_AT_A_TIME = threading.Lock()  # who comes second finds it imported

SMALL = Api(
    "",
    {
        "openapi": "3.0.3",
        "info": {"title": "small", "version": "1"},
        "paths": {
            "/": {
                "get": {
                    "parameters": [{"name": "a", "in": "query", "schema": {"type": "integer"}}],
                    "responses": {"200": {"description": "ok"}},
                }
            }
        },
    },
    (),
)


def installed() -> None:
    """Look whether it is there, in no time.

    :raises UsageError: it is not installed
    """
    if importlib.util.find_spec("schemathesis") is None:
        raise UsageError(MISSING)


def available() -> None:
    """Import Schemathesis ahead of time.

    :raises UsageError: it is not installed, or a version whose inside is not the one we know
    """
    with _ONE_AT_A_TIME, _quiet():
        try:
            importlib.import_module("schemathesis")
        except ImportError as exc:
            raise UsageError(MISSING if exc.name == "schemathesis" else f"{MISSING} ({exc})") from exc
        lacking = [f"schemathesis.{module}.{name}" for module, name in USED if not _has(module, name)]
        if not lacking:
            _by_itself()
            _no_more_than_needed()
            requests(SMALL)  # what is imported, and made once, on the way to the first request
    if lacking:
        from importlib import metadata

        raise UsageError(
            f"Schemathesis {metadata.version('schemathesis')} has no {lacking[0]}, which compare "
            f"works with: it was made with version {MADE_WITH}: pip install 'schemathesis~={MADE_WITH}'."
        )


def _by_itself() -> None:
    """Hypothesis writes what it keeps (tables of Unicode, which take a second to make) into the user's cache,
    not into the folder that the doctor was started in; it draws no value from the code that happens to be
    loaded: the requests are the same wherever they are made; and it does not look through all objects,
    once a thread, for who holds the source of random numbers that it has just made itself."""
    configuration: Any = importlib.import_module("hypothesis.configuration")
    providers: Any = importlib.import_module("hypothesis.internal.conjecture.providers")
    entropy: Any = importlib.import_module("hypothesis.internal.entropy")
    entropy.gc = SimpleNamespace(collect=lambda: 0, get_referrers=lambda held: [held])
    configuration.set_hypothesis_home_dir(user_cache() / TABLES)
    providers._get_local_constants = lambda: providers._local_constants


def _no_more_than_needed() -> None:
    """Of what is in no enumeration Schemathesis draws hundreds of values, and takes the first that is not in
    the one at hand. The first of them are drawn here; where all are in it, it draws more by itself. A
    Schemathesis that has none of this is left as it is."""
    with contextlib.suppress(ImportError, AttributeError):
        inside: Any = importlib.import_module("schemathesis.specs.openapi.coverage._schema")
        strategy, draw, many = (
            inside.INVALID_ENUM_STRATEGY,
            inside.examples.generate_one,
            inside._invalid_enum_candidates,
        )

        @functools.cache
        def few() -> tuple[Any, ...]:
            drawn: list[Any] = []

            def enough(value: Any) -> bool:
                drawn.append(value)
                return len(drawn) == OUTSIDE

            try:
                draw(strategy.filter(enough))
            except Exception:
                return tuple(many())
            return tuple(drawn)

        inside._invalid_enum_candidates = few


def _has(module: str, name: str) -> bool:
    """Whether a module of Schemathesis has a name, with the arguments that we give."""
    try:
        found = getattr(importlib.import_module(f"schemathesis.{module}"), name)
        given = GIVEN.get(name, ())
        return not given or set(given) <= set(inspect.signature(found).parameters)
    except (ImportError, AttributeError, ValueError):
        return False


def requests(
    api: Api, seed: int | None = None, *, valid_gets: bool = False
) -> tuple[list[Request], list[str]]:
    """The requests of an API in the order of its operations, the same every time, and what could not be
    asked, in words.

    :param seed: draws more valid requests, other ones for another seed
    :param valid_gets: only GET, and only what is valid
    """
    schemathesis: Any = importlib.import_module("schemathesis")
    made: list[Request] = []
    left: list[str] = []
    with _quiet():
        schema = schemathesis.openapi.from_dict(_unsecured(api.document), config=schemathesis.Config())
        for result in schema.get_all_operations():
            signals.look()
            try:
                operation = result.ok()
            except Exception as exc:
                left.append(f"no request could be made for an operation: {_first_line(exc)}")
                continue
            name = f"{operation.method.upper()} {api.base_path}{operation.path}"
            if valid_gets and operation.method.upper() != "GET":
                continue
            try:
                covering = list(_covering(api, operation, schema, name, valid_gets))
                made += covering[:MOST]
                if len(covering) > MOST:
                    left.append(f"{name}: {len(covering) - MOST} more requests could be made, and were not")
                if seed is not None:
                    made += _drawn(api, operation, name, seed)
            except Exception as exc:  # whatever a specification makes of it: the other operations go on
                left.append(f"{name}: no more requests could be made: {_first_line(exc)}")
    return made, left


def _unsecured(document: Mapping[str, Any]) -> dict[str, Any]:
    """The specification without security: credentials are the user's to give, not to be made up."""
    bare = {
        name: value for name, value in document.items() if name not in ("security", "securityDefinitions")
    }
    components = bare.get("components")
    if isinstance(components, dict):
        bare["components"] = {name: one for name, one in components.items() if name != "securitySchemes"}
    bare["paths"] = {
        path: {
            method: {name: one for name, one in entry.items() if name != "security"}
            if isinstance(entry, dict) and method in METHODS
            else entry
            for method, entry in item.items()
        }
        if isinstance(item, dict)
        else item
        for path, item in (bare.get("paths") or {}).items()
    }
    return copy.deepcopy(bare)


def _covering(api: Api, operation: Any, schema: Any, name: str, valid_only: bool) -> Iterator[Request]:
    from schemathesis.generation import GenerationMode
    from schemathesis.generation.drivers import CoverageGenerator
    from schemathesis.generation.feedback import NO_FEEDBACK
    from schemathesis.generation.overrides import Override

    generator: Any = CoverageGenerator(
        operation=operation,
        generation_modes=[GenerationMode("positive"), *([] if valid_only else [GenerationMode("negative")])],
        generation_config=schema.config.generation_for(operation=operation, phase="coverage"),
        auth_storage=None,
        override=Override(query={}, headers={}, cookies={}, path_parameters={}, body={}),
        feedback=NO_FEEDBACK,
    )
    groups: dict[tuple[str, ...], list[tuple[bool, Any]]] = {}
    for case in generator:
        told = case.meta.phase.data
        kind = _kind(case.meta.generation.mode.value, told.scenario.value)
        if kind == METHOD and case.method.upper() in ("OPTIONS", "HEAD", "QUERY"):
            continue
        if kind == CONTENT_TYPE and not operation.body:
            continue  # of a request without a body; ``around`` sends the type that clients do send
        place = told.parameter_location.value if told.parameter_location is not None else ""
        key = (kind, str(told.scenario.value), str(place), str(told.parameter), str(told.description))
        groups.setdefault(key, []).append((not _plain(case, told), case))
    for at, (about, group) in enumerate(_mixed(groups)):
        many = MOST_ALIKE if at < MOST / MOST_ALIKE else 1
        cases = (case for _, case in sorted(group, key=lambda one: one[0]))
        made = (_request(case, api, name, about[0], _why(*about[2:])) for case in cases)
        yield from itertools.islice((one for one in made if one is not None), many)


def _why(place: str, parameter: str, description: str) -> str:
    if description.lower() == "default positive test case":
        return "a valid request"
    where = f"{parameter} ({place}): " if parameter not in ("", "None") and place not in ("", "body") else ""
    return f"{where}{description[:1].lower()}{description[1:]}"


def _mixed(groups: Mapping[tuple[str, ...], list[Any]]) -> list[tuple[tuple[str, ...], list[Any]]]:
    """The groups in their order; where there are more than are sent, of each kind and place some."""
    if len(groups) <= MOST // MOST_ALIKE:
        return list(groups.items())
    turns: dict[tuple[str, ...], int] = {}
    ranked = []
    for key, group in groups.items():
        turn = turns[key[:3]] = turns.get(key[:3], 0) + 1
        ranked.append((turn, key, group))
    return [(key, group) for _, key, group in sorted(ranked, key=lambda one: one[0])]


def _kind(mode: str, scenario: str) -> str:
    if scenario == "unspecified_http_method":
        return METHOD
    if scenario in ("malformed_content_type", "unsupported_content_type"):
        return CONTENT_TYPE
    return VALID if mode == "positive" else INVALID


def _plain(case: Any, told: Any) -> bool:
    """Whether the wrong value is a word, as people get it wrong, and no oddity."""
    place = told.parameter_location.value if told.parameter_location is not None else ""
    container = {"query": case.query, "header": case.headers, "path": case.path_parameters}.get(place)
    value = (container or {}).get(told.parameter)
    return isinstance(value, str) and value.isalpha() and value not in ("true", "false", "null")


def _drawn(api: Api, operation: Any, name: str, seed: int) -> list[Request]:
    """Valid requests at random: the same ones for the same seed."""
    import hypothesis

    found: list[Request] = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=DRAWN,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy())
    def draw(case: Any) -> None:
        request = _request(case, api, name, VALID, f"a valid request, drawn with the seed {seed}")
        if request is not None and request not in found:
            found.append(request)

    draw()
    return found[:DRAWN]


def _request(case: Any, api: Api, name: str, kind: str, why: str) -> Request | None:
    """A case as it goes over the wire; None where it cannot."""
    from schemathesis.config import SanitizationConfig
    from schemathesis.transport.prepare import prepare_request

    try:
        made = prepare_request(
            case, None, config=SanitizationConfig(enabled=False), base_url=f"{HERE}{api.base_path}"
        )
        headers = _headers(made.headers)
    except Exception:  # a value that is no text of a header, a body that no serializer takes
        return None
    parts = urlsplit(str(made.url))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    body = made.body.encode("utf-8", "surrogatepass") if isinstance(made.body, str) else made.body
    if body is not None and not isinstance(body, bytes):
        return None
    drawn = BOUNDARY.match(body or b"")
    if body is not None and drawn is not None:  # at random: the same requests every time
        body = body.replace(drawn[1], FIXED.encode())
        headers = tuple((key, value.replace(drawn[1].decode(), FIXED)) for key, value in headers)
    return Request(name, kind, why, str(made.method), path, headers, body or None)


def _headers(given: Any) -> Headers:
    found = []
    for name, value in given.items():
        text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
        text.encode("latin-1")
        if name.lower() not in OWN_HEADERS:
            found.append((str(name), text))
    return tuple(found)


def without_a_type(request: Request) -> Request:
    """The same request without its content type."""
    headers = tuple(one for one in request.headers if one[0].lower() != "content-type")
    return replace(request, kind=CONTENT_TYPE, why="no content type", headers=headers)


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """No word from libraries about oddities of a specification."""
    level = logging.root.manager.disable
    logging.disable(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)
