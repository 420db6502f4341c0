"""What waiting polls and open streams cost: memory, CPU while nothing happens, CPU of pushes beside them, and telling
them all of one event.

They are spread over sessions, which may have 1,024 each, and over addresses of 127.0.0.0/8: from one address,
connecting slows down as its ports run out. This program reads what they are told, on the same machine: its CPU is in the
figures of the last answer, and is told."""

import gc
import resource
import select
import socket
import time

from report import Row, alone, at_most, counted, kibibytes, median, milliseconds, ratio
from slipgate import Program, Session, quiet, wrk

POLLS = 15_000
STREAMS = 5_000
# For a test of that nothing is lost, on whatever machine: as many polls, so that their memory is an average of many.
SHORT_STREAMS = 1_000
A_SESSION = 1_000
AN_ADDRESS = 500
PUSHERS = 64
IDLE_SECONDS = 3
# How long the polls wait; what is measured beside them must be done before.
WAIT_SECONDS = 55
# Measured are 6 to 7 KiB and 13 to 20; what they are to stay under leaves room for other allocators.
POLL_MEMORY = 12 * 1024
STREAM_MEMORY = 24 * 1024
# As many as a few ticks of the clock in that time, which may fall to anything else that the process does.
IDLE_CPU = 0.02
EVENT_AIM = 0.4
# What the gateway keeps for all that isn't a client's connection, sessions' websockets above all.
SPARE_DESCRIPTORS = 4_724
# What one event brings is given up after so long without any.
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
    return f"GET {path}/messages?after=latest&wait={WAIT_SECONDS}s HTTP/1.1\r\nHost: localhost\r\n\r\n"


def stream(path):
    return (f"GET {path}/messages?after=latest HTTP/1.1\r\nHost: localhost\r\n"
            "Accept: text/event-stream\r\n\r\n")


def tell_all(clients, act):
    """Lets one event reach all: seconds from the first that has it to the last, how many have, and CPU used here."""
    epoll = select.epoll()
    waiting = {client.fileno(): client for client in clients}
    for descriptor in waiting:
        epoll.register(descriptor, select.EPOLLIN)
    told, first, last, used = 0, None, None, time.process_time()
    act()
    while waiting:
        ready = epoll.poll(SILENCE, 4096)
        if not ready:
            break
        for descriptor, _ in ready:
            answer = waiting[descriptor].recv(65536)
            if answer and b'"event":"shout"' not in answer:
                continue
            last = time.perf_counter()
            first = first or last
            told += bool(answer)
            epoll.unregister(descriptor)
            del waiting[descriptor]
    epoll.close()
    return (last or 0) - (first or 0), told, time.process_time() - used


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


def hold(options, name, count, ask, memory_bound):
    """The rows of so many requests that wait."""
    phoenix = Program([options.program, "phoenix", "--port", "0"])
    gateway = Program([options.program, "serve", "--port", "0"])
    pusher, *sessions = [Session(gateway, phoenix) for _ in range(-(-count // A_SESSION) + 1)]
    cpu_a_push(gateway, pusher, 1)
    before, open_before = gateway.resident_bytes(), gateway.descriptors()
    idle, ratios, spans, loads, lost = [], [], [], [], 0
    for number in range(options.rounds):
        alone_cpu = cpu_a_push(gateway, pusher, options.seconds)
        clients = park(gateway, sessions, count, ask)
        if ask is stream:
            drain_heads(clients)
        # Only the first find the process as it was: later ones reuse what it holds.
        if number == 0:
            memory = (gateway.resident_bytes() - before) / count
        used = gateway.cpu_seconds()
        time.sleep(IDLE_SECONDS)
        idle.append((gateway.cpu_seconds() - used) / IDLE_SECONDS)
        ratios.append(cpu_a_push(gateway, pusher, options.seconds) / alone_cpu)
        span, told, load = tell_all(
            clients, lambda: pusher.ask("POST", f"{pusher.path}/topics/rooms:lobby/push", {"event": "broadcast"}))
        spans.append(span)
        loads.append(load)
        lost += count - told
        for client in clients:
            client.close()
        quiet(gateway)
    left = gateway.descriptors_left(open_before + PUSHERS) - open_before
    exited = gateway.stop()
    phoenix.stop()
    return [
        counted(f"{count:,} {name}: memory each", memory, memory_bound, kibibytes),
        counted("CPU while nothing happens", median(idle), IDLE_CPU, lambda share: f"{share * 100:.1f} %"),
        at_most("CPU a push beside them / without them", ratios, 1.5, ratio),
        Row("this program's own CPU to read one event", milliseconds(median(loads))),
        at_most("one event, from the first that has it to the last", spans, EVENT_AIM, milliseconds),
        counted(f"without the event, of {count * options.rounds:,}", lost, 0),
        counted("descriptors left", left, PUSHERS),
        counted("the gateway's exit status", exited, 0),
    ]


def measure(options):
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if most < POLLS + SPARE_DESCRIPTORS:
        raise RuntimeError(f"{POLLS} polls need {POLLS + SPARE_DESCRIPTORS} descriptors; the limit is {most}")
    gc.disable()
    streams = SHORT_STREAMS if options.short else STREAMS
    return [
        *hold(options, "waiting polls", POLLS, poll, POLL_MEMORY),
        *hold(options, "SSE streams", streams, stream, STREAM_MEMORY),
    ]


if __name__ == "__main__":
    alone(measure)
