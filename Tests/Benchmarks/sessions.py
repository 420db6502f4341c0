"""Thousands of sessions, each with a socket and a topic: what one takes, how fast they are made, and whether a
broadcast to all of them is read by all."""

import time
from typing import NamedTuple

from fleet import ask_all
from report import Row, at_least, counted, kibibytes, median, milliseconds, number
from slipgate import LEFT_DESCRIPTORS, Program, Session, quiet

SESSIONS = 8_000
SHORT_SESSIONS = 1_000
MEMORY_AIM = 32 * 1024
RATE_AIM = 2_000


class Round(NamedTuple):
    """What so many sessions have cost, in a gateway of their own."""

    rate: float
    load: float
    memory: float
    descriptors: int
    span: float
    failures: int
    left: int


def make(gateway, phoenix, count):
    """So many sessions as they were answered, how many could not be made, and this program's share of a core."""
    made, failures = [], []

    def take(_, status, answer):
        (made if status == 201 else failures).append(answer)

    spec = {"uri": f"ws://127.0.0.1:{phoenix.port}/socket/websocket", "topics": [{"topic": "rooms:lobby"}]}
    start, used = time.monotonic(), time.process_time()
    ask_all(gateway.port, [("POST", "/sessions?wait=50s", spec)] * count, take)
    took = time.monotonic() - start
    return made, len(failures), took, (time.process_time() - used) / took


def read_all(gateway, sessions):
    """How many have not just the one broadcast."""
    wrong = []

    def take(_, status, answer):
        if status != 200 or [message["event"] for message in answer["messages"]] != ["shout"]:
            wrong.append(answer)

    ask_all(gateway.port, [
        ("GET", f"{session['url']}/messages?after={session['cursor']}&wait=30s", None) for session in sessions], take)
    return len(wrong)


def one_round(options, count):
    phoenix = Program([options.program, "phoenix", "--port", "0"])
    gateway = Program([options.program, "serve", "--port", "0", "--max-sessions", str(count + 100)])
    shouter = Session(gateway, phoenix)
    # One that idles is closed by the gateway in the meantime, and would make up for one that is left.
    shouter.connection.close()
    quiet(gateway)
    before, open_before = gateway.resident_bytes(), gateway.descriptors()
    made, failures, took, load = make(gateway, phoenix, count)
    quiet(gateway)
    # Taken where the process was new.
    memory = (gateway.resident_bytes() - before) / count
    descriptors = gateway.descriptors_left(open_before + count + LEFT_DESCRIPTORS) - open_before

    start = time.monotonic()
    shouter.ask("POST", f"{shouter.path}/topics/rooms:lobby/push", {"event": "broadcast"})
    failures += read_all(gateway, made)
    span = time.monotonic() - start
    shouter.connection.close()
    ask_all(gateway.port, [("DELETE", session["url"], None) for session in made], lambda *_: None)
    quiet(gateway)
    left = gateway.descriptors_left(open_before + LEFT_DESCRIPTORS) - open_before
    gateway.stop()
    phoenix.stop()
    return Round(count / took, load, memory, descriptors, span, failures, left)


def measure(options):
    count = SHORT_SESSIONS if options.short else SESSIONS
    rounds = [one_round(options, count) for _ in range(options.rounds)]
    return [
        Row(f"{count:,} sessions made over 64 connections: the load program's share of a core",
            f"{100 * median([r.load for r in rounds]):.0f} %"),
        at_least(
            f"{count:,} sessions with a socket and a topic each, made a second", [r.rate for r in rounds], RATE_AIM,
            number),
        counted("memory a session", max(r.memory for r in rounds), MEMORY_AIM, kibibytes),
        counted("descriptors for so many", max(r.descriptors for r in rounds), count + LEFT_DESCRIPTORS),
        counted("descriptors left when all are deleted", max(r.left for r in rounds), LEFT_DESCRIPTORS),
        Row("a broadcast to all, read by all over 64 connections", milliseconds(median([r.span for r in rounds]))),
        counted(
            f"sessions not made, or without the broadcast, of {count * options.rounds:,}",
            sum(r.failures for r in rounds), 0),
    ]
