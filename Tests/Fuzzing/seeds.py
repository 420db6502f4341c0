"""Writes the string literals of tests as files of a corpus: seeds.py FOLDER FILE…; recordings give their frames."""

import json
import os
import re
import sys

RAW = re.compile(r'(#+)"(.*?)"\1')
PLAIN = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}


def plain(text):
    """What a Swift literal without interpolation stands for."""
    text = re.sub(r"\\u\{([0-9a-fA-F]+)\}", lambda match: chr(int(match[1], 16)), text)
    return re.sub(r"\\(.)", lambda match: ESCAPES.get(match[1], match[1]), text)


def literals(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if path.endswith(".jsonl"):
        return [row["text"] for row in map(json.loads, text.splitlines()) if "text" in row]
    raw = [match[2] for match in RAW.finditer(text)]
    return raw + [plain(match[1]) for match in PLAIN.finditer(RAW.sub("", text))]


def main():
    folder, *paths = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    seeds = sorted({seed for path in paths for seed in literals(path)})
    for number, seed in enumerate(seeds):
        with open(os.path.join(folder, f"{number:04}"), "wb") as file:
            file.write(seed.encode("utf-8", errors="replace"))
    print(f"{len(seeds)} seeds from {len(paths)} files")
    return 0 if seeds else 1


sys.exit(main())
