"""The calls described in OpenAPI 3.1; their types are the schemas."""

from collections.abc import Iterable
from http import HTTPStatus
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import msgspec

from kildespor.web.answers import Problem

if TYPE_CHECKING:
    from kildespor.web.api.calls import Call

NINJS = {"type": "object", "required": ["uri"]}
BINARY = ("application/zip", "image/png")
PLACE = "#/components/schemas/{name}"

# What any call may answer beside what it gives.
REFUSED = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
WITH_BODY = (
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
)


def document(calls: Iterable["Call"], *, sign_in: bool) -> dict[str, Any]:
    """Return the OpenAPI document; with ``sign_in`` it asks for a key."""
    calls = tuple(calls)
    types = [Problem, *(call.query for call in calls), *(call.body for call in calls if call.body)]
    types += [call.gives for call in calls if call.gives]
    references, schemas = msgspec.json.schema_components(types, ref_template=PLACE)
    reference = dict(zip(types, references, strict=True))
    asked = {call.query.__name__ for call in calls}
    described: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": "Kildespor",
            "version": version("kildespor"),
            "description": "Who says what, according to whom, through whom.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": {call.path: {call.method.lower(): _operation(call, reference, schemas, sign_in)} for call in calls},
        "components": {"schemas": {name: schema for name, schema in schemas.items() if name not in asked}},
    }
    if sign_in:
        described["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        described["security"] = [{"key": []}]
    return described


def _operation(call: "Call", reference: dict[Any, Any], schemas: dict[str, Any], sign_in: bool) -> dict[str, Any]:
    refused = (
        *REFUSED,
        *(WITH_BODY if call.body or call.takes else ()),
        *((HTTPStatus.NOT_FOUND,) if call.place else ()),
    )
    problem = {"application/problem+json": {"schema": reference[Problem]}}
    told = {str(status.value): {"description": status.phrase, "content": problem} for status in sorted(refused)}
    if sign_in:
        told["401"] = {"description": HTTPStatus.UNAUTHORIZED.phrase, "content": problem}
    operation: dict[str, Any] = {
        "operationId": call.name,
        "summary": call.summary,
        "parameters": [*_in_path(call), *_in_query(schemas[call.query.__name__])],
        "responses": {"200": {"description": "Done.", "content": _content(call, reference)}, **told},
    }
    if call.body:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": reference[call.body]}}}
    if call.takes:
        lines = {"schema": {"type": "string", "minLength": 1}}
        operation["requestBody"] = {"required": True, "content": dict.fromkeys(call.takes, lines)}
    return operation


def _content(call: "Call", reference: dict[Any, Any]) -> dict[str, Any]:
    schemas = {media_type: _any(media_type) for media_type in call.media_types}
    if call.gives:
        gives = reference[call.gives]
        # Some of the other forms are JSON as well.
        schemas["application/json"] = {"anyOf": [gives, NINJS]} if "application/json" in schemas else gives
    return {media_type: {"schema": schema} for media_type, schema in schemas.items()}


def _any(media_type: str) -> dict[str, Any]:
    if media_type in BINARY:
        return {}
    return {"type": "object"} if media_type.endswith("+json") else {"type": "string"}


def _in_path(call: "Call") -> list[dict[str, Any]]:
    if not call.place:
        return []
    schema = {"type": "string", "pattern": "^[0-9a-f]{20}$"}
    return [{"name": call.place.strip("/{}"), "in": "path", "required": True, "schema": schema}]


def _in_query(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": field}
        for name, field in schema["properties"].items()
    ]
