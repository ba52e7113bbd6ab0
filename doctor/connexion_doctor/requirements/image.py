"""What an image installs: its RUN lines, and the files of the project that they name."""

from __future__ import annotations

import re
from dataclasses import replace

from connexion_doctor.commands import shell
from connexion_doctor.commands.directories import joined
from connexion_doctor.discovery.images import Image, Run, images
from connexion_doctor.discovery.paths import Paths
from connexion_doctor.discovery.tree import Tree
from connexion_doctor.foundation import late
from connexion_doctor.model import Location, Stage, Word
from connexion_doctor.requirements import installers
from connexion_doctor.requirements.declarations import Declaration, PythonDeclaration
from connexion_doctor.requirements.files import RequirementFiles
from connexion_doctor.requirements.gathering import Gathering
from connexion_doctor.requirements.installation import Installation

# Images that bring Python and nothing that an app may run on.
BARE = late.pattern(
    r"(^|/)(python|pypy|debian|ubuntu|alpine|fedora|centos|rockylinux|almalinux|amazonlinux|distroless/.*|"
    r"ubi\d+(-minimal)?|python-3\d+|uv|slim|busybox|scratch|miniconda3|micromamba|miniforge3|bitnami/python)(:|@|$)"
)
TAGGED = late.pattern(r"(?:^|/)(?:[\w.-]*python|pypy|uv)(?::|-)(?:[\w.-]*?python)?(\d\.\d+)|python(\d\.\d+)")
# Names of Python's own image that say no minor version: the newest, which is none older than this one.
LATEST = late.pattern(
    r"(?:docker\.io/)?(?:library/)?python(?::(?:latest|3|(?:3-)?(?:slim|alpine|bullseye|bookworm|trixie)[\w.-]*))?"
)
NEWEST = "3.14"
# The images of Python itself bring the setuptools that Python bundles, which it does up to 3.11
# (docker-library/python#954, "Stop installing setuptools in python 3.12+").
OFFICIAL = late.pattern(r"(^|/)python:")
FIRST_WITHOUT_SETUPTOOLS = 12
# Programs that may install anything.
OPAQUE = late.pattern(r"\b(make|tox|nox|just|task|invoke)\b|\.sh\b")
HARMLESS = late.pattern(r"(curl|wget|chmod|chown|rm|cp|mv|touch|echo|cat|sed|ln|dos2unix)\b")


def of_stage(stage: Stage, tree: Tree, files: RequirementFiles) -> Installation | None:
    """What the image of a stage installs; None where the stage is not there any more."""
    source = tree.source(stage.path) if stage.path in tree.files else None
    if source is None:
        return None
    found = images(source, tree, stage.context)
    if stage.index >= len(found):
        return None
    image = found[stage.index]
    python = _python(image, files) or _of_conda(image)
    gathering = Gathering(files, _release(python) if python is not None else None)
    if not BARE.search(image.base):
        gathering.gaps.append(f"what the base image {image.base or '?'} brings")
    if python is not None and OFFICIAL.search(image.base) and _minor(python) < FIRST_WITHOUT_SETUPTOOLS:
        gathering.system.add("setuptools")
    reader = _ImageReader(gathering, tree, stage.context)
    for run in image.runs:
        reader.run(run)
    return gathering.installation("image", stage.path, python)


def _release(python: PythonDeclaration) -> str:
    return python.specifier.lstrip("=>").removesuffix(".*")


def _minor(python: PythonDeclaration) -> int:
    return int(_release(python).rpartition(".")[2])


def _python(image: Image, files: RequirementFiles) -> PythonDeclaration | None:
    """The Python of the base image, where its name tells."""
    match = TAGGED.search(image.base)
    if match is None and LATEST.fullmatch(image.base) is None:
        return None
    specifier = f"=={match[1] or match[2]}.*" if match is not None else f">={NEWEST}"
    source = files.source(image.path)
    place, text = None, ""
    named = image.base[image.base.rfind("python:") :] if "python:" in image.base else image.base
    for number, line in enumerate(source.lines if source is not None else (), 1):
        start = line.find(image.base)
        if start >= 0 and line.lstrip()[:4].upper() == "FROM":
            end = start + len(image.base)
            place = Location(image.path, number, end - len(named) + 1, number, end + 1)
            text = named if match is not None and "@" not in line else ""  # a digest decides, not the tag
            break
    return PythonDeclaration(specifier, image.path, place or image.location, "Dockerfile", text)


