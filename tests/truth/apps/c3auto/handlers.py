"""What the API does: one operation with a validated parameter, one behind a key."""


def hello(name):
    return {"hello": name}


def secret():
    return {"secret": 42}


def check_key(token, required_scopes=None):
    return {"sub": "friend"} if token == "open-sesame" else None
