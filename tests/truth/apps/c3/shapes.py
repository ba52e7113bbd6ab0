"""Callables that are ASGI, in shapes that servers tell apart with more or less luck."""

import functools

from app import app


async def function(scope, receive, send):
    await app(scope, receive, send)


async def _with_prefix(prefix, scope, receive, send):
    await app(scope, receive, send)


partial = functools.partial(_with_prefix, "/")


def coroutine_maker(scope, receive, send):
    return app(scope, receive, send)


class Middleware:
    """An ASGI middleware, as the ASGI documents write it."""

    def __init__(self, inner):
        self.inner = inner

    async def __call__(self, scope, receive, send):
        await self.inner(scope, receive, send)


class Anything:
    """A wrapper that hands on whatever it is called with."""

    def __init__(self, inner):
        self.inner = inner

    async def __call__(self, *args, **kwargs):
        await self.inner(*args, **kwargs)


class Plain:
    """A wrapper whose call is not a coroutine function, but gives a coroutine."""

    def __init__(self, inner):
        self.inner = inner

    def __call__(self, scope, receive, send):
        return self.inner(scope, receive, send)


class Proxy:
    """An object that looks up everything in another one."""

    def __init__(self, inner):
        self._inner = inner

    def __getattr__(self, name):
        return getattr(self._inner, name)

    def __call__(self, *args, **kwargs):
        return self._inner(*args, **kwargs)


class TwoSteps:
    """ASGI as it was before version 3: first the scope, then the rest."""

    def __init__(self, scope):
        self.scope = scope

    async def __call__(self, receive, send):
        await app(self.scope, receive, send)


middleware = Middleware(app)
anything = Anything(app)
plain = Plain(app)
proxy = Proxy(app)
inner_wrapped = Middleware(app.app)
