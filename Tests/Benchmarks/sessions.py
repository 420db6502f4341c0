"""Thousands of sessions, each with a socket and a topic: what one takes, how fast they are made, and whether a broadcast
to all of them is read by all."""

import time

from fleet import ask_all
from report import alone, at_least, counted, kibibytes, milliseconds, number, Row
from slipgate import Program, Session, quiet

SESSIONS = 8_000
SHORT_SESSIONS = 1_000
MEMORY_AIM = 32 * 1024
RATE_AIM = 2_000
# Connections that the gateway keeps open for a moment longer, and what it opens once.
SPARE_DESCRIPTORS = 64


def measure(options):
    count = SHORT_SESSIONS if options.short else SESSIONS
    rates, spans, loads, lost = [], [], [], 0
    for round_number in range(options.rounds):
        phoenix = Program([options.program, "phoenix", "--port", "0"])
        gateway = Program([options.program, "serve", "--port", "0", "--max-sessions", str(count + 100)])
        shouter = Session(gateway, phoenix)
        made, failures, misses = [], [], []

        def created(_, status, answer):
            (made if status == 201 else failures).append(answer)

        def read(_, status, answer):
            if status != 200 or [message["event"] for message in answer["messages"]] != ["shout"]:
                misses.append(answer)

        spec = {"uri": f"ws://127.0.0.1:{phoenix.port}/socket/websocket", "topics": [{"topic": "rooms:lobby"}]}
        quiet(gateway)
        before, open_before = gateway.resident_bytes(), gateway.descriptors()
        start, used = time.monotonic(), time.process_time()
        ask_all(gateway.port, [("POST", "/sessions?wait=50s", spec)] * count, created)
        rates.append(count / (time.monotonic() - start))
        loads.append((time.process_time() - used) / (time.monotonic() - start))
        quiet(gateway)
        # Taken where the process was new.
        memory = (gateway.resident_bytes() - before) / count
        sockets = gateway.descriptors() - open_before

        start = time.monotonic()
        shouter.ask("POST", f"{shouter.path}/topics/rooms:lobby/push", {"event": "broadcast"})
        reads = [("GET", f"{session['url']}/messages?after={session['cursor']}&wait=30s", None) for session in made]
        ask_all(gateway.port, reads, read)
        spans.append(time.monotonic() - start)
        lost += len(misses) + len(failures)
        ask_all(gateway.port, [("DELETE", session["url"], None) for session in made], lambda *_: None)
        quiet(gateway)
        left = gateway.descriptors_left(open_before + SPARE_DESCRIPTORS) - open_before
        if gateway.stop() or phoenix.stop():
            lost += 1
    return [
        Row(f"{count:,} sessions made over 64 connections: the load program's share of a core",
            f"{100 * sorted(loads)[len(loads) // 2]:.0f} %"),
        at_least(f"{count:,} sessions with a socket and a topic each, made a second", rates, RATE_AIM, number),
        counted("memory a session", memory, MEMORY_AIM, kibibytes),
        counted("descriptors a session", sockets, count + SPARE_DESCRIPTORS),
        counted("descriptors left when all are deleted", left, SPARE_DESCRIPTORS),
        Row("a broadcast to all, read by all over 64 connections", milliseconds(sorted(spans)[len(spans) // 2])),
        counted(f"sessions not made, or without the broadcast, of {count * options.rounds:,}", lost, 0),
    ]


if __name__ == "__main__":
    alone(measure)
