"""Shell text -> commands: a table of (text, expected commands), and every word at its place in the text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connexion_doctor.commands import expand, shell
from connexion_doctor.commands.expand import Built
from connexion_doctor.commands.placed_text import Piece, Text, part, whole
from connexion_doctor.commands.plain import split
from connexion_doctor.model import Location
from connexion_doctor.model.source import Source

# (text, commands as "word|word"; a leading ? marks a word that is not known)
COMMANDS: list[tuple[str, list[str]]] = [
    ("gunicorn app:app", ["gunicorn|app:app"]),
    ("  gunicorn   app:app  # app2:app", ["gunicorn|app:app"]),
    ("# gunicorn app:app\n", []),
    ("gunicorn \\\n  -w 2 \\\n  app:app", ["gunicorn|-w|2|app:app"]),
    ("gunicorn 'a b' \"c d\" e\\ f", ["gunicorn|a b|c d|e f"]),
    ("x \"a\\\"b\" 'c\\d' \"$\"", ['x|a"b|c\\d|$']),
    ("x a'b'\"c\"d", ["x|abcd"]),
    ("x $'a\\tb'", ["x|a\tb"]),
    ('gunicorn "pkg.web:create_app()"', ["gunicorn|pkg.web:create_app()"]),
    ("a; b && c || d", ["a", "b", "c", "d"]),
    ("a | b", ["a", "b"]),
    ("a >> log 2>&1 < in", ["a"]),
    ("a 2>log b -c > out d", ["a|b|-c|d"]),
    ("a &> all", ["a"]),
    ("(cd x; a)", ["a"]),
    ("{ a; b; }", ["a", "b"]),
    ("! a", ["a"]),
    ("time a", ["time|a"]),
    # variables
    ("P=1 x $P", ["P=1|x|?$P"]),
    ("P=1; x $P", ["x|1"]),
    ("P='1 2'; x $P", ["x|1|2"]),
    ("P='1 2'; x \"$P\"", ["x|1 2"]),
    ("x $P", ["x|?$P"]),
    ("x ${P:-8000} ${Q-a} ${R:=b} $R", ["x|8000|a|b|b"]),
    ("x ${P:-'a b'} \"${P:-a b}\"", ["x|a b|a b"]),
    ("P=; x ${P:-1} ${P-1}z", ["x|1|z"]),
    ("x ${P:-${Q:-7}}", ["x|7"]),
    ("x ${P:?must be set}", ["x|?${P:?must be set}"]),
    ("x :${P:-80}/${Q}", ["x|?:80/${Q}"]),
    ("P=a.b.c; x ${P%.*} ${P%%.*} ${P#*.} ${P##*.}", ["x|a.b|a|b.c|c"]),
    ("P=abc; x ${#P} ${P/b/c} ${P:1}", ["x|?${#P}|?${P/b/c}|?${P:1}"]),
    ("export P=1 Q; x", ["x"]),
    ("P=1; P+=2; x $P", ["x|12"]),
    ("P=1; unset P; x $P", ["x|?$P"]),
    ("A=(-w 2 'a b'); x \"${A[@]}\" ${A[0]}", ["x|-w|2|a b|-w"]),
    ("A=(1); A+=(2); x ${A[@]}", ["x|1|2"]),
    ("x $(nproc) `nproc` $((1+1))", ["x|?$(nproc)|?`nproc`|?$((1+1))"]),
    ("x \"$(dirname /a/b/c)\" $(basename /a/b.py .py) $(echo hi)", ["x|/a/b|b|hi"]),
    ("C='gunicorn app:app'; exec $C", ["exec|gunicorn|app:app"]),
    # control flow
    ("exec a; b", ["exec|a"]),
    ("exit; a", []),
    ("if a; then b; else c; fi", ["a", "b", "c"]),
    ("if [ x = x ]; then b; else c; fi", ["b"]),
    ("if [ x != x ]; then b; elif [[ -z '' ]]; then d; else c; fi", ["d"]),
    ("if [ \"$1\" = x ]; then exec b; fi; c", ["exec|b", "c"]),
    ("if [ -z \"$W\" ]; then W=4; fi; x $W", ["x|4"]),
    ("W=1; if a; then W=2; fi; x $W", ["a", "x|?$W"]),
    ("if a; then exit 1; fi; b", ["a", "b"]),
    ("if true; then exit; fi; b", []),
    ("[ -n \"$X\" ] && a; b", ["a", "b"]),
    ("test 1 -gt 2 && a", []),
    ("case x in x|y) a;; *) b;; esac", ["a"]),
    ("case z in x) a;; *) b;; esac", ["b"]),
    ("case $1 in x) a;; *) b;; esac", ["a", "b"]),
    ("case gunicorn-x in gunicorn*) a;; esac", ["a"]),
    ("for i in 1 2; do x $i; done", ["x|1", "x|2"]),
    ("for i in $(ls); do x $i; done", ["x|?$i"]),
    ("while nc -z db 1; do sleep 1; done; x", ["nc|-z|db|1", "x"]),
    ("until a; do b; done", ["a", "b"]),
    ("f() { x \"$1\" \"$@\"; }; f 1 2", ["x|1|1|2"]),
    ("function f { return; x; }; f; y", ["y"]),
    ("f() { f; }; f; y", ["y"]),
    ("set -- a b; x \"$@\" $# $2", ["x|a|b|2|b"]),
    ("set -- a b; shift; x \"$@\"", ["x|b"]),
    ("exec \"$@\"", ["exec|?$@"]),
    ("cat <<EOF\ngunicorn app:app\nEOF\nx", ["x"]),
    ("bash <<'EOF'\ngunicorn app:app\nEOF", ["gunicorn|app:app"]),
    # shells in shells
    ("sh -c 'gunicorn app:app'", ["gunicorn|app:app"]),
    ("bash -lc \"cd x && exec gunicorn 'a:b()'\"", ["exec|gunicorn|a:b()"]),
    ("/bin/bash -e -c 'a; b'", ["a", "b"]),
    ("sh -c 'x $0 $1' y z", ["x|y|z"]),
    ("P=1; sh -c 'x $P'; sh -c \"x $P\"", ["x|?$P", "x|1"]),
    ("export P=1; sh -c 'x $P'", ["x|1"]),
    ("gosu user sh -c 'a'", ["a"]),
    ("A=1 sh -c 'x $A'", ["x|1"]),
    ("eval \"a b\"", ["a|b"]),
    ("bash unknown.sh x", ["bash|unknown.sh|x"]),
    ("x é 'ü ß' y", ["x|é|ü ß|y"]),
    ("x 漢字 '\U0001f600 \u2028' a\u3000b\xa0c y", ["x|漢字|\U0001f600 \u2028|a\u3000b\xa0c|y"]),
    ("N=漢; x ${N} ${N%漢}z \ud800", ["x|漢|z|\ud800"]),
]  # fmt: skip


def described(simple: shell.Simple) -> str:
    """A command as the table has it."""
    return "|".join(("" if word.known else "?") + word.text for word in simple.words)


# what is asked -> what runs: x where it holds, y where it does not, both where that is not known
CONDITIONS = [
    ("! [ a = b ]", "x"),
    ("[ 1 -eq 1 ] && [ 1 -ne 2 ]", "x"),
    ("[ 1 -lt 1 ] || [ 2 -le 1 ]", "y"),
    ("[ a = b -o 2 -ge 2 ]", "xy"),
    ("[ a = a -a 2 -gt 2 ]", "xy"),
    ("[[ (a == a) && ! (b == c) ]]", "x"),
    ("[[ a == a* ]]", "xy"),
    ("[[ abc != *z ]]", "xy"),
    ("[ one -lt 2 ]", "xy"),
    ("[ -n '' ]", "y"),
    ("[ $Q = a ]", "xy"),
    ("[ $Q = a ] && false", "y"),
    ("[ $Q = a ] || true", "x"),
    ("test -n a", "x"),
    ("test a = b", "y"),
    ("test 1", "xy"),
    (":", "x"),
    ("false || true", "x"),
    ("! false", "x"),
    ("[ -u /x ]", "xy"),
]


@pytest.mark.parametrize(("condition", "runs"), CONDITIONS)
def test_conditions(condition: str, runs: str) -> None:
    source = Source("start.sh", f"if {condition}; then x; else y; fi\n")
    assert [described(simple) for simple in shell.commands(whole(source))] == list(runs)


@pytest.mark.parametrize(("text", "expected"), COMMANDS)
def test_commands(text: str, expected: list[str]) -> None:
    assert [described(simple) for simple in shell.commands(whole(Source("x.sh", text)))] == expected


def cut(text: str, location: Location) -> str:
    """The characters of a location."""
    source = Source("x.sh", text)
    line, column = location.end
    return text[source.offset(location.line - 1, location.column - 1) : source.offset(line - 1, column - 1)]


@pytest.mark.parametrize("text", [text for text, _ in COMMANDS])
def test_words_stand_where_they_say(text: str) -> None:
    for simple in shell.commands(whole(Source("x.sh", text))):
        for word in simple.words:
            if word.location is None:
                continue
            written = cut(text, word.location)
            assert written == written.strip()
            if not set("$`\\'\"=") & set(written):
                assert written == word.text


def test_spans_through_layers() -> None:
    text = "  CMD exec sh -c \"gunicorn \\\n -k 'sync' $OPT\"\n"
    command = part(Source("Dockerfile", text), 6, len(text))
    option = part(Source("Dockerfile", "ENV OPT='-w 2'\n"), 9, 13)
    (simple,) = shell.commands(command, environ={"OPT": option})
    assert simple.texts == ("gunicorn", "-k", "sync", "-w", "2")
    places = [(word.location.line, word.location.column) for word in simple.words if word.location]
    assert places == [(1, 19), (2, 2), (2, 5), (1, 10), (1, 13)]


DIRECTORIES = [
    ("cd a; x", "a"),
    ("cd a && cd b && x", "a/b"),
    ("cd /srv; cd ../app/./y; x", "/app/y"),
    ("cd a; cd ..; x", "."),
    ("cd \"$(dirname \"$0\")\"; x", "."),
    ("cd \"$UNKNOWN\"; x", "."),
    ("(cd a); x", "."),
    ("if a; then cd b; fi; x", "b"),
    ("cd -- a; x", "a"),
    ("pushd a >/dev/null; x", "a"),
    ("sh -c 'cd a'; x", "."),
    ("D=$(cd /opt && pwd); cd $D/z; x", "/opt/z"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "directory"), DIRECTORIES)
def test_directories(text: str, directory: str) -> None:
    found = shell.commands(text, zero="run.sh")
    assert found[-1].texts == ("x",)
    assert found[-1].directory == directory


def test_environment() -> None:
    (simple,) = shell.commands('export A=1 B="$C"; D=2; E=3 x', environ={"F": "4"})
    assert simple.environ == {"A": "1", "F": "4"}
    assert simple.texts[0] == "E=3"


def test_background() -> None:
    found = shell.commands("a & b; { c; } & wait")
    assert [(simple.texts[0], simple.background) for simple in found] == [
        ("a", True),
        ("b", False),
        ("c", True),
    ]


def test_given_arguments() -> None:
    arguments = [Built((Piece(text),)) for text in ("api", "-w", "2")]
    found = shell.commands(
        'case "$1" in api) shift; exec gunicorn a:b "$@";; *) exec "$@";; esac', arguments=arguments
    )
    assert [simple.texts for simple in found] == [("exec", "gunicorn", "a:b", "-w", "2")]
    found = shell.commands('[ $# -eq 0 ] && set -- x; exec "$@"', arguments=[])
    assert [simple.texts for simple in found] == [("exec", "x")]


class OneScript:
    """A project with one script."""

    def __init__(self, text: str) -> None:
        self.text = text

    def script(self, path: str, directory: str) -> Text | None:
        return whole(Source("run.sh", self.text)) if path.endswith("run.sh") else None

    def exists(self, path: str, directory: str) -> bool | None:
        return None


def test_scripts_are_followed() -> None:
    files = OneScript('cd sub\nexec gunicorn "$1" $2\n')
    for text in ("./run.sh a:b -D", "exec bash run.sh a:b -D", "nice -n 3 /opt/run.sh a:b -D"):
        (simple,) = shell.commands(text, files=files)
        assert simple.texts == ("exec", "gunicorn", "a:b", "-D")
        assert simple.directory == "sub"
        assert simple.words[1].location is not None and simple.words[1].location.path == "run.sh"
    assert [one.texts for one in shell.commands(". ./run.sh; never", files=files, arguments=[])] == [
        ("exec", "gunicorn", "")
    ]
    assert shell.commands("./run.sh", files=OneScript("./run.sh; ./run.sh")) == []


# Text, and the files that it writes; None: with what is not known.
WRITTEN: list[tuple[str, dict[str, str | None]]] = [
    ("echo a b > f; echo -n c >> f", {"f": "a b\nc"}),
    ("P=1; cd d; echo x$P '$P' > ./f", {"d/f": "x1 $P\n"}),
    ("cat > f <<EOF\n$A \\$A\nEOF\n", {"f": "$A $A\n"}),
    ("cat <<-'EOF' >f\n\t\ta $A\n\tEOF\n", {"f": "a $A\n"}),
    ("cat <<EOF | sudo tee -a f\nx\nEOF\n", {"f": None}),  # what stands in front of it is not known
    ("cat <<EOF | sed s/a/b/ > f\na\nEOF\n", {"f": None}),
    ('echo a > f; [ -n "$A" ] && echo b >> f; x', {"f": None}),
    ("echo a > f; if x; then echo b > f; else echo b > f; fi", {"f": "b\n"}),
    ("mkdir -p d && echo a > d/f", {"d/f": "a\n"}),
    ("echo no && echo a > f", {"f": "a\n"}),
    ("echo a >&2; echo b > /dev/null; x 2> log", {}),
    ("> f", {"f": ""}),
    ("(echo a; y) > f", {"f": None}),
]


@pytest.mark.parametrize(("text", "files"), WRITTEN)
def test_files_that_are_written(text: str, files: dict[str, str | None]) -> None:
    made = shell.written_by(whole(Source("x", text)), {}, ".")
    assert {path: one.value if one is not None else None for path, one in made.items()} == files


PLAIN = [
    ("a  b", ["a", "b"]),
    ('a \'b c\' "d \\" e"', ["a", "b c", 'd " e']),
    ("a && b; $X", ["a", "&&", "b;", "$X"]),
    ("a ${W} $W %(ENV_W)s %i", ["a", "3", "3", "3", "%i"]),
    ("a\\ b", ["a b"]),
]


@pytest.mark.parametrize(("text", "words"), PLAIN)
def test_lines_that_no_shell_reads(text: str, words: list[str]) -> None:
    assert [word.text for word in split(whole(Source("x", text)), environ={"W": "3"})] == words


ENDLESS = [
    "a=(" * 7000,  # the parser needs the square of the length
    "x " + "|" * 20_000,
    "a=$a$a;" * 3000,
    'a="$b$b"; b="$a$a";' * 1000,
    "a+=$a;" * 3000,
    'a=("${a[@]}" "${a[@]}" x);' * 800,
    'set -- x "$@" "$@";' * 1000,
    "a=${a##*x}z$a;" * 1500,
    'eval "$a"; a="$a$a x;";' * 900,
]


@pytest.mark.parametrize("text", ENDLESS, ids=lambda text: text[:12])
def test_text_that_makes_endless_work(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expand, "LONGEST", 0.05)
    begin = time.thread_time()
    shell.commands(text)
    assert time.thread_time() - begin < 0.5


def test_a_tree_that_is_kept_is_read_long_after(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time that a parser has is over then; a plan reads a project's scripts a second time."""
    text = "N=$(x | wc -l)\ncat <<EOF | sudo tee y\na\nEOF\ngunicorn app:app\n"
    first, clock = shell.commands(text), time.thread_time
    monkeypatch.setattr(time, "thread_time", lambda: clock() + 1000)
    assert list(map(described, shell.commands(text))) == list(map(described, first))


def test_no_character_ends_the_process() -> None:
    """The parser looked letters behind a brace up outside of its table, by their number."""
    for one in range(0x100, 0x110000, 0x201):
        assert list(map(described, shell.commands(f"{{{chr(one)}"))) == []


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab \n\t'\"\\$(){}[];&|<>`=:-#!@*/?é%+0", max_size=60))
def test_any_text(text: str) -> None:
    for simple in shell.commands(whole(Source("x", text))):
        for word in simple.words:
            assert word.location is None or word.location.line >= 1
    split(whole(Source("x", text)))
