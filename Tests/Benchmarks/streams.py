"""10,000 messages of 16 B pushed to one session and read through the gateway, against a bare websocket that takes them
from the same server: from asking for them to having the last."""

from report import alone, at_most, median, milliseconds, Row, turned
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
    exited = gateway.stop()
    phoenix.stop()
    rows = [Row(f"{MESSAGES:,} messages of {SIZE} B, bare websocket", milliseconds(median([t for t, _ in found["burst"]])))]
    for kind, name in KINDS.items():
        time = milliseconds(median([time for time, _ in found[kind]]))
        load = milliseconds(median([cpu for _, cpu in found[kind]]))
        rows.append(Row(f"the same read by {name}", f"{time}, reader's CPU {load}"))
    for kind, name in KINDS.items():
        rows.append(at_most(
            f"{name} / bare websocket", [a[0] / b[0] for a, b in zip(found[kind], found["burst"])], 1.1,
            lambda value: f"{value:.2f}"))
    if exited:
        rows.append(Row("the gateway's exit status", str(exited), "0", True))
    return rows


if __name__ == "__main__":
    alone(measure)
