"""Every handler, and every plain route, writes its name down."""

import os
from importlib.metadata import version

import connexion


VERSION = version("connexion")


def record(name):
    with open(os.environ["RECORD"], "a") as stream:
        stream.write(f"{name} {VERSION}\n")


def anybody(username, password, required_scopes=None):
    return {"sub": username}


def handler(name):
    def handle(**given):
        record(name)
        return {"done": True}

    handle.__name__ = name
    return handle


for _name in (
    "post_json put_optional patch_loose post_nullable post_one post_form post_upload post_text post_either "
    "delete_thing delete_named post_secured post_guest get_it"
).split():
    globals()[_name] = handler(_name)

options = {}
if os.environ.get("NO_VALIDATION"):

    class Everything:
        def __init__(self, *args, **kwargs):
            pass

        def __call__(self, function):
            return function

        def validate(self, *args, **kwargs):
            pass

        async def wrap_receive(self, receive, *, scope):
            return receive, scope

    if VERSION.startswith("2"):
        options["validator_map"] = {"body": Everything, "parameter": Everything}
    else:
        options["validator_map"] = {"parameter": Everything, "body": {"*/*": Everything}}

app = connexion.FlaskApp(__name__, specification_dir=".")
app.add_api("openapi.yaml", **options)


@app.app.route("/json", methods=["DELETE", "PATCH"])
@app.app.route("/<path:anything>", methods=["POST", "PUT", "DELETE", "PATCH"])
def plain(anything=""):
    record(f"plain {anything}")
    return "plain"
