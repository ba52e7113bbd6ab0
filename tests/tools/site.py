"""The documents as a site: ``python -m tests.tools.site [FOLDER]`` builds it with Zensical (extra ``docs``).

The pages are those of the repository. For the site, README.md and README.zh-CN.md become its first pages, and
links to files that are no pages lead into the repository. A link inside that leads nowhere ends the build.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from connexion_doctor.rules.page_text import HOMEPAGE
from tests.running import ROOT

CONFIGURATION = ROOT / "docs" / "zensical.toml"
FIRST = {"README.md": "index.md", "README.zh-CN.md": "zh/index.md"}
LINK = re.compile(r"(\]\(|(?:src|srcset)=\")(?!https?:|#|mailto:)([^)#\s\"]+)")


def pages() -> Mapping[str, str]:
    """Where each page of the repository stands in the site, by its path in the repository."""
    found = {path.relative_to(ROOT).as_posix(): path for path in sorted((ROOT / "docs").rglob("*.*"))}
    names = {name: PurePosixPath(name).relative_to("docs").as_posix() for name in found}
    chapters = {name: re.sub(r"README\.md$", "index.md", place) for name, place in names.items()}
    return {**chapters, **FIRST}


def page(name: str, places: Mapping[str, str]) -> str:
    """A page with its links as the site needs them."""
    here = PurePosixPath(places[name]).parent

    def link(match: re.Match[str]) -> str:
        target = (ROOT / name).parent.joinpath(match[2]).resolve().relative_to(ROOT.resolve()).as_posix()
        place = places.get(target)
        address = f"{HOMEPAGE}/blob/main/{target}" if place is None else _relative(place, here)
        return match[1] + address

    return LINK.sub(link, (ROOT / name).read_text("utf-8"))


def _relative(place: str, here: PurePosixPath) -> str:
    up = len(here.parts)
    shared = 0
    for one, other in zip(here.parts, PurePosixPath(place).parts, strict=False):
        if one != other:
            break
        shared += 1
    return "/".join([".."] * (up - shared) + list(PurePosixPath(place).parts[shared:]))


def write(folder: Path) -> None:
    """The site's sources, with its configuration, in an empty folder."""
    places = pages()
    for name, place in places.items():
        into = folder / "docs" / place
        into.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(".md"):
            into.write_text(page(name, places), "utf-8")
        elif not name.endswith(".toml"):
            shutil.copy(ROOT / name, into)
    shutil.copy(CONFIGURATION, folder / "zensical.toml")


def build(folder: Path) -> Path:
    """The built site.

    :param folder: an empty one, for the sources and what is made of them
    :raises subprocess.CalledProcessError: a link leads nowhere, or the pages cannot be read
    """
    write(folder)
    words = [sys.executable, "-m", "zensical", "build", "--strict"]
    subprocess.run(words, cwd=folder, check=True, stdin=subprocess.DEVNULL)
    return folder / "site"


def main() -> int:
    """Build, and put the site into the folder that is named."""
    into = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "site"
    with tempfile.TemporaryDirectory() as scratch:
        site = build(Path(scratch))
        shutil.rmtree(into, ignore_errors=True)
        shutil.copytree(site, into)
    print(into)
    return 0


if __name__ == "__main__":
    sys.exit(main())
