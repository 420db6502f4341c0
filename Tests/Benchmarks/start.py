"""From the program's start to its port being open, and what it holds while nothing happens."""

import time

from report import at_most, counted, median, megabytes, milliseconds
from slipgate import Program

STARTS_A_ROUND = 4
AIM = 0.030
MEMORY_AIM = 40e6


def start(options):
    """Seconds, and bytes."""
    begin = time.perf_counter()
    gateway = Program([options.program, "serve", "--port", "0"])
    took = time.perf_counter() - begin
    memory = gateway.resident_bytes()
    gateway.stop()
    return took, memory


def measure(options):
    rounds = [[start(options) for _ in range(STARTS_A_ROUND)] for _ in range(options.rounds)]
    times = [median([took for took, _ in starts]) for starts in rounds]
    return [
        at_most("from the start to listening", times, AIM, milliseconds),
        counted("memory when idle", max(memory for starts in rounds for _, memory in starts), MEMORY_AIM, megabytes),
    ]
