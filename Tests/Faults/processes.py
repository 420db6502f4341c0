"""The processes of a scenario, the gateway and the demo server, and what there is to see of them from outside."""

import http.client
import json
import os
import re
import resource
import select
import signal
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Chaos"))
import faults
from figures import Figures

# What happens at all happens well within this, on a machine that does ten other things.
LIMIT = 120
PAUSE = 0.02


class Failure(Exception):
    """What doesn't hold, in words."""


def until(words, condition, limit=LIMIT):
    """Waits for a condition to hold, and returns what it gave."""
    end = time.monotonic() + limit
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Failure(f"after {limit} s still not: {words}")
        time.sleep(PAUSE)


class Answer:
    def __init__(self, status, headers, content):
        self.status, self.headers, self.content = status, headers, content

    @property
    def body(self):
        return json.loads(self.content) if self.content else {}


class Http:
    """A keep-alive connection, opened anew when it was lost or closed; a request is never sent again by itself."""

    def __init__(self, port, host="127.0.0.1", timeout=LIMIT, width=None):
        self.port, self.host, self.timeout, self.width = port, host, timeout, width
        self.connection = None
        # Whether nothing has been answered on it.
        self.is_new = True

    def connect(self):
        self.is_new = True
        connection = http.client.HTTPConnection(self.host, self.port, timeout=self.timeout)
        if self.width:
            connection.sock = socket.socket()
            connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.width)
            connection.sock.settimeout(self.timeout)
            connection.sock.connect((self.host, self.port))
        return connection

    def is_closed(self):
        """Nothing comes on a connection on which nothing is asked, but its end."""
        poll = select.poll()
        poll.register(self.connection.sock, select.POLLIN)
        return bool(poll.poll(0))

    def begin(self, method, path, body=None, headers=None):
        if self.connection and (self.connection.sock is None or self.is_closed()):
            self.close()
        if self.connection is None:
            self.connection = self.connect()
        try:
            self.connection.request(method, path, None if body is None else json.dumps(body), headers or {})
            response = self.connection.getresponse()
            self.is_new = False
            return response
        except (OSError, http.client.HTTPException):
            self.close()
            raise

    def ask(self, method, path, body=None, headers=None):
        response = self.begin(method, path, body, headers)
        try:
            return Answer(response.status, response.headers, response.read())
        except (OSError, http.client.HTTPException):
            self.close()
            raise

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None


# What a request that gets no answer may raise.
LOST = (OSError, http.client.HTTPException)


class Upstream(faults.Server):
    """The demo server, which comes back on its port; with a link, in a namespace behind it."""

    def __init__(self, program, folder, chance, link=None):
        self.link = link
        super().__init__(program, faults.free_port(chance), os.path.join(folder, "sequence.jsonl"))
        if link:
            link.expose(self.port)
            self.command = link.inside(self.command)

    @property
    def uri(self):
        return f"ws://{self.link.address if self.link else '127.0.0.1'}:{self.port}/bulk/websocket"

    def control(self, request, body=None):
        """How many sockets or channels that concerned."""
        http = Http(self.port, self.link.control_address if self.link else "127.0.0.1", timeout=faults.CONTROL_LIMIT)
        try:
            answer = http.ask("POST", f"/control/{request}", body)
        finally:
            http.close()
        if answer.status != 200:
            raise Failure(f"/control/{request} was answered with {answer.status}: {answer.content}")
        return answer.body["count"]

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)


class Gateway(Figures):
    """`slipgate serve`, with health and metrics on a listener of their own."""

    def __init__(self, program, flags, stderr, descriptors=None, environment=None, port=0):
        self.process = subprocess.Popen(
            [program, "serve", "--port", str(port), "--admin-port", "0", *flags],
            stdout=subprocess.PIPE, stderr=stderr, text=True, env={**os.environ, **(environment or {})},
            preexec_fn=(lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors)))
            if descriptors else None)
        self.port, self.admin_port = (self.read_port() for _ in range(2))
        # The signal that it was sent, by its name.
        self.ending = None

    def read_port(self):
        line = self.process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
        if not found:
            raise Failure(f"the gateway did not start: {line!r}, exit {self.process.poll()}")
        return int(found[1])

    @property
    def pid(self):
        return self.process.pid

    @property
    def is_running(self):
        return self.process.poll() is None

    def metrics(self):
        """Each metric, by its name, or its name and labels; over a new connection."""
        http = Http(self.admin_port)
        try:
            lines = http.ask("GET", "/metrics").content.decode().splitlines()
        finally:
            http.close()
        return {name: float(value) for name, value in
                (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}

    def metric(self, name):
        """One, or the sum of those with this name and any label."""
        return sum(value for key, value in self.metrics().items() if key.partition("{")[0] == name)

    def end(self, number):
        self.ending = signal.Signals(number).name
        self.process.send_signal(number)
        return self.wait()

    def wait(self):
        try:
            return self.process.wait(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            raise Failure("the gateway doesn't end") from None


def end_all(*processes):
    """What may still run at the end of a scenario that failed."""
    for process in processes:
        if process and process.poll() is None:
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait()
