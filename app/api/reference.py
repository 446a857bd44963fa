"""What an OpenAPI document says, arranged for reading: one entry an operation, with an example that can be pasted."""

import json
import shlex
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Property:
    """One field of a body, or one parameter. `depth` is how far it is indented below its object."""

    name: str
    kind: str
    required: bool
    description: str
    depth: int = 0
    where: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer that an operation may give."""

    status: str
    description: str
    media_types: list[str]
    fields: list[Property]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation."""

    id: str
    tag: str
    method: str
    path: str
    summary: str
    description: str
    public: bool
    parameters: list[Property]
    body: list[Property]
    example: Any
    replies: list[Reply]
    curl: str


def operations(document: Json, base: str) -> list[Operation]:
    """Return every operation of a document, in its order."""
    return [
        _operation(document, base, path, method, spec)
        for path, methods in document["paths"].items()
        for method, spec in methods.items()
    ]


def _operation(document: Json, base: str, path: str, method: str, spec: Json) -> Operation:
    body = spec.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    example = example_of(document, body) if body else None
    public = not spec.get("security") or path.startswith("/api/v1/templates")
    return Operation(
        id=spec["operationId"],
        tag=next(iter(spec.get("tags", [])), "Other"),
        method=method.upper(),
        path=path,
        summary=spec.get("summary", ""),
        description=spec.get("description", ""),
        public=public,
        parameters=[_parameter(document, one) for one in spec.get("parameters", []) if one["in"] != "cookie"],
        body=fields_of(document, body) if body else [],
        example=example,
        replies=[
            _reply(document, status, reply) for status, reply in sorted(spec.get("responses", {}).items())
        ],
        curl=curl(base, path, method.upper(), example, public, spec),
    )


def _parameter(document: Json, spec: Json) -> Property:
    kind = kind_of(document, spec.get("schema", {}))
    return Property(
        spec["name"], kind, spec.get("required", False), spec.get("description", ""), where=spec["in"]
    )


def _reply(document: Json, status: str, spec: Json) -> Reply:
    content = spec.get("content", {})
    schema: Json = next((media.get("schema", {}) for media in content.values()), {})
    if schema.get("$ref", "").endswith("/Problem"):  # the same everywhere, and told once above
        return Reply(status, spec.get("description", ""), [], [])
    return Reply(status, spec.get("description", ""), list(content), fields_of(document, schema))


def resolve(document: Json, schema: Json) -> Json:
    """Return a schema, following its reference."""
    reference = schema.get("$ref", "")
    if not reference:
        return schema
    return document["components"]["schemas"][reference.rsplit("/", 1)[1]]  # type: ignore[no-any-return]


def fields_of(document: Json, schema: Json, depth: int = 0) -> list[Property]:
    """Return the fields of an object, those of objects inside it indented below them."""
    found: list[Property] = []
    schema = resolve(document, schema)
    for name, part in schema.get("properties", {}).items():
        required = name in schema.get("required", [])
        text = part.get("description") or resolve(document, part).get("description", "")
        found.append(Property(name, kind_of(document, part), required, text, depth))
        inner = resolve(document, part.get("items", part))
        if inner.get("properties") and depth < DEEPEST:
            found += fields_of(document, inner, depth + 1)
    return found


def kind_of(document: Json, schema: Json) -> str:
    """Return the type of a schema as words: "list of text", "text or null"."""
    schema = resolve(document, schema)
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(dict.fromkeys(kind_of(document, choice) for choice in choices))
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    names = {"string": "text", "integer": "whole number", "boolean": "true or false", "null": "null"}
    name = str(schema.get("type", "anything"))
    if name == "array":
        return f"list of {kind_of(document, schema.get('items', {}))}"
    if schema.get("format") == "date-time":
        return "time"
    return names.get(name, name)


def example_of(document: Json, schema: Json) -> Any:
    """Return an example: the schema's own, or one made of its fields."""
    schema = resolve(document, schema)
    if "example" in schema:
        return schema["example"]
    if examples := schema.get("examples"):
        return examples[0]
    if schema.get("properties"):
        return {name: example_of(document, part) for name, part in schema["properties"].items()}
    by_kind: Json = {"string": "text", "integer": 1, "boolean": True, "array": []}
    return schema.get("default", by_kind.get(str(schema.get("type"))))


def curl(base: str, path: str, method: str, example: Any, public: bool, spec: Json) -> str:
    """Return the command that does this from a shell."""
    address = path
    for parameter in spec.get("parameters", []):
        if parameter["in"] == "path":
            name = parameter["name"]
            known = {"slug": "landing", "id": "ID"}
            address = address.replace("{" + name + "}", known.get(name, name.upper()))
    streams = "text/event-stream" in spec.get("responses", {}).get("200", {}).get("content", {})
    words = ["curl", *(["-N"] if streams else []), *([] if method == "GET" else ["-X", method])]
    parts = [f"{' '.join(words)} {shlex.quote(base + address)}"]
    if not public:
        parts.append('-H "Authorization: Bearer $IDEASMITH_KEY"')
    if example is not None:
        body = json.dumps(example, ensure_ascii=False)
        parts += ["-H 'Content-Type: application/json'", f"-d {shlex.quote(body)}"]
    return " \\\n  ".join(parts)
