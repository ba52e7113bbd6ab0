"""Differences between Connexion 2 and 3 that are known: why, what explains them, and the way out.

Each was seen with Connexion 2.14.2 under gunicorn against 3.3.0 under uvicorn; ``tests/compare`` holds them.
"""

from __future__ import annotations

from collections.abc import Callable

from connexion_doctor.compare import asked
from connexion_doctor.compare.asked import Answer, Request
from connexion_doctor.compare.changes import ALLOWS, Change, Effect
from connexion_doctor.foundation.late import dataclass

GUIDE = "https://connexion.readthedocs.io/en/latest/v3.html"
COOKBOOK = "https://connexion.readthedocs.io/en/latest/cookbook.html"


@dataclass(frozen=True)
class Known:
    """A known difference: its name, why it is there, and what explains it: a rule, a document, a fix."""

    name: str
    why: str
    url: str = GUIDE
    rule: str | None = None
    fix: str | None = None


@dataclass(frozen=True)
class Seen:
    """What is looked at to know a difference again."""

    request: Request
    change: Change
    before: Answer
    after: Answer

    @property
    def statuses(self) -> tuple[int, int]:
        """Both statuses."""
        return self.before.status, self.after.status

    @property
    def is_status(self) -> bool:
        """Whether it is the status that differs."""
        return self.change.where == "status"

    @property
    def refused(self) -> bool:
        """Whether both refuse, with the same status."""
        return 400 <= self.before.status == self.after.status

    @property
    def kind(self) -> str:
        """The kind of the request."""
        return self.request.kind


