"""An app with a lifespan handler: what it opens, nobody needs to answer a request."""

import contextlib

import connexion


@contextlib.asynccontextmanager
async def lifespan(app):
    print("lifespan: started", flush=True)
    yield {"pool": object()}
    print("lifespan: stopped", flush=True)


app = connexion.FlaskApp(__name__, lifespan=lifespan)
app.add_api("openapi.yaml")
