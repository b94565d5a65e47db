#!/usr/bin/env python3
"""Writes the types of the HTTP interface for Python, from api/openapi.json.

    tools/make_client_types.py           write clients/python/src/scoreway/types.py
    tools/make_client_types.py --check   exit 1 if it is not up to date; runs as the test `client_types`
"""
import json
import keyword
import pathlib
import sys
import textwrap

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = ROOT / "clients" / "python" / "src" / "scoreway" / "types.py"
HEAD = '''"""What requests and answers of the server look like, as its /openapi.json says. Made by tools/make_client_types.py."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypedDict, Union

if TYPE_CHECKING:
    from typing_extensions import NotRequired

'''
SIMPLE = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None", "object": "dict[str, Any]"}


def union(kinds):
    distinct = list(dict.fromkeys(kinds))
    return distinct[0] if len(distinct) == 1 else f"Union[{', '.join(distinct)}]"


def type_of(schema):
    if "$ref" in schema:
        return schema["$ref"].rsplit("/", 1)[1]
    if "enum" in schema:
        return f"Literal[{', '.join(repr(value) for value in schema['enum'])}]"
    for several in ("oneOf", "anyOf"):
        if several in schema:
            return union(type_of(each) for each in schema[several])
    kind = schema.get("type")
    if isinstance(kind, list):
        return union(type_of({**schema, "type": each}) for each in kind)
    if kind == "array":
        return f"list[{type_of(schema['items'])}]" if "items" in schema else "list[Any]"
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict) and "properties" not in schema:
        return f"dict[str, {type_of(schema['additionalProperties'])}]"
    return SIMPLE.get(kind, "Any")


def comment(text, indent):
    return "".join(f"{indent}# {line}\n" for line in textwrap.wrap(text, 116 - len(indent)))


def class_of(name, schema):
    properties = schema.get("properties", {})
    required = set(schema.get("required", []))
    description = comment(schema.get("description", ""), "")
    if schema.get("type") != "object" or not properties:
        return f"{description}{name} = {type_of(schema)!r}\n"
    if not all(key.isidentifier() and not keyword.iskeyword(key) for key in properties):
        fields = ", ".join(
            f"{key!r}: {type_of(value) if key in required else repr(f'NotRequired[{type_of(value)}]')}"
            for key, value in properties.items())
        return f"{description}{name} = TypedDict({name!r}, {{{fields}}})\n"
    text = f"{description}class {name}(TypedDict):\n"
    for key, value in properties.items():
        kind = type_of(value)
        text += comment(value.get("description", ""), "    ")
        text += f"    {key}: {kind if key in required else f'NotRequired[{kind}]'}\n"
    return text


def main():
    schemas = json.loads((ROOT / "api" / "openapi.json").read_text())["components"]["schemas"]
    text = HEAD + "\n\n".join(class_of(name, schema) for name, schema in schemas.items())
    if sys.argv[1:] != ["--check"]:
        TARGET.write_text(text)
    elif not TARGET.exists() or TARGET.read_text() != text:
        sys.exit(f"{TARGET.relative_to(ROOT)} is not what api/openapi.json says: run tools/make_client_types.py")


if __name__ == "__main__":
    main()
