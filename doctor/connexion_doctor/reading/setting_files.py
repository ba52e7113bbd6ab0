"""Files that settings name, as far as it can be seen that the server takes them: certificates, logging."""

from __future__ import annotations

import configparser
from collections.abc import Iterator, Mapping
from pathlib import Path

from connexion_doctor.foundation import json_text, late
from connexion_doctor.model import overlay
from connexion_doctor.reading.specification_files import content_of

# Handlers and formatters that are there wherever logging is, and need nothing but what stands in the file.
HANDLERS = late.pattern(r"(logging\.)?(StreamHandler|NullHandler)")
FORMATTERS = late.pattern(r"logging\.Formatter|uvicorn\.logging\.\w+Formatter")
PARTS = {"loggers", "handlers", "formatters"}


def is_pair(certificate: Path, key: Path) -> bool:
    """Whether a server surely takes a certificate and its key."""
    import ssl  # with OpenSSL, which hardly a project asks for

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, lambda: b"")
    except (OSError, ValueError):
        return False
    return True


def is_log_configuration(path: Path) -> bool:
    """Whether a server surely takes a file that configures its log."""
    try:
        text = overlay.read_text(path)
        if path.suffix in (".json", ".yaml", ".yml"):
            made = json_text.parsed(text) if path.suffix == ".json" else content_of(path)
            return isinstance(made, dict) and made.get("version") == 1 and all(_known(made))
        return all(_of_ini(text))
    except (OSError, ValueError, configparser.Error):
        return False


def _known(made: Mapping[str, object]) -> Iterator[bool]:
    """Of ``dictConfig``: whether each handler and formatter is one that needs nothing."""
    for part, classes, key in (("handlers", HANDLERS, "class"), ("formatters", FORMATTERS, "()")):
        given = made.get(part) or {}
        yield isinstance(given, dict)
        for one in given.values() if isinstance(given, dict) else ():
            asked = one.get(key, "logging.Formatter" if key == "()" else "") if isinstance(one, dict) else ""
            yield classes.fullmatch(str(asked)) is not None and "filters" not in one
    yield not made.get("filters")


def _of_ini(text: str) -> Iterator[bool]:
    """Of ``fileConfig``: whether it has its parts, and nothing in it needs anything."""
    parser = configparser.RawConfigParser()
    parser.read_string(text)
    yield set(parser.sections()) >= PARTS
    for section in parser.sections():
        asked = parser.get(section, "class", fallback="logging.Formatter")
        if section.startswith("handler_"):
            yield HANDLERS.fullmatch(asked) is not None
        if section.startswith("formatter_"):
            yield FORMATTERS.fullmatch(asked) is not None
    for part in PARTS & set(parser.sections()):
        keys = [one.strip() for one in parser.get(part, "keys", fallback="").split(",") if one.strip()]
        yield all(f"{part.removesuffix('s')}_{one}" in parser.sections() for one in keys)
