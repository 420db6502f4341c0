"""The program under measurement and what loads it: processes, a keep-alive HTTP connection, wrk, bare.c."""

import atexit
import http.client
import json
import os
import re
import resource
import signal
import socket
import subprocess
import tempfile
import time
from typing import NamedTuple

CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0}


class Program:
    """A process of the program, with the port from the first line that it prints."""

    def __init__(self, command, environment=None):
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env={**os.environ, **(environment or {})})
        atexit.register(self.abandon)
        line = self.process.stdout.readline()
        self.port = int("".join(c for c in line.rsplit(":", 1)[1].split("/")[0] if c.isdigit()))

    @property
    def pid(self):
        return self.process.pid

    def cpu_seconds(self):
        """User and system time so far."""
        with open(f"/proc/{self.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS

    def resident_bytes(self):
        """The memory that it holds."""
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
            return int(re.search(r"VmRSS:\s+(\d+) kB", file.read())[1]) * 1024

    def descriptors(self):
        """How many files it has open."""
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def descriptors_left(self, bound, seconds=30):
        """How many files it has open once they are no more than that, or in the end: closing takes a while."""
        until = time.monotonic() + seconds
        while (count := self.descriptors()) > bound and time.monotonic() < until:
            time.sleep(0.1)
        return count

    def abandon(self):
        """Ends it at once if a measurement has failed before it did."""
        if self.process.poll() is None:
            self.process.kill()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)


class Session:
    """A session of the gateway that has joined a topic of the demo server."""

    def __init__(self, gateway, phoenix, topic="rooms:lobby"):
        self.connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=120)
        self.uri = f"ws://127.0.0.1:{phoenix.port}/socket/websocket"
        answer = self.ask("POST", "/sessions?wait=50s", {"uri": self.uri, "topics": [{"topic": topic}]})
        self.path = answer["url"]
        self.push_path = f"{self.path}/topics/{topic}/push?wait=50s"

    def ask(self, method, path, body=None):
        self.connection.request(method, path, None if body is None else json.dumps(body))
        response = self.connection.getresponse()
        text = response.read()
        if response.status >= 300:
            raise RuntimeError(f"{method} {path}: {response.status} {text}")
        return json.loads(text) if text else None

    def ping(self):
        return self.ask("POST", self.push_path, {"event": "ping"})


def quiet(program):
    """Returns once the program has used no CPU for a while: all that was sent to it has been dealt with."""
    last, since = program.cpu_seconds(), time.monotonic()
    while time.monotonic() - since < 0.5:
        time.sleep(0.05)
        now = program.cpu_seconds()
        if now != last:
            last, since = now, time.monotonic()


def bare(program, port, *words):
    """Runs bare.c; the numbers that it prints."""
    output = subprocess.run(
        [program, str(port), *map(str, words)], check=True, stdout=subprocess.PIPE, text=True, timeout=120).stdout
    return [float(word) for word in output.split()]


class Load(NamedTuple):
    """What wrk has found out: requests answered, those a second, latencies and its own CPU a request in seconds."""

    count: int
    rate: float
    p50: float
    p99: float
    cpu: float


SPREAD = """
wrk.method = 'POST'
local requests, number = {}, 0
function init()
    for path in ([[%s]]):gmatch('%%S+') do requests[#requests + 1] = wrk.format(nil, path, nil, [[%s]]) end
end
function request()
    number = number %% #requests + 1
    return requests[number]
end
"""


def wrk(port, paths, body, connections, seconds, script=None):
    """Has wrk send a request to each of the paths in turn, or what a script in Lua says."""
    if body is not None:
        script = SPREAD % ("\n".join(paths), body)
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script or "")
        file.flush()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        output = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", file.name,
             f"http://127.0.0.1:{port}{paths[0]}"],
            check=True, capture_output=True, text=True).stdout
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if "Non-2xx" in output or "Socket errors" in output:
        raise RuntimeError(output)
    count = int(re.search(r"(\d+) requests in", output)[1])

    def latency(share):
        found = re.search(share + r"%\s+([0-9.]+)(us|ms|s)", output)
        return float(found[1]) * UNITS[found[2]]

    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Load(
        count, float(re.search(r"Requests/sec:\s+([0-9.]+)", output)[1]), latency("50"), latency("99"), cpu / count)
