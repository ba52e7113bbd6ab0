"""At the terminal: colours, links, progress, help, completion, what is said when something breaks."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from connexion_doctor.cli.arguments import SHELLS
from connexion_doctor.cli.asked_options import refuse_contradictions
from connexion_doctor.cli.main import COMMANDS, main
from connexion_doctor.cli.progress import Progress
from connexion_doctor.reporters import FORMATS, terminal
from tests.running import PACKAGES, ROOT, doctor, environ, project, target

COLOURS: list[tuple[dict[str, str], bool | None]] = [
    ({}, None),
    ({"NO_COLOR": "1"}, False),
    ({"NO_COLOR": ""}, None),
    ({"FORCE_COLOR": "1"}, True),
    ({"FORCE_COLOR": "0"}, False),
    ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ({"TERM": "dumb"}, False),
    ({"TERM": "dumb", "FORCE_COLOR": "1"}, True),
]


@pytest.mark.parametrize(("variables", "expected"), COLOURS)
def test_colours(variables: dict[str, str], expected: bool | None) -> None:
    assert terminal.colour(variables) is expected


LINKS: list[tuple[dict[str, str], bool, bool]] = [
    ({}, True, False),
    ({"TERM_PROGRAM": "iTerm.app"}, True, True),
    ({"TERM_PROGRAM": "iTerm.app"}, False, False),
    ({"TERM_PROGRAM": "iTerm.app", "CI": "true"}, True, False),
    ({"VTE_VERSION": "7600"}, True, True),
    ({"VTE_VERSION": "4900"}, True, False),
    ({"TERM": "xterm-kitty"}, True, True),
    ({"TERM": "dumb", "WT_SESSION": "x"}, True, False),
    ({"FORCE_HYPERLINK": "1"}, False, True),
    ({"FORCE_HYPERLINK": "0", "TERM": "xterm-kitty"}, True, False),
]


@pytest.mark.parametrize(("variables", "in_terminal", "expected"), LINKS)
def test_links(variables: dict[str, str], in_terminal: bool, expected: bool) -> None:
    assert terminal.links(variables, in_terminal) is expected


def test_a_link_is_taken_out_whole() -> None:
    assert terminal.plain(f"a {terminal.link('b', 'https://x')} \x1b[31mc\x1b[0m") == "a b c"


def test_colours_and_links_of_a_real_run(tmp_path: Path) -> None:
    folder = project(tmp_path, gunicorn__conf__py='wsgi_app = "app:app"\nworker_class = "sync"\n')
    words = ("--python", str(target("c3new").python), "--gunicorn-conf", "gunicorn.conf.py")
    plain = doctor(*words, cwd=folder).stdout
    assert "\x1b" not in plain
    forced = doctor(*words, cwd=folder, env=environ(FORCE_COLOR="1", FORCE_HYPERLINK="1")).stdout
    assert "\x1b[31m" in forced
    assert "\x1b]8;;https://github.com/connexion-doctor" in forced
    assert f"\x1b]8;;file://{folder.resolve()}/gunicorn.conf.py" in forced
    assert terminal.plain(forced) == plain
    doctor(*words, "--output", "report.txt", cwd=folder, env=environ(FORCE_COLOR="1", FORCE_HYPERLINK="1"))
    assert (folder / "report.txt").read_text("utf-8") == plain


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_progress_only_when_it_takes_long_and_only_in_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    for stream, patience, expected in (
        (Terminal(), 0.01, True),
        (Terminal(), 9, False),
        (io.StringIO(), 0, False),
    ):
        with Progress(stream, "asking", patience=patience):
            time.sleep(0.1)
        said = stream.getvalue()
        assert ("asking" in said) is expected
        assert not said or said.endswith("\r\x1b[K")


def test_no_progress_where_a_line_cannot_be_wiped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    stream = Terminal()
    with Progress(stream, "asking", patience=0.01):
        time.sleep(0.1)
    assert stream.getvalue() == ""


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
@pytest.mark.parametrize(
    ("columns", "line"),
    [
        (30, "asking the target en... (0 s)"),
        (40, "asking the target environment (0 s)"),
        (60, "connexion-doctor: asking the target environment (0 s)"),
    ],
)
def test_progress_keeps_to_one_line_of_a_narrow_terminal(
    columns: int, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    import fcntl
    import struct
    import termios

    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with open(follower, "w", encoding="utf-8") as stream:
        with Progress(stream, "connexion-doctor: asking the target environment", patience=0.01):
            time.sleep(0.1)
        said = os.read(leader, 10_000).decode()
    os.close(leader)
    assert said.replace("\r", "").split("\x1b[K")[1] == line


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
def test_progress_in_a_real_terminal(tmp_path: Path) -> None:
    """Standard error is a terminal, standard output is not: the report is clean all the same."""
    slow = "import time\ntime.sleep(2.5)\n"
    folder = project(tmp_path, slow__py=slow, app__py="import slow\n" + APP_ONLY)
    leader, follower = pty.openpty()
    words = [
        sys.executable,
        "-m",
        "connexion_doctor",
        "--python",
        str(target("c3new").python),
        "--format",
        "json",
    ]
    done = subprocess.run(
        [*words, "--", "uvicorn", "app:app"],
        cwd=folder,
        env=environ(PYTHONPATH=str(PACKAGES), TERM="xterm"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=follower,
        check=False,
    )
    os.close(follower)
    said = os.read(leader, 100_000).decode()
    os.close(leader)
    assert json.loads(done.stdout)["launches"]
    assert "asking the target environment (1 s)" in said


APP_ONLY = "async def app(scope, receive, send):\n    pass\n"


def command_of(name: str) -> click.Command:
    found = main.get_command(click.Context(main), name)
    assert found is not None, name
    return found


@pytest.mark.parametrize("name", [one.name for one in COMMANDS])
def test_a_command_is_what_the_help_lists(name: str) -> None:
    assert command_of(name).name == name
    shown = doctor("--help", cwd=ROOT, env=environ(COLUMNS="80")).stdout
    assert re.search(rf"^  {name} +\S.*\.$", shown, re.MULTILINE), "a whole sentence, in one line"


def understood(words: list[str]) -> None:
    """Every option is there, takes what it is given, and goes with the others."""
    if words and words[0] in main.later and words[0] != "check":
        command_of(words[0]).make_context(words[0], words[1:])
        return
    context = command_of("check").make_context("check", words)
    refuse_contradictions(context.params, context.meta["start_command"] if "--" in words else None)


def test_help_teaches() -> None:
    said = doctor("--help", cwd=ROOT).stdout
    examples = re.findall(r"^ +(connexion-doctor\b[^\n]*?)(?:  +[^\n]*)?$", said, re.MULTILINE)
    assert len(examples) > 10
    for example in examples:
        understood(shlex.split(example)[1:])
    for option in (
        "--diff",
        "--fix",
        "--verify",
        "--format github",
        "explain CXD101",
        "-- gunicorn -w 4 app:app",
    ):
        assert option in said
    options = doctor("check", "--help", cwd=ROOT).stdout
    for option in ("--baseline", "--no-ignores", "--quiet", "--verbose", "--save-facts", "--exclude"):
        assert option in options
    assert "Exit codes: 0" in options


PAGES = "README.md docs/terminal.md docs/configuration.md docs/guides/gunicorn.md docs/guides/upgrade.md"


@pytest.mark.parametrize("page", PAGES.split())
def test_examples_of_the_documents_are_understood(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    examples = re.findall(r"^(?:    |\$ )(connexion-doctor [^\n#]*?)(?:\s*#[^\n]*)?$", text, re.MULTILINE)
    assert examples
    for example in examples:
        for one in example.split(" / ") if " / " in example else [example]:
            words = shlex.split(one.partition(" | ")[0])
            understood(words[1:] if words[0] == "connexion-doctor" else words)


def completed(words: list[str], *, shell: str = "bash") -> list[str]:
    """What a shell is told to offer for the last word."""
    env = environ(
        COMP_WORDS=shlex.join(["connexion-doctor", *words])
        if words[-1]
        else shlex.join(["connexion-doctor", *words[:-1]]) + " ",
        COMP_CWORD=words[-1] if shell == "fish" else str(len(words)),
        _CONNEXION_DOCTOR_COMPLETE=f"{shell}_complete",
    )
    script = "from connexion_doctor.cli.main import main; main(prog_name='connexion-doctor')"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**env, "PYTHONPATH": str(PACKAGES)},
        capture_output=True,
        text=True,
        check=False,
    )
    if shell == "zsh":
        return done.stdout.splitlines()[1::3]
    return [
        line.split("\t")[0].rpartition(",")[2] if shell == "bash" else line
        for line in done.stdout.splitlines()
    ]


COMPLETIONS: list[tuple[list[str], set[str]]] = [
    ([""], {"check", "rules", "explain", "config", "completion"}),
    (["--form"], {"--format"}),
    (["--format", ""], set(FORMATS)),
    (["--format", "s"], {"sarif"}),
    (["check", "--format", "git"], {"github", "gitlab"} & {"gitlab"}),
    (["--fail-on", "w"], {"warning"}),
    (["explain", "CXD10"], {"CXD101"}),
    (["explain", "threads-w"], {"threads-without-effect"}),
    (["--ignore", "CXD20"], {"CXD208"}),
    (["completion", ""], set(SHELLS)),
]


@pytest.mark.parametrize(("words", "expected"), COMPLETIONS)
def test_completion(words: list[str], expected: set[str]) -> None:
    assert expected <= set(completed(words))


@pytest.mark.parametrize(
    ("option", "kind"),
    [("--python", "file"), ("--gunicorn-conf", "file"), ("--baseline", "file"), ("--chdir", "dir")],
)
def test_files_and_folders_are_left_to_the_shell(option: str, kind: str) -> None:
    env = environ(COMP_WORDS=f"connexion-doctor {option} x", COMP_CWORD="2", PYTHONPATH=str(PACKAGES))
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from connexion_doctor.cli.main import main; main(prog_name='connexion-doctor')",
        ],
        env={**env, "_CONNEXION_DOCTOR_COMPLETE": "bash_complete"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == [f"{kind},x"]


@pytest.mark.parametrize("shell", SHELLS)
def test_completion_scripts_are_read_by_their_shells(shell: str, tmp_path: Path) -> None:
    done = doctor("completion", shell, cwd=tmp_path)
    assert done.code == 0
    assert "_CONNEXION_DOCTOR_COMPLETE" in done.stdout
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not on this machine")
    script = tmp_path / "script"
    script.write_text(done.stdout, "utf-8")
    subprocess.run([program, "-n", str(script)], check=True)


def test_bash_completes(tmp_path: Path) -> None:
    """The function that the script defines, called as bash calls it."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not on this machine")
    program = tmp_path / "connexion-doctor"
    program.write_text(
        f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(PACKAGES)!r})\n"
        "from connexion_doctor.cli.main import main\n"
        "main(prog_name='connexion-doctor')\n"
    )
    program.chmod(0o755)
    script = tmp_path / "script"
    script.write_text(doctor("completion", "bash", cwd=tmp_path).stdout, "utf-8")
    asked = (
        f"source {script}; COMP_WORDS=(connexion-doctor --format sa); COMP_CWORD=2; "
        f'_connexion_doctor_completion {program}; echo "${{COMPREPLY[@]}}"'
    )
    done = subprocess.run([bash, "-c", asked], capture_output=True, text=True, check=True, env=environ())
    assert done.stdout.split() == ["sarif"]


