"""What waiting polls and open streams cost: memory, CPU while nothing happens, CPU of pushes beside them, and telling
them all of one event.

They are spread over sessions, which may have 1,024 each, and over addresses of 127.0.0.0/8: from one address,
connecting slows down as its ports run out. This program reads what they are told, on the same machine: its CPU is in
the figures of the last answer, and is told."""

import contextlib
import gc
import resource
import select
import socket
import time
from typing import NamedTuple

from report import Row, at_most, counted, kibibytes, median, milliseconds, ratio
from slipgate import LEFT_DESCRIPTORS, Program, Session, quiet, wrk

POLLS = 15_000
STREAMS = 5_000
# For a test of that nothing is lost, on whatever machine: as many polls, so that their memory is an average of many.
SHORT_STREAMS = 1_000
A_SESSION = 1_000
AN_ADDRESS = 500
PUSHERS = 64
IDLE_SECONDS = 3
# How long the polls wait, as streams last at most; what is measured beside them is done well before.
WAIT = "10m"
# Measured are 6 to 7 KiB and 13 to 20; what they are to stay under leaves room for other allocators.
POLL_MEMORY = 12 * 1024
STREAM_MEMORY = 24 * 1024
# As many as a few ticks of the clock in that time, which may fall to anything else that the process does.
IDLE_CPU = 0.02
EVENT_AIM = 0.4
# What the gateway keeps (`reserved_descriptors`) for all that isn't a client's connection, sessions' websockets above
# all, and 500 for the connections of those who push meanwhile.
SPARE_DESCRIPTORS = 4_224 + 500
EVENT = b'"event":"shout"'
# The event is given up after so long without anybody who is told of it.
SILENCE = 30


def park(gateway, sessions, count, ask):
    """Connections on each of which a request waits for a message still to come."""
    clients = []
    for number in range(count):
        client = socket.socket()
        client.setsockopt(socket.IPPROTO_IP, 24, 1)  # IP_BIND_ADDRESS_NO_PORT
        address, host = divmod(number // AN_ADDRESS, 250)
        client.bind((f"127.0.{address + 1}.{host + 1}", 0))
        client.connect(("127.0.0.1", gateway.port))
        client.sendall(ask(sessions[number // A_SESSION].path).encode())
        clients.append(client)
    quiet(gateway)
    return clients


def poll(path):
    return f"GET {path}/messages?after=latest&wait={WAIT} HTTP/1.1\r\nHost: localhost\r\n\r\n"


def stream(path):
    return (f"GET {path}/messages?after=latest HTTP/1.1\r\nHost: localhost\r\n"
            "Accept: text/event-stream\r\n\r\n")


def answer_all(clients, gateway, act):
    """Lets one event reach all: seconds from the first that has it to the last, how many have it just once, and CPU
    used here up to then."""
    epoll = select.epoll()
    waiting = {client.fileno(): client for client in clients}
    for descriptor in waiting:
        epoll.register(descriptor, select.EPOLLIN)
    read = dict.fromkeys(waiting, b"")
    used = time.process_time()
    act()
    first, last = None, time.perf_counter()
    while waiting and (left := last + SILENCE - time.perf_counter()) > 0:
        for descriptor, _ in epoll.poll(left, 4096):
            answer = waiting[descriptor].recv(65536)
            read[descriptor] += answer
            if EVENT in read[descriptor]:
                last = time.perf_counter()
                first = first or last
            elif answer:
                continue
            epoll.unregister(descriptor)
            del waiting[descriptor]
    used = time.process_time() - used
    epoll.close()
    # Whoever has it twice has the second by now.
    quiet(gateway)
    for client in clients:
        client.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            read[client.fileno()] += client.recv(65536)
    return last - (first or last), sum(text.count(EVENT) == 1 for text in read.values()), used


def drain_heads(clients):
    """Takes what a stream begins with."""
    for client in clients:
        client.settimeout(SILENCE)
        if not client.recv(65536).startswith(b"HTTP/1.1 200 "):
            raise RuntimeError("a stream was refused")


def cpu_a_push(gateway, session, seconds):
    before = gateway.cpu_seconds()
    load = wrk(gateway.port, [session.push_path], '{"event":"ping"}', PUSHERS, seconds)
    return (gateway.cpu_seconds() - before) / load.count


class Round(NamedTuple):
    """What one set of waiting requests has cost."""

    memory: float
    idle_cpu: float
    push_ratio: float
    span: float
    told: int
    load: float


def hold(options, gateway, pusher, sessions, count, ask):
    """Has so many requests wait, pushes beside them, and lets one event answer them all."""
    alone_cpu = cpu_a_push(gateway, pusher, options.seconds)
    before = gateway.resident_bytes()
    clients = park(gateway, sessions, count, ask)
    if ask is stream:
        drain_heads(clients)
    memory = (gateway.resident_bytes() - before) / count
    used = gateway.cpu_seconds()
    time.sleep(IDLE_SECONDS)
    idle_cpu = (gateway.cpu_seconds() - used) / IDLE_SECONDS
    push_ratio = cpu_a_push(gateway, pusher, options.seconds) / alone_cpu
    span, told, load = answer_all(
        clients, gateway, lambda: pusher.ask("POST", f"{pusher.path}/topics/rooms:lobby/push", {"event": "broadcast"}))
    for client in clients:
        client.close()
    pusher.connection.close()
    quiet(gateway)
    return Round(memory, idle_cpu, push_ratio, span, told, load)


def rows_of(options, name, count, ask, memory_bound):
    """The rows of so many requests that wait."""
    phoenix = Program([options.program, "phoenix", "--port", "0"])
    gateway = Program([options.program, "serve", "--port", "0", "--max-wait", WAIT])
    pusher, *sessions = [Session(gateway, phoenix) for _ in range(-(-count // A_SESSION) + 1)]
    cpu_a_push(gateway, pusher, 1)
    # One that idles is closed by the gateway in the meantime, and would make up for one that is left.
    for session in (pusher, *sessions):
        session.connection.close()
    quiet(gateway)
    open_before = gateway.descriptors()
    rounds = [hold(options, gateway, pusher, sessions, count, ask) for _ in range(options.rounds)]
    left = gateway.descriptors_left(open_before + LEFT_DESCRIPTORS) - open_before
    gateway.stop()
    phoenix.stop()
    return [
        # Only the first find the process as it was: later ones reuse what it holds.
        counted(f"{count:,} {name}: memory each", rounds[0].memory, memory_bound, kibibytes),
        at_most(
            "CPU while nothing happens", [r.idle_cpu for r in rounds], IDLE_CPU, lambda share: f"{share * 100:.1f} %"),
        at_most("CPU a push beside them / without them", [r.push_ratio for r in rounds], 1.5, ratio),
        Row("this program's own CPU to read one event", milliseconds(median([r.load for r in rounds]))),
        at_most("one event, from the first that has it to the last", [r.span for r in rounds], EVENT_AIM, milliseconds),
        counted(f"without the event just once, of {count * options.rounds:,}", sum(count - r.told for r in rounds), 0),
        counted("descriptors left", left, LEFT_DESCRIPTORS),
    ]


def measure(options):
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if most < POLLS + SPARE_DESCRIPTORS:
        raise RuntimeError(f"{POLLS} polls need {POLLS + SPARE_DESCRIPTORS} descriptors; the limit is {most}")
    gc.disable()
    streams = SHORT_STREAMS if options.short else STREAMS
    return [
        *rows_of(options, "waiting polls", POLLS, poll, POLL_MEMORY),
        *rows_of(options, "SSE streams", streams, stream, STREAM_MEMORY),
    ]
