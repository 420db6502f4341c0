"""Plants faults in what a run has written, one at a time, and fails where the comparison does not notice one: a check
that can't fail checks nothing."""

import argparse
import collections
import sys

from compare import Comparison, read
from planting import answer_again, change, repeat, swap
from verdict import noticed


def where(lines, **members):
    """The place of the middle one of the lines with these members."""
    places = [place for place, line in enumerate(lines)
              if all(line.get(name) == value for name, value in members.items())]
    if not places:
        raise LookupError(members)
    return places[len(places) // 2]


def follow(lines, *shapes):
    """The places of the first events of one topic of a client that have these members, one behind the other."""
    last = collections.defaultdict(lambda: collections.deque(maxlen=len(shapes)))
    for place, line in enumerate(lines):
        if "topic" not in line or line["kind"] in ("push", "sent"):
            continue
        places = last[line["client"], line["topic"]]
        places.append(place)
        if len(places) == len(shapes) and all(
                lines[at].get(name) == value for at, shape in zip(places, shapes) for name, value in shape.items()):
            return tuple(places)
    raise LookupError(shapes)


def lose_message(_, clients):
    del clients[follow(clients, MESSAGE, MESSAGE, MESSAGE)[1]]


def swap_messages(_, clients):
    _, one, other = follow(clients, MESSAGE, MESSAGE, MESSAGE)
    swap(clients, one, other)


def lose_gap(_, clients):
    del clients[follow(clients, MESSAGE, {"kind": "rejoined"}, MESSAGE)[1]]


def lose_crash(_, clients):
    del clients[follow(clients, MESSAGE, *CRASH)[1]]


def change_cause(_, clients):
    change(clients, follow(clients, MESSAGE, *CRASH)[2], cause="reconnect")


# A message in front means that no told drop is pending, which would excuse what is missing behind it.
MESSAGE = {"kind": "message"}
CRASH = {"kind": "crashed"}, {"kind": "rejoined", "cause": "channelError"}
REPLY = {"kind": "push", "cause": "reply"}
PLANTED = {
    "a message that was not seen": lose_message,
    "a message seen twice": lambda server, clients: repeat(clients, where(clients, kind="message")),
    "messages seen in another order": swap_messages,
    "a message that was never sent": lambda server, clients: change(
        clients, where(clients, kind="message"), seq=10**9),
    "a gap that was not told": lose_gap,
    "a gap told twice": lambda server, clients: repeat(clients, where(clients, kind="rejoined")),
    "a gap of another cause": change_cause,
    "a crash that was not told": lose_crash,
    "a push without an outcome": lambda server, clients: clients.pop(where(clients, **REPLY)),
    "a push with two outcomes": lambda server, clients: repeat(clients, where(clients, **REPLY)),
    "a reply to another push": lambda server, clients: change(clients, where(clients, **REPLY), answer="another"),
    "a push that was answered, and is said to be unsent": lambda server, clients: change(
        clients, where(clients, **REPLY), cause="notJoined", isUnsent=True),
    "a push that was not sent, and is said to be answered": lambda server, clients: change(
        clients, where(clients, kind="push", isUnsent=True), cause="reply", isUnsent=False),
    "a push that did not wait": lambda server, clients: change(
        clients, where(clients, kind="push", isPatient=True, cause="expired"), cause="notConnected"),
    "a push sent twice": lambda server, clients: repeat(server, where(server, kind="push")),
    "a push answered twice": answer_again,
    "a topic joined twice": lambda server, clients: repeat(server, where(server, kind="join")),
    "a client that is not connected": lambda server, clients: change(
        clients, where(clients, kind="final"), isConnected=False),
    "a topic that does not answer": lambda server, clients: change(clients, where(clients, kind="final"), markers={}),
    "events that ended with an error": lambda server, clients: change(
        clients, where(clients, kind="ended"), cause="crashed"),
    "a socket that was lost at the end": lambda server, clients: change(
        server, where(server, kind="close", dir="in", status=1000), status=1006),
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("sequence")
    parser.add_argument("clients")
    options = parser.parse_args()
    return noticed(PLANTED, [read(options.sequence), read(options.clients)], Comparison)


if __name__ == "__main__":
    sys.exit(main())