CORS = Known(
    "preflight",
    "Connexion 3 has no answer to a browser's preflight by itself: 2 had Flask answer OPTIONS, and "
    "extensions of Flask see no request that Connexion 3 refuses.",
    f"{COOKBOOK}#cors",
    "CXD432",
    "Add Starlette's CORSMiddleware: app.add_middleware(CORSMiddleware, "
    "position=MiddlewarePosition.BEFORE_EXCEPTION, allow_origins=[...])",
)
CORS_HEADERS = Known(
    "cors-headers",
    "Starlette's CORSMiddleware answers with other headers than Flask-CORS: it names the page's origin only "
    "where credentials are allowed, the methods that it was given, and what its answer varies with. Browsers "
    "take both.",
    f"{COOKBOOK}#cors",
)
CORS_REFUSED = Known(
    "preflight-refused",
    "Starlette's CORSMiddleware answers 400 to the preflight of a page, a method or a header that it does "
    "not let in; Flask answered 200, without what a browser looks for. Browsers refuse both.",
    f"{COOKBOOK}#cors",
    fix="Name what is to be let in: allow_origins, allow_methods, allow_headers. --origin asks as from "
    "another page.",
)
OPTIONS = Known(
    "options",
    "Flask answered OPTIONS for every path of Connexion 2; Connexion 3 routes by itself, and answers 405 "
    "where the specification has no OPTIONS.",
    rule="CXD432",
    fix="Browsers need it for CORS only: CORSMiddleware. Else declare OPTIONS in the specification.",
)
NO_TYPE = Known(
    "no-content-type",
    "Connexion 3 takes a body without a content type for the first type of the specification and validates "
    "it; its handler is given the bytes as they came, and mostly fails at that.",
    fix="Have clients send Content-Type: application/json.",
)
TYPE_CHECKED = Known(
    "content-type-checked",
    "Connexion 3 answers 415 to a content type that the specification does not have; Connexion 2 tried to "
    "read the body, or did not look at it.",
)
SHUT_OUT = Known(
    "credentials-not-seen",
    "The same credentials were taken before and are not any more. gunicorn from 22 on drops headers with an "
    "underscore in their name, such as api_key.",
    "https://docs.gunicorn.org/en/stable/settings.html#header-map",
    fix="Name the header with a dash, or give gunicorn --header-map dangerous behind a proxy that takes "
    "such headers off by itself.",
)
SECURITY_RAISES = Known(
    "security-function-raises",
    "Connexion 3 checks credentials in a middleware around Flask, which knows no exception of werkzeug's and "
    "no flask.abort: what a security function refuses with them is answered with 500.",
    "https://connexion.readthedocs.io/en/latest/security.html",
    "CXD458",
    "Raise connexion.exceptions.ProblemException(status=401, ...) in the security function; what it takes of "
    "Flask (current_app, request) is not there either (CXD451).",
)
BODY = Known(
    "body-validated",
    "Connexion 3 validates a body by its own content type, and asks for one that is required; Connexion 2 "
    "looked at the first type of the specification alone.",
)
READ_ONLY_WANTED = Known(
    "read-only-wanted",
    "Connexion 3 does not look at readOnly: what is required is wanted in a request, where Connexion 2 "
    "refused it.",
    rule="CXD476",
    fix="Take it out of required, which works in both versions.",
)
READ_ONLY_TAKEN = Known(
    "read-only-taken",
    "Connexion 3 does not look at readOnly: it takes from clients what Connexion 2 refused.",
    rule="CXD478",
    fix="Take it out of the body in the handler, or give requests a schema without it.",
)
WRITE_ONLY_WANTED = Known(
    "write-only-wanted",
    "Connexion 3 wants in a response all that is required, be it writeOnly.",
    rule="CXD477",
    fix="Take it out of required, or give responses a schema of their own.",
)
EMPTY_BODY = Known(
    "empty-body",
    "Connexion 3 takes an empty body for none, and gives the handler a dictionary, whatever the content type "
    "is; Connexion 2 gave it empty bytes.",
    "https://github.com/spec-first/connexion/blob/main/connexion/decorators/parameter.py",
    "CXD472",
    'Begin the handler with body = body or b"".',
)
EMPTY = Known(
    "empty-answer",
    "The content type of an answer without a body is Flask's in Connexion 3; Connexion 2 named that of the "
    "specification.",
)
SEVERAL = Known(
    "several-content-types",
    "Where the specification has several content types for an answer, Connexion 3 wants the handler to name "
    "the one it gives.",
    fix="Return the content type with the answer: return body, 200, {'Content-Type': 'application/json'}",
)
HEAD_VALIDATED = Known(
    "head-validated",
    "Where responses are validated, Connexion 3 validates what it sends: the empty body of an answer to HEAD "
    "is no object. Connexion 2 validated what the handler returned.",
    "https://connexion.readthedocs.io/en/latest/validation.html",
    "CXD473",
    "Where GET fails too, cure that; else give a validator that lets an empty body pass.",
)
FORM = Known(
    "form-limits",
    "Of the parameters of a form of Swagger 2 Connexion 3 checks type, format and items; minimum, pattern, "
    "enum and the like are not looked at.",
    "https://github.com/spec-first/connexion/blob/main/connexion/operations/swagger2.py",
    "CXD459",
    "Write the operation in OpenAPI 3, or check the value in the handler.",
)
HEADER_TYPE = Known(
    "header-not-read",
    "Connexion 3 validates a header as the text it is: a number in a header is refused as no number.",
    rule="CXD474",
    fix="Declare the header as a string with a pattern, or leave it to the handler.",
)
REDIRECT = Known(
    "redirect",
    "Flask redirected to a path with its slash with 308, Starlette does with 307: both keep method and body.",
)
SLASH = Known(
    "slash",
    "Starlette redirects to the path with or without its slash, where Flask knew no such path.",
)
ALLOW = Known(
    "allow",
    "Connexion 3 names the methods of one operation in Allow, Flask named those of the whole path.",
)
HOOKS = Known(
    "hooks",
    "Hooks of the inner Flask app see what reaches a handler: what Connexion 3 answers by itself (errors, "
    "the specification, the Swagger UI) goes past them.",
    rule="CXD430",
    fix="Move the hook into a middleware of the Connexion app: app.add_middleware(...)",
)
DOCUMENTATION = Known(
    "documentation",
    "The specification is served with its references followed, and the Swagger UI is another release.",
)
CRASH = Known("crash-text", "An exception of a handler is answered with a problem of other words.")
STATUS_WORDS = Known(
    "error-status",
    "Connexion 3 and Connexion 2 refuse this for different reasons; a client is refused by both.",
)
MEMBERS = Known(
    "error-members",
    "Members of the problem that Connexion 2 left empty, or gave as a list, are text in Connexion 3.",
)
TEXT = Known(
    "error-text",
    "The words of errors come from other code in Connexion 3; the members of the problem are the same.",
)

Test = Callable[[Seen], bool]

