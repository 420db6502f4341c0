"""Many sessions that lose their server at once."""

import collections
import concurrent.futures
import signal
import socket
import threading
import time

from processes import until

SESSIONS = 1_000
# Attempts whose delays are looked at, and tenths of the longest delay at each: an even spread has 10 % in each, and a
# herd all in one.
ATTEMPTS, TENTHS, LARGEST_SHARE = 6, 10, 0.2
BACKOFF, LONGEST = 0.1, 3.2
BUCKET = 0.25
BAR = 50
# Sessions that are made, and asked at the end, at the same time.
AT_ONCE = 8


class Refuser:
    """Takes connections in the place of the server and ends them, and remembers when they came."""

    def __init__(self, port):
        self.listener = socket.create_server(("127.0.0.1", port), backlog=4096, reuse_port=False)
        self.times = []
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.times.append(time.monotonic())
            client.close()

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.listener.close()


def print_histogram(stage, times):
    begin = times[0]
    buckets = collections.Counter(int((at - begin) / BUCKET) for at in times)
    most = max(buckets.values())
    for bucket in range(max(buckets) + 1):
        count = buckets[bucket]
        stage.say(f"{bucket * BUCKET:6.2f} s {count:5}  {'#' * (count * BAR // most)}")


def crowd(stage):
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        stage.sessions = list(pool.map(
            lambda _: stage.session(1, reconnect={"min": BACKOFF, "max": LONGEST}), range(SESSIONS)))
    for session in stage.sessions:
        session.main.close()
    return stage.sessions


def settle(stage):
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(stage.settle, stage.sessions))


def reconnects(stage):
    """1,000 sessions lose their server at once, and are refused for a while: they come back evenly spread, each once.
    """
    stage.start("--connect-timeout", "30s")
    with stage.load():
        pass
    crowd(stage)
    settle(stage)
    stage.finish()
    stage.measure("before")
    sessions = crowd(stage)

    def failures():
        return stage.gateway.metric("slipgate_upstream_connect_failures_total")
    stage.upstream.end(signal.SIGKILL)
    refuser = Refuser(stage.upstream.port)
    until("each was refused some times", lambda: failures() >= SESSIONS * ATTEMPTS)
    refuser.close()
    stage.say("attempts to connect, from the server's end on:")
    print_histogram(stage, refuser.times)
    stage.upstream.start()
    settle(stage)
    reconnected = stage.gateway.metrics()['slipgate_upstream_reconnects_total{cause="network"}']
    stage.say(f"{reconnected:g} reconnects")

    delays = collections.defaultdict(list)
    for session in sessions:
        for entry in session.read_once("poll"):
            if entry["kind"] == "connect_failed" and "retry_in" in entry:
                delays[entry["attempt"]].append(entry["retry_in"])
    for attempt in range(1, ATTEMPTS):
        longest = min(LONGEST, BACKOFF * 2 ** attempt)
        tenths = collections.Counter(min(TENTHS - 1, int(delay / longest * TENTHS)) for delay in delays[attempt])
        stage.say(f"delays after attempt {attempt}, of {longest:g} s at most, by tenths: "
                  f"{' '.join(str(tenths[tenth]) for tenth in range(TENTHS))}")
        stage.require(len(delays[attempt]) >= SESSIONS // 2, f"{len(delays[attempt])} delays after attempt {attempt}")
        stage.expect(f"delays in one tenth, after attempt {attempt}", max(tenths.values()),
                     int(LARGEST_SHARE * len(delays[attempt])))
    stage.finish()
    stage.measure("after")
    stage.end()


SCENARIOS = {"reconnect-herd": reconnects}
