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


def test_secrets_are_taken_out() -> None:
    environ = {"API_TOKEN": "tok-123456", "HOME": "/home/me"}
    text = "OSError: postgres://me:pw@db/x refused tok-123456 in /home/me"
    assert redacted(text, environ) == "OSError: postgres://***@db/x refused *** in /home/me"
