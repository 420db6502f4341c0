"""The gateway's users: readers of a session's log, and those who push and call. What they see is recorded as it comes.
"""

import collections
import http.client
import json
import threading
import time

from processes import LIMIT, LOST, PAUSE, Http

POLL_WAIT = "1s"
# What has a key is asked for again when its reply takes longer, and what has none is waited for, so that a busy machine
# makes no reply-timeout.
KEYED_WAIT, PUSH_WAIT = "2s", "50s"
PUSH_TRIES = 20
# What the server refuses by order is tried again.
CREATE_TRIES, CREATE_PAUSE = 100, 0.1
# Every so many pushes one has a key, and is sent again with it after it was answered: each key is remembered for ten
# minutes, which looks like a leak. Every so many ask for a burst.
KEYED_EVERY, BURST_EVERY = 5, 10
BURST = 20
# Messages that mark the end of what a topic is sent begin so.
MARKER = "end-"
# A receive buffer that holds next to nothing, for who reads slowly.
NARROW = 4096


class CutShort(http.client.HTTPException):
    """A stream that ended, and had not said that it would."""


class Refused(http.client.HTTPException):
    """A read that was answered with 503."""


class Record:
    """What was seen, a line of JSON each."""

    def __init__(self, path):
        self.file = open(path, "w", encoding="utf-8")
        self.lock = threading.Lock()

    def write(self, kind, **members):
        line = json.dumps({"kind": kind, **members})
        with self.lock:
            # Who is still at work when a scenario has failed has nothing more to tell.
            if not self.file.closed:
                self.file.write(f"{line}\n")

    def lost(self, client, name, failure, ending, push=None):
        """A request that got no whole answer: whose, how that showed, and what had been done to the gateway."""
        self.write("lost", client=client, name=name, failure=failure, ending=ending, push=push)

    def close(self):
        with self.lock:
            self.file.close()


class Reader:
    """Reads a session's log from its start to its end, by long polls or as a stream, begun again where it was lost."""

    def __init__(self, session, name, accept, width):
        self.session, self.name, self.accept = session, name, accept
        self.http = Http(session.gateway.port, width=width)
        self.after, self.reason = "oldest", None
        self.messages, self.markers, self.failure = 0, set(), None
        self.kinds = collections.Counter()  # of entries, each with its cause
        self.may_read = threading.Event()
        self.may_read.set()
        session.record.write("reader", client=session.client, reader=name)
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        read = self.poll if self.accept == "application/json" else self.follow
        try:
            while self.reason is None:
                try:
                    read(self.http)
                except LOST as failure:
                    self.session.lost(self.http, self.name, failure)
                    self.http.close()
                    if not self.session.gateway.is_running:
                        self.reason = "gone"
                    time.sleep(PAUSE)
        except Exception as failure:  # told where the reader is waited for
            self.failure = failure
        finally:
            self.http.close()
            self.session.record.write("ended", client=self.session.client, reader=self.name, reason=self.reason)

    def poll(self, connection):
        self.may_read.wait()
        answer = connection.ask("GET", f"{self.session.url}/events?after={self.after}&wait={POLL_WAIT}&limit=100")
        if answer.status != 200:
            return self.refused(answer.status, answer.body)
        page = answer.body
        self.take(page["events"])
        self.after = page["next"]

    def follow(self, connection):
        response = connection.begin(
            "GET", f"{self.session.url}/events?after={self.after}", None, {"Accept": self.accept})
        if response.status != 200:
            return self.refused(response.status, json.loads(response.read()))
        try:
            for line in response:
                self.may_read.wait()
                if not line.endswith(b"\n"):
                    break
                text = line.decode().strip()
                text = text.removeprefix("data:") if self.accept == "text/event-stream" else text
                if not text.lstrip().startswith("{"):
                    continue
                entry = json.loads(text)
                if "cursor" in entry:
                    self.take([entry])
                    self.after = entry["cursor"]
                elif entry["kind"] == "end":
                    if entry["reason"] in ("session-ended", "draining"):
                        self.reason = entry["reason"]
                    return
            # What was cut off is read again.
            raise CutShort
        finally:
            # What is left of a stream can't be read from the same connection.
            connection.close()

    def refused(self, status, problem):
        if status in (404, 410):
            self.reason = problem["code"]
        elif status == 503:
            raise Refused
        else:
            raise ValueError(f"a read was answered with {status}: {problem}")

    def take(self, entries):
        for entry in entries:
            self.kinds[entry["kind"], entry.get("cause")] += 1
            if entry["kind"] == "message":
                self.messages += 1
                marker = entry["payload"].get("id", "")
                if marker.startswith(MARKER):
                    self.markers.add(marker)
            self.session.record.write("entry", client=self.session.client, reader=self.name, entry=entry)


