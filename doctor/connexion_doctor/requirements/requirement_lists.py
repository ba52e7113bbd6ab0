"""Lists of requirements as an installer is given them: files of pip and conda, Dockerfiles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from connexion_doctor.model import Location
from connexion_doctor.model.source import Source
from connexion_doctor.python.module import Unread

if TYPE_CHECKING:
    pass
from connexion_doctor.requirements.declarations import PythonDeclaration
from connexion_doctor.requirements.reading import Reading

# A word of a file's name: ``requirements-docker.txt`` is of the application, ``requirements-docs.txt`` not.
DEVELOPMENT = re.compile(
    r"(?<![a-z])(dev(el|elop|elopment)?|tests?|testing|docs?|lint(ers?|ing)?|ci|tools?|tooling|checks?|build"
    r"|types|typing|mypy|qa|extras?)(?![a-z])",
    re.IGNORECASE,
)


def requirements(self: Reading, path: Path, source: Source, constraint: bool = False) -> None:
    """``requirements.txt`` and its kin, with what they include."""
    constraint = constraint or "constraint" in path.name.lower()
    group = "development" if DEVELOPMENT.search(path.stem.replace("requirements", "")) else ""
    for number, text_line, column in logical_lines(source):
        text = re.sub(r"(^|\s)#.*$", "", text_line).strip()
        include = re.match(r"(-r|--requirement|-c|--constraint)[\s=]+(\S+)", text)
        if include is not None:
            other = (path.parent / include.group(2)).resolve()
            limits = constraint or include.group(1) in ("-c", "--constraint")
            if other.is_file() and other not in self.done:
                self.done.add(other)
                included = self.source(other)
                if included is not None:
                    requirements(self, other, included, limits)
            elif not other.is_file():
                self.unread.append(Unread(source.path, f"line {number}: {include.group(2)} does not exist"))
            continue
        text, *options = re.split(r"\s+--?(?:hash|config-settings|global-option)\b", text)
        text = text.strip()
        if not text or text.startswith(("-", ".", "/")) or "://" in text.partition("@")[0]:
            continue
        place = Location(source.path, number, column, number, column + len(text))
        added = self.add(text, source, "requirements", location=place, group=group, constraint=constraint)
        if added and options:
            # With hashes an edit of the version alone would break the file.
            self.found[-1] = replace(self.found[-1], text="")
        if not added:
            self.unread.append(Unread(source.path, f"line {number}: {text}"))


def logical_lines(source: Source) -> Iterator[tuple[int, str, int]]:
    """Lines with their continuations: number, text, and the column of the first character."""
    number = 0
    lines = source.lines
    while number < len(lines):
        first = number
        text = lines[number]
        while text.endswith("\\") and number + 1 < len(lines):
            number += 1
            text = text[:-1] + " " + lines[number].strip()
        number += 1
        if text.strip():
            yield first + 1, text.strip(), len(lines[first]) - len(lines[first].lstrip()) + 1


def conda(self: Reading, path: Path, source: Source) -> None:
    """``environment.yml`` of conda, its pip part included."""
    inside = False
    for number, line in enumerate(source.lines, 1):
        if re.match(r"^\S", line):
            inside = line.startswith("dependencies:")
        match = re.match(r"^(\s*-\s+)[\"']?([A-Za-z][^\"'#]*?)[\"']?\s*(#.*)?$", line)
        if not inside or match is None or match.group(2).endswith(":"):
            continue
        text = match.group(2).split("::")[-1].strip()
        pip = len(match.group(1)) - len(match.group(1).lstrip()) >= 4
        if not pip:
            text = re.sub(r"(?<![=<>!~])=(?!=)([\w.]+)(=\w+)?$", r"==\1.*", text)
            text = text.replace(".*.*", ".*")
        start = line.index(match.group(2)) + 1
        place = Location(source.path, number, start, number, start + len(match.group(2)))
        if text.startswith("python") and re.match(r"python\s*[=<>!]", text):
            self.pythons.append(
                PythonDeclaration(text.removeprefix("python").strip(), source.path, place, "environment.yml")
            )
        else:
            self.add(text, source, "environment.yml", location=place)


_PIP = re.compile(r"(?:\bpip[\d.]*|-m\s+pip|\buv\s+pip)\s+install\s+(?P<rest>[^|;&]*)")
_VALUE_OPTIONS = {
    "-r", "-c", "-e", "-i", "-t", "-f", "--index-url", "--extra-index-url", "--target", "--requirement",
    "--constraint", "--trusted-host", "--find-links", "--python", "--timeout",
}  # fmt: skip


def dockerfile(self: Reading, path: Path, source: Source) -> None:
    """The Python of the image, and what ``pip install`` is given in it."""
    import shlex

    for number, line, _ in logical_lines(source):
        base = re.match(r"FROM\s+(?:--\S+\s+)*(?:\S+/)?python:(\d+\.\d+)(?:\.\d+)?\b", line, re.IGNORECASE)
        if base is not None:
            start = source.line(number).find("python:") + 1
            place = Location(source.path, number, start, number, start + len(base.group(1)) + 7)
            self.pythons.append(PythonDeclaration(f"=={base.group(1)}.*", source.path, place, "Dockerfile"))
        if not re.match(r"RUN\s", line, re.IGNORECASE):
            continue
        for match in _PIP.finditer(line):
            try:
                words = shlex.split(match.group("rest"))
            except ValueError:
                continue
            skip = False
            for word in words:
                if skip or word.startswith("-"):
                    skip = not skip and word in _VALUE_OPTIONS
                    continue
                if word[:1] in "./$" or "://" in word or word.endswith((".whl", ".gz", ".txt")):
                    continue
                found = self.add(word, source, "Dockerfile", location=_near(source, word, number))
                if not found and "$" not in word:
                    self.unread.append(Unread(source.path, f"line {number}: {word}"))


def _near(source: Source, text: str, number: int) -> Location | None:
    """Where a word stands from a line on."""
    for line in range(number, min(number + 60, len(source.lines) + 1)):
        start = source.line(line).find(text)
        if start >= 0:
            return Location(source.path, line, start + 1, line, start + 1 + len(text))
    return None


def runtime(self: Reading, path: Path, source: Source) -> None:
    """``runtime.txt`` and ``.python-version``: one Python."""
    match = re.match(r"(?:python-)?(\d+\.\d+)", source.text.strip())
    if match is not None:
        self.python(f"=={match.group(1)}.*", source, path.name, match.group(1))
