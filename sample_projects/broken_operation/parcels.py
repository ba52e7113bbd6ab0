"""Where the parcels are, and where they shall go instead."""

PARCELS = {
    1001: ["accepted", "sorted", "in delivery"],
    1002: ["accepted"],
}


def track(parcel: int, last: int = 10):
    if parcel not in PARCELS:
        return {"detail": "Unknown parcel"}, 404
    return {"parcel": parcel, "events": PARCELS[parcel][-last:]}


def reroute(parcel: int, body: dict[str, str]):
    if parcel not in PARCELS:
        return {"detail": "Unknown parcel"}, 404
    PARCELS[parcel].append(f"rerouted to {body['address']}")
    return {"parcel": parcel, "events": PARCELS[parcel]}


def api_key_info(key: str) -> dict[str, str] | None:
    return {"sub": "depot"} if key == "demo-key" else None
