"""What is known after one of several ways was taken."""

from __future__ import annotations

from collections.abc import Sequence

from connexion_doctor.commands.expand import Built, State
from connexion_doctor.commands.placed_text import Piece
from connexion_doctor.foundation import late

FLAG = late.pattern(r"(?<!\S)-[\w-]+")
# Options of servers that name no app: where they listen, how much they say, how many they are.
HARMLESS = late.pattern(
    r"--(reload\S*|host|port|bind|workers|threads|log-level|log-config|access-log\S*|no-access-log|error-log\S*|"
    r"ssl-\S*|keyfile\S*|certfile|ca-certs|timeout\S*|graceful-timeout|debug|proxy-headers|forwarded-allow-ips|"
    r"with-threads|no-debugger|debugger|use-colors|no-use-colors|capture-output|max-requests\S*)|-[bwt]"
)


def _changes_nothing(text: str) -> bool:
    """Whether options change nothing of which app is served, and how it is called."""
    flags = FLAG.findall(text)
    return not text or text.startswith("-") and all(HARMLESS.fullmatch(flag) for flag in flags)


def merge(state: State, ends: Sequence[State]) -> None:
    """Make ``state`` what is known after one of several ways was taken."""
    alive = [end for end in ends if not end.ended]
    if not alive:
        if ends:
            state.ended = next((end.ended for end in ends if end.ended == "return"), "exit")
        return
    before = state.copy()
    names = {name for end in alive for name in end.variables}
    for name in names:
        values = [end.variables.get(name) for end in alive]
        given = [value for value in values if value is not None]
        written = {"".join(piece.value for piece in value) for value in given}
        if len(written) == 1:
            state.variables[name] = given[0]
        elif "" in written and len(given) == len(values) and all(map(_changes_nothing, written)):
            state.variables[name] = ()  # `RELOAD=""; if ...; then RELOAD=--reload; fi`
        else:
            state.variables[name] = (Piece("$" + name, known=False),)
    for name in {name for end in alive for name in end.arrays}:
        arrays = [end.arrays.get(name, ()) for end in alive]
        shortest = min(arrays, key=len)
        state.arrays[name] = shortest
        if any([w.text for w in one] != [w.text for w in shortest] for one in arrays):
            state.arrays[name] = (*shortest, Built((Piece(f"${{{name}[@]}}", known=False),)))
    moved = [end.directory for end in alive if end.directory != before.directory]
    state.directory = moved[0] if moved else alive[0].directory
    counts = {
        tuple(word.text for word in end.arguments) if end.arguments is not None else None for end in alive
    }
    state.arguments = alive[0].arguments if len(counts) == 1 else None
    state.exported = set().union(*(end.exported for end in alive))
    for end in alive:
        state.functions.update(end.functions)
    for path in {path for end in alive for path in end.written}:
        texts = [end.written.get(path) for end in alive]
        same = len({text.value if text is not None else None for text in texts}) == 1
        state.written[path] = texts[0] if same else None
