"""Factories: one that needs nothing, one that needs an argument, one that gives nothing."""

import connexion


def create_app():
    app = connexion.FlaskApp(__name__)
    app.add_api("openapi.yaml")
    return app


def create_named(title):
    app = create_app()
    app.app.config["TITLE"] = title
    return app


def create_optional(title="truth"):
    return create_named(title)


def create_nothing():
    create_app()


def create_wrong():
    raise LookupError("no settings for this host")


async def create_async():
    return create_app()
