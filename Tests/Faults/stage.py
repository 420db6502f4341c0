"""Where a scenario plays: the processes, sessions with readers and pushes and messages, and what is measured before and
after."""

import contextlib
import itertools
import os
import random
import signal
import threading
import time

from clients import MARKER, Record, Session
from link import Link
from processes import LOST, PAUSE, Failure, Gateway, Http, Upstream, end_all, until

# Short enough for a scenario to lose a connection by them, and long enough for a machine that does ten other things.
IMPATIENT = ["--heartbeat-interval", "1s", "--heartbeat-timeout", "1s", "--connect-timeout", "2s"]
FLAGS = ["--stream-heartbeat", "1s", "--drain-timeout", "20s"]
READERS = (("poll", "application/json"), ("lines", "application/x-ndjson"), ("events", "text/event-stream"))
# Before a fault and after it everybody has read so many messages more.
SOME_MESSAGES = 50
MARKER_LIMIT = 2
LOAD_SPAN = 1


class Stage:
    def __init__(self, program, folder, is_short, has_link):
        self.program, self.folder, self.is_short = program, folder, is_short
        self.record = Record(os.path.join(folder, "seen.jsonl"))
        self.link = Link() if has_link else None
        self.upstream = Upstream(program, folder, random.SystemRandom(), self.link)
        self.upstream.start()
        self.gateway, self.sessions, self.clients = None, [], itertools.count(1)
        self.stderr = os.path.join(folder, "stderr")

    def close(self):
        end_all(self.gateway and self.gateway.process, self.upstream.process)
        if self.link:
            self.link.close()
        self.record.close()

    def times(self, long, short):
        return short if self.is_short else long

    def say(self, words):
        print(f"  {words}", flush=True)

    def start(self, *flags, stderr=None, **options):
        flags = [*FLAGS, *flags]
        if self.link:
            flags += ["--allow-uris", f"loopback,{self.link.address}"]
        if stderr is None:
            stderr = open(self.stderr, "ab")
        self.gateway = Gateway(self.program, flags, stderr, **options)

    # MARK: Sessions under load

    def under_load(self, fault, **options):
        """The same load without the fault and then with it, measured after each; and the processes' proper end."""
        with self.load(**options):
            pass
        self.measure("before")
        with self.load(**options):
            fault()
        self.measure("after")
        self.end()

    @contextlib.contextmanager
    def load(self, count=6, topics=2, pause=0.02, readers=READERS, is_settled=True, **spec):
        self.sessions = [self.session(topics, **spec) for _ in range(count)]
        for session in self.sessions:
            for name, accept in readers:
                session.read(name, accept)
            session.begin_pushing(pause)
        is_over = threading.Event()
        shouting = threading.Thread(target=self.shout, args=(is_over, pause), daemon=True)
        shouting.start()
        self.await_messages()
        yield
        if is_settled:
            self.await_messages()
        is_over.set()
        for session in self.sessions:
            session.stop_pushing()
        shouting.join()
        if is_settled:
            for session in self.sessions:
                self.settle(session)
            self.finish()

    def session(self, topics=2, keyed_every=1, **spec):
        return Session(self.gateway, self.record, next(self.clients), self.upstream.uri, topics, keyed_every, spec)

    def await_messages(self, except_for=()):
        """Until every reader has read some more."""
        readers = [reader for session in self.sessions for reader in session.readers if reader not in except_for]
        goals = [reader.messages + SOME_MESSAGES for reader in readers]
        until("every reader has read more", lambda: all(
            reader.failure or reader.messages >= goal for reader, goal in zip(readers, goals)))
        self.check()

    def shout(self, is_over, pause):
        """Has the server number messages to one topic after another; what it doesn't take is not sent."""
        http, number = None, 0
        host = self.link.control_address if self.link else "127.0.0.1"
        while not is_over.wait(pause / max(1, len(self.sessions))):
            sessions = self.sessions
            if not sessions:
                continue
            topics = sessions[number % len(sessions)].topics
            topic = topics[number // len(sessions) % len(topics)]
            try:
                http = http or Http(self.upstream.port, host)
                http.ask("POST", f"/control/broadcast?topic={topic}&event=shout&seq=true",
                         {"fill": "x" * (number % 1000)})
                number += 1
            except LOST:
                http = None
                time.sleep(PAUSE)

    def settle(self, session):
        """Pushes until one is answered, and marks the end of each topic until all readers have read that."""
        until(f"session {session.client} is joined, and a push is answered",
              lambda: session.is_joined() and all(session.push(topic) for topic in session.topics))
        markers = {topic: self.mark(session, topic) for topic in session.topics}
        self.record.write("final", client=session.client, markers=markers)

    def push_all(self):
        """Pushes of every session go on being answered."""
        goals = [session.answered + 1 for session in self.sessions]
        until("every session's pushes are answered", lambda: all(
            session.failure or session.answered >= goal for session, goal in zip(self.sessions, goals)))
        self.check()

    def mark(self, session, topic):
        numbers = iter(range(1, 100))

        def is_read():
            marker = f"{MARKER}{topic}-{next(numbers)}"
            self.upstream.control(f"broadcast?topic={topic}&event=marker", {"id": marker})
            end = time.monotonic() + MARKER_LIMIT
            while time.monotonic() < end:
                if all(reader.failure or marker in reader.markers for reader in session.readers):
                    return marker
                time.sleep(PAUSE)
            return None
        return until(f"the end of {topic} is read", is_read)

    def finish(self):
        for session in self.sessions:
            session.delete()
        self.join()
        self.sessions = []

    def join(self):
        for session in self.sessions:
            for reader in session.readers:
                until(f"reader {reader.name} of session {session.client} ends",
                      lambda reader=reader: not reader.thread.is_alive())
        self.check()

    def check(self):
        for session in self.sessions:
            for failure in [session.failure, *(reader.failure for reader in session.readers)]:
                if failure:
                    raise failure

    # MARK: Figures

    def figures(self):
        """What there is at the gateway, as it says itself, and as the system does."""
        metrics = self.gateway.metrics()
        return {
            "waiting": metrics["slipgate_waiting_requests"],
            "streams": metrics["slipgate_open_streams"],
            "requests": metrics["slipgate_requests_in_flight"],
            "connections": metrics["slipgate_connections"],
            "sessions": sum(value for name, value in metrics.items() if name.startswith("slipgate_sessions{")),
            "log bytes": metrics["slipgate_session_log_bytes"],
            "descriptors": self.gateway.descriptors(),
            "memory": self.gateway.resident_bytes(),
        }

    def measure(self, when):
        """Waits for all to be quiet; whether it is as it must be, the oracle says."""
        names = ("waiting", "streams", "requests", "connections", "sessions", "log bytes")
        with contextlib.suppress(Failure):
            until("all is quiet", lambda: not any(self.figures()[name] for name in names), limit=20)
        figures = self.figures()
        self.record.write("figures", when=when, values=figures)
        self.say(f"{when}: {figures['descriptors']} descriptors, {figures['memory'] / 2**20:.1f} MiB")

    def say_load(self):
        """Prints what share of a processor the gateway uses now."""
        before = self.gateway.cpu_seconds()
        time.sleep(LOAD_SPAN)
        share = (self.gateway.cpu_seconds() - before) / LOAD_SPAN
        self.say(f"{100 * share:.0f} % of a processor")

    def expect(self, name, value, bound):
        """Has the oracle see to it that something is no more than it may be."""
        self.record.write("expected", name=name, value=value, bound=bound)

    def require(self, condition, words):
        if not condition:
            raise Failure(words)

    def end(self):
        """Both end as they are asked to, the gateway with exit code 0."""
        code = self.gateway.end(signal.SIGTERM)
        self.require(code == 0, f"the gateway ended with {code}")
        self.upstream.end(signal.SIGTERM)
