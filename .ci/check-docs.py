"""Checks what docc doesn't: that every public symbol has documentation, and that the tests a table names exist.

Arguments: the table's file, then symbol graphs."""

import json
import pathlib
import re
import sys


def undocumented(path):
    """The public symbols of a symbol graph without a comment, as `file:line: name`."""
    with open(path, encoding="utf-8") as file:
        symbols = json.load(file)["symbols"]
    for symbol in symbols:
        if not symbol.get("docComment", {}).get("lines"):
            place = symbol.get("location", {})
            source = place.get("uri", "?").removeprefix("file://")
            line = place.get("position", {}).get("line", -1) + 1
            yield f"{source}:{line}: {'.'.join(symbol['pathComponents'])} has no documentation"
    if len(symbols) < 10:
        yield f"{path}: {len(symbols)} symbols: the graph is not the library's"


def missing_tests(path):
    """The tests that a table of features names as `Suite/function` and that no file of that suite has."""
    sources = {file.stem: file.read_text(encoding="utf-8") for file in pathlib.Path("Tests").rglob("*Tests.swift")}
    text = pathlib.Path(path).read_text(encoding="utf-8")
    named = re.findall(r"`(\w+Tests)/(\w+)`", text)
    for suite, function in named:
        if f"func {function}(" not in sources.get(suite, ""):
            yield f"{path}: there is no test {suite}/{function}"
    if not named:
        yield f"{path}: no test is named"


def main():
    problems = list(missing_tests(sys.argv[1]))
    for graph in sys.argv[2:]:
        problems += undocumented(graph)
    print("\n".join(sorted(problems)))
    return 1 if problems else 0


sys.exit(main())
