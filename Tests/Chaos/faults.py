"""Starts the demo server and the clients, and makes the server misbehave by a plan drawn from a seed: killed, stopped,
restarted, stalled, and whatever its control surface does. Prints the plan as it is carried out. In the folder given are
then the server's sequence and what the clients saw, to be compared by compare.py."""

import argparse
import http.client
import os
import random
import select
import signal
import socket
import subprocess
import sys
import time

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Faults"))
from program import stop_when_told

# Below the ports that the system gives to outgoing connections: a client that connects to a port of those while nobody
# listens there may be given the same one, and be connected with itself.
PORTS = range(20_000, 30_000)
START_LIMIT = 60
SETTLE_LIMIT = 180
CONTROL_LIMIT = 15
PAUSE = (0.3, 1.2)
CLOSE_CODES = (1000, 1001, 1011, 1012, 1013, 4000)
GARBAGE = ("text", "utf8", "short", "binary", "frame")


def free_port(chance):
    while True:
        port = chance.choice(PORTS)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def first_line(process, limit):
    """What a process says first; nothing when it takes too long."""
    is_ready, _, _ = select.select([process.stdout], [], [], limit)
    return process.stdout.readline() if is_ready else ""


class Server:
    """The demo server, which comes back on its port."""

    def __init__(self, program, port, sequence):
        self.command = [program, "phoenix", "--control", "--sequence", sequence, "--port", str(port)]
        self.port = port
        self.process = None

    def start(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        if not first_line(self.process, START_LIMIT):
            raise SystemExit("the demo server did not start")

    def end(self, number):
        self.process.send_signal(number)
        self.process.wait(timeout=START_LIMIT)
        self.process.stdout.close()

    def control(self, request):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=CONTROL_LIMIT)
        try:
            connection.request("POST", f"/control/{request}")
            answer = connection.getresponse()
            body = answer.read().decode()
        finally:
            connection.close()
        if answer.status != 200:
            raise SystemExit(f"/control/{request} was answered with {answer.status}: {body}")


def restart(number):
    def step(chance):
        down = chance.uniform(0, 1.5)
        return f"{signal.Signals(number).name}, down for {down:.2f} s, started again", down, lambda server: (
            server.end(number), time.sleep(down), server.start())
    return step


def stopped(chance):
    """Longer than a heartbeat's timeout, or not."""
    held = chance.uniform(0.2, 2.5)
    return f"SIGSTOP for {held:.2f} s", held, lambda server: (
        server.process.send_signal(signal.SIGSTOP), time.sleep(held), server.process.send_signal(signal.SIGCONT))


def control(draw):
    def step(chance):
        request = draw(chance)
        return request, 0, lambda server: server.control(request)
    return step


def some(chance):
    return f"one-in={chance.randint(1, 4)}"


def for_a_while(name, low, high):
    def step(chance):
        milliseconds, held = chance.randint(low, high), chance.uniform(1, 3)
        return f"{name}?for={milliseconds}ms, ended after {held:.2f} s", held, lambda server: (
            server.control(f"{name}?for={milliseconds}ms"), time.sleep(held), server.control(f"{name}?for=0s"))
    return step


def stalled(chance):
    milliseconds = chance.randint(200, 2_500)
    return f"stall?for={milliseconds}ms", milliseconds / 1000, lambda server: (
        server.control(f"stall?for={milliseconds}ms"), time.sleep(milliseconds / 1000))


def refused(chance):
    """Sockets that are killed, and then refused."""
    request = f"refuse?status={chance.choice((429, 503))}&count={chance.randint(5, 100)}"
    if chance.random() < 0.5:
        request += "&retry-after=1"
    return f"{request}, kill-transports", 0, lambda server: (
        server.control(request), server.control("kill-transports"))


CRASH = control(lambda chance: f"crash-channels?{some(chance)}")
FAULTS = (
    restart(signal.SIGKILL), restart(signal.SIGKILL), restart(signal.SIGTERM), stopped, stalled, refused,
    control(lambda chance: f"kill-transports?{some(chance)}"),
    control(lambda chance: f"close?code={chance.choice(CLOSE_CODES)}&{some(chance)}"),
    control(lambda chance: f"close?code={chance.choice(CLOSE_CODES)}&{some(chance)}"),
    control(lambda chance: f"half-open?{some(chance)}"),
    control(lambda chance: f"garbage?kind={chance.choice(GARBAGE)}&{some(chance)}"),
    control(lambda chance: f"garbage?kind={chance.choice(GARBAGE)}&{some(chance)}"),
    CRASH, control(lambda chance: f"crash-channels?topic=rooms:all&{some(chance)}"),
    control(lambda chance: "drain"),
    control(lambda chance: f"ping?data=chaos&{some(chance)}"),
    for_a_while("slow-join", 50, 300), for_a_while("delay", 50, 500),
)


def plan(seed, seconds):
    """Steps of so many seconds together, each a pause, a description and what is done: every fault once before any
    comes again, and the first of them one that the planted faults of plant.py need."""
    chance, steps, total = random.Random(seed), [], 0.0
    deck = list(FAULTS)
    chance.shuffle(deck)
    deck.append(CRASH)
    while total < seconds:
        if not deck:
            deck = list(FAULTS)
            chance.shuffle(deck)
        pause = chance.uniform(*PAUSE)
        words, held, act = deck.pop()(chance)
        steps.append((pause, words, act))
        total += pause + held
    return steps


def carry_out(steps, server, clients):
    start = time.monotonic()
    for pause, words, act in steps:
        time.sleep(pause)
        print(f"{time.monotonic() - start:6.2f} s  {words}", flush=True)
        act(server)
        if clients.poll() is not None:
            raise SystemExit(f"the clients have ended with {clients.returncode}")


def main():
    stop_when_told()
    parser = argparse.ArgumentParser()
    parser.add_argument("products", help="the folder of slipgate and ChaosClients")
    parser.add_argument("folder", help="where the sequence and what the clients saw go")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    options = parser.parse_args()
    print(f"seed {options.seed}, {options.clients} clients, {options.seconds:g} s", flush=True)

    port = free_port(random.SystemRandom())
    server = Server(os.path.join(options.products, "slipgate"), port, os.path.join(options.folder, "sequence.jsonl"))
    clients = None
    try:
        server.start()
        clients = subprocess.Popen(
            [os.path.join(options.products, "ChaosClients"), "--port", str(port), "--clients", str(options.clients),
             "--output", os.path.join(options.folder, "clients.jsonl")], stdout=subprocess.PIPE, text=True)
        if first_line(clients, SETTLE_LIMIT) != "ready\n":
            raise SystemExit("the clients did not join")
        carry_out(plan(options.seed, options.seconds), server, clients)
        clients.send_signal(signal.SIGTERM)
        if clients.wait(timeout=SETTLE_LIMIT) != 0:
            raise SystemExit(f"the clients have ended with {clients.returncode}")
        server.end(signal.SIGTERM)
    finally:
        for process in (clients, server.process):
            if process and process.poll() is None:
                process.kill()
                process.wait()


if __name__ == "__main__":
    sys.exit(main())
