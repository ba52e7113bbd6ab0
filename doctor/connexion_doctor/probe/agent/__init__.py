"""The agent: runs in the target interpreter, loads servers and apps, reports facts as JSON lines."""

from __future__ import annotations


def main(answers_path: str, ahead: list[str]) -> None:
    """Do what the request on standard input asks and end the process without giving anybody a last word."""
    from . import process

    process.run(answers_path, ahead)
