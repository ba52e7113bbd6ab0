import os

import uvicorn

from ticketing.factory import create_app


def main() -> None:
    uvicorn.run(
        "ticketing.server:api",
        host="0.0.0.0",
        port=int(os.environ.get("PORT", "8080")),
    )


api = create_app()
