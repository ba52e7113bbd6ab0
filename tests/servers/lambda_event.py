"""Run in the target interpreter: one event of AWS API Gateway through an adapter; prints the status.

``python lambda_event.py ADAPTER TARGET PATH``; the event is that of a REST API
(https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html).
"""

import importlib
import sys

adapter, target, path = sys.argv[1:]
sys.path.insert(0, "")
module, _, name = target.partition(":")
app = getattr(importlib.import_module(module), name)
sent = {"Host": "api.example.com", "Accept": "*/*", "X-Forwarded-Port": "443", "X-Forwarded-Proto": "https"}
event = {
    "resource": "/{proxy+}",
    "path": path,
    "httpMethod": "GET",
    "headers": sent,
    "multiValueHeaders": {name: [value] for name, value in sent.items()},
    "queryStringParameters": {"name": "Ada"},
    "multiValueQueryStringParameters": {"name": ["Ada"]},
    "pathParameters": None,
    "stageVariables": None,
    "requestContext": {
        "httpMethod": "GET",
        "stage": "prod",
        "path": path,
        "identity": {"sourceIp": "192.0.2.1"},
    },
    "body": None,
    "isBase64Encoded": False,
}


if adapter == "serverless-wsgi":
    answer = importlib.import_module("serverless_wsgi").handle_request(app, event, {})
elif adapter == "apig-wsgi":
    answer = importlib.import_module("apig_wsgi").make_lambda_handler(app)(event, {})
else:
    answer = importlib.import_module("mangum").Mangum(app, lifespan="off")(event, {})
print(answer["statusCode"])
