"""Counts what the hot paths cost: tasks made and instructions run a push, instructions a call over the warm pool and a
message that is read from a stream, system calls a push, and writes on the websocket for 64 pushes at once."""

import collections
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
MAX_INSTRUCTIONS = {"push-and-await": 218_000, "call over the warm pool": 269_000, "message read as NDJSON": 20_500}
# A quarter more than what they were: 3, 3, 1 and none a push, each time. A thread more to hand it to would be a write
# and a read more; a lock that threads stand in line for, futexes.
MAX_CALLS = {"write": 3.75, "read": 3.75, "sendmsg": 1.25, "futex": 0.5}
# How often a thread finds the second piece of a request there, or has to look again, is for the scheduler to say: 14 to
# 20 in all, and a quarter and more for what waits otherwise.
MAX_ALL_CALLS = 28
SHOWN_CALLS = 0.1


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
    gateway.stop()
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


def traced(trace, program, *options):
    """A gateway under strace, and its process id. It ends with its tracer, however that ends."""
    strace = Program(
        ["strace", "-f", *options, "-o", trace, "setpriv", "--pdeathsig", "KILL", program, "serve", "--port", "0"])
    with open(f"/proc/{strace.pid}/task/{strace.pid}/children", encoding="ascii") as file:
        return strace, int(file.read().split()[0])


def ended(strace, gateway):
    os.kill(gateway, signal.SIGTERM)
    if strace.process.wait(timeout=60) != 0:
        raise RuntimeError(f"the gateway did not end well: {strace.told()}")


def system_calls(program, phoenix, folder, work=None):
    """How often a gateway that did some pushes, and such work, has made each system call."""
    trace = os.path.join(folder, "calls")
    strace, gateway = traced(trace, program, "--summary-only", "--summary-columns=name,calls")
    session = Session(strace, phoenix)
    for _ in range(WARM_UP):
        session.ping()
    if work:
        work(session)
    ended(strace, gateway)
    with open(trace, encoding="utf-8") as file:
        found = re.findall(r"^(\w+) +(\d+)$", file.read(), re.MULTILINE)
    return collections.Counter({name: int(count) for name, count in found if name != "total"})


def calls_a_push(program, phoenix, folder):
    """How often each system call is made for a push and its reply, one after another, those that matter first."""
    more = system_calls(program, phoenix, folder, push)
    more.subtract(system_calls(program, phoenix, folder))
    return {name: count / PUSHES for name, count in more.most_common()}


def websocket_writes(program, phoenix, folder):
    """How many writes on the websocket 64 concurrent pushes cost: the median of a few tries."""
    trace = os.path.join(folder, "strace")
    # With the filter in the kernel, calls that are not counted don't stop: else the tracer would space the pushes out.
    strace, gateway = traced(
        trace, program, "--seccomp-bpf", "-yy", "-e", "trace=write,writev,sendto,sendmsg")
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
    ended(strace, gateway)
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
        calls = calls_a_push(program, phoenix, folder)
        writes = websocket_writes(program, phoenix, folder)
    phoenix.stop()
    tasks = many_tasks - few_tasks
    print(f"tasks made by {PUSHES} push-and-awaits beyond start-up's {few_tasks}: {tasks} (bound: {MAX_TASKS})")
    for what, count in instructions.items():
        print(f"instructions a {what}: {count} (bound: {MAX_INSTRUCTIONS[what]})")
    named = ", ".join(
        f"{name} {count:.2f}" + (f" (bound: {MAX_CALLS[name]})" if name in MAX_CALLS else "")
        for name, count in calls.items() if count >= SHOWN_CALLS or name in MAX_CALLS)
    all_calls = sum(calls.values())
    print(f"system calls a push-and-await, one after another: {all_calls:.1f} (bound: {MAX_ALL_CALLS}): {named}")
    print(f"writes on the websocket for {CONCURRENT} concurrent pushes: {writes} (bound: {MAX_WRITES})")
    if few_tasks == 0 or not writes or not calls["write"]:
        print("nothing was counted: the measurement itself is broken")
        return 1
    is_within = (
        abs(tasks) <= MAX_TASKS and writes <= MAX_WRITES and all_calls <= MAX_ALL_CALLS
        and all(calls.get(name, 0) <= most for name, most in MAX_CALLS.items())
        and all(count <= MAX_INSTRUCTIONS[what] for what, count in instructions.items()))
    return 0 if is_within else 1


sys.exit(main())
