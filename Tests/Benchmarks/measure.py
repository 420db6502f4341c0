"""Requests a second and CPU a request of the gateway, in interleaved rounds.

Machines are shared and vary from minute to minute: compare the ratios, which come out of the same rounds."""

import argparse
import statistics

from slipgate import BareWebSocket, Program, Session, wrk

ROUND_TRIPS = 3000


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3)
    options = parser.parse_args()
    phoenix = Program([options.program, "phoenix", "--port", "0"])
    gateway = Program([options.program, "serve", "--port", "0"])
    session = Session(gateway, phoenix)
    session.ping()
    bare = BareWebSocket(phoenix.port)
    cases = {
        "GET /livez": ("/livez", None),
        "POST answered at once": (f"{session.path}/await?wait=0", '{"kind":"reply","after":"oldest"}'),
        "push and await": (session.push_path, '{"event":"ping"}'),
    }
    results = {(name, connections): [] for name in cases for connections in (1, 64)}
    round_trips = []
    for number in range(options.rounds):
        for (name, connections), measured in results.items():
            path, body = cases[name]
            before = gateway.cpu_seconds()
            count, rate, p50 = wrk(gateway.port, path, body, connections, options.seconds)
            measured.append((rate, (gateway.cpu_seconds() - before) / count, p50))
        round_trips.append(statistics.median(bare.measure(ROUND_TRIPS)))
        print(f"round {number + 1} of {options.rounds} done", flush=True)
    median = {
        case: [statistics.median(column) for column in zip(*measured)] for case, measured in results.items()}
    print(f"\n{'':24}{'connections':>12}{'requests/s':>12}{'CPU a request':>15}{'p50':>10}")
    for (name, connections), (rate, cpu, p50) in median.items():
        print(f"{name:24}{connections:>12}{rate:>12.0f}{cpu * 1e6:>12.1f} us{p50 * 1e6:>7.0f} us")
    round_trip = statistics.median(round_trips)
    print(f"{'bare websocket':24}{1:>12}{'':>12}{'':>15}{round_trip * 1e6:>7.0f} us\n")
    post, push = "POST answered at once", "push and await"
    throughput = statistics.median(c[0] / b[0] for c, b in zip(results[push, 64], results[post, 64]))
    latency = statistics.median(
        c[2] / (b[2] + ws) for c, b, ws in zip(results[push, 1], results[post, 1], round_trips))
    print(f"push-and-await / POST, requests a second, 64 connections: {throughput:.2f} (aim: 0.4 or more)")
    print(f"push-and-await p50 / (POST p50 + bare websocket p50), 1 connection: {latency:.2f} (aim: 1.3 or less)")
    gateway.stop()
    phoenix.stop()


main()
