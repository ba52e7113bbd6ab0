"""What wraps apps in production: tracing, error reports, monitoring. Nothing is sent anywhere."""

from a2wsgi import ASGIMiddleware
from app import app
from elasticapm.contrib.asgi import ASGITracingMiddleware
from newrelic.agent import ASGIApplicationWrapper, WSGIApplicationWrapper
from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware
from opentelemetry.instrumentation.wsgi import OpenTelemetryMiddleware as WSGITracing
from sentry_sdk.integrations.asgi import SentryAsgiMiddleware
from sentry_sdk.integrations.wsgi import SentryWsgiMiddleware

traced = OpenTelemetryMiddleware(app)
traced_adapter = WSGITracing(ASGIMiddleware(app))
traced_wrongly = WSGITracing(app)
reported = SentryAsgiMiddleware(app)
reported_adapter = SentryWsgiMiddleware(ASGIMiddleware(app))
monitored = ASGIApplicationWrapper(app)
monitored_adapter = WSGIApplicationWrapper(ASGIMiddleware(app))
measured = ASGITracingMiddleware(app)
