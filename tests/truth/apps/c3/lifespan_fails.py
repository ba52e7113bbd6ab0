"""A lifespan handler that cannot open what it needs."""

import contextlib

import connexion


@contextlib.asynccontextmanager
async def lifespan(app):
    raise RuntimeError("the database does not answer")
    yield


app = connexion.FlaskApp(__name__, lifespan=lifespan)
app.add_api("openapi.yaml")
