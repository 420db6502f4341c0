"""From the program's start to its port being open, and what it holds once it has been asked something."""

import http.client
import time

from report import at_most, counted, median, megabytes, milliseconds
from slipgate import Program, Session

STARTS_A_ROUND = 4
AIM = 0.030
MEMORY_AIM = 40e6


def use(gateway, phoenix):
    """Asks for a page, and makes and deletes a session: what comes into memory by that is no less part of idling."""
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=60)
    connection.request("GET", "/")
    connection.getresponse().read()
    session = Session(gateway, phoenix)
    session.ask("DELETE", session.path)


def start(options, phoenix):
    """Seconds, and bytes."""
    begin = time.perf_counter()
    gateway = Program([options.program, "serve", "--port", "0"])
    took = time.perf_counter() - begin
    use(gateway, phoenix)
    memory = gateway.resident_bytes()
    gateway.stop()
    return took, memory


def measure(options):
    phoenix = Program([options.program, "phoenix", "--port", "0"])
    rounds = [[start(options, phoenix) for _ in range(STARTS_A_ROUND)] for _ in range(options.rounds)]
    phoenix.stop()
    times = [median([took for took, _ in starts]) for starts in rounds]
    return [
        at_most("from the start to listening", times, AIM, milliseconds),
        counted("memory when idle", max(memory for starts in rounds for _, memory in starts), MEMORY_AIM, megabytes),
    ]
