"""The objects of Swagger 2.0 and OpenAPI 3.0: their fields, which of them are required, and of what type.

Source: the specifications themselves (https://spec.openapis.org/oas/v3.0.3, https://swagger.io/specification/v2);
``tests/reading/test_validity.py`` holds this to the schemas of the installed Connexion.

A field is ``name:type``, with ``!`` where it is required. A type is ``str``, ``bool``, ``num``, ``size`` (a
whole number from 0), ``any``, ``names`` (texts, each once), ``values``, the name of an object, ``&name``
(it or a reference), ``[type]``, ``{type}`` (of any names), ``=a|b`` (one of these texts), or a special one
of ``validity``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

LIMITS = (
    "multipleOf:positive maximum:num exclusiveMaximum:bool minimum:num exclusiveMinimum:bool maxLength:size "
    "minLength:size pattern:str maxItems:size minItems:size uniqueItems:bool"
)
MEDIA = "schema:&schema content:{media} example:any examples:{&example} explode:bool allowReserved:bool"
OPENAPI = {
    "document": "openapi!:str info!:info externalDocs:docs servers:[server] security:[{[str]}] tags:[tag] "
    "paths!:paths components:components",
    "info": "title!:str version!:str description:str termsOfService:str contact:contact license:license",
    "contact": "name:str url:str email:str",
    "license": "name!:str url:str",
    "server": "url!:str description:str variables:{variable}",
    "variable": "enum:[str] default!:str description:str",
    "components": "schemas:{&schema} responses:{&response} parameters:{&parameter} examples:{&example} "
    "requestBodies:{&body} headers:{&header} securitySchemes:{&security} links:{&link} callbacks:{&callback}",
    "schema": f"title:str {LIMITS} maxProperties:size minProperties:size required:names enum:values "
    "type:=array|boolean|integer|number|object|string not:&schema allOf:[&schema] oneOf:[&schema] "
    "anyOf:[&schema] items:&schema properties:{&schema} additionalProperties:&schema? description:str "
    "format:str default:any nullable:bool discriminator:discriminator readOnly:bool writeOnly:bool "
    "example:any "
    "externalDocs:docs deprecated:bool xml:xml",
    "xml": "name:str namespace:str prefix:str attribute:bool wrapped:bool",
    "response": "description!:str headers:{&header} content:{media} links:{&link}",
    "media": "schema:&schema example:any examples:{&example} encoding:{encoding}",
    "example": "summary:str description:str value:any externalValue:str",
    "header": f"description:str required:bool deprecated:bool allowEmptyValue:bool style:=simple {MEDIA}",
    "parameter": "name!:str in!:str description:str required:bool deprecated:bool allowEmptyValue:bool "
    f"style:str {MEDIA}",
    "operation": "tags:[str] summary:str description:str externalDocs:docs operationId:str "
    "parameters:[&parameter] requestBody:&body responses!:responses callbacks:{&callback} deprecated:bool "
    "security:[{[str]}] servers:[server]",
    "path": "$ref:str summary:str description:str servers:[server] parameters:[&parameter] get:operation "
    "put:operation post:operation delete:operation options:operation head:operation patch:operation "
    "trace:operation",
    "body": "description:str content!:{media} required:bool",
    "tag": "name!:str description:str externalDocs:docs",
    "docs": "url!:str description:str",
    "link": "operationId:str operationRef:str parameters:{any} requestBody:any description:str server:server",
    "encoding": "contentType:str headers:{header} style:=form|spaceDelimited|pipeDelimited|deepObject "
    "explode:bool allowReserved:bool",
    "apiKey": "type!:=apiKey name!:str in!:=header|query|cookie description:str",
    "http": "type!:=http scheme!:str bearerFormat:str description:str",
    "oauth2": "type!:=oauth2 flows!:flows description:str",
    "openIdConnect": "type!:=openIdConnect openIdConnectUrl!:str description:str",
    "flows": "implicit:implicit password:password clientCredentials:password authorizationCode:code",
    "implicit": "authorizationUrl!:str refreshUrl:str scopes!:{str}",
    "password": "tokenUrl!:str refreshUrl:str scopes:{str}",
    "code": "authorizationUrl!:str tokenUrl!:str refreshUrl:str scopes:{str}",
}
KIND = "type!:=string|number|integer|boolean|array format:str items:items default:any enum:values"
CSV = "collectionFormat:=csv|ssv|tsv|pipes"
PLACED = f"name!:str in!:str description:str required:bool {KIND} {LIMITS}"
SWAGGER = {
    "document": "swagger!:str info!:info host:host basePath:base schemes:schemes consumes:names0 "
    "produces:names0 paths!:paths definitions:{schema} parameters:{parameter} responses:{response} "
    "security:[{names0}] "
    "securityDefinitions:{security} tags:[tag] externalDocs:docs",
    "info": OPENAPI["info"],
    "contact": OPENAPI["contact"],
    "license": OPENAPI["license"],
    "docs": OPENAPI["docs"],
    "tag": OPENAPI["tag"],
    "xml": OPENAPI["xml"],
    "operation": "tags:names0 summary:str description:str externalDocs:docs operationId:str produces:names0 "
    "consumes:names0 parameters:[&parameter] responses!:responses schemes:schemes deprecated:bool "
    "security:[{names0}]",
    "path": "$ref:str get:operation put:operation post:operation delete:operation options:operation "
    "head:operation patch:operation parameters:[&parameter]",
    "response": "description!:str schema:schema headers:{header} examples:{any}",
    "header": f"description:str {KIND} {CSV} {LIMITS}",
    "items": f"{KIND.replace('type!', 'type')} {CSV} {LIMITS}",
    "body": "name!:str in!:=body description:str required:bool schema!:schema",
    "path-parameter": f"{PLACED} {CSV}",
    "header-parameter": f"{PLACED} {CSV}",
    "query": f"{PLACED} {CSV}|multi allowEmptyValue:bool",
    "form": f"{PLACED.replace('|array', '|array|file')} {CSV}|multi allowEmptyValue:bool",
    "schema": f"$ref:str title:str {LIMITS} maxProperties:size minProperties:size required:names enum:values "
    "format:str description:str default:any additionalProperties:schema? type:types items:schemas "
    "allOf:[schema] properties:{schema} discriminator:str readOnly:bool xml:xml externalDocs:docs "
    "example:any",
    "file": "type!:=file format:str title:str description:str default:any required:names readOnly:bool "
    "externalDocs:docs example:any",
    "basic": "type!:=basic description:str",
    "apiKey": "type!:=apiKey name!:str in!:=header|query description:str",
    "implicit": "type!:=oauth2 flow!:=implicit authorizationUrl!:str scopes:{str} description:str",
    "password": "type!:=oauth2 flow!:=password tokenUrl!:str scopes:{str} description:str",
    "application": "type!:=oauth2 flow!:=application tokenUrl!:str scopes:{str} description:str",
    "accessCode": "type!:=oauth2 flow!:=accessCode authorizationUrl!:str tokenUrl!:str scopes:{str} "
    "description:str",
}


@cache
def fields(kind: str, name: str) -> Mapping[str, tuple[str, bool]]:
    """The fields of an object: name -> type, and whether it is required.

    :param kind: ``openapi`` or ``swagger``
    """
    table = OPENAPI if kind == "openapi" else SWAGGER
    found = {}
    for one in table[name].split():
        field, _, type_ = one.partition(":")
        found[field.removesuffix("!")] = (type_, field.endswith("!"))
    return found
