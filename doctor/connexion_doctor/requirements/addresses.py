"""Requirements that are an address: of a repository, a wheel or an archive; the version that it tells."""

from __future__ import annotations

from connexion_doctor.foundation import late

KIND = "address"  # no index knows its versions
ADDRESS = late.pattern(
    r"(?:(?:-e|--editable)[ =]+)?(?:([A-Za-z0-9][\w.-]*) ?(\[[^\]]*\])? ?@ ?)?([a-z+]+://\S+)"
)
EGG = late.pattern(r"[#&]egg=([A-Za-z0-9][\w.-]*)(\[[^\]&]*\])?")
ENDINGS = (".whl", ".tar.gz", ".tgz", ".zip")
WORD = late.pattern(r"[\w.]+")


def asked(text: str) -> tuple[str, str] | None:
    """What a requirement in the form of an address asks for, in the words of PEP 508 (``connexion==2.14.2``),
    and the address; None where it is none, or does not name what it leads to."""
    match = ADDRESS.match(text)
    if match is None:
        return None
    name, extras, url = match.groups("")
    egg = EGG.search(url)
    if not name:
        name, extras = egg.groups("") if egg is not None else (_file(url)[0], "")
    return (f"{name}{extras}{specifier(url)}", url) if name else None


def specifier(url: str) -> str:
    """The one version that an address leads to; empty where it does not tell."""
    said = _file(url)[1].removeprefix("v")
    numbers = [part[:1].isdigit() for part in said.split(".")]
    return f"=={said}" if len(numbers) > 1 and all(numbers) and WORD.fullmatch(said) else ""


def _file(url: str) -> tuple[str, str]:
    """The name and the version of what lies at an address: of a wheel, of a tag, of the archive of a tag."""
    last = url.partition("#")[0].partition("?")[0].rpartition("/")[2]
    stem = next((last.removesuffix(one) for one in ENDINGS if last.endswith(one)), None)
    if stem is None:
        return "", last.rpartition("@")[2]
    parts = stem.split("-")
    at = next((index for index, part in enumerate(parts) if part[:1].isdigit()), None)
    return ("", stem) if not at else ("-".join(parts[:at]), parts[at])
