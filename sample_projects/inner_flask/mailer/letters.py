"""Newsletters, their issues and the queue."""

from collections import deque

from connexion import NoContent

ISSUES = [{"number": n, "subject": f"News of week {n}"} for n in range(1, 13)]
queue: deque[tuple[int, str]] = deque()


def issues(page_size: int):
    return {"items": ISSUES[-page_size:], "total": len(ISSUES)}


def send(number: int, body: dict[str, str]):
    if not any(issue["number"] == number for issue in ISSUES):
        return {"detail": f"There is no issue {number}"}, 404
    queue.append((number, body["to"]))
    return NoContent, 202
