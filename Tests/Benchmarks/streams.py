"""10,000 messages of 16 B pushed to one session and read through the gateway, against a bare websocket that takes them
from the same server: from asking for them to having the last."""

from report import Row, at_most, counted, median, milliseconds, ratio, turned
from slipgate import Program, Session, bare

MESSAGES = 10_000
SIZE = 16
KINDS = {"poll": "long-poll", "lines": "NDJSON", "events": "SSE"}


def measure(options):
    phoenix = Program([options.program, "phoenix", "--port", "0"])
    gateway = Program([options.program, "serve", "--port", "0"])
    found = {kind: [] for kind in ("burst", *KINDS)}
    # The first of each is to warm up.
    for round_number in range(options.rounds + 1):
        for kind in turned(found, round_number):
            if kind == "burst":
                result = bare(options.bare, phoenix.port, kind, MESSAGES, SIZE)
            else:
                session = Session(gateway, phoenix)
                result = bare(options.bare, gateway.port, kind, MESSAGES, SIZE, session.path)
                session.ask("DELETE", session.path)
            if round_number > 0:
                found[kind].append(result)
    gateway.stop()
    phoenix.stop()

    def times(kind):
        return [time for time, _, _ in found[kind]]

    rows = [Row(f"{MESSAGES:,} messages of {SIZE} B, bare websocket", milliseconds(median(times("burst"))))]
    for kind, name in KINDS.items():
        load = milliseconds(median([cpu for _, cpu, _ in found[kind]]))
        rows.append(Row(f"the same read by {name}", f"{milliseconds(median(times(kind)))}, reader's CPU {load}"))
    for kind, name in KINDS.items():
        ratios = [read / received for read, received in zip(times(kind), times("burst"))]
        rows.append(at_most(f"{name} / bare websocket", ratios, 1.1, ratio))
    for kind, name in {"burst": "a bare websocket", **KINDS}.items():
        rows.append(counted(
            f"not read just once by {name}, of {MESSAGES * options.rounds:,}",
            int(sum(wrong for _, _, wrong in found[kind])), 0))
    return rows
