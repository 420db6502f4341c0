"""What waiting polls cost: memory, CPU while nothing happens, CPU of pushes beside them, and answering them all at once.

The polls are spread over sessions, which may have 1,024 each, and over addresses of 127.0.0.0/8: from one address,
connecting slows down as its ports run out."""

import argparse
import gc
import resource
import select
import socket
import statistics
import sys
import time

from slipgate import Program, Session, wrk

POLLS_A_SESSION = 1000
POLLS_AN_ADDRESS = 500
PUSHERS = 64
IDLE_SECONDS = 3
# How long the polls wait; what is measured beside them must be done before.
WAIT_SECONDS = 55
MEMORY_AIM = 8 * 1024
# What the gateway keeps for all that isn't a client's connection, sessions' websockets above all.
SPARE_DESCRIPTORS = 4_724
# The answers of one event are given up after so long without one.
SILENCE = 30


def quiet(program):
    """Returns once the program has used no CPU for a while: all that was sent to it has been dealt with."""
    last, since = program.cpu_seconds(), time.monotonic()
    while time.monotonic() - since < 0.5:
        time.sleep(0.05)
        now = program.cpu_seconds()
        if now != last:
            last, since = now, time.monotonic()


def park(gateway, sessions, count):
    """Connections, each with a poll that waits for a message still to come."""
    polls = []
    for number in range(count):
        poll = socket.socket()
        poll.setsockopt(socket.IPPROTO_IP, 24, 1)  # IP_BIND_ADDRESS_NO_PORT
        address, host = divmod(number // POLLS_AN_ADDRESS, 250)
        poll.bind((f"127.0.{address + 1}.{host + 1}", 0))
        poll.connect(("127.0.0.1", gateway.port))
        path = f"{sessions[number // POLLS_A_SESSION].path}/messages?after=latest&wait={WAIT_SECONDS}s"
        poll.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        polls.append(poll)
    quiet(gateway)
    return polls


def answer_all(polls, act):
    """Lets one event answer all the polls: seconds from the first answer to the last, and how many had the event."""
    epoll = select.epoll()
    by_descriptor = {poll.fileno(): poll for poll in polls}
    for descriptor in by_descriptor:
        epoll.register(descriptor, select.EPOLLIN)
    answered, first, last = 0, None, None
    act()
    while by_descriptor:
        ready = epoll.poll(SILENCE, 4096)
        if not ready:
            break
        for descriptor, _ in ready:
            epoll.unregister(descriptor)
            answer = by_descriptor.pop(descriptor).recv(65536)
            last = time.perf_counter()
            first = first or last
            answered += answer.startswith(b"HTTP/1.1 200 ") and b'"event":"shout"' in answer
    epoll.close()
    return (last or 0) - (first or 0), answered


def cpu_a_push(gateway, session, seconds):
    before = gateway.cpu_seconds()
    count, rate, _ = wrk(gateway.port, session.push_path, '{"event":"ping"}', PUSHERS, seconds)
    return (gateway.cpu_seconds() - before) / count, rate


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--polls", type=int, default=15_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3)
    options = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if most < options.polls + SPARE_DESCRIPTORS:
        parser.error(f"{options.polls} polls need {options.polls + SPARE_DESCRIPTORS} descriptors; the limit is {most}")
    gc.disable()

    phoenix = Program([options.program, "phoenix", "--port", "0"])
    gateway = Program([options.program, "serve", "--port", "0"])
    count = -(-options.polls // POLLS_A_SESSION)
    pusher, *sessions = [Session(gateway, phoenix) for _ in range(count + 1)]
    cpu_a_push(gateway, pusher, 1)
    before = gateway.resident_bytes()
    memory, idle, ratios, spans, lost = [], [], [], [], 0
    for number in range(options.rounds):
        alone, alone_rate = cpu_a_push(gateway, pusher, options.seconds)
        start = time.monotonic()
        polls = park(gateway, sessions, options.polls)
        parked = time.monotonic() - start
        # Only the first polls find the process as it was: later ones reuse what it holds.
        if number == 0:
            memory.append((gateway.resident_bytes() - before) / options.polls)
        used = gateway.cpu_seconds()
        time.sleep(IDLE_SECONDS)
        idle.append((gateway.cpu_seconds() - used) / IDLE_SECONDS)
        beside, beside_rate = cpu_a_push(gateway, pusher, options.seconds)
        ratios.append(beside / alone)
        span, answered = answer_all(
            polls, lambda: pusher.ask("POST", f"{pusher.path}/topics/rooms:lobby/push", {"event": "broadcast"}))
        spans.append(span)
        lost += options.polls - answered
        for poll in polls:
            poll.close()
        quiet(gateway)
        print(
            f"round {number + 1}: parked in {parked:.1f} s; {alone_rate:.0f} pushes a second without, "
            f"{beside_rate:.0f} beside them; answered in {span * 1e3:.0f} ms", flush=True)

    print(f"\n{options.polls} waiting polls; medians of {options.rounds} rounds")
    print(f"memory each: {memory[0] / 1024:.1f} KiB (aim: 8)")
    print(f"CPU while nothing happens: {statistics.median(idle) * 100:.1f} % (aim: 0)")
    print(f"CPU a push beside them, against without: {statistics.median(ratios):.2f} (aim: 1.5 or less)")
    print(f"one event, from the first answer to the last: {statistics.median(spans) * 1e3:.0f} ms (aim: 500 or less)")
    print(f"polls that were not answered with the event: {lost} of {options.polls * options.rounds}")
    exited = gateway.stop()
    phoenix.stop()
    # A tick of the clock is 0.3 % of the time that is looked at: a few may fall to anything else that the process does.
    return 1 if lost or exited or memory[0] > 2 * MEMORY_AIM or statistics.median(idle) > 0.02 else 0


sys.exit(main())
