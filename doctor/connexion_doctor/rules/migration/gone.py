"""Where the modules and names of Connexion 2 are in Connexion 3."""

from __future__ import annotations

_PARSERS = (
    "AbstractURIParser", "OpenAPIURIParser", "Swagger2URIParser", "FirstValueURIParser",
    "AlwaysMultiURIParser",
)  # fmt: skip
_CHECKS = ("boolean", "coerce_type", "is_null", "is_nullable", "is_json_mimetype", "all_json", "make_type")
# name -> the module that has it now, and its name there. A module without an entry has no successor.
GONE: dict[str, dict[str, tuple[str, str]]] = {
    "connexion.apis": {"FlaskApi": ("connexion", "FlaskApi")},
    "connexion.apis.abstract": {},
    "connexion.apis.aiohttp_api": {},
    "connexion.apis.flask_api": {"FlaskApi": ("connexion", "FlaskApi")},
    "connexion.apis.flask_utils": {
        name: ("connexion.frameworks.flask", name) for name in ("flaskify_endpoint", "flaskify_path")
    },
    "connexion.apps.aiohttp_app": {},
    "connexion.apps.flask_app": {
        "FlaskApp": ("connexion", "FlaskApp"),
        "NumberConverter": ("connexion.frameworks.flask", "NumberConverter"),
        "IntegerConverter": ("connexion.frameworks.flask", "IntegerConverter"),
        "FlaskJSONEncoder": ("connexion.jsonifier", "JSONEncoder"),
    },
    "connexion.decorators.coroutine_wrappers": {},
    "connexion.decorators.decorator": {},
    "connexion.decorators.metrics": {},
    "connexion.decorators.produces": {"NoContent": ("connexion", "NoContent")},
    "connexion.decorators.security": {},
    "connexion.decorators.uri_parsing": {name: ("connexion.uri_parsing", name) for name in _PARSERS},
    "connexion.decorators.validation": {
        **{name: ("connexion.utils", name) for name in _CHECKS},
        "TypeValidationError": ("connexion.exceptions", "TypeValidationError"),
        "ExtraParameterProblem": ("connexion.exceptions", "ExtraParameterProblem"),
    },
    "connexion.operation": {},
    "connexion.operations.compat": {},
    "connexion.operations.secure": {},
    "connexion.security.aiohttp_security_handler_factory": {},
    "connexion.security.async_security_handler_factory": {},
    "connexion.security.flask_security_handler_factory": {},
    "connexion.security.security_handler_factory": {},
}
# Names that left a module that stayed.
LESS: dict[str, str] = {
    "connexion.__version__": 'ask `importlib.metadata.version("connexion")`',
    "connexion.AbstractAPI": "there is no base class to replace it: Connexion 3 builds its APIs itself",
    "connexion.AioHttpApi": "aiohttp is no longer supported; use `connexion.AsyncApp`",
    "connexion.apps.FlaskJSONEncoder": "use `connexion.jsonifier.JSONEncoder`",
    "connexion.exceptions.AuthenticationProblem": "use `connexion.exceptions.Unauthorized`",
    "connexion.handlers.AuthErrorHandler": "authentication of unknown paths is `auth_all_paths=True`",
    "connexion.operations.SecureOperation": "it has no successor",
    "connexion.operations.make_operation": "it has no successor",
    "connexion.decorators.response.ResponseValidator": "use a class of `connexion.validators`",
    "connexion.decorators.parameter.parameter_to_arg": "it has no successor",
    "connexion.decorators.response.NonConformingResponseBody": "it is in `connexion.exceptions`",
    "connexion.json_schema.default_handlers": "it has no successor",
    "connexion.json_schema.validate_readOnly": "requests are validated by `connexion.validators`",
    "connexion.json_schema.validate_required": "requests are validated by `connexion.validators`",
    "connexion.operations.abstract.VALIDATOR_MAP": "it is `connexion.validators.VALIDATOR_MAP`",
    "connexion.security.AbstractAsyncSecurityHandlerFactory": (
        "use `connexion.security.SecurityHandlerFactory`"
    ),
    "connexion.options.ConnexionOptions": "use `connexion.options.SwaggerUIOptions`",
    "connexion.security.AbstractSecurityHandlerFactory": "use `connexion.security.SecurityHandlerFactory`",
    "connexion.security.FlaskSecurityHandlerFactory": "use `connexion.security.SecurityHandlerFactory`",
}
