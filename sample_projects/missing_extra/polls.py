"""The polls and their votes."""

POLLS = [
    {"id": 1, "question": "New bicycle shed?", "yes": 31, "no": 9, "open": False},
    {"id": 2, "question": "Paint the stairs green?", "yes": 4, "no": 17, "open": True},
]


def list_polls(state: str = "all"):
    if state == "all":
        return POLLS
    return [poll for poll in POLLS if poll["open"] == (state == "open")]


def vote(poll_id: int, body: dict[str, bool], token_info: dict[str, str]):
    poll = next((p for p in POLLS if p["id"] == poll_id and p["open"]), None)
    if poll is None:
        return {"detail": "No such open poll"}, 404
    poll["yes" if body["in_favour"] else "no"] += 1
    return {"poll": poll_id, "voter": token_info["sub"]}, 201
