import connexion


def json_body(body):
    return body, 201


def optional(body=None):
    return {"got": body}


def nullable(body):
    return {"got": body}


def given(body):
    return body


def listed(body):
    return {"sum": sum(body)}


def form(**given):
    return {"got": sorted(given)}


def upload(**given):
    return {"got": sorted(given)}


def text(body):
    return {"got": body.decode() if isinstance(body, bytes) else body}


def octets(body):
    return {"length": len(body)}


def either(body=None):
    return {"kind": type(body).__name__}


def patched(body):
    return body


def defaults(body):
    return body


def nothing():
    return None, 204


app = connexion.FlaskApp(__name__, specification_dir=".")
app.add_api("openapi.yaml")
