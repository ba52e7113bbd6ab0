"""What every request needs is there once the lifespan is up."""

import contextlib

import connexion


@contextlib.asynccontextmanager
async def lifespan(_):
    yield {"pool": "open"}


app = connexion.FlaskApp(__name__, specification_dir=".", lifespan=lifespan)
app.add_api("openapi.yaml")


class Front:
    def __init__(self, inside):
        self.inside = inside

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http":
            scope["state"]["pool"]
        await self.inside(scope, receive, send)


front = Front(app)
