"""A /call over the warm pool against push-and-await, and a cold one against connecting and joining by hand and then
pushing and awaiting, which is all that it does; what it says on its websocket is counted."""

import http.client
import json
import os
import tempfile

from report import Row, at_most, exactly, median, microseconds, number, ratio, turned
from slipgate import Program, Session, bare, wrk

COUNTED = 100
ROUND_TRIPS = 500
# Each call is another client's: none is there for it.
COLD = """
wrk.method = 'POST'
local number = %d
function request()
    number = number + 1
    local params = '{"n":"' .. number .. '"}'
    return wrk.format(nil, nil, nil, '{"uri":"%s","params":' .. params .. ',"topic":"rooms:lobby","event":"ping"}')
end
"""


def said_by_cold_calls(program):
    """How many connections, and messages to and fro, so many cold calls make."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "sequence")
        phoenix = Program([program, "phoenix", "--port", "0", "--sequence", path])
        # None has to make room for another, which would be told on its websocket.
        gateway = Program([program, "serve", "--port", "0", "--pool-max-clients", str(COUNTED)])
        connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=60)
        for index in range(COUNTED):
            body = {"uri": f"ws://127.0.0.1:{phoenix.port}/socket/websocket", "params": {"n": str(index)},
                    "topic": "rooms:lobby", "event": "ping"}
            connection.request("POST", "/call", json.dumps(body))
            answer = connection.getresponse()
            if answer.status != 200:
                raise RuntimeError(answer.read())
            answer.read()
        with open(path, encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        gateway.stop()
        phoenix.stop()
    kinds = [line["kind"] for line in lines]
    return kinds.count("connect"), kinds.count("join"), len(kinds)


def measure(options):
    phoenix = Program([options.program, "phoenix", "--port", "0"])
    gateway = Program([options.program, "serve", "--port", "0"])
    uri = f"ws://127.0.0.1:{phoenix.port}/socket/websocket"
    session = Session(gateway, phoenix)
    call = json.dumps({"uri": uri, "topic": "rooms:lobby", "event": "ping"})
    cases = {
        ("push and await", 1): ([session.push_path], '{"event":"ping"}'), ("warm /call", 1): (["/call"], call),
        ("push and await", 64): ([session.push_path], '{"event":"ping"}'), ("warm /call", 64): (["/call"], call),
        ("cold /call", 1): None, ("by hand", 1): None,
    }
    found = {case: [] for case in cases}
    for round_number in range(options.rounds):
        for case in turned(cases, round_number):
            if case[0] == "by hand":
                found[case] += bare(options.bare, phoenix.port, "connect", ROUND_TRIPS)
            elif case[0] == "cold /call":
                # A gateway of its own, with room for a second's clients: none has to make room for another.
                cold = Program([options.program, "serve", "--port", "0", "--pool-max-clients", "10000"])
                found[case].append(wrk(cold.port, ["/call"], None, 1, 1, COLD % (0, uri)))
                cold.stop()
            else:
                paths, body = cases[case]
                found[case].append(wrk(gateway.port, paths, body, case[1], options.seconds))
    gateway.stop()
    phoenix.stop()
    rows = []
    for (name, connections), loads in found.items():
        if name == "by hand":
            rows.append(Row("handshake and join by hand, p50", microseconds(median(loads))))
        else:
            rate, p50 = median([load.rate for load in loads]), median([load.p50 for load in loads])
            rows.append(Row(
                f"{name}, {connections} connection{'s' * (connections > 1)}",
                f"{number(rate)}/s, p50 {microseconds(p50)}"))
    for connections in (1, 64):
        rows.append(at_most(
            f"warm /call / push and await, time a request, {connections} connection{'s' * (connections > 1)}",
            [b.rate / a.rate for a, b in zip(found["warm /call", connections], found["push and await", connections])],
            1.15, ratio))
    # Without an aim: that a cold call does no more than these is for what it says to show, not for its time.
    rows.append(Row("cold /call p50 / (handshake and join by hand p50 + push and await p50)", ratio(median(
        [cold.p50 / (push.p50 + hand)
         for cold, push, hand in zip(found["cold /call", 1], found["push and await", 1], found["by hand", 1])]))))
    connects, joins, said = said_by_cold_calls(options.program)
    rows.append(exactly(f"connections of {COUNTED} cold calls", connects, COUNTED))
    rows.append(exactly("their joins", joins, COUNTED))
    rows.append(exactly("their messages to and fro: join and push, each with its reply", said - connects, 4 * COUNTED))
    return rows
