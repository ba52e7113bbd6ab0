"""Data classes whose methods are written when the first object is made are data classes all the same."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import field
from typing import Any

import pytest

from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass, written
from tests.running import environ


@dataclass(frozen=True)
class Base:
    """Something that others inherit from."""

    name: str
    words: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Derived(Base):
    more: int = 1

    def __post_init__(self) -> None:
        if self.more < 0:
            raise ValueError("less than nothing")


@dataclass
class Open:
    count: int = 0


@dataclass(frozen=True, eq=False)
class ByIdentity:
    name: str


class Plain(Base):
    """No data class itself: it calls the ``__init__`` of one."""

    def __init__(self) -> None:
        super().__init__("plain", ["made"])


def test_objects_of_a_class_that_inherits() -> None:
    made = Derived("a", more=2)
    assert dataclasses.asdict(made) == {"name": "a", "words": [], "more": 2}
    assert made == Derived("a", [], 2)
    assert made != Derived("a")
    assert repr(made) == "Derived(name='a', words=[], more=2)"
    assert dataclasses.replace(made, name="b").name == "b"
    assert pickle.loads(pickle.dumps(made)) == made == copy.deepcopy(made)
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.name = "c"  # type: ignore[misc]
    with pytest.raises(ValueError, match="less than nothing"):
        Derived("a", more=-1)
    with pytest.raises(TypeError, match="name"):
        Derived()  # type: ignore[call-arg]


def test_a_class_that_is_no_data_class_calls_the_one_above() -> None:
    assert (Plain().name, Plain().words) == ("plain", ["made"])


def test_what_is_not_frozen_can_be_changed() -> None:
    made = Open()
    made.count += 1
    assert made == Open(1)


def test_options_are_kept() -> None:
    assert ByIdentity("a") != ByIdentity("a")
    assert len({ByIdentity("a"), ByIdentity("a")}) == 2


def test_fields_are_known_before_an_object_is_made() -> None:
    @dataclass(frozen=True)
    class Fresh:
        first: int
        second: str = ""

    assert not dataclasses.is_dataclass(Fresh)
    assert [one.name for one in dataclasses.fields(written(Fresh))] == ["first", "second"]
    assert Fresh(1) == Fresh(1, "")


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads that are switched at every chance."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("restless")
def test_the_first_objects_may_be_made_by_several_threads() -> None:
    for _ in range(200):

        @dataclass(frozen=True)
        class Fresh:
            number: int

        ready, made = threading.Barrier(4), list[Any]()

        def make(kind: type = Fresh, ready: threading.Barrier = ready, made: list[Any] = made) -> None:
            ready.wait()
            made.append(kind(1))

        threads = [threading.Thread(target=make) for _ in range(4)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert made == [Fresh(1)] * 4


def test_an_import_writes_few_methods() -> None:
    """Of all modules of the model: what they make as they are imported is written, and nothing else."""
    code = "import connexion_doctor.model, connexion_doctor.foundation.late as l; print(len(l._unwritten))"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ(), capture_output=True, text=True, check=True
    )
    assert int(done.stdout) > 20


def test_classes_are_written_ahead_by_their_modules() -> None:
    @dataclass(frozen=True)
    class Fresh:
        first: int

    late.ready("some.other.module")
    assert not dataclasses.is_dataclass(Fresh)
    late.ready(__name__)
    assert dataclasses.is_dataclass(Fresh)


def test_expressions_are_compiled_ahead_by_their_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    expression = late.pattern("a+b")
    late.ready("some.other.module")
    assert "match" not in vars(expression)
    late.ready(__name__)
    monkeypatch.setattr("re.compile", None)  # nothing more is compiled
    assert expression.fullmatch("aab")


def test_classes_are_written_while_another_thread_makes_more() -> None:
    done = threading.Event()

    def more() -> None:
        while not done.is_set():

            @dataclass
            class Fresh:
                first: int

    thread = threading.Thread(target=more)
    thread.start()
    try:
        for _ in range(200):
            late.ready("some.other.module")
    finally:
        done.set()
        thread.join()
