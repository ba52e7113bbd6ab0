"""Requirements of several fixes as one `pip install` takes them: each package once."""

from __future__ import annotations

from collections.abc import Iterable

from connexion_doctor.requirements.canonical import canonical


def together(requirements: Iterable[str]) -> tuple[str, ...]:
    """The requirements with those of one package made one, in the place of the first: the extras of all, and
    the versions that all allow. What excludes each other, or cannot be read, stays as it is."""
    wanted = tuple(dict.fromkeys(requirements))
    if len(wanted) < 2:
        return wanted
    from packaging.requirements import InvalidRequirement, Requirement

    kept: dict[str, str] = {}  # by package; what is taken as it is, by itself
    for text in wanted:
        try:
            one = Requirement(text)
            before = Requirement(kept.get(canonical(one.name), text))
        except InvalidRequirement:
            kept[text] = text
            continue
        exact = [clause.version for clause in before.specifier & one.specifier if clause.operator == "=="]
        exact = [version for version in exact if not version.endswith("*")]
        both = before.specifier & one.specifier
        if one.url or one.marker or not all(both.contains(version, prereleases=True) for version in exact):
            kept[text] = text
            continue
        extras = f"[{','.join(sorted(before.extras | one.extras))}]" if before.extras | one.extras else ""
        clauses = (
            [f"=={exact[0]}"]
            if exact
            else sorted(set(map(str, both)), key=lambda clause: (clause[0] != ">", clause))
        )
        made = f"{before.name}{extras}{','.join(clauses)}"
        kept[canonical(one.name)] = made if canonical(one.name) in kept else text
    return tuple(kept.values())