def test_fish_completes_the_next_rule_of_a_list(tmp_path: Path) -> None:
    script = doctor("completion", "fish", cwd=tmp_path).stdout
    assert 'string split -m 1 "," $completion' in script
    fish = shutil.which("fish")
    if fish is None:
        pytest.skip("fish is not on this machine")
    program = Path(sys.executable).parent
    asked = f"set -x PATH {program} $PATH; {script}\ncomplete -C 'connexion-doctor --ignore CXD101,CXD20'"
    done = subprocess.run([fish, "-c", asked], capture_output=True, text=True, check=True, env=environ())
    assert "CXD101,CXD208\t" in done.stdout


def test_quiet_says_a_line_or_nothing(tmp_path: Path) -> None:
    folder = project(tmp_path)
    python = str(target("c3new").python)
    assert doctor("--python", python, "-q", "--", "uvicorn", "app:app", cwd=folder).stdout == ""
    (line,) = doctor("--python", python, "-q", "--", "gunicorn", "app:app", cwd=folder).stdout.splitlines()
    assert line.startswith("gunicorn app:app: error CXD101 ")


def test_verbose_says_what_was_found_where(tmp_path: Path) -> None:
    words = ("--python", str(target("c3new").python), "-v", "--", "gunicorn", "-w", "2", "app:app")
    said = doctor(*words, cwd=project(tmp_path)).stdout
    for part in (
        "command: command-line",
        "gunicorn 27.0.1 itself",
        "workers = 2 (command)",
        "target app:app: loaded",
    ):
        assert part in said
    assert re.search(r"^  probe +\d+\.\d ms$", said, re.MULTILINE)
    static = doctor(*words[:3], "--no-import", *words[3:], cwd=tmp_path).stdout
    assert "without gunicorn (static)" in static


