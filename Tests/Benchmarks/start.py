"""From the program's start to its port being open, and what it holds while nothing happens."""

import time

from report import alone, at_most, counted, megabytes, milliseconds
from slipgate import Program

STARTS = 20
AIM = 0.030
MEMORY_AIM = 40e6


def measure(options):
    times = []
    for _ in range(STARTS):
        start = time.perf_counter()
        gateway = Program([options.program, "serve", "--port", "0"])
        times.append(time.perf_counter() - start)
        memory = gateway.resident_bytes()
        if gateway.stop():
            raise RuntimeError("the gateway did not end well")
    return [
        at_most("from the start to listening", times, AIM, milliseconds),
        counted("memory when idle", memory, MEMORY_AIM, megabytes),
    ]


if __name__ == "__main__":
    alone(measure)
