"""Makefile and justfile: recipes of targets that run the app.

Sources: GNU make "Writing Recipes" (each line is run by a shell of its own), "How to Use Variables"; the
just manual, "Recipe Parameters", "Shebang Recipes".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field

from connexion_doctor.commands.placed_text import Piece, Text, lines_of, part
from connexion_doctor.discovery.context import Context
from connexion_doctor.discovery.images import NOT_SERVED
from connexion_doctor.discovery.reader import Reader
from connexion_doctor.discovery.starts import Place, Start
from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model.source import Source

HEAD = late.pattern(r"^@?([A-Za-z0-9_.-]+(?:[ \t]+[\w.=\"'{}$*+:/-]+?)*)[ \t]*::?(?![=])([^=;\n]*(;.*)?)$")
CONDITIONS = ("ifdef", "ifndef", "ifeq", "ifneq", "else", "endif")
PARAMETER = late.pattern(r"(?<![\w-])([\w-]+)=(\"[^\"]*\"|'[^']*'|\S+)")
VARIABLE = late.pattern(r"\$\((\w+)\)|\$\{(\w+)\}|\$\$|\{\{\s*([\w-]+)\s*\}\}")
ASSIGNMENT = late.pattern(
    r"(?m)^(export[ \t]+)?([\w-]+)[ \t]*(?:[:?]{0,3}=)[ \t]*((?:[^\n#]*[^ \t\r\n#])?)[ \t\r]*(?:#.*)?$"
)
OPTION = late.pattern(r"\$(?:\((\w+)\)|\{(\w+)\})")  # a variable that is a word of a command
SET_BY_MAKE = frozenset("MAKE MAKEFLAGS MAKECMDGOALS CURDIR SHELL HOME PATH PWD USER".split())
MOST_LINES = 2000  # of recipes
MOST_PIECES = 2000  # of one line
DEEPEST = 6  # variables in the values of variables


@dataclass
class Recipe:
    """The lines below a target: spans in the source; ``local`` are the parameters' defaults (just)."""

    target: str
    local: dict[str, Text]
    lines: list[tuple[int, int]] = field(default_factory=list)


def read(path: str, source: Source, context: Context) -> Iterator[Start]:
    """The starts in recipes, but those of checks and tests."""
    just = path.rpartition("/")[2].lower().endswith("justfile")
    variables, exported = _variables(source, just)
    count = 0
    for recipe in _recipes(source):
        if NOT_SERVED.search(recipe.target.replace(":", "-")):
            continue
        known = {**variables, **recipe.local}
        # An included part runs where make runs: in the folder of the file that includes it.
        place = context.place("" if path.endswith(".mk") else path)
        place = Place(place.paths, place.directory, {name: variables[name] for name in exported})
        for text in _commands(source, recipe):
            count += 1
            if count > MOST_LINES:
                context.tree.problem(
                    path, None, f"more than {MOST_LINES} lines of recipes: the rest is not read"
                )
                return
            location = text.location(0, 1) or source.span(0, 0)
            start = Start("makefile", place, location, service=recipe.target)
            if not just:
                text = _without_options(text, known)
            yield from context.shell(_expanded(text, known), start, ())


def _recipes(source: Source) -> Iterator[Recipe]:
    recipe: Recipe | None = None
    at, defining = 0, False
    lines = lines_of(source.text)
    index = 0
    while index < len(lines):
        line, begin = lines[index], at
        at, index = at + len(line), index + 1
        while line.rstrip("\r\n").endswith("\\") and index < len(lines):
            line = lines[index]
            at, index = at + len(line), index + 1
        whole = source.text[begin:at]
        if whole[:1] in ("\t", " "):
            if recipe is not None and whole.strip():
                recipe.lines.append((begin, at))
            continue
        first = (whole.split(None, 1) or [""])[0]
        if first in ("define", "endef"):
            defining = first == "define"
        head = None if defining or whole.startswith("#") else HEAD.match(whole.rstrip("\r\n"))
        if head is not None:
            if recipe is not None:
                yield recipe
            recipe = Recipe(head[1].split()[0], _parameters(source, begin, head[1]))
            if head[3]:
                recipe.lines.append((begin + head.start(3) + 1, at))
        elif whole.strip() and not whole.startswith("#") and first not in CONDITIONS:
            if recipe is not None:
                yield recipe
            recipe = None
    if recipe is not None:
        yield recipe


def _parameters(source: Source, begin: int, head: str) -> dict[str, Text]:
    found = {}
    for match in PARAMETER.finditer(head):
        low, high = match.span(2)
        quoted = match[2][0] in "\"'"
        found[match[1]] = part(source, begin + low + quoted, begin + high - quoted)
    return found


def _commands(source: Source, recipe: Recipe) -> Iterator[Text]:
    """The commands of a recipe: line by line, or all as one where the first line is a ``#!``."""
    if not recipe.lines:
        return
    if source.text[slice(*recipe.lines[0])].lstrip().startswith("#!"):
        yield part(source, recipe.lines[0][0], recipe.lines[-1][1])
        return
    for begin, end in recipe.lines:
        text = source.text[begin:end]
        skip = len(text) - len(text.lstrip(" \t@-+"))
        yield part(source, begin + skip, end)


def _variables(source: Source, just: bool) -> tuple[dict[str, Text], set[str]]:
    found, exported = {}, set()
    for match in ASSIGNMENT.finditer(source.text):
        low, high = match.span(3)
        value = match[3]
        if just:
            if len(value) < 2 or value[0] != value[-1] or value[0] not in "\"'":
                continue  # an expression, whose value is not known
            low, high = low + 1, high - 1
        found[match[2]] = part(source, low, high)
        if match[1]:
            exported.add(match[2])
    return found, exported


def _expanded(text: Text, variables: Mapping[str, Text], inside: frozenset[str] = frozenset()) -> Text:
    """Variables put in; one inside its own value, or of the output of a program, is not known."""
    pieces: list[Piece] = []
    at = 0
    for match in VARIABLE.finditer(text.value):
        pieces.extend(text.part(at, match.start()))
        name = match[1] or match[2] or match[3]
        known = variables.get(name) if name is not None and name not in inside else None
        if name is None:
            pieces.extend(text.part(match.start(), match.start() + 1))
        elif known is not None and "$(shell" not in known.value and len(inside) < DEEPEST:
            pieces.extend(_expanded(known, variables, inside | {name}).pieces)
        else:
            pieces.append(Piece(f"${{{name}}}"))
        at = match.end()
        if len(pieces) > MOST_PIECES:
            break
    pieces.extend(text.part(at, len(text.value)))
    return Text(tuple(pieces))


def _without_options(text: Text, variables: Mapping[str, Text]) -> Text:
    """A command without the variables at its end that nothing sets: make puts nothing in their place, and
    who runs it may (``make run reload=--reload``). What an option needs is left to whoever runs it."""
    before = text.value.split()
    options = 0
    while before and (match := OPTION.fullmatch(before[-1])):
        name = match[1] or match[2]
        if name in variables or name in SET_BY_MAKE:
            return text
        before.pop()
        options += 1
    if not options or not before or before[-1].startswith("-") or before[-1].endswith(("&", "|", ";")):
        return text
    return Text(tuple(text.part(0, len(text.value.rsplit(None, options)[0]))))


def matches(name: str, path: str) -> bool:
    """``Makefile``, ``makefile``, ``GNUmakefile``, ``*.mk``, ``justfile``."""
    known = ("makefile", "gnumakefile", "justfile", ".justfile")
    return name.lower() in known or name.endswith((".mk", ".just"))


READER = Reader("makefile", matches, read)
