"""What a start asks to be installed, and cannot have."""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.facts.case import Case
from connexion_doctor.foundation import late
from connexion_doctor.model import Finding, Fix, Severity
from connexion_doctor.rules.base import finding, rule

# What builds look for that no package of Python brings.
OF_SYSTEM = late.pattern(
    r"\b(mysql|pg|xml2|xslt|llvm|gdal|geos|krb5|curl)-?_?config\b|pkg-config|"
    r"\b[\w/+-]+\.h(pp)?: No such file|"
    r"command '?[\w./+-]*(gcc|cc|g\+\+|clang)'? failed|unable to execute '?\w*(gcc|cc)|"
    r"No such file or directory: '?(gcc|cc|cargo|cmake|swig)|\b[Rr]ust(c| compiler)\b|\bcargo\b"
)
OF_WHEELS = "building from source is disabled"  # uv, where nothing of others may be run
UNBUILT = "with --no-import nothing is built to learn what it needs: an installation builds it"
LACKED = "the build looks for a program or a header of the system that is missing here: the image may have it"


@rule("CXD537", "requirements-do-not-install", Severity.ERROR)
def do_not_install(case: Case) -> Iterator[Finding]:
    """The environment of a start cannot be built from the project's files (`--build-env`, `--resolve`).

    What happens: The installer ends with the error that is shown; so does the build of an image, or the next
        deployment. The start is judged from the project's files.

    Why: A version is in no index any more, two requirements exclude each other, or an old release has to be
        compiled and its build does not work on this Python. It is a warning where another Python was taken
        than the one that the files name, where a package would have to be built and `--no-import` forbids it,
        and where the build looks for a program or a header of the system
        (`mysql_config`, `pg_config`, a compiler), which the image may have.

    Fix: What the installer says; often a newer pin of the package, or the Python that the files name.

    Before:
        connexion==2.99

    After:
        connexion==2.14.2

    Sources:
        https://pip.pypa.io/en/stable/topics/dependency-resolution/
        test: tests/environment/test_building.py
    """
    unbuilt = case.unbuilt
    if unbuilt is None:
        return
    evidence = [unbuilt.other_python] if unbuilt.other_python is not None else []
    evidence += [LACKED] if OF_SYSTEM.search(unbuilt.reason) else []
    evidence += [UNBUILT] if OF_WHEELS in unbuilt.reason else []
    yield finding(
        f"{unbuilt.what}: {unbuilt.reason}",
        severity=Severity.WARNING if evidence else Severity.ERROR,
        evidence=evidence,
        location=unbuilt.location,
        fixes=[Fix.by_hand("Ask for versions that install, or give an environment: --python.")],
    )
