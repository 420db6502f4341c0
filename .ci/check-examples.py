"""Checks every example of an OpenAPI document against the schema beside it."""

import sys

import jsonschema
import yaml


def found(node, path=""):
    """The objects that have both a schema and an example, with their places."""
    if isinstance(node, dict):
        if "schema" in node and "example" in node:
            yield path, node["schema"], node["example"]
        for name, child in node.items():
            if name != "example":
                yield from found(child, f"{path}/{name}")
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from found(child, f"{path}/{index}")


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
    print(f"{checked} examples checked")
    return 1 if failed or checked < 10 else 0


sys.exit(main())