def _of_conda(image: Image) -> PythonDeclaration | None:
    """The Python that ``conda create`` and ``conda install`` put into an image."""
    for run in image.runs:
        if "conda" not in run.text.value and "mamba" not in run.text.value:
            continue
        for command in shell.commands(run.text, environ=run.environ, directory=run.directory):
            install = installers.read(list(command.words))
            for word in install.words if install is not None and install.tool == "conda" else ():
                match = re.fullmatch(r"python={1,2}(\d\.\d+)(\.\d+|\.\*)?", word.text)
                if match is not None:
                    place = word.location or run.location
                    return PythonDeclaration(f"=={match[1]}.*", image.path, place, "Dockerfile")
    return None


class _ImageReader:
    """Goes through the RUN lines of an image in order."""

    def __init__(self, gathering: Gathering, tree: Tree, context: str) -> None:
        self.gathering, self.tree, self.context = gathering, tree, context
        self.made: dict[str, list[Declaration]] = {}  # lists that a line writes, by their paths inside

    def run(self, run: Run) -> None:
        """One RUN line."""
        paths = Paths(self.tree, self.context, run.copied, written=run.written)
        if run.words is not None:
            self._command([word.word() for word in run.words], run, run.directory, paths)
            return
        redirect = re.search(r">\s*([\w./-]+)", run.text.value)
        for one in shell.commands(run.text, environ=run.environ, directory=run.directory):
            self._command(list(one.words), run, one.directory, paths, redirect[1] if redirect else None)

    def _command(
        self, words: list[Word], run: Run, directory: str, paths: Paths, redirect: str | None = None
    ) -> None:
        install = installers.read(words)
        if install is None:
            text = " ".join(word.text for word in words)
            if OPAQUE.search(text) and not HARMLESS.match(text):
                self.gathering.gaps.append(f"{run.location.path}:{run.location.line}: {text[:60]}")
            return
        location = next((word.location for word in words if word.location is not None), run.location)
        if install.made is not None:
            into = joined(directory, install.made or redirect or "requirements.txt")
            self.made[into] = self._written(install, directory, paths, location)
            return
        if install.synced is not None:
            folder = self._folder(paths, install.synced, directory)
            self.gathering.project(folder, install, location)
            return
        self._pip(install, run, directory, paths, location)

    def _written(
        self, install: installers.Install, directory: str, paths: Paths, location: Location
    ) -> list[Declaration]:
        """What a list holds that a command writes (``poetry export``, ``pip-compile``)."""
        inner = Gathering(self.gathering.files, self.gathering.python)
        if install.synced is not None:
            inner.project(self._folder(paths, install.synced, directory), install, location)
        for name in install.files:
            for path in paths.files(name, directory)[:1]:
                inner.listed(path, location)
        self.gathering.steps += inner.steps
        self.gathering.used += inner.used
        return inner.found

    def _folder(self, paths: Paths, name: str, directory: str) -> str:
        inside = joined(directory, name)
        mapped = [path.rpartition("/")[0] for path in paths.files("pyproject.toml", inside)]
        mapped += [path.rpartition("/")[0] for path in paths.files("Pipfile", inside)]
        return mapped[0] if mapped else (paths.mapped_folder(inside) or self.context)

    def _pip(
        self, install: installers.Install, run: Run, directory: str, paths: Paths, location: Location
    ) -> None:
        lists, constraints = [], []
        for name in install.files:
            made = self.made.get(joined(directory, name))
            if made is not None:
                self.gathering.found += made
                continue
            path = self._file(name, directory, paths)
            if path is not None:
                lists.append(path)
            else:
                self.gathering.gaps.append(f"{location.path}:{location.line}: {name} is not in the project")
        limits = run.environ.get("PIP_CONSTRAINT")  # pip reads its options in variables too
        for name in (*install.constraints, *(limits.value.split() if limits is not None else ())):
            path = self._file(name, directory, paths)
            if path is not None:
                constraints.append(path)
            elif "://" not in name:
                self.gathering.missing.append(f"{location.path}:{location.line}: {name}")
        projects = tuple((self._project(path, directory, paths), extras) for path, extras in install.projects)
        install = replace(install, files=tuple(lists), constraints=tuple(constraints))
        self.gathering.pip(install, projects, location)

    def _file(self, name: str, directory: str, paths: Paths) -> str | None:
        found = paths.files(name, directory)
        return found[0] if found else None

    def _project(self, path: str, directory: str, paths: Paths) -> str:
        folder = paths.mapped_folder(joined(directory, path.removeprefix("file://")))
        return folder if folder is not None else self.context
