"""Checks what docc doesn't: that every public symbol has documentation, and that the tests that tables name exist.

Arguments: articles with tables, then symbol graphs."""

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
    """The tests that an article names as `Suite/function` and that no file of that suite has, and gaps in its tables.

    The rows of a table are numbered from 1; each names a test, or says `none` where what it is about is out."""
    sources = {file.stem: file.read_text(encoding="utf-8") for file in pathlib.Path("Tests").rglob("*Tests.swift")}
    text = pathlib.Path(path).read_text(encoding="utf-8")
    named = re.findall(r"`(\w+Tests)/(\w+)`", text)
    for suite, function in named:
        if f"func {function}(" not in sources.get(suite, ""):
            yield f"{path}: there is no test {suite}/{function}"
    if not named:
        yield f"{path}: no test is named"
    expected = 1
    for number, row in re.findall(r"^\| (\d+) \|(.*)\|$", text, re.MULTILINE):
        if int(number) not in (expected, 1):
            yield f"{path}: row {number} stands where {expected} should"
        expected = int(number) + 1
        test = row.split("|")[-1].strip()
        if test != "none" and not re.search(r"`\w+Tests/\w+`", test):
            yield f"{path}: row {number} ({row.split('|')[0].strip()}) names no test"


def main():
    problems = []
    for path in sys.argv[1:]:
        problems += missing_tests(path) if path.endswith(".md") else undocumented(path)
    print("\n".join(sorted(problems)))
    return 1 if problems else 0


sys.exit(main())
