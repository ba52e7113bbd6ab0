"""Credentials for the requests: taken from the command line, the environment or a file, and never shown."""

from __future__ import annotations

import base64
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from connexion_doctor.compare.asked import Headers
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model.errors import UsageError

FEWEST = 4  # characters of a secret that is looked for in what is shown; shorter ones are words


@dataclass(frozen=True)
class Credential:
    """A header of the user's."""

    name: str
    value: str

    @property
    def shown(self) -> str:
        """As a curl line gives it: without its value; of cookies, without those of each."""
        if self.name.lower() == "cookie":
            names = [pair.partition("=")[0].strip() for pair in self.value.split(";") if "=" in pair]
            return shlex.quote(f"{self.name}: {'; '.join(f'{name}=***' for name in names) or '***'}")
        scheme, space, _ = self.value.partition(" ")
        kept = f"{scheme} " if space and scheme in ("Basic", "Bearer", "Token") else ""
        return shlex.quote(f"{self.name}: {kept}***")


@dataclass(frozen=True)
class Credentials:
    """What every request carries that is not meant to come without."""

    given: tuple[Credential, ...] = ()

    @property
    def headers(self) -> Headers:
        """The headers to send."""
        return tuple((one.name, one.value) for one in self.given)

    def hidden(self, text: str) -> str:
        """The text without their values, however they are written."""
        for secret in self._secrets():
            text = text.replace(secret, "***")
        return text

    def _secrets(self) -> list[str]:
        found: set[str] = set()
        for one in self.given:
            words = [one.value, *one.value.split(" ", 1)[1:]]
            if one.name.lower() == "authorization" and one.value.startswith("Basic "):
                pair = base64.b64decode(one.value[6:]).decode("utf-8", "replace")
                words += [pair, pair.partition(":")[2]]
            if one.name.lower() == "cookie":
                words += [pair.strip().partition("=")[2] for pair in one.value.split(";")]
            found |= {form for word in words for form in (word, quote(word)) if len(form) >= FEWEST}
        return sorted(found, key=len, reverse=True)


def credentials(
    headers: Sequence[str], auth: str | None, cookies: Sequence[str], environ: Mapping[str, str]
) -> Credentials:
    """The credentials that options give.

    :param headers: ``Name: value``; a value, here and below, may be ``$VARIABLE`` or ``@FILE``
    :param auth: ``user:password``, or ``$VARIABLE``, ``@FILE`` that hold it
    :param cookies: ``name=value``
    :raises UsageError: one cannot be read; the message holds no value
    """
    found = []
    for text in headers:
        name, colon, value = text.partition(":")
        if not colon or not name.strip():
            raise UsageError("--header takes 'Name: value'")
        found.append(Credential(name.strip(), _read(value.strip(), environ, f"--header {name.strip()}")))
    if auth is not None:
        pair = _read(auth, environ, "--auth")
        if ":" not in pair:
            raise UsageError("--auth takes user:password, $VARIABLE or @FILE that holds it")
        encoded = base64.b64encode(pair.encode("utf-8", "surrogatepass")).decode()
        found.append(Credential("Authorization", f"Basic {encoded}"))
    jar = []
    for text in cookies:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise UsageError("--cookie takes name=value")
        jar.append(f"{name.strip()}={_read(value, environ, f'--cookie {name.strip()}')}")
    if jar:
        found.append(Credential("Cookie", "; ".join(jar)))
    return Credentials(tuple(found))


def _read(text: str, environ: Mapping[str, str], option: str) -> str:
    """A value, or what a variable or a file holds; also behind the name of a scheme (``Bearer $TOKEN``)."""
    before, space, last = text.rpartition(" ")
    if space and last.startswith(("$", "@")):
        return f"{before} {_read(last, environ, option)}"
    if text.startswith("$"):
        value = environ.get(text[1:].strip("{}"))
        if value is None:
            raise UsageError(f"{option}: the variable {text} is not set")
        return value
    if text.startswith("@"):
        try:
            return Path(text[1:]).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as exc:
            raise UsageError(f"{option}: {text[1:]} cannot be read") from exc
    return text
