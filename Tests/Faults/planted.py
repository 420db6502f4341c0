"""Plants faults in what a scenario has recorded, one at a time, and fails where the oracle does not notice one: a check
that can't fail checks nothing."""

import argparse
import collections
import os
import sys

from oracle import ALLOWED_DESCRIPTORS, MUST_BE_NONE, PROPER_CLOSE, Oracle, recorded
from planting import answer_again, change, repeat, swap
from stage import ALLOWED_MEMORY
from users import BURST, KEYED_EVERY
from verdict import noticed

# What a server that restarts closes with.
RESTARTING = 1012


def places(lines, **members):
    """Where the lines with these members are; those of an entry by their names."""
    found = [place for place, line in enumerate(lines)
             if all(value in (line.get(name), line.get("entry", {}).get(name)) for name, value in members.items())]
    if not found:
        raise LookupError(members)
    return found


def middle(lines, **members):
    found = places(lines, **members)
    return found[len(found) // 2]


def following(lines, *kinds):
    """Where one reader read entries of these kinds, one behind the other."""
    last = collections.defaultdict(lambda: collections.deque(maxlen=len(kinds)))
    for place, line in enumerate(lines):
        if line["kind"] == "entry":
            read = last[line["client"], line["reader"]]
            read.append(place)
            if [lines[at]["entry"]["kind"] for at in read] == list(kinds):
                return tuple(read)
    raise LookupError(kinds)


def change_entry(lines, place, **members):
    change(lines, place, entry={**lines[place]["entry"], **members})


def lose_everywhere(lines, place):
    """From all readers' log, as if it had never been in it: the cursors close up."""
    client, number = lines[place]["client"], int(lines[place]["entry"]["cursor"].rpartition("-")[2])
    for at in reversed(places(lines, kind="entry", client=client)):
        epoch, _, own = lines[at]["entry"]["cursor"].rpartition("-")
        if int(own) == number:
            del lines[at]
        elif int(own) > number:
            change_entry(lines, at, cursor=f"{epoch}-{int(own) - 1}")


def swap_messages(_, seen):
    one, other, *_ = following(seen, "message", "message", "message")
    swap(seen, one, other)


def lose_message(_, seen):
    lose_everywhere(seen, following(seen, "message", "message", "message")[1])


def lose_before_close(_, seen):
    """The last message of a socket that the server then closed in order."""
    end = middle(seen, kind="disconnected", code=RESTARTING)
    client, reader = seen[end]["client"], seen[end]["reader"]
    lose_everywhere(seen, [place for place in places(seen[:end], kind="message") if (
        seen[place]["client"], seen[place]["reader"]) == (client, reader)][-1])


def exceed(_, seen):
    place = middle(seen, kind="expected")
    change(seen, place, value=seen[place]["bound"] + 1)


def lose_gap(_, seen):
    lose_everywhere(seen, middle(seen, kind="gap", reason="reconnect"))


def lose_page(_, seen):
    del seen[following(seen, "message", "message", "message")[1]]


def change_seen(_, seen):
    place = middle(seen, kind="message")
    change_entry(seen, place, payload={**seen[place]["entry"]["payload"], "seq": 10**9})


def lose_reply(**members):
    def plant(_, seen):
        lose_everywhere(seen, middle(seen, kind="reply", **members))
    return plant


def double_message(_, seen):
    double_everywhere(seen, following(seen, "message", "message", "message")[1])


def double_everywhere(seen, place):
    """Once more in the log, under a cursor of its own."""
    client, number = seen[place]["client"], int(seen[place]["entry"]["cursor"].rpartition("-")[2])
    for at in reversed(places(seen, kind="entry", client=client)):
        epoch, _, own = seen[at]["entry"]["cursor"].rpartition("-")
        if int(own) == number:
            repeat(seen, at)
        if int(own) >= number:
            change_entry(seen, at + (int(own) == number), cursor=f"{epoch}-{int(own) + 1}")


def push_unsent(_, seen):
    change(seen, middle(seen, kind="push", status=200), status=503, code="disconnected", sent=False)


def call_unsent(_, seen):
    change(seen, places(seen, kind="call", status=200)[-1], status=502, code="upstream-refused")


def write_keyed_call_twice(server, seen):
    calls = [line for line in seen if line["kind"] == "call"]
    name = calls[KEYED_EVERY - 1]["id"]
    repeat(server, next(place for place in places(server, kind="push") if server[place]["payload"]["id"] == name))


def call_unclosed(server, seen):
    client = seen[middle(seen, kind="call")]["client"]
    joined = [line["conn"] for line in server if line["kind"] == "join" and line["payload"]["client"] == client]
    change(server, middle(server, kind="close", dir="in", conn=joined[-1]), status=1006)


def push_unanswered(server, seen):
    push = seen[middle(seen, kind="push", status=200, event="echo")]["id"]
    del server[next(place for place in places(server, kind="reply") if server[place]["payload"].get("id") == push)]


def lose_request(name, failure, ending=None):
    """One that got no whole answer, of somebody who then asked again."""
    def plant(_, seen):
        place = middle(seen, kind="push", status=200)
        seen.insert(place, {"kind": "lost", "client": seen[place]["client"], "name": name, "failure": failure,
                            "ending": ending, "push": seen[place]["id"] if name == "push" else None})
    return plant


def answer(place, **members):
    """Another answer to one of the pushes that were answered with 200; the first are of the time without a fault."""
    def plant(_, seen):
        found = places(seen, kind="push", status=200)
        change(seen, found[int(place * len(found))], answer=None, **members)
    return plant


def refuse_calmly(server, seen):
    """Pushes that the gateway refuses although nothing has happened, and doesn't write."""
    place = places(seen, kind="push", status=200, event="echo")[0]
    change(seen, place, status=503, code="disconnected", sent=False, answer=None)
    server[:] = [line for line in server if line["payload"] is None or line["payload"].get("id") != seen[place]["id"]]


def unread(seen, **members):
    """Nothing of what some readers read, those of one session if that is named, is in the record."""
    seen[:] = [line for line in seen if line["kind"] != "entry" or any(
        line[name] != value for name, value in members.items())]


def end_unread(_, seen):
    """A reader had read nothing when the gateway ended."""
    client = seen.pop(middle(seen, kind="final"))["client"]
    unread(seen, client=client, reader="lines")


def forget_session(_, seen):
    client = seen[middle(seen, kind="session")]["client"]
    seen[:] = [line for line in seen if line["kind"] not in ("entry", "reader", "ended") or line["client"] != client]


def change_everywhere(**members):
    """For all readers alike a message has the number that it was sent with, and something else is another."""
    def plant(_, seen):
        place = middle(seen, kind="message", event="shout")
        client, entry = seen[place]["client"], seen[place]["entry"]
        changed = {"event": entry["event"], "payload": entry["payload"], **members}
        changed["payload"] = {**changed["payload"], "seq": entry["payload"]["seq"]}
        for at in places(seen, kind="entry", client=client, cursor=entry["cursor"]):
            change_entry(seen, at, **changed)
    return plant


def change_reply(**members):
    """For all readers alike."""
    def plant(_, seen):
        place = middle(seen, kind="reply")
        for at in places(seen, kind="entry", client=seen[place]["client"], cursor=seen[place]["entry"]["cursor"]):
            change_entry(seen, at, **members)
    return plant


def figure(name, value):
    def plant(_, seen):
        place = middle(seen, kind="figures", when="after")
        change(seen, place, values={**seen[place]["values"], name: seen[place]["values"][name] + value})
    return plant


IN_KILLED = {
    "a message that is not in the log": lose_message,
    "a message that is in the log twice": double_message,
    "a reply that is not in the log": lose_reply(),
    "a reply without an id that is not in the log": lose_reply(response={"n": BURST}),
    "a reply that is in the log twice": lambda _, seen: double_everywhere(seen, middle(seen, kind="reply")),
    "a reply that was never given": change_reply(response={"id": "another"}),
    "a reply with another status": change_reply(status="error"),
    "messages in another order": swap_messages,
    "a message that was never sent": change_seen,
    "an entry that a reader was not given": lose_page,
    "an entry that a reader was given twice": lambda _, seen: repeat(seen, middle(seen, kind="message")),
    "an entry that reads differently": lambda _, seen: change_entry(
        seen, middle(seen, kind="message"), event="another"),
    "a gap that was not told": lose_gap,
    "a gap of another cause": lambda _, seen: change_entry(
        seen, middle(seen, kind="gap", reason="reconnect"), reason="rejoin"),
    "a join anew that was not told": lambda _, seen: lose_everywhere(
        seen, middle(seen, kind="joined", rejoin=True)),
    "a push that was written twice": lambda server, _: repeat(server, middle(server, kind="push")),
    "a push that was answered twice": answer_again,
    "a push that was answered, and is said to be unsent": push_unsent,
    "a push that was not answered, and is said to be": push_unanswered,
    "a call with a key that was written twice": write_keyed_call_twice,
    "a call that was answered, and is said not to have connected": call_unsent,
    "a call that was refused without a fault": lambda _, seen: change(
        seen, places(seen, kind="call")[0], status=502, code="upstream-refused"),
    "a call with another's answer": lambda _, seen: change(
        seen, middle(seen, kind="call", status=200), answer="another"),
    "a call's socket that was not closed": call_unclosed,
    "a push without an outcome": lambda _, seen: seen.pop(middle(seen, kind="push", status=200)),
    "a push with two outcomes": lambda _, seen: repeat(seen, middle(seen, kind="push", status=200)),
    "a reply to another push": lambda _, seen: change(
        seen, middle(seen, kind="push", status=200, event="echo"), answer="another"),
    "a push that is the gateway's own mistake": lambda _, seen: change(
        seen, middle(seen, kind="push", code="disconnected"), status=500, code="internal"),
    "a push that got no answer": answer(0.5, status=None, code=None),
    "a push that was lost on its way": lose_request("push", "ConnectionResetError"),
    "a read that was cut short": lose_request("lines", "IncompleteRead"),
    "a read that got no answer": lose_request("poll", "RemoteDisconnected"),
    "a push that was cut short by the gateway's end": lose_request("push", "ConnectionResetError", "SIGTERM"),
    "a push that nobody could have sent": lose_request("push", "ConnectionRefusedError"),
    "a push that was not answered in time": answer(0.5, status=504, code="reply-timeout", sent=True),
    "a push that was refused without a fault": refuse_calmly,
    "a push whose reply was lost without a fault": answer(0, status=410, code="reply-lost", sent=True),
    "a push of which it is not said whether it was sent": lambda _, seen: change(
        seen, middle(seen, kind="push", code="disconnected"), sent=None),
    "a reader that read nothing": lambda _, seen: unread(
        seen, reader="poll", client=seen[middle(seen, kind="final")]["client"]),
    "readers of a kind that read nothing": lambda _, seen: unread(seen, reader="events"),
    "a reader that read nothing until the gateway's end": end_unread,
    "a session that nobody read": forget_session,
    "a message with another payload": change_everywhere(payload={"fill": "another"}),
    "a message with another event": change_everywhere(event="another"),
    "a socket that was not closed": lambda server, _: change(
        server, middle(server, kind="close", dir="in", status=PROPER_CLOSE), status=1006),
    "a topic joined twice": lambda server, _: repeat(server, middle(server, kind="join")),
    "a topic that does not tell its end": lambda _, seen: change(seen, middle(seen, kind="final"), markers={}),
    "a reader that is left waiting": lambda _, seen: change(seen, middle(seen, kind="ended"), reason=None),
    **{f"{name} left at the end": figure(name, 1) for name in MUST_BE_NONE},
    "descriptors left at the end": figure("descriptors", ALLOWED_DESCRIPTORS + 8),
    "memory left at the end": figure("memory", 2 * ALLOWED_MEMORY),
    "no figures at all": lambda _, seen: seen.pop(middle(seen, kind="figures", when="after")),
}
# By the scenario in whose record they are planted.
PLANTED = {
    "upstream-killed": IN_KILLED,
    "upstream-restarted": {"a message that is lost before the server's close": lose_before_close},
    "logs-full": {"a measure that is over its bound": exceed},
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", help="a scenario's, with its name")
    folder = parser.parse_args().folder
    return noticed(PLANTED[os.path.basename(folder)], recorded(folder), Oracle)


if __name__ == "__main__":
    sys.exit(main())
