"""Credentials are sent and never shown; every request can be written as a line for a shell."""

from __future__ import annotations

import base64
import shlex
from pathlib import Path

import pytest

from connexion_doctor.compare.asked import VALID, Request
from connexion_doctor.compare.credentials import credentials
from connexion_doctor.compare.sending import JOINT, curl, headers_of
from connexion_doctor.model.errors import UsageError

GET = Request("GET /x", VALID, "a test", "GET", "/x?a=%20&b=1", (("X-Own", "it's"),))
POST = Request(
    "POST /x", VALID, "a test", "POST", "/x", (("Content-Type", "application/json"),), b'{"a": "it\'s"}'
)


def test_credentials_come_from_options_the_environment_and_files(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("from-a-file\n")
    given = credentials(
        [f"X-File: @{file}", "Authorization: Bearer $TOKEN", "X-Plain: plain-value"],
        None,
        ["session=$SESSION", "theme=dark-theme"],
        {"TOKEN": "from-a-variable", "SESSION": "a-session"},
    )
    sent = dict(headers_of(GET, given))
    assert sent["X-File"] == "from-a-file"
    assert sent["Authorization"] == "Bearer from-a-variable"
    assert sent["Cookie"] == "session=a-session; theme=dark-theme"
    shown = curl(GET, given)
    for secret in ("from-a-file", "from-a-variable", "plain-value", "a-session", "dark-theme"):
        assert secret not in shown
    assert "Bearer ***" in shown


def test_basic_credentials_are_hidden_however_they_are_written() -> None:
    given = credentials([], "me:right-password", [], {})
    encoded = base64.b64encode(b"me:right-password").decode()
    assert ("Authorization", f"Basic {encoded}") in headers_of(GET, given)
    said = given.hidden(f"me:right-password {encoded} right-password")
    assert "right-password" not in said
    assert encoded not in said


def test_without_credentials_means_without() -> None:
    given = credentials(["X-Key: right-key"], None, [], {})
    anonymous = Request("GET /x", VALID, "", "GET", "/x", anonymous=True)
    assert "X-Key" not in dict(headers_of(anonymous, given))
    assert "X-Key" not in curl(anonymous, given)


@pytest.mark.parametrize(
    ("headers", "auth", "cookies", "said"),
    [
        (["nonsense"], None, [], "--header takes"),
        (["X-A: $MISSING"], None, [], "$MISSING is not set"),
        (["X-A: @/no/such/file"], None, [], "cannot be read"),
        ([], "nocolon-secret", [], "--auth takes"),
        ([], None, ["nonsense"], "--cookie takes"),
    ],
)
def test_what_cannot_be_read_is_said_without_its_value(
    headers: list[str], auth: str | None, cookies: list[str], said: str
) -> None:
    with pytest.raises(UsageError) as caught:
        credentials(headers, auth, cookies, {})
    assert said in str(caught.value)
    assert "nocolon-secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("request_", "wanted"),
    [
        (GET, ["curl", "-i", "-H", "X-Own: it's", "http://127.0.0.1:8000/x?a=%20&b=1"]),
        (
            POST,
            [
                "curl",
                "-i",
                "-H",
                "Content-Type: application/json",
                "--data-binary",
                '{"a": "it\'s"}',
                "http://127.0.0.1:8000/x",
            ],
        ),
        (Request("", VALID, "", "HEAD", "/x"), ["curl", "-I", "http://127.0.0.1:8000/x"]),
        (Request("", VALID, "", "DELETE", "/x"), ["curl", "-i", "-X", "DELETE", "http://127.0.0.1:8000/x"]),
        (
            Request("", VALID, "", "POST", "/x", (), b"a"),
            ["curl", "-i", "-H", "Content-Type:", "--data-binary", "a", "http://127.0.0.1:8000/x"],
        ),
    ],
)
def test_a_request_as_a_line_for_a_shell(request_: Request, wanted: list[str]) -> None:
    assert shlex.split(curl(request_, credentials([], None, [], {})).replace(JOINT, " ")) == wanted


def test_cookies_are_named_and_their_values_are_not() -> None:
    given = credentials([], None, ["sid=abcdef", "other=$OTHER"], {"OTHER": "ghijkl"})
    assert [one.shown for one in given.given] == ["'Cookie: sid=***; other=***'"]
    plain = credentials(["Cookie: abcdefgh"], None, [], {})
    assert [one.shown for one in plain.given] == ["'Cookie: ***'"]
