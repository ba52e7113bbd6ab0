"""A call of Flask's test client in the words of Starlette's, which takes httpx's arguments."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Edit, Location
from connexion_doctor.python import Sources, Use
from connexion_doctor.python.edits import insert, remove_arguments, rename_keyword, replace

RENAMED = {"query_string": "params"}
UNKNOWN = (
    "query_string",
    "content_type",
    "mimetype",
    "buffered",
    "base_url",
    "environ_base",
    "environ_overrides",
    "input_stream",
    "subdomain",
    "url_scheme",
)
# What Flask's client has and Starlette's has not, and what is there in its place.
GONE = {
    "set_cookie": "Set it in the client's `cookies`.",
    "delete_cookie": "Delete it in the client's `cookies`.",
    "get_cookie": "Read it from the client's `cookies`.",
    "cookie_jar": "Use the client's `cookies`.",
    "session_transaction": "Sign in by a request, or set the session's cookie in the client's `cookies`.",
    "environ_base": "Give the client `headers`, or make it with `client=(host, port)`.",
}
BODIES = ("json", "data")
WITHOUT_BODY = ("delete", "get", "head", "options")  # httpx's methods of these names take no body
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
# What makes the value of a part a file: an open one, or bytes in memory.
STREAMS = ("open", "BytesIO", "StringIO")


@dataclass(frozen=True)
class ClientCall:
    """One call of a test client: the method's name, and the arguments given by name."""

    sources: Sources
    use: Use[ast.Call]
    verb: str

    @property
    def keywords(self) -> dict[str, ast.keyword]:
        """The arguments given by name."""
        return {keyword.arg: keyword for keyword in self.use.node.keywords if keyword.arg is not None}

    @property
    def unknown(self) -> list[str]:
        """The names that httpx does not know."""
        return [name for name in self.keywords if name in UNKNOWN]

    @property
    def bodies(self) -> list[str]:
        """The bodies that httpx's method of this name does not take."""
        return [name for name in BODIES if name in self.keywords and self.verb in WITHOUT_BODY]

    @property
    def is_multipart(self) -> bool:
        """Whether the content type is set to multipart by hand: the boundary of the parts is then missing."""
        given = self.keywords.get("content_type") or self.keywords.get("mimetype")
        if given is not None:
            return _text(given.value) == MULTIPART
        key = self._content_type_key()
        return key is not None and _text(key[1]) == MULTIPART

    def _literal(self, name: str) -> ast.expr | None:
        keyword = self.keywords.get(name)
        return self.sources.literal(keyword.value, self.use) if keyword is not None else None

    def _content_type_key(self) -> tuple[ast.expr, ast.expr] | None:
        """Key and value of the content type in the headers, where they can be read."""
        headers = self._literal("headers")
        if not isinstance(headers, ast.Dict):
            return None
        for key, value in zip(headers.keys, headers.values, strict=True):
            if key is not None and (_text(key) or "").lower() == "content-type":
                return key, value
        return None

    def edits(self) -> tuple[Edit, ...]:
        """The call as httpx takes it; an empty tuple where that is not certain."""
        module, keywords = self.use.module, self.keywords
        whole = self._whole_address()
        known = {"query_string", "content_type", "mimetype", "buffered", *(["base_url"] if whole else [])}
        if set(self.unknown) - known:
            return ()
        edits: list[Edit] = [
            rename_keyword(module, keywords[name], new) for name, new in RENAMED.items() if name in keywords
        ]
        gone = [keywords["buffered"]] if "buffered" in keywords else []  # httpx reads the whole answer
        if whole is not None:
            edits.append(replace(module, self.use.node.args[0], whole))
            gone.append(keywords["base_url"])
        if not self._content_type(edits, gone):
            return ()
        if self.verb == "open" or self.bodies:
            named = self._method(gone)
            if named is None:
                return ()
            edits += named
        removed = remove_arguments(module, self.use.node, gone)
        return (*edits, *removed) if removed or not gone else ()

    def _whole_address(self) -> str | None:
        """The path behind the ``base_url`` that is given for it, as httpx takes it; None where there is none,
        or one of them is not written there."""
        base = self.keywords.get("base_url")
        path = self.use.node.args[0] if len(self.use.node.args) == 1 else None
        first, last = _text(base.value) if base is not None else None, _text(path)
        if first is None or last is None or not last.startswith("/") or self.verb == "open" or self.bodies:
            return None
        return repr(first.rstrip("/") + last)

    # -- the parts -------------------------------------------------------------------------

    def _content_type(self, edits: list[Edit], gone: list[ast.keyword]) -> bool:
        """The content type as a header, or left to httpx where it knows better; whether it is certain."""
        given = self.keywords.get("content_type") or self.keywords.get("mimetype")
        written = _text(given.value) if given is not None else None
        if self.is_multipart:
            return self._multipart(given, edits, gone)
        if given is None:
            return True
        module, data = self.use.module, self._literal("data")
        if isinstance(data, ast.Dict) or _is_dict_call(data):
            if written != FORM:
                return False  # a form under another type: not what Flask's client would send either
            gone.append(given)
            return True
        if "data" in self.keywords and _is_text(data):
            edits.append(rename_keyword(module, self.keywords["data"], "content"))
        header = f'"content-type": {module.text(given.value)}'
        other = self.keywords.get("headers")
        if other is None:
            edits.append(replace(module, given, f"headers={{{header}}}"))
            return True
        known = self._content_type_key()
        if known is not None:
            gone.append(given)
            return written is not None and _text(known[1]) == written
        if not isinstance(self._literal("headers"), ast.Dict):
            return False
        gone.append(given)
        edits.append(replace(module, other, f"headers={{**{module.text(other.value)}, {header}}}"))
        return True

    def _multipart(self, given: ast.keyword | None, edits: list[Edit], gone: list[ast.keyword]) -> bool:
        """``data`` with its files becomes ``files``: then httpx writes the content type and its boundary."""
        module, data = self.use.module, self._literal("data")
        parts = _parts(data)
        keyword = self.keywords.get("data")
        if parts is None or keyword is None:
            return False
        lists = any(isinstance(value, ast.List) for _, value in parts)
        made = []
        for name, value in parts:
            shown = name if isinstance(name, str) else module.text(name)
            for one in value.elts if isinstance(value, ast.List) else (value,):
                part = self._part(one)
                if part is None:
                    return False
                made.append(f"({shown}, {part})" if lists else f"{shown}: {part}")
        files = f"[{', '.join(made)}]" if lists else f"{{{', '.join(made)}}}"
        edits.append(replace(module, keyword, f"files={files}"))
        if given is not None:
            gone.append(given)
        headers = self._literal("headers")
        if "headers" not in self.keywords:
            return True
        if not isinstance(headers, ast.Dict):
            return False
        return self._content_type_key() is None or self._drop_header(headers, edits)

    def _drop_header(self, headers: ast.Dict, edits: list[Edit]) -> bool:
        """Take the content type out of the headers, where no other call has them too."""
        module, given = self.use.module, self.keywords["headers"].value
        function = self.use.scope.node
        names = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
        read = [node.id for node in names if isinstance(node.ctx, ast.Load)]
        if isinstance(given, ast.Name) and read.count(given.id) != 1:
            return False
        at = next(i for i, key in enumerate(headers.keys) if (_text(key) or "").lower() == "content-type")
        start = _start(module.location(headers.keys[at] or headers))
        end = module.location(headers.values[at]).end
        if at + 1 < len(headers.keys):
            end = _start(module.location(headers.keys[at + 1] or headers))
        elif at:
            start = module.location(headers.values[at - 1]).end
        else:  # the only one: a comma behind it goes too
            line, column = module.location(headers).end
            end = line, column - 1
        edits.append(Edit(Location(module.path, *start, *end), ""))
        return True

    def _part(self, value: ast.expr) -> str | None:
        """One part as httpx takes it: Flask's (stream, name, type) is (name, stream, type)."""
        module = self.use.module
        if isinstance(value, ast.Tuple) and 2 <= len(value.elts) <= 3:
            stream, name, *kind = (module.text(element) for element in value.elts)
            return f"({', '.join([name, stream, *kind])})"
        if _called(value) in STREAMS:
            return module.text(value)
        if _is_text(value):
            return f"(None, {module.text(value)})"
        number = value.value if isinstance(value, ast.Constant) else None
        return f'(None, "{number}")' if isinstance(number, int | float) else None

    def _method(self, gone: list[ast.keyword]) -> list[Edit] | None:
        """``open(path, method=X)`` and ``delete(path, json=...)`` as ``request(X, path)``."""
        node, module = self.use.node, self.use.module
        if not isinstance(node.func, ast.Attribute) or len(node.args) != 1:
            return None
        end_line, end_column = module.location(node.func).end
        name = Location(module.path, end_line, end_column - len(node.func.attr), end_line, end_column)
        path, given = node.args[0], self.keywords.get("method")
        place = module.location(path)
        if self.verb == "open" and given is not None and given is node.keywords[0]:
            # The two change places, and what stands between stays.
            swapped = [Edit(place, module.text(given.value)), replace(module, given, module.text(path))]
            return [Edit(name, "request"), *swapped]
        if self.verb == "open" and given is not None:
            method = module.text(given.value)
            gone.append(given)
        else:
            method = '"GET"' if self.verb == "open" else f'"{self.verb.upper()}"'
        return [Edit(name, "request"), insert(module, place.line, place.column, f"{method}, ")]


