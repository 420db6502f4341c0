"""Many sessions that lose their server at once."""

import collections
import concurrent.futures
import datetime
import signal
import socket
import threading
import time

from processes import until

SESSIONS = 1_000
# Attempts to connect after the loss, and how far apart they are at most, in seconds: the first within BACKOFF, each of
# those behind it within twice as much, up to LONGEST; long enough for what a busy machine delays not to matter.
ATTEMPTS, BACKOFF, LONGEST = 3, 3, 6
# The most attempts that come within so many seconds are only shown: an even spread has a quarter of the sessions there,
# and a busy machine has as many come at once as it held up.
CROWDED = 0.5
# Each attempt's delays by tenths of the longest: an even spread has 10 % in each, and a herd all in one. The gateway
# does not tell the first: the time from the loss to the first failure is only shown, as a busy machine adds to it.
TENTHS, LARGEST_SHARE = 10, 0.2
BUCKET = 0.25
BAR = 50
# Sessions that are made, and asked at the end, at the same time.
AT_ONCE = 8
# 1,000 sessions that come back leave more pages in part used than those that only went.
ALLOWED_MEMORY = 16 << 20


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


def largest_crowd(times):
    """The most that came within any half of a second."""
    most, first = 0, 0
    for place, at in enumerate(times):
        while at - times[first] > CROWDED:
            first += 1
        most = max(most, place - first + 1)
    return most


def crowd(stage):
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        stage.sessions = list(pool.map(
            lambda _: stage.session(1, reconnect={"min": BACKOFF, "max": LONGEST}), range(SESSIONS)))
    for session in stage.sessions:
        session.main.close()


def settle(stage):
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(stage.settle, stage.sessions))


def read_all(stage):
    return [session.read_once("poll") for session in stage.sessions]


def delays_of(log):
    """The delay before each attempt, in seconds, the first one's as the log's times have it."""
    lost = next(at for at, entry in enumerate(log) if entry["kind"] == "disconnected")
    failed = [entry for entry in log[lost:] if entry["kind"] == "connect_failed"]
    begin, end = (datetime.datetime.fromisoformat(entry["at"]) for entry in (log[lost], failed[0]))
    yield 1, (end - begin).total_seconds()
    for entry in failed:
        yield entry["attempt"] + 1, entry["retry_in"]


def reconnects(stage):
    """1,000 sessions lose their server at once, and are refused for a while: they come back evenly spread, each once.
    """
    stage.start("--connect-timeout", "30s")
    with stage.load():
        pass
    crowd(stage)
    settle(stage)
    read_all(stage)
    stage.finish()
    stage.measure("before")
    crowd(stage)

    def failures():
        return stage.gateway.metric("slipgate_upstream_connect_failures_total")
    stage.upstream.end(signal.SIGKILL)
    refuser = Refuser(stage.upstream.port)
    until("each was refused some times", lambda: failures() >= SESSIONS * ATTEMPTS)
    refuser.close()
    stage.say("attempts to connect, from the server's end on:")
    print_histogram(stage, refuser.times)
    stage.say(f"at most {largest_crowd(refuser.times)} of them within {CROWDED} s")
    stage.upstream.start()
    settle(stage)
    reconnected = stage.gateway.metrics()['slipgate_upstream_reconnects_total{cause="network"}']
    stage.say(f"{reconnected:g} reconnects")

    delays = collections.defaultdict(list)
    for log in read_all(stage):
        for attempt, delay in delays_of(log):
            delays[attempt].append(delay)
    for attempt in range(1, ATTEMPTS + 1):
        longest = min(LONGEST, BACKOFF * 2 ** (attempt - 1))
        tenths = collections.Counter(min(TENTHS - 1, int(delay / longest * TENTHS)) for delay in delays[attempt])
        stage.say(f"delays before attempt {attempt}, of {longest:g} s at most, by tenths: "
                  f"{' '.join(str(tenths[tenth]) for tenth in range(TENTHS))}")
        stage.require(len(delays[attempt]) >= SESSIONS // 2, f"{len(delays[attempt])} delays before attempt {attempt}")
        if attempt > 1:
            stage.expect(f"delays in one tenth, before attempt {attempt}", max(tenths.values()),
                         int(LARGEST_SHARE * len(delays[attempt])))
    stage.finish()
    stage.measure("after", ALLOWED_MEMORY)
    stage.end()


SCENARIOS = {"reconnect-herd": reconnects}
