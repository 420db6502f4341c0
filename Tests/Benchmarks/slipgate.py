"""The program under measurement: processes, a keep-alive HTTP connection, a bare websocket."""

import http.client
import json
import os
import re
import signal
import socket
import struct
import subprocess
import tempfile
import time

CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0}


class Program:
    """A process of the program, with the port from the first line that it prints."""

    def __init__(self, command, environment=None):
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env={**os.environ, **(environment or {})})
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

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)


class Session:
    """A session of the gateway that has joined rooms:lobby of the demo server."""

    def __init__(self, gateway, phoenix):
        self.connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=120)
        uri = f"ws://127.0.0.1:{phoenix.port}/socket/websocket"
        answer = self.ask("POST", "/sessions?wait=50s", {"uri": uri, "topics": [{"topic": "rooms:lobby"}]})
        self.path = answer["url"]
        self.push_path = f"{self.path}/topics/rooms:lobby/push?wait=50s"

    def ask(self, method, path, body=None):
        self.connection.request(method, path, None if body is None else json.dumps(body))
        response = self.connection.getresponse()
        text = response.read()
        if response.status >= 300:
            raise RuntimeError(f"{method} {path}: {response.status} {text}")
        return json.loads(text) if text else None

    def ping(self):
        return self.ask("POST", self.push_path, {"event": "ping"})


class BareWebSocket:
    """A websocket without a library: one masked frame out, one frame in."""

    MASK = b"\x12\x34\x56\x78"

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(
            b"GET /socket/websocket?vsn=2.0.0 HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        while not self.socket.recv(4096).endswith(b"\r\n\r\n"):
            pass
        self.round_trip(self.frame('["1","1","rooms:lobby","phx_join",{}]'))

    def frame(self, text):
        data = text.encode()
        masked = bytes(byte ^ self.MASK[index % 4] for index, byte in enumerate(data))
        assert len(data) < 126
        return struct.pack("BB", 0x81, 0x80 | len(data)) + self.MASK + masked

    def round_trip(self, frame):
        self.socket.sendall(frame)
        answer = self.socket.recv(4096)
        while len(answer) < 2 or len(answer) < 2 + answer[1]:
            answer += self.socket.recv(4096)

    def measure(self, count):
        """The seconds of each of so many pings."""
        frame = self.frame('["1","2","rooms:lobby","ping",{}]')
        seconds = []
        for _ in range(count):
            start = time.perf_counter()
            self.round_trip(frame)
            seconds.append(time.perf_counter() - start)
        return seconds


def wrk(port, path, body, connections, seconds):
    """Runs wrk; the requests answered, those a second, and the median latency in seconds."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        if body is not None:
            script.write(f"wrk.method = 'POST'\nwrk.body = '{body}'\n")
        script.flush()
        output = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", script.name,
             f"http://127.0.0.1:{port}{path}"],
            check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in output or "Socket errors" in output:
        raise RuntimeError(output)
    p50 = re.search(r"50%\s+([0-9.]+)(us|ms|s)", output)
    return (
        int(re.search(r"(\d+) requests in", output)[1]), float(re.search(r"Requests/sec:\s+([0-9.]+)", output)[1]),
        float(p50[1]) * UNITS[p50[2]])
