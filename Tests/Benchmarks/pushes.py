"""Push and await the reply, against a plain POST that the same server answers at once.

That POST is an /await whose message is there, on one session of 64 after another: on one session alone it would queue
for that session's lock, which push-and-await does once a request as well, but with its answer far behind it."""

from report import Row, at_least, at_most, median, microseconds, number, ratio, turned
from slipgate import Program, Session, bare, wrk

SPREAD = 64
ROUND_TRIPS = 3_000
PING = '{"event":"ping"}'


def measure(options):
    phoenix = Program([options.program, "phoenix", "--port", "0"])
    gateway = Program([options.program, "serve", "--port", "0"])
    sessions = [Session(gateway, phoenix) for _ in range(SPREAD)]
    for session in sessions:
        session.ping()
    pushes = [session.push_path for session in sessions]
    post = ([f"{session.path}/await?wait=0" for session in sessions], '{"kind":"reply","after":"oldest"}')
    cases = {
        ("plain POST", 1): post, ("plain POST", 64): post,
        ("push and await", 1): (pushes[:1], PING), ("push and await", 64): (pushes[:1], PING),
        ("push and await, 64 sessions", 64): (pushes, PING),
    }
    found = {case: [] for case in cases}
    round_trips = []
    for round_number in range(options.rounds):
        for case in turned(cases, round_number):
            paths, body = cases[case]
            before = gateway.cpu_seconds()
            load = wrk(gateway.port, paths, body, case[1], options.seconds)
            found[case].append((load, (gateway.cpu_seconds() - before) / load.count))
        round_trips += bare(options.bare, phoenix.port, "ping", ROUND_TRIPS)
    gateway.stop()
    phoenix.stop()

    rows = []
    for (name, connections), results in found.items():
        rate, p50 = median([load.rate for load, _ in results]), median([load.p50 for load, _ in results])
        cpu = median([cpu for _, cpu in results])
        rows.append(Row(
            f"{name}, {connections} connection{'s' * (connections > 1)}",
            f"{number(rate)}/s, {microseconds(cpu)} CPU, p50 {microseconds(p50)}"))
    # It has one thread: near 100 %, a rate is its own.
    for name in ("plain POST", "push and await"):
        share = median([load.cpu * load.rate for load, _ in found[name, 64]])
        rows.append(Row(f"{name}, 64 connections: wrk's share of a core", f"{100 * share:.0f} %"))
    rows.append(Row("a bare websocket's round trip, p50", microseconds(median(round_trips))))
    post, push, spread = (found[name, 64] for name in ("plain POST", "push and await", "push and await, 64 sessions"))
    rows.append(at_least(
        "push and await / plain POST, requests a second, 64 connections",
        [a[0].rate / b[0].rate for a, b in zip(push, post)], 0.5, ratio))
    rows.append(at_most(
        "push and await / plain POST, CPU a request, 64 connections",
        [a[1] / b[1] for a, b in zip(push, post)], 2.6, ratio))
    rows.append(at_most(
        "push and await p50 / (plain POST p50 + websocket p50), 1 connection",
        [a[0].p50 / (b[0].p50 + trip)
         for a, b, trip in zip(found["push and await", 1], found["plain POST", 1], round_trips)], 1, ratio))
    rows.append(at_least(
        "push and await over 64 sessions / over one, requests a second",
        [a[0].rate / b[0].rate for a, b in zip(spread, push)], 1, ratio))
    return rows
