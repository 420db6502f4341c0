"""What those do who ask the gateway."""

import json
import socket
import struct

from background import Background
from oracle import VANISHED
from processes import Failure, Http, until
from users import NARROW

# Those that vanish, and of those that read slowly how much is sent past them: more than a log and all buffers hold.
VANISHING, SHORT_VANISHING = 1_000, 200
FLOOD, FLOOD_SIZE = 400, 100_000
LINGER_NOT = struct.pack("ii", 1, 0)
# Their requests would wait for so long, and would be noticed much earlier to be of nobody.
WAIT = "10m"
LARGEST_PAGE = 7
# What a thousand connections at once had is given back to the allocator, which keeps some: 7 to 12 MiB, and up to 18 of
# ten such crowds one after another, however many more come.
KEPT_OF_VANISHED = 24 << 20
# What three slow readers may cost: their session's log, 8 MiB, and for each an answer of 4 MiB, as entries and as
# bytes, and half as much again for what the allocator holds.
SLOW_READER_MEMORY = 48 << 20
# The allocator keeps of that what lies between what is still in use.
KEPT_OF_SLOW_READERS = 40 << 20


def requests(session):
    """Requests that wait, or are not all there, in turn; with the id of the push that one of them is."""
    number = 0
    while True:
        number += 1
        push = f"push-{session.client}-vanished-{number}"
        topic = session.topics[0]
        body = json.dumps({"event": "quicksand", "payload": {"id": push}})
        pushing = (f"POST {session.url}/topics/{topic}/push?wait={WAIT} HTTP/1.1\r\nHost: localhost\r\n"
                   f"Content-Length: {len(body)}\r\n\r\n{body}")
        yield (f"GET {session.url}/messages?after=latest&event=never&wait={WAIT} HTTP/1.1\r\n"
               "Host: localhost\r\n\r\n"), None
        yield (f"GET {session.url}/events?after=latest HTTP/1.1\r\nHost: localhost\r\n"
               "Accept: text/event-stream\r\n\r\n"), None
        yield pushing, push
        yield pushing[:-10], None
        yield f"GET {session.url}/mess", None
        yield (f"POST {session.url}/await?wait={WAIT} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 17\r\n\r\n"
               '{"event":"never"}'), None


def vanish(stage):
    """Clients that go, by FIN and by RST, while their request waits, streams or is half sent: nobody waits for them."""
    stage.start("--max-wait", WAIT)

    def waiting():
        metrics = stage.gateway.metrics()
        return metrics["slipgate_waiting_requests"] + metrics["slipgate_open_streams"]

    def fault():
        session = stage.sessions[0]
        # A poll, two streams and a push of each session go on, and a call.
        usual = 4 * len(stage.sessions) + 1
        count = stage.times(VANISHING, SHORT_VANISHING)
        gone, texts = [], requests(session)
        for _ in range(count):
            text, push = next(texts)
            if push:
                stage.record.lost(session.client, "push", VANISHED, None, push)
                stage.record.write("push", client=session.client, id=push, event="quicksand",
                                   status=None, code=None, sent=None, answer=None)
            gone.append(socket.create_connection(("127.0.0.1", stage.gateway.port)))
            gone[-1].sendall(text.encode())
        # Four of six wait.
        until("they wait", lambda: waiting() >= count * 4 // 6 - 4)
        stage.say(f"{waiting():g} wait or stream, of them {count} are to vanish or half sent")
        for number, client in enumerate(gone):
            if number % 2:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
            client.close()
        until("nobody waits for those that have gone", lambda: waiting() <= usual)
        until("their connections are gone", lambda: stage.gateway.metric("slipgate_connections") <= usual + 4 * len(
            stage.sessions))
    stage.under_load(fault, allowed_memory=KEPT_OF_VANISHED)


def read_slowly(stage):
    """Streams and polls that nobody reads while 40 or 120 MB come: others get all, these what is kept, the rest told.
    """
    stage.start()

    def fault():
        session = stage.sessions[0]
        slow = [session.read(f"slow {accept}", accept, width=NARROW) for accept in (
            "application/x-ndjson", "text/event-stream", "application/json")]
        until("the slow ones read", lambda: all(reader.messages for reader in slow))
        for reader in slow:
            reader.may_read.clear()
        before = worst = stage.gateway.resident_bytes()
        fill = {"fill": "x" * FLOOD_SIZE}
        for number in range(stage.times(3 * FLOOD, FLOOD)):
            topic = session.topics[number % len(session.topics)]
            stage.upstream.control(f"broadcast?topic={topic}&event=shout&seq=true", fill)
            worst = max(worst, stage.gateway.resident_bytes())
        stage.await_messages(except_for=slow)
        stage.require(stage.gateway.metric("slipgate_session_log_dropped_entries_total"), "nothing was dropped")
        stage.expect("memory more while some read slowly", worst - before, SLOW_READER_MEMORY)
        for reader in slow:
            reader.may_read.set()
        stage.await_messages()
    stage.under_load(fault, allowed_memory=KEPT_OF_SLOW_READERS)


def page_twice(http, session, entries, place):
    """Asks twice for a page behind one of the entries, which must have what was read there before."""
    cursor, limit = entries[place]["cursor"], 1 + place % LARGEST_PAGE
    expected = entries[place + 1:place + 1 + limit]
    first, second = (http.ask("GET", f"{session.url}/events?after={cursor}&limit={limit}") for _ in range(2))
    for answer in (first, second):
        # At the end of what was known more may have come.
        seen = answer.body["events"][:len(expected)]
        if seen != expected:
            raise Failure(f"after {cursor} came {seen}, before {expected}")
    # Of a page that is full nothing can change, once it says that there is more.
    if len(expected) == limit and first.body["more"] and first.content != second.content:
        raise Failure(f"after {cursor} came {first.content}, and then {second.content}")


def page_all(session, step):
    """Reads behind every entry that there is now, or every so many; and behind what is no cursor of this log, which is
    refused at once."""
    http = Http(session.gateway.port)
    entries = http.ask("GET", f"{session.url}/events?limit=1000").body["events"]
    for place in range(0, len(entries) - 1, step):
        page_twice(http, session, entries, place)
    for cursor, status in ((entries[0]["cursor"].replace("-", "x-"), 410), ("nonsense", 400)):
        answer = http.ask("GET", f"{session.url}/events?after={cursor}&wait={WAIT}")
        if answer.status != status:
            raise Failure(f"after={cursor} was answered with {answer.status}")
    http.close()


def repeat_cursors(stage):
    """Everybody reads again from every cursor, in pages of every size: the same entries, as often as asked."""
    stage.start()

    def fault():
        threads = [Background(page_all, session, stage.times(1, 5)) for session in stage.sessions]
        for thread in threads:
            thread.finish()
        stage.check()
    stage.under_load(fault)


SCENARIOS = {
    "clients-vanish": vanish,
    "clients-read-slowly": read_slowly,
    "clients-repeat-cursors": repeat_cursors,
}
