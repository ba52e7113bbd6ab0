"""The house in figures: ``python -m tests.tools.house``: lines, files and floor of each room; large files."""

from __future__ import annotations

from collections import Counter
from functools import cache

from tests.running import PACKAGE
from tests.test_house import ROOMS, imports, modules, room

LARGE = 350


@cache
def floor(name: str) -> int:
    """How many rooms stand below a room, one on the other."""
    return 1 + max((floor(below) for below in ROOMS[name]), default=0)


@cache
def depth(module: str) -> int:
    """How many modules stand below a module, one on the other; a circle would have no end."""
    below = {imported for _, imported in imports(module)} - {module}
    return 1 + max((depth(one) for one in below), default=0)


def main() -> None:
    """Print the figures, the rooms from the bottom floor to the top."""
    lines, files = Counter[str](), Counter[str]()
    large = []
    for path in sorted(PACKAGE.rglob("*.py")):
        place = path.relative_to(PACKAGE)
        count = path.read_text("utf-8").count("\n")
        lines[place.parts[0]] += count
        files[place.parts[0]] += 1
        large += [(count, place.as_posix())] if count > LARGE else []
    for name in ROOMS:
        print(f"{name:<14} floor {floor(name):>2}  {files[name]:>3} files  {lines[name]:>6} lines")
    loose = {path.name for path in PACKAGE.glob("*.py")} - {"__init__.py", "__main__.py"}
    print(f"{sum(lines.values())} lines in {sum(files.values())} files; loose modules: {len(loose)}")
    print(f"floors of rooms: {max(map(floor, ROOMS))}; of files: {max(map(depth, modules()))}")
    arrows = {(room(one), room(other)) for one in modules() for _, other in imports(one)}
    print(f"arrows between rooms: {sum(above != below and bool(below) for above, below in arrows)}")
    for count, name in sorted(large, reverse=True):
        print(f"{count:>5} {name}")


if __name__ == "__main__":
    main()
