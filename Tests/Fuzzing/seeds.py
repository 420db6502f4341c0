"""The corpora of Tests/Fuzzing: seeds.py FOLDER FILE… writes the string literals of tests as files, recordings give
their frames, and .hex files each line's bytes; seeds.py --keep FILE.hex FOLDER writes the short ones to a file."""

import base64
import json
import os
import re
import sys

RAW = re.compile(r'(#+)"(.*?)"\1')
PLAIN = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}
# What a reader of the file, and the tests that try each, put up with.
KEPT, KEPT_BYTES = 160, 120


def plain(text):
    """What a Swift literal without interpolation stands for."""
    text = re.sub(r"\\u\{([0-9a-fA-F]+)\}", lambda match: chr(int(match[1], 16)), text)
    return re.sub(r"\\(.)", lambda match: ESCAPES.get(match[1], match[1]), text)


def recorded(row):
    """The bytes of a recorded frame; none for another row."""
    if "text" in row:
        return [row["text"].encode()]
    return [base64.b64decode(row["base64"])] if "base64" in row else []


def literals(path):
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if path.endswith(".hex"):
        return [bytes.fromhex(line) for line in text.splitlines()]
    if path.endswith(".jsonl"):
        return [frame for row in map(json.loads, text.splitlines()) for frame in recorded(row)]
    texts = [match[2] for match in RAW.finditer(text)]
    texts += [plain(match[1]) for match in PLAIN.finditer(RAW.sub("", text))]
    return [text.encode("utf-8", errors="replace") for text in texts]


def write(folder, paths):
    os.makedirs(folder, exist_ok=True)
    seeds = sorted({seed for path in paths for seed in literals(path)})
    for number, seed in enumerate(seeds):
        with open(os.path.join(folder, f"{number:04}"), "wb") as file:
            file.write(seed)
    print(f"{len(seeds)} seeds from {len(paths)} files")
    return 0 if seeds else 1


def by_length(seed):
    return len(seed), seed


def keep(path, folder):
    kept = set(literals(path))
    found = [open(os.path.join(folder, name), "rb").read() for name in os.listdir(folder)]
    short = sorted((seed for seed in found if 0 < len(seed) <= KEPT_BYTES and seed not in kept), key=by_length)
    # Of all lengths, as the longer ones reach further.
    step = max(1, -(-len(short) // max(1, KEPT - len(kept))))
    kept.update(short[::-step])
    with open(path, "w", encoding="ascii") as file:
        file.writelines(seed.hex() + "\n" for seed in sorted(kept, key=by_length))
    print(f"{path}: {len(kept)} of {len(found)} inputs")
    return 0


def main():
    if sys.argv[1] == "--keep":
        return keep(*sys.argv[2:])
    folder, *paths = sys.argv[1:]
    return write(folder, paths)


sys.exit(main())
