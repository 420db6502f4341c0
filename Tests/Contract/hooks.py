"""What schemathesis is told about the gateway: most paths want a session that exists, an upstream that does, and waits
that end; and which 5xx are failures."""

import itertools
import json
import os
import re
import urllib.error
import urllib.request
import zlib

import schemathesis

GATEWAY = os.environ["SLIPGATE"]
UPSTREAM = os.environ["UPSTREAM"]
# As long as a reply of the demo server takes, and no longer: thousands of requests wait.
LONGEST_WAIT = "100ms"
TOPIC, PRESENCE = "rooms:lobby", "presence:lobby"
# What waits 5 s where it isn't told, for what mostly doesn't come.
WAITING = {"awaitMessage", "listen", "listenWithBody"}
CURSOR = re.compile(r"[0-9A-Za-z]{1,32}-[0-9]{1,19}")
KEY = re.compile(r"[!-~]{1,200}")
numbers = itertools.count()


def ask(method, path, body=None):
    """The answer's value."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(GATEWAY + path, data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


class Session:
    """One that has joined both topics, has pushed, and has a reply and a message in its log."""

    def __init__(self):
        topics = [{"topic": TOPIC}, {"topic": PRESENCE}]
        made = ask("POST", "/sessions", {"uri": UPSTREAM, "topics": topics, "idle_timeout": "1h"})
        self.id = made["id"]
        self.ref = ask("POST", f"/sessions/{self.id}/topics/{TOPIC}/push?wait=5s", {"event": "ping"})["ref"]
        self.cursor = ask("POST", f"/sessions/{self.id}/topics/{TOPIC}/push", {"event": "push to me"})["cursor"]
        ask("GET", f"/sessions/{self.id}/messages?after={self.cursor}&wait=5s")

    def lives(self):
        """Whether it is there, and still as it was made: a disconnected one answers all that asks for more with 503."""
        try:
            topics = ask("GET", f"/sessions/{self.id}/topics")["topics"]
            states = {topic["topic"]: topic["state"] for topic in topics}
            return states.get(TOPIC) == states.get(PRESENCE) == "joined"
        except urllib.error.HTTPError:
            return False

    def end(self):
        try:
            urllib.request.urlopen(urllib.request.Request(f"{GATEWAY}/sessions/{self.id}", method="DELETE")).close()
        except urllib.error.HTTPError:
            pass  # A case has ended it.


class Sessions:
    """One session for all, made anew when a case has ended it, disconnected it, or left its topics."""

    def __init__(self):
        self.session = None

    def current(self):
        if self.session and not self.session.lives():
            # Hundreds of them on one presence topic would have the demo server do nothing but tell them of each other.
            self.session.end()
            self.session = None
        if not self.session:
            self.session = Session()
        return self.session


sessions = Sessions()


@schemathesis.hook
def before_call(context, case, kwargs):
    """Two of three cases name the session, topic, reply and cursor that there are, and an `Idempotency-Key` that nobody
    has used; the others what was drawn. A uri is the one that there is, with no endpoint beside it."""
    # Not hash, which differs from run to run.
    drawn = zlib.crc32((repr(case.path_parameters) + repr(case.query)).encode("utf-8", "surrogatepass"))
    if drawn % 3 != 0:
        name_what_there_is(case)
    body = case.body if isinstance(case.body, dict) else {}
    for members in (body, case.query or {}):
        if isinstance(members.get("uri"), str):
            members["uri"] = UPSTREAM
            members.pop("endpoint", None)
    if case.query and re.fullmatch(r"[0-9.]+(ms|s|m|h)?", str(case.query.get("wait", ""))):
        case.query["wait"] = LONGEST_WAIT
    elif case.operation.definition.raw.get("operationId") in WAITING and "wait" not in (case.query or {}):
        case.query = {**(case.query or {}), "wait": LONGEST_WAIT}
    if case.headers and str(case.headers.get("Prefer", "")).startswith("wait="):
        case.headers["Prefer"] = "wait=1"


def name_what_there_is(case):
    operation = case.operation.definition.raw.get("operationId")
    parameters = case.path_parameters or {}
    # `PUT /sessions/{id}` takes a name.
    if "id" in parameters and operation != "putSession":
        session = sessions.current()
        parameters["id"] = session.id
        if "ref" in parameters:
            parameters["ref"] = session.ref
        body = case.body if isinstance(case.body, dict) else {}
        for members in (body, case.query or {}):
            for name in ("after", "through"):
                if isinstance(members.get(name), str) and CURSOR.fullmatch(members[name]):
                    members[name] = session.cursor
    if "topic" in parameters:
        parameters["topic"] = PRESENCE if operation == "getPresence" else TOPIC
    if operation == "getPresenceOfNamed" and case.query and isinstance(case.query.get("topic"), str):
        case.query["topic"] = case.query["topic"] and PRESENCE
    key = str((case.headers or {}).get("Idempotency-Key", ""))
    if KEY.fullmatch(key):
        case.headers["Idempotency-Key"] = f"{key}-{next(numbers)}"


@schemathesis.check
def not_a_failure_of_ours(context, response, case):
    """In place of not_a_server_error: 502, 503 and 504 are answers of the contract where an operation has them."""
    if response.status_code < 500:
        return
    documented = case.operation.definition.raw.get("responses", {})
    assert response.status_code != 500, "an error of the gateway's own"
    assert str(response.status_code) in documented, f"{response.status_code} is not documented"
