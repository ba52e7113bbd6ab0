"""Where gunicorn's settings are changed: the command, ``GUNICORN_CMD_ARGS``, the configuration file."""

from __future__ import annotations

import shlex

from connexion_doctor.commands.argv import ASSIGNMENT
from connexion_doctor.fixes.dropping import dropped
from connexion_doctor.model import Edit, Location
from connexion_doctor.model.source import Source
from connexion_doctor.servers.base import Remedy
from connexion_doctor.writing.languages import string_of_python

ARGUMENTS = "GUNICORN_CMD_ARGS"


class GunicornRemedy(Remedy):
    """Knows the three places where a gunicorn setting can stand."""

    def set_setting(self, name: str, flag: str, value: str) -> None:
        """Set a setting where it is in force now; where it is not set, in the configuration file if
        the launch has one, else on the command line."""
        given = self.case.facts.server.settings.get(name)
        source = given.source if given is not None else None
        if source == "command" or self.given(name) is not None:
            self.set_option(name, flag, value)
        elif source == "environment" and self._set_in_environment(name, flag, value):
            return
        elif source != "environment" and self.case.config is not None:
            self.edits.append(_set_in_file(self.case.config, name, value))
        else:
            self.set_option(name, flag, value)

    def without_threads(self, source: str) -> bool:
        """Take ``threads`` out where it stands; False where it stays, which does no harm."""
        given, config = self.given("threads"), self.case.config
        if source == "command" and given is not None:
            made = dropped(self.command, given.index, given.words, self._sources())
            if made is None:
                return False
            self._apply(made)
            return self.given("threads") is None
        if source == "file" and config is not None and "threads" in config.assignments:
            edit = config.without("threads")
            self.edits += [edit] if edit is not None else []
            return edit is not None
        return False

    def _set_in_environment(self, name: str, flag: str, value: str) -> bool:
        """Where GUNICORN_CMD_ARGS sets it, in the command itself or in a file, change it there."""
        from connexion_doctor.servers.option_table import scan, unquoted

        for index, word in enumerate(self.command.words[: self.command.program]):
            if not ASSIGNMENT.match(word.text) or not word.text.startswith(f"{ARGUMENTS}="):
                continue
            arguments = shlex.split(word.text.partition("=")[2])
            options, _ = scan(arguments, 0, self.server.options(self.case))
            for option in options:
                if option.name == name and option.value_index is not None:
                    arguments[option.value_index] = option.prefix + value
                    self.put_word(index, f"{ARGUMENTS}={shlex.join(arguments)}")
                    return True
        text = self.case.launch.environ.get(ARGUMENTS, "")
        place = self.case.launch.variables.get(ARGUMENTS)
        spans = unquoted(text)
        if place is None or spans is None or place.end != (place.line, place.column + len(text)):
            return False
        options, _ = scan([text[start:end] for start, end in spans], 0, self.server.options(self.case))
        for option in options:
            if option.name == name and option.value_index is not None:
                start, end = spans[option.value_index]
                column = place.column + start + len(option.prefix)
                where = Location(place.path, place.line, column, place.line, place.column + end)
                self.edits.append(Edit(where, value))
                return True
        return False

    def set_target(self, target: str) -> None:
        """The positional argument beats ``wsgi_app``; without one, ``wsgi_app`` is changed."""
        at = self.server.target_index(self.command, self.server.options(self.case))
        wsgi_app = self.case.facts.server.settings.get("wsgi_app")
        if at is None and wsgi_app is not None and wsgi_app.source == "file" and self.case.config is not None:
            self.edits.append(_set_in_file(self.case.config, "wsgi_app", target))
        else:
            super().set_target(target)

    def worker(self, name: str) -> None:
        """Run with another worker class."""
        self.set_setting("worker_class", "-k", name)


def _set_in_file(source: Source, name: str, value: str) -> Edit:
    """``name = "value"`` in a configuration file: the value replaced where it is a literal, else a line
    at the end, where the last word is spoken."""
    assigned = source.assignments.get(name)
    if assigned is not None and assigned.is_literal:
        location = assigned.value
        old = source.line(location.line)[location.column - 1 : location.column]
        return Edit(location, string_of_python(value, old if old in "\"'" and old else '"'))
    return source.append(f"{name} = {string_of_python(value)}")