def test_an_interpreter_that_does_not_answer_is_a_3_with_a_whole_report(tmp_path: Path) -> None:
    folder = project(tmp_path)
    for name in FORMATS:
        done = doctor("--python", "/bin/false", "--format", name, "app:app", cwd=folder)
        assert done.code == 3
        assert done.stderr.startswith("connexion-doctor: /bin/false did not answer")
        assert "CXD600" in done.stdout
    report = doctor("--python", "/bin/false", "--format", "json", "app:app", cwd=folder).report
    assert report["summary"]["exit_code"] == 3


BROKEN = """
import importlib
from connexion_doctor.cli.main import main
def broken(*given, **named):
    raise RuntimeError("it broke")
importlib.import_module("connexion_doctor.{module}").{name} = broken
main(prog_name="connexion-doctor")
"""


@pytest.mark.parametrize(
    ("module", "name", "arguments"),
    [
        ("launches.find", "find", ["--format", "json", "app:app"]),
        ("rules.index", "entries", ["rules"]),
        ("configuration", "load", ["--format", "json", "app:app"]),
    ],
)
def test_an_internal_error_is_a_3_and_no_traceback(
    module: str, name: str, arguments: list[str], tmp_path: Path
) -> None:
    script = BROKEN.format(module=module, name=name)
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=project(tmp_path),
        env=environ(PYTHONPATH=str(PACKAGES)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert done.stderr.startswith("connexion-doctor: internal error: RuntimeError: it broke")
    assert "Traceback" not in done.stderr
    if module.startswith("launches"):
        assert json.loads(done.stdout)["findings"][0]["code"] == "CXD600"


def test_a_misspelt_rule_is_wrong_usage(tmp_path: Path) -> None:
    folder = project(tmp_path)
    for option in ("--select", "--ignore"):
        done = doctor(option, "asgi-app-on-wsgi-serve", "app:app", cwd=folder)
        assert done.code == 2
        assert "Did you mean asgi-app-on-wsgi-server?" in done.stderr
    said = doctor("explain", "thread-without-effect", cwd=folder).stderr
    assert "Did you mean threads-without-effect?" in said
