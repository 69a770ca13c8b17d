"""The shapes of answers as JSON Schema, for the OpenAPI document and for whoever holds answers to it."""

from __future__ import annotations

import functools
from typing import Any

from pydantic import TypeAdapter

from archive_api.answers import ANSWERS

# Bodies of requests have names beside these, some the same.
_NAME = "{model}Answer"
_COMPONENTS = f"#/components/schemas/{_NAME}"


@functools.cache
def of_routes() -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """By method and path the schema of the answer, and the named schemas that these refer to as components.

    No member is there that is not stated: what a document leaves out, nobody can rely on.
    """
    inputs = [(key, "serialization", TypeAdapter(shape)) for key, shape in ANSWERS.items()]
    found, named = TypeAdapter.json_schemas(inputs, ref_template=_COMPONENTS)  # type: ignore[arg-type]
    components = {
        _NAME.format(model=name): _closed(schema) for name, schema in named.get("$defs", {}).items()
    }
    return {key: _closed(schema) for (key, _), schema in found.items()}, components


def _closed(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: _closed(one) for name, one in schema.items()}
    if closed.get("type") == "object" and "properties" in closed:
        closed["additionalProperties"] = False
    return closed
