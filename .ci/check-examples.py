"""Checks that every answer of an OpenAPI document has an example, and every example against the schema beside it."""

import sys

import jsonschema
import yaml


def found(node, path=""):
    """The schemas that have an example beside them, or several, with their places."""
    if isinstance(node, dict):
        if "schema" in node and "example" in node:
            yield path, node["schema"], node["example"]
        if "schema" in node:
            for name, example in node.get("examples", {}).items():
                yield f"{path}/{name}", node["schema"], example["value"]
        for name, child in node.items():
            if name not in ("example", "examples"):
                yield from found(child, f"{path}/{name}")
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from found(child, f"{path}/{index}")


def resolved(document, node):
    """What a node stands for that may be a reference."""
    while "$ref" in node:
        node, path = document, node["$ref"]
        for name in path.removeprefix("#/").split("/"):
            node = node[name]
    return node


def without_example(document):
    """The answers that have a body and show none."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for status, answer in operation["responses"].items() if method != "parameters" else ():
                for kind, content in resolved(document, answer).get("content", {}).items():
                    if "example" not in content and "examples" not in content:
                        yield f"{method} {path} {status} {kind}"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        document = yaml.load(file, Loader=yaml.SafeLoader)
    failed = checked = 0
    for path, schema, example in found(document):
        checked += 1
        whole = {"components": document["components"], **schema}
        for error in jsonschema.Draft202012Validator(whole).iter_errors(example):
            failed += 1
            print(f"{path}: {error.json_path}: {error.message}")
    for place in without_example(document):
        failed += 1
        print(f"{place}: has no example")
    print(f"{checked} examples checked")
    return 1 if failed or checked < 10 else 0


sys.exit(main())
