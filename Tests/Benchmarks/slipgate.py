"""The program under measurement and what loads it: processes, a keep-alive HTTP connection, wrk, bare.c."""

import atexit
import contextlib
import glob
import http.client
import json
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", other) for other in ("Chaos", "Faults")]
from figures import Figures
from program import stop_when_told

UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0}
# The load of any measurement is dealt with well within this, on a machine that does ten other things.
LIMIT = 60
# Descriptors that may be left: what connections had is closed when it is looked at, or soon; the gateway itself may
# just have one or two open for a moment.
LEFT_DESCRIPTORS = 2
# wrk's own 2 s are soon over on such a machine. What takes longer than this fails.
WRK_TIMEOUT = 30
# Of what a program has said on stderr, when it fails.
SHOWN_CHARACTERS = 4_000

# Else what runs would outlive it: atexit is for exits only.
stop_when_told()


class Program(Figures):
    """A process of the program, with the port from the first line that it prints."""

    def __init__(self, command, environment=None):
        self.errors = tempfile.TemporaryFile("w+", errors="replace")
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=self.errors, text=True, env={**os.environ, **(environment or {})})
        atexit.register(self.abandon)
        line = self.process.stdout.readline()
        found = re.search(r"//127\.0\.0\.1:(\d+)", line)
        if not found:
            self.abandon()
            raise RuntimeError(f"no port in the first line, {line!r}, of {self.told()}")
        self.port = int(found[1])

    def told(self):
        """What there is to say of it when it fails."""
        self.errors.seek(0)
        return (f"{' '.join(self.process.args)}, exit status {self.process.poll()}; on stderr: "
                f"{self.errors.read()[-SHOWN_CHARACTERS:] or 'nothing'}")

    @property
    def pid(self):
        return self.process.pid

    def has_work(self):
        """Whether one of its threads runs, or waits for a core to."""
        for path in glob.glob(f"/proc/{self.pid}/task/*/stat"):
            with contextlib.suppress(OSError), open(path, encoding="ascii") as file:
                if file.read().rsplit(")", 1)[1].split()[0] == "R":
                    return True
        return False

    def descriptors_left(self, bound, seconds=30):
        """How many files it has open once they are no more than that, or in the end: closing takes a while."""
        until = time.monotonic() + seconds
        while (count := self.descriptors()) > bound and time.monotonic() < until:
            time.sleep(0.1)
        return count

    def abandon(self):
        """Ends it at once if it still runs: a measurement has failed before it did, or it has no way to end well."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(timeout=LIMIT) != 0:
            raise RuntimeError(f"it did not end well: {self.told()}")


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
    """Returns once the program has neither used nor wanted a CPU for a while: all that was sent to it has been dealt
    with."""
    start = since = time.monotonic()
    last = program.cpu_seconds()
    while time.monotonic() - since < 0.5:
        time.sleep(0.05)
        now = program.cpu_seconds()
        if now != last or program.has_work():
            last, since = now, time.monotonic()
        if since - start > LIMIT:
            raise RuntimeError(f"busy for {LIMIT} s with nothing to do: {program.told()}")


def bare(program, port, *words):
    """Runs bare.c; the numbers that it prints."""
    output = subprocess.run(
        [program, str(port), *map(str, words)], check=True, stdout=subprocess.PIPE, text=True, timeout=120).stdout
    return [float(word) for word in output.split()]


class Load(NamedTuple):
    """What wrk has found out: requests answered, those a second, latencies and its own CPU a request in seconds, and
    how many more it may have sent."""

    count: int
    rate: float
    p50: float
    p99: float
    cpu: float
    unanswered: int


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
        done = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", f"{WRK_TIMEOUT}s",
             "-s", file.name, f"http://127.0.0.1:{port}{paths[0]}"],
            capture_output=True, text=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    output = done.stdout
    if done.returncode != 0 or "Non-2xx" in output or "Socket errors" in output:
        raise RuntimeError(output + done.stderr)
    count = int(re.search(r"(\d+) requests in", output)[1])
    if count == 0 and seconds < LIMIT:
        # Not one answer has come in time: others had the machine.
        again = wrk(port, paths, body, connections, 4 * seconds, script)
        return again._replace(unanswered=again.unanswered + connections)

    def latency(share):
        found = re.search(share + r"%\s+([0-9.]+)(us|ms|s)", output)
        return float(found[1]) * UNITS[found[2]]

    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Load(
        count, float(re.search(r"Requests/sec:\s+([0-9.]+)", output)[1]), latency("50"), latency("99"), cpu / count,
        connections)
