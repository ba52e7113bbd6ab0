"""Worker classes of the project itself."""

from gunicorn.workers.gthread import ThreadWorker
from uvicorn.workers import UvicornWorker


class ProxiedWorker(UvicornWorker):
    """Calls ASGI; its name does not say so."""

    CONFIG_KWARGS = {**UvicornWorker.CONFIG_KWARGS, "root_path": "/x"}


class UvicornLikeWorker(ThreadWorker):
    """Calls WSGI; its name says otherwise."""


class FactoryWorker(UvicornWorker):
    """Calls what gunicorn hands it, to get the app."""

    CONFIG_KWARGS = {**UvicornWorker.CONFIG_KWARGS, "factory": True}
