"""Where a scenario plays: the processes, sessions with readers and pushes and messages, and what is measured before and
after."""

import contextlib
import itertools
import os
import random
import signal
import threading
import time

from background import Background
from link import Link
from oracle import ALLOWED_DESCRIPTORS, MUST_BE_NONE, PROPER_CLOSE
from processes import LOST, PAUSE, Failure, Gateway, Http, Upstream, end_all, until
from users import KEYED_EVERY, MARKER, Caller, Record, Session

# Short enough for a scenario to lose a connection by them, and long enough for a machine that does ten other things.
IMPATIENT = ["--heartbeat-interval", "1s", "--heartbeat-timeout", "3s", "--connect-timeout", "4s"]
# Clients may be slow on such a machine: nobody is to lose a connection by that.
PATIENT_WITH_CLIENTS = ["--head-time", "10m", "--body-time", "10m", "--answer-time", "10m", "--keep-alive", "10m"]
# What a call was made over is closed soon, and is not among what is left at the end.
FLAGS = ["--stream-heartbeat", "1s", "--drain-timeout", "20s", "--pool-warm-time", "1s", *PATIENT_WITH_CLIENTS]
READERS = (("poll", "application/json"), ("lines", "application/x-ndjson"), ("events", "text/event-stream"))
# Before a fault and after it everybody has read so many messages more.
SOME_MESSAGES = 50
MARKER_LIMIT = 2
LOAD_SPAN, QUIET_SPAN = 1, 1
# What a push may be answered with, beside 200, while its session's socket or channel comes and goes.
UNCONNECTED = ("disconnected", "not-joined", "reply-lost")
# A call, too, with what keeps it from connecting and joining.
UNREACHED = ("upstream-refused", "connect-timeout", "join-timeout")
# What the same load without and with the fault may differ by: what the allocator keeps of the worst moment. Most
# scenarios differ by 0 to 6 MiB; one that differs by more says why.
ALLOWED_MEMORY = 8 << 20


class Stage:
    def __init__(self, program, folder, is_short=False, has_link=False, is_sanitized=False):
        self.program, self.folder, self.is_short, self.is_sanitized = program, folder, is_short, is_sanitized
        self.record = Record(os.path.join(folder, "seen.jsonl"))
        self.link = Link() if has_link else None
        self.upstream = Upstream(program, folder, random.SystemRandom(), self.link)
        self.upstream.start()
        self.gateway, self.sessions, self.caller, self.clients = None, [], None, itertools.count(1)
        # Those of the gateway, when all was quiet for the first time.
        self.descriptors = None
        # Messages that the server was made to number and send.
        self.shouts = 0
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

    def under_load(self, fault, codes=(), allowed_memory=ALLOWED_MEMORY, calls=(), **options):
        """The same load without the fault and then with it, measured after each; and the processes' proper end. With
        the fault pushes may be answered with these codes too, and calls with some more."""
        with self.load(**options):
            pass
        self.measure("before")
        self.allow(codes, calls)
        with self.load(**options):
            fault()
        self.measure("after", allowed_memory)
        self.end()

    def allow(self, codes, calls=()):
        """From now on a push and a call may be answered with these, too, and a call with more; until then with nothing
        but 200."""
        unreached = UNREACHED if "disconnected" in codes else ()
        self.record.write("allowed", codes=codes, calls=[*codes, *unreached, *calls])

    @contextlib.contextmanager
    def load(self, count=6, topics=2, pause=0.02, readers=READERS, is_settled=True, **spec):
        self.sessions = [self.session(topics, **spec) for _ in range(count)]
        for session in self.sessions:
            for name, accept in readers:
                session.read(name, accept)
            session.begin_pushing(pause)
        self.begin_calling(pause)
        is_over = threading.Event()
        shouting = Background(self.shout, is_over, pause)
        self.await_messages()
        yield
        if is_settled:
            self.await_messages()
        is_over.set()
        for user in [*self.sessions, self.caller]:
            user.stop_pushing()
        shouting.finish()
        if is_settled:
            self.finish_calling()
            for session in self.sessions:
                self.settle(session)
            self.finish()
            # The last log is that of what was called over: closed before anything else happens to the gateway.
            until("no log is left", lambda: not self.gateway.metric("slipgate_session_log_bytes"))

    def session(self, topics=2, keyed_every=KEYED_EVERY, **spec):
        return Session(self.gateway, self.record, next(self.clients), self.upstream.uri, topics, keyed_every, spec)

    def begin_calling(self, pause, keyed_every=KEYED_EVERY):
        self.caller = Caller(self.gateway, self.record, next(self.clients), self.upstream.uri, keyed_every)
        self.caller.begin_pushing(pause)

    def finish_calling(self):
        """Calls until one is answered; what it was made over is to be closed in order."""
        self.caller.stop_pushing()
        self.check()
        until("a call is answered", lambda: self.caller.push(self.caller.topics[0]))
        self.caller.http.close()
        self.record.write("closed", client=self.caller.client, status=PROPER_CLOSE)

    def await_messages(self, except_for=()):
        """Until every reader has read some more."""
        readers = [reader for session in self.sessions for reader in session.readers if reader not in except_for]
        goals = [reader.messages + SOME_MESSAGES for reader in readers]
        until("every reader has read more", lambda: all(
            reader.failure or reader.messages >= goal for reader, goal in zip(readers, goals)))
        self.check()

    @contextlib.contextmanager
    def each_told(self, kind, cause=None, times=1):
        """Has something done, and waits until each session's log tells of what comes of it, so many times."""
        goals = [session.told(kind, cause) + times for session in self.sessions]
        yield
        until(f"each session is told {kind} {cause or ''} {times} times", lambda: all(
            session.told(kind, cause) >= goal for session, goal in zip(self.sessions, goals)))

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
                self.shouts += 1
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
        users = [self.caller, *self.sessions, *(reader for session in self.sessions for reader in session.readers)]
        for user in users:
            if user and user.failure:
                raise user.failure

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

    def measure(self, when, allowed_memory=ALLOWED_MEMORY):
        """Waits for all to be quiet; whether it is as it must be, the oracle says."""
        with contextlib.suppress(Failure):
            until("all is quiet", self.is_quiet)
        figures = self.figures()
        self.descriptors = self.descriptors or figures["descriptors"]
        # A sanitizer's notes on memory grow.
        self.record.write("figures", when=when, values=figures,
                          allowed_memory=None if self.is_sanitized else allowed_memory)
        self.say(f"{when}: {figures['descriptors']} descriptors, {figures['memory'] / 2**20:.1f} MiB")

    def is_quiet(self):
        """Nothing is there any more. A session's socket may still be on its way out: that is over when the descriptors
        are no more than they were, or, when they are counted for the first time, become no fewer."""
        first = self.figures()
        if any(first[name] for name in MUST_BE_NONE):
            return False
        if self.descriptors:
            return first["descriptors"] <= self.descriptors + ALLOWED_DESCRIPTORS
        time.sleep(QUIET_SPAN)
        return self.figures()["descriptors"] >= first["descriptors"]

    def load_now(self):
        """What share of a processor the gateway uses now, in percent."""
        before = self.gateway.cpu_seconds()
        time.sleep(LOAD_SPAN)
        share = round(100 * (self.gateway.cpu_seconds() - before) / LOAD_SPAN)
        self.say(f"{share} % of a processor")
        return share

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
