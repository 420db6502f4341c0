"""Counts what the hot paths cost: tasks made and instructions run a push, instructions a call over the warm pool and a
message that is read from a stream, and writes on the websocket for 64 pushes at once."""

import http.client
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile

from slipgate import Program, Session

WARM_UP = 100
PUSHES = 1000
CALLS = 500
MESSAGES = 5000
CONCURRENT = 64
# One each would be 64. How many there are is for the scheduler to say: two to six on a machine with nothing else to do.
MAX_WRITES = 16
# A task a push would be 1,000; stopping, which both runs do, waits in steps, each a task, and not always as many.
MAX_TASKS = 50
TRIES = 7
# A sixth more than what they were when they were last looked into.
MAX_INSTRUCTIONS = {"push-and-await": 218_000, "call over the warm pool": 286_000, "message read as NDJSON": 20_500}


def push(session):
    for _ in range(PUSHES):
        session.ping()


def call(session):
    for _ in range(CALLS):
        session.ask("POST", "/call", {"uri": session.uri, "topic": "rooms:lobby", "event": "ping"})


def read(session):
    stream = http.client.HTTPConnection("127.0.0.1", session.connection.port, timeout=120)
    stream.request("GET", f"{session.path}/messages?after=latest", headers={"Accept": "application/x-ndjson"})
    answer = stream.getresponse()
    session.ask("POST", f"{session.path}/topics/rooms:lobby/push",
                {"event": "burst", "payload": {"n": MESSAGES, "size": 16}})
    for _ in range(MESSAGES):
        if b'"tick"' not in answer.readline():
            raise RuntimeError("a message is missing")
    stream.close()


def counted(program, phoenix, folder, work=None):
    """Instructions in all, and calls of functions that make tasks, of a gateway that did some pushes, and such work."""
    profile = os.path.join(folder, "callgrind.out")
    gateway = Program(
        ["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}", program, "serve", "--port", "0"],
        environment={"LD_PRELOAD": os.path.join(folder, "sigsuspend.so")})
    session = Session(gateway, phoenix)
    for _ in range(WARM_UP):
        session.ping()
    if work:
        work(session)
    if gateway.stop() != 0:
        raise RuntimeError("the gateway did not end well under callgrind")
    names, tasks, callee = {}, 0, ""
    with open(profile, encoding="utf-8", errors="replace") as file:
        for line in file:
            if match := re.match(r"(c?fn)=\((\d+)\)(?: (.*))?", line):
                if match[3]:
                    names[match[2]] = match[3].strip()
                if match[1] == "cfn":
                    callee = names[match[2]]
            elif (match := re.match(r"calls=(\d+)", line)) and re.match(r"swift_task_create|swift_asyncLet", callee):
                tasks += int(match[1])
            elif match := re.match(r"(?:summary|totals): (\d+)", line):
                instructions = int(match[1])
    return instructions, tasks


def websocket_writes(program, phoenix, folder):
    """How many writes on the websocket 64 concurrent pushes cost: the median of a few tries."""
    trace = os.path.join(folder, "strace")
    # With the filter in the kernel, calls that are not counted don't stop: else the tracer would space the pushes out.
    strace = Program(
        ["strace", "-f", "--seccomp-bpf", "-yy", "-e", "trace=write,writev,sendto,sendmsg", "-o", trace,
         program, "serve", "--port", "0"])
    with open(f"/proc/{strace.pid}/task/{strace.pid}/children", encoding="ascii") as file:
        gateway = int(file.read().split()[0])
    session = Session(strace, phoenix)
    body = b'{"event":"ping"}'
    request = f"POST {session.push_path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
    clients = [socket.create_connection(("127.0.0.1", strace.port)) for _ in range(CONCURRENT)]

    def writes():
        with open(trace, encoding="utf-8", errors="replace") as file:
            return sum(f"->127.0.0.1:{phoenix.port}]" in line for line in file)

    session.ping()
    tries = []
    for _ in range(TRIES):
        before = writes()
        # All 64 are there before the gateway looks at any.
        os.kill(gateway, signal.SIGSTOP)
        for client in clients:
            client.sendall(request.encode() + body)
        os.kill(gateway, signal.SIGCONT)
        for client in clients:
            client.settimeout(60)
            answer = client.recv(65536)
            if not answer.startswith(b"HTTP/1.1 200 "):
                raise RuntimeError(answer)
        tries.append(writes() - before)
    os.kill(gateway, signal.SIGTERM)
    strace.process.wait(timeout=60)
    return statistics.median(tries)


def main():
    phoenix = Program([sys.argv[1], "phoenix", "--port", "0"])
    with tempfile.TemporaryDirectory() as folder:
        # Without its debug information, which this valgrind can't read; the names of functions stay.
        program = os.path.join(folder, "slipgate")
        subprocess.run(["strip", "--strip-debug", "-o", program, sys.argv[1]], check=True)
        shim = os.path.join(os.path.dirname(__file__), "sigsuspend.c")
        subprocess.run(
            ["clang", "-shared", "-fPIC", "-o", os.path.join(folder, "sigsuspend.so"), shim], check=True)
        few_instructions, few_tasks = counted(program, phoenix, folder)
        many_instructions, many_tasks = counted(program, phoenix, folder, push)
        instructions = {
            "push-and-await": (many_instructions - few_instructions) // PUSHES,
            "call over the warm pool": (counted(program, phoenix, folder, call)[0] - few_instructions) // CALLS,
            "message read as NDJSON": (counted(program, phoenix, folder, read)[0] - few_instructions) // MESSAGES,
        }
        writes = websocket_writes(program, phoenix, folder)
    phoenix.stop()
    tasks = many_tasks - few_tasks
    print(f"tasks made by {PUSHES} push-and-awaits beyond start-up's {few_tasks}: {tasks} (bound: {MAX_TASKS})")
    for what, count in instructions.items():
        print(f"instructions a {what}: {count} (bound: {MAX_INSTRUCTIONS[what]})")
    print(f"writes on the websocket for {CONCURRENT} concurrent pushes: {writes} (bound: {MAX_WRITES})")
    if few_tasks == 0 or not writes:
        print("nothing was counted: the measurement itself is broken")
        return 1
    return 0 if abs(tasks) <= MAX_TASKS and writes <= MAX_WRITES and all(
        count <= MAX_INSTRUCTIONS[what] for what, count in instructions.items()) else 1


sys.exit(main())