def cookies_set(use: Use[ast.Attribute]) -> tuple[Edit, ...]:
    """``client.set_cookie("localhost", "name", "value")`` as ``client.cookies.set("name", "value")``; from
    2.3 on Werkzeug wants no host. Empty where more is given than name and value."""
    module = use.module
    call = next((one.node for one in module.calls if one.node.func is use.node), None)
    named = {one.arg: one.value for one in call.keywords} if call is not None else {}
    if (
        use.node.attr != "set_cookie"
        or call is None
        or set(named) - {"key", "value", "server_name", "domain"}
    ):
        return ()
    host = (
        len(call.args) == 3 or bool(call.args) and "key" in named or len(call.args) == 2 and "value" in named
    )
    given = [*call.args[int(host) :], *(named[one] for one in ("key", "value") if one in named)]
    if len(given) != 2 or any(isinstance(one, ast.Starred) for one in given):
        return ()
    name, value = (module.text(one) for one in given)
    return (replace(module, call, f"{module.text(use.node.value)}.cookies.set({name}, {value})"),)


def _text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _is_text(node: ast.expr | None) -> bool:
    """Whether an expression gives text or bytes for certain."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str | bytes)
    return isinstance(node, ast.JoinedStr) or _called(node) in ("dumps", "encode")


def _called(node: ast.expr | None) -> str:
    """The last name of what a call calls."""
    if not isinstance(node, ast.Call):
        return ""
    return str(getattr(node.func, "attr", getattr(node.func, "id", "")))


def _start(place: Location) -> tuple[int, int]:
    return place.line, place.column


def _is_dict_call(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict"


def _parts(data: ast.expr | None) -> Sequence[tuple[ast.expr | str, ast.expr]] | None:
    """The names and values of a dictionary that stands there as such."""
    if isinstance(data, ast.Dict):
        return None if None in data.keys else list(zip(data.keys, data.values, strict=True))  # type: ignore[arg-type]
    if isinstance(data, ast.Call) and _is_dict_call(data) and not data.args:
        found = [(f'"{keyword.arg}"', keyword.value) for keyword in data.keywords if keyword.arg is not None]
        return found if len(found) == len(data.keywords) else None
    return None
