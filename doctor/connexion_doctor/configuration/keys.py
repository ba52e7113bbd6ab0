"""The keys of the configuration, with their kinds and defaults."""

from __future__ import annotations

from typing import Any

from connexion_doctor.foundation.late import dataclass

SECTION = "connexion-doctor"
SEVERITIES = ("error", "warning", "info")
FAIL_ON = (*SEVERITIES, "never")


@dataclass(frozen=True)
class Key:
    """One key. ``kind``: strings, string, number, switch, choice, tables (of strings, choices), launches."""

    name: str
    kind: str
    default: Any
    what: str
    choices: tuple[str, ...] = ()

    @property
    def option(self) -> str:
        """The name of the option of the command line that wins over it."""
        return self.name.replace("-", "_")


KEYS = (
    Key("select", "strings", (), "rules to run: codes, beginnings of codes, names"),
    Key("ignore", "strings", (), "rules not to run"),
    Key("per-file-ignores", "lists", {}, "pattern of paths -> rules that are not reported there"),
    Key("severities", "choices", {}, "rule -> the severity it has in this project", SEVERITIES),
    Key("exclude", "strings", (), "folders and patterns of files in which nothing is looked for"),
    Key("fail-on", "choice", "error", "the severity from which the exit code is 1", FAIL_ON),
    Key("strict", "switch", False, "whether a start that could not be settled makes the exit code 1"),
    Key("format", "strings", ("text",), "formats of the report, FORMAT or FORMAT=PATH"),
    Key("python", "string", None, "the target interpreter, or its virtual environment"),
    Key("timeout", "number", 30.0, "seconds for loading the app"),
    Key("baseline", "string", None, "the file of findings that are kept quiet"),
    Key("launches", "launches", (), "name -> a launch to check"),
)
LAUNCH_KEYS = (
    Key("target", "string", None, "what the server loads"),
    Key("command", "string", None, "the whole start command, instead of target and server"),
    Key("server", "string", None, "the server that gets the target"),
    Key("directory", "string", ".", "the folder the server runs in"),
    Key("python", "string", None, "the interpreter the server runs in"),
    Key("environment", "texts", {}, "variables that are set for it"),
)
