"""Run Python that starts a server, up to the moment where it would serve: nothing ever listens.

The library code that starts a server runs as it is, with its own checks of its arguments; only the step
behind which it would bind and accept is replaced by one that records what it was given and leaves by an
exception of ours. ``starters`` lists these steps.
"""

from __future__ import annotations

import importlib.machinery
import os
import sys
import sysconfig
import threading
from typing import Any, Callable, Iterator

from ..describe import quietly

AGENT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_LIBRARIES = tuple(
    {quietly(os.path.realpath, sysconfig.get_paths()[name]) or "?" for name in ("stdlib", "platstdlib")}
)

_INHERITED = object()


class Stop(BaseException):
    """Leaves the script at the step behind which it would serve."""


class Started:
    """What would have been started: ``entry`` the function's name as users know it, ``app`` an object or
    an import string, ``how`` the kind of server, ``options`` what that kind needs to call the app."""

    def __init__(self, how: str, entry: str, app: Any, **options: Any) -> None:
        self.how = how
        self.entry = entry
        self.app = app
        self.options = options
        self.main = threading.current_thread() is threading.main_thread()
        self.frames = places()
        self.place = self.frames[0][:2] if self.frames else None


class Capture:
    """While it is entered, starts of servers are recorded in ``started`` and stop the code.

    ``active`` is the one that is entered: an import inside of a script that runs is watched already.
    """

    active: Capture | None = None

    def __init__(self, patches: list[Patch], an_import: bool = False) -> None:
        self._import = an_import
        self.started: list[Started] = []
        self.refused: list[str] = []  # what else it tried: programs, processes, sockets
        self.refused_frames: list[tuple[str, int, str]] = []
        self._patches: dict[str, list[Patch]] = {}
        for patch in patches:
            self._patches.setdefault(patch.module, []).append(patch)
        self._undo: list[tuple[Any, str, Any]] = []
        self._finder = _Finder(self)
        self._pid = os.getpid()

    def __enter__(self) -> Capture:
        for name in list(self._patches):
            if name in sys.modules:
                self.patch(name)
        sys.meta_path.insert(0, self._finder)
        Capture.active = self
        return self

    def __exit__(self, *exc_info: Any) -> None:
        Capture.active = None
        if self._finder in sys.meta_path:
            sys.meta_path.remove(self._finder)
        for owner, name, original in reversed(self._undo):
            if original is _INHERITED:
                quietly(delattr, owner, name)
            else:
                quietly(setattr, owner, name, original)
        self._undo.clear()

    def watches(self, name: str) -> bool:
        """Whether a module has something to patch."""
        return name in self._patches

    def patch(self, name: str) -> None:
        """Replace what a module that is now imported has of the table."""
        for patch in self._patches.get(name, ()):
            owner: Any = sys.modules.get(name)
            for part in patch.path[:-1]:
                owner = getattr(owner, part, None)
            attribute = patch.path[-1]
            if not hasattr(owner, attribute):
                continue  # another version of the library, which has no such step
            self._undo.append((owner, attribute, vars(owner).get(attribute, _INHERITED)))
            setattr(owner, attribute, patch.make(self, getattr(owner, attribute)))

    def stop(self, started: Started) -> None:
        """Record a start and leave. A copy of the process made by a fork ends without a word, and so does a
        thread of an import, which has its server beside it."""
        if os.getpid() != self._pid:
            os._exit(0)
        if self._import and not started.main:
            raise SystemExit
        self.started.append(started)
        raise Stop()

    def refuse(self, what: str) -> None:
        """Leave because the code would listen, or start another program that may."""
        if os.getpid() != self._pid:
            os._exit(0)
        self.refused.append(what)
        self.refused_frames = self.refused_frames or places()
        raise Stop()

    def chosen(self) -> Started | None:
        """The start that is judged: that of the main thread, else the first."""
        return next((one for one in self.started if one.main), self.started[0] if self.started else None)


class Patch:
    """``module`` and the dotted ``path`` in it of what is replaced; ``make`` (capture, original) gives the
    replacement."""

    def __init__(self, module: str, path: str, make: Callable[[Capture, Any], Any]) -> None:
        self.module = module
        self.path = path.split(".")
        self.make = make


class _Finder:
    """Finds the watched modules like everybody else, and patches them once they are imported."""

    def __init__(self, capture: Capture) -> None:
        self._capture = capture
        self._busy: set[str] = set()

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name in self._busy or not self._capture.watches(name):
            return None
        self._busy.add(name)
        try:
            for finder in sys.meta_path:
                if finder is self or not hasattr(finder, "find_spec"):
                    continue
                spec = finder.find_spec(name, path, target)
                if spec is not None:
                    return self._watched(spec)
        finally:
            self._busy.discard(name)
        return None

    def _watched(self, spec: importlib.machinery.ModuleSpec) -> importlib.machinery.ModuleSpec:
        if hasattr(spec.loader, "exec_module"):
            spec.loader = _Loader(spec.loader, self._capture)  # type: ignore[assignment]
        return spec


class _Loader:
    """A module's own loader; behind it the module has its own loader again, and is patched."""

    def __init__(self, inner: Any, capture: Capture) -> None:
        self._inner = inner
        self._capture = capture

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def create_module(self, spec: Any) -> Any:
        return self._inner.create_module(spec)

    def exec_module(self, module: Any) -> None:
        module.__spec__.loader = module.__loader__ = self._inner
        self._inner.exec_module(module)
        self._capture.patch(module.__name__)


def own_frames() -> Iterator[Any]:
    """The frames of code that is neither ours, nor the standard library's, nor installed: innermost first."""
    frame: Any = sys._getframe(1)
    while frame is not None:
        path = frame.f_code.co_filename
        real = quietly(os.path.realpath, path) or path
        foreign = path.startswith((AGENT, "<")) or "site-packages" in path or real.startswith(_LIBRARIES)
        if not foreign:
            yield frame
        frame = frame.f_back


def places() -> list[tuple[str, int, str]]:
    """File, line and function of each frame of the project's that led here, innermost first."""
    return [
        (os.path.abspath(frame.f_code.co_filename), frame.f_lineno, frame.f_code.co_name)
        for frame in own_frames()
    ]
