"""The line of a server's log that is reported: the one that tells, without secrets."""

from __future__ import annotations

import pytest

from connexion_doctor.verify.log import redacted, telling


@pytest.mark.parametrize(
    ("log", "line"),
    [
        (["INFO ok", "Traceback (most recent call last):", "TypeError: no", "INFO bye"], "TypeError: no"),
        (["a.b.SomeError: why", "app.py:1: DeprecationWarning: old"], "a.b.SomeError: why"),
        (["DeprecationWarning: old", "[ERROR] Worker died"], "[ERROR] Worker died"),
        (["INFO ok"], None),
    ],
)
def test_telling(log: list[str], line: str | None) -> None:
    assert telling(log) == line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "OSError: postgres://me:pw@db/x refused tok-123456 in /home/me",
            "OSError: postgres://***@db/x refused *** in /home/me",
        ),
        ("SMTP_PASSWORD=abc 'API_KEY=x y' port=80", "SMTP_PASSWORD=*** 'API_KEY=*** y' port=80"),
        ('connect(host="db", password="a b")', 'connect(host="db", password=***)'),
        ("TypeError: f() got an unexpected keyword argument 'token'",) * 2,
        ("KeyError: 'DB_PASSWORD'",) * 2,
        ("token == other, TOKEN_TTL=60, password=$PASSWORD",) * 2,
    ],
)
def test_secrets_are_taken_out(text: str, shown: str) -> None:
    assert redacted(text, {"API_TOKEN": "tok-123456", "HOME": "/home/me"}) == shown