# The first that fits is taken.
TABLE: tuple[tuple[Test, Known], ...] = (
    (lambda one: one.kind == asked.PREFLIGHT and one.after.body.startswith(b"Disallowed CORS"), CORS_REFUSED),
    (lambda one: one.is_status and one.kind == asked.PREFLIGHT, CORS),
    (lambda one: _of_cors(one) and one.change.what == "added", CORS_HEADERS),
    (lambda one: _of_cors(one) and one.after.header(ALLOWS) is None, CORS),
    (lambda one: _of_cors(one) and one.before.header(ALLOWS) is not None, CORS_HEADERS),
    (lambda one: one.is_status and one.request.method == "OPTIONS" and one.statuses == (200, 405), OPTIONS),
    (lambda one: one.is_status and one.statuses == (308, 307), REDIRECT),
    (lambda one: one.is_status and one.kind == asked.SLASH and one.statuses == (404, 307), SLASH),
    (
        lambda one: one.kind == asked.DOCUMENTATION and not one.change.where.startswith("header"),
        DOCUMENTATION,
    ),
    (lambda one: one.change.where == "header allow", ALLOW),
    (
        lambda one: one.change.what == "lost" and one.change.where.startswith("header") and _by_itself(one),
        HOOKS,
    ),
    (lambda one: one.change.where == "content-type" and not one.before.body and not one.after.body, EMPTY),
    (
        lambda one: one.is_status and one.before.status < 300 and one.after.status == 400 and _wants(one),
        READ_ONLY_WANTED,
    ),
    (lambda one: one.is_status and b"is read-only" in one.before.body, READ_ONLY_TAKEN),
    (lambda one: one.is_status and _now_fails(one) and _wants(one), WRITE_ONLY_WANTED),
    (lambda one: one.is_status and one.request.method == "HEAD" and _now_fails(one), HEAD_VALIDATED),
    (lambda one: one.is_status and _shut_out(one) and one.after.status == 500, SECURITY_RAISES),
    (lambda one: one.is_status and one.after.status == 415, TYPE_CHECKED),
    (lambda one: _of_no_text(one) and one.before.status < 300, EMPTY_BODY),
    (lambda one: one.is_status and one.kind == asked.CONTENT_TYPE and not one.request.content_type, NO_TYPE),
    (lambda one: one.is_status and one.statuses == (200, 400) and _of_a_header(one), HEADER_TYPE),
    (
        lambda one: one.is_status and one.before.status == 400 and one.after.status < 300 and _of_a_form(one),
        FORM,
    ),
    (lambda one: one.is_status and one.after.status == 401 and not one.request.anonymous, SHUT_OUT),
    (lambda one: one.is_status and b"Multiple response content types" in one.after.body, SEVERAL),
    (lambda one: one.is_status and one.after.status == 400 and one.request.body is not None, BODY),
    (lambda one: one.is_status and b"RequestBody is required" in one.after.body, BODY),
    (lambda one: one.is_status and min(one.statuses) >= 400 and max(one.statuses) < 500, STATUS_WORDS),
    (
        lambda one: one.before.status == one.after.status == 500 and one.change.effect is not Effect.NONE,
        CRASH,
    ),
    (lambda one: one.refused and one.change.what == "type", MEMBERS),
    (lambda one: one.refused and one.change.what == "value", TEXT),
)


def _of_cors(one: Seen) -> bool:
    """Whether it is a header by which a browser is told who may ask, or comes with those."""
    name = one.change.where.removeprefix("header ")
    with_it = name == "vary" or one.kind == asked.PREFLIGHT and name == "allow"
    return name.startswith("access-control-") or with_it


def _of_a_header(one: Seen) -> bool:
    own = [name for name, _ in one.request.headers if name.lower() not in ("content-type", "origin")]
    return one.kind != asked.INVALID and bool(own) and one.request.body is None


def _of_no_text(one: Seen) -> bool:
    """Whether an empty body was sent that is neither JSON nor a form."""
    kind = (one.request.content_type or "").partition(";")[0]
    return (
        not one.request.body
        and not one.request.safe
        and kind.startswith(("text/", "application/octet-stream"))
    )


def _of_a_form(one: Seen) -> bool:
    kind = (one.request.content_type or "").partition(";")[0]
    return one.kind == asked.INVALID and kind in ("application/x-www-form-urlencoded", "multipart/form-data")


def _shut_out(one: Seen) -> bool:
    wrong = one.kind in (asked.NO_CREDENTIALS, asked.WRONG_CREDENTIALS)
    return wrong and one.before.status in (401, 403)


def _wants(one: Seen) -> bool:
    """Whether a property is wanted that was not."""
    return b"is a required property" in one.after.body


def _now_fails(one: Seen) -> bool:
    return one.before.status < 300 and one.after.status == 500


def _by_itself(one: Seen) -> bool:
    return one.after.status >= 400 or one.kind in (asked.DOCUMENTATION, asked.SLASH, asked.PREFLIGHT)


def explained(request: Request, change: Change, before: Answer, after: Answer) -> Known | None:
    """What is known of a difference between Connexion 2 and 3; None for what is the app's own."""
    seen = Seen(request, change, before, after)
    return next((known for test, known in TABLE if test(seen)), None)
