"""Makes the measurements, one after another, and prints what came out as one table.

Machines are shared and vary from minute to minute: compare the ratios, which come out of the same rounds."""

import importlib
import sys
import time

from report import options, show

NAMES = ["start", "pushes", "calls", "streams", "waiting", "sessions"]


def main():
    chosen = options()
    rows = []
    for name in chosen.names or NAMES:
        start = time.monotonic()
        rows += importlib.import_module(name).measure(chosen)
        print(f"{name} took {time.monotonic() - start:.0f} s", flush=True)
    return 0 if show(rows) else 1


sys.exit(main())