class Pusher:
    """Somebody who pushes to topics, again and again."""

    # What an outcome is recorded as.
    kind = None
    # How long one with a key waits before it is asked for again.
    keyed_wait = KEYED_WAIT

    def __init__(self, gateway, record, client, topics, keyed_every):
        self.gateway, self.record, self.client, self.keyed_every = gateway, record, client, keyed_every
        self.topics = topics
        # Of each push, in seconds.
        self.times = collections.deque()
        # For who pushes, on a thread.
        self.http = Http(gateway.port)
        self.pushes = self.answered = 0
        self.is_stopped = threading.Event()
        self.pusher, self.failure = None, None

    def lost(self, http, name, failure, push=None):
        words = f"{type(failure).__name__}{', new connection' if http.is_new else ''}"
        self.record.lost(self.client, name, words, self.gateway.ending, push)

    def begin_pushing(self, pause):
        self.pusher = threading.Thread(target=self.push_on, args=(pause,), daemon=True)
        self.pusher.start()

    def stop_pushing(self):
        self.is_stopped.set()
        if self.pusher:
            self.pusher.join()

    def push_on(self, pause):
        try:
            while not self.is_stopped.wait(pause) and self.gateway.is_running:
                self.push(self.topics[self.pushes % len(self.topics)])
        except Exception as failure:  # told by Stage.check
            self.failure = failure

    def push(self, topic):
        """Pushes once, whatever it takes, and records what became of it; true for a reply."""
        self.pushes += 1
        name = f"{self.kind}-{self.client}-{self.pushes}"
        path, body = self.request(name, topic)
        begin = time.monotonic()
        answer = self.ask(name, path, body)
        self.times.append(time.monotonic() - begin)
        members = {"status": None, "code": None, "sent": None, "answer": None}
        if answer:
            content = answer.body
            response = self.reply(content).get("response")
            members = {"status": answer.status, "code": content.get("code"), "sent": content.get("sent"),
                       "answer": response.get("id") if isinstance(response, dict) else None}
        self.record.write(self.kind, client=self.client, topic=topic, id=name, event=body["event"], **members)
        self.answered += members["status"] == 200
        return members["status"] == 200

    def ask(self, name, path, body):
        is_keyed, answer = self.pushes % self.keyed_every == 0, None
        path = f"{path}?wait={self.keyed_wait if is_keyed else PUSH_WAIT}"
        headers = {"Idempotency-Key": name} if is_keyed else {}
        for _ in range(PUSH_TRIES if is_keyed else 1):
            try:
                answer = self.http.ask("POST", path, body, headers)
                if answer.status == 504 and is_keyed:
                    # Written, and not yet answered: with the same key it is waited for, and not written again.
                    continue
                if answer.status == 200 and is_keyed:
                    again = self.http.ask("POST", path, body, headers)
                    # A gateway that stops ends the session, and with it what it remembers.
                    if again.content != answer.content and "draining" not in (
                            again.body.get("code"), again.body.get("reason")):
                        raise ValueError(f"{name} was answered with {answer.content}, and then {again.content}")
                return answer
            except LOST as failure:
                self.lost(self.http, "push", failure, name)
                if not self.gateway.is_running:
                    return answer
                time.sleep(PAUSE)
        return answer


class Caller(Pusher):
    """Somebody who has no session, and calls."""

    kind = "call"
    # One that is too late has its client kept for ten minutes, for who asks again: its log would be there at the end.
    keyed_wait = PUSH_WAIT

    def __init__(self, gateway, record, client, uri, keyed_every):
        super().__init__(gateway, record, client, [f"rooms:call-{client}"], keyed_every)
        self.uri = uri

    def request(self, name, topic):
        return "/call", {"uri": self.uri, "topic": topic, "join": {"client": self.client},
                         "event": "echo", "payload": {"id": name}}

    def reply(self, content):
        return content.get("reply", {})


class Session(Pusher):
    """A session, its readers, and somebody who pushes to its topics."""

    kind = "push"

    def __init__(self, gateway, record, client, uri, topics, keyed_every, spec):
        topics = [f"rooms:{client}-{number}" for number in range(topics)]
        super().__init__(gateway, record, client, topics, keyed_every)
        # For who asks meanwhile.
        self.main = Http(gateway.port)
        body = {"uri": uri, "reconnect": {"min": "50ms", "max": "500ms"},
                "topics": [{"topic": topic, "params": {"client": client}} for topic in self.topics], **spec}
        for _ in range(CREATE_TRIES):
            answer = self.http.ask("POST", f"/sessions?wait={LIMIT}", body)
            if answer.status == 201 or not answer.body["retryable"]:
                break
            time.sleep(CREATE_PAUSE)
        if answer.status != 201:
            raise ValueError(f"a session was answered with {answer.status}: {answer.content}")
        self.url, self.readers = answer.body["url"], []
        record.write("session", client=client, url=self.url, topics=self.topics)

    def request(self, name, topic):
        is_burst = self.pushes % BURST_EVERY == 0
        return f"{self.url}/topics/{topic}/push", (
            {"event": "burst", "payload": {"id": name, "n": BURST, "seq": True, "reply": True}} if is_burst
            else {"event": "echo", "payload": {"id": name}})

    def reply(self, content):
        return content

    def read(self, name, accept, width=None):
        self.readers.append(Reader(self, name, accept, width))
        return self.readers[-1]

    def told(self, kind, cause=None):
        """How many entries of this kind have been read."""
        return self.readers[0].kinds[kind, cause]

    def read_once(self, name):
        """The log's entries, up to now."""
        self.record.write("reader", client=self.client, reader=name)
        entries = self.main.ask("GET", f"{self.url}/events?limit=1000").body["events"]
        for entry in entries:
            self.record.write("entry", client=self.client, reader=name, entry=entry)
        self.record.write("ended", client=self.client, reader=name, reason="session-ended")
        return entries

    def is_joined(self):
        return all(self.main.ask("GET", f"{self.url}/topics/{topic}?until=joined&wait=5s").status == 200
                   for topic in self.topics)

    def delete(self):
        answer = self.main.ask("DELETE", self.url)
        self.http.close()
        self.main.close()
        if answer.status != 204:
            raise ValueError(f"DELETE was answered with {answer.status}: {answer.content}")
