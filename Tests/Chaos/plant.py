"""Plants faults in what a run has written, one at a time, and fails where the comparison does not notice one: a check
that can't fail checks nothing."""

import argparse
import copy
import sys

from compare import Comparison, read


def where(lines, **members):
    """The place of the middle one of the lines with these members."""
    places = [place for place, line in enumerate(lines)
              if all(line.get(name) == value for name, value in members.items())]
    if not places:
        raise LookupError(members)
    return places[len(places) // 2]


def pair(lines, **members):
    """The places of two messages, one behind the other on the same topic of a client, with nothing in between."""
    last = {}
    for place, line in enumerate(lines):
        if "topic" not in line or line["kind"] in ("push", "sent"):
            continue
        key = line["client"], line["topic"]
        before = last.get(key)
        if before is not None and all(
                lines[at].get(name) == value for at in (before, place) for name, value in members.items()):
            return before, place
        last[key] = place
    raise LookupError(members)


def lose(lines, **members):
    del lines[where(lines, **members)]


def repeat(lines, **members):
    place = where(lines, **members)
    lines.insert(place + 1, copy.deepcopy(lines[place]))


def change(lines, members, **others):
    place = where(lines, **members)
    lines[place] = {**lines[place], **others}


def swap(lines, **members):
    one, other = pair(lines, **members)
    lines[one], lines[other] = lines[other], lines[one]


def lose_seen(_, clients):
    del clients[pair(clients, kind="message")[0]]


def answer_again(server, _):
    answers = [place for place, line in enumerate(server) if line["kind"] == "reply" and "id" in line["payload"]]
    server.insert(answers[len(answers) // 2], server[answers[len(answers) // 2]])


REPLY = {"kind": "push", "cause": "reply"}
PLANTED = {
    "a message that was not seen": lose_seen,
    "a message seen twice": lambda server, clients: repeat(clients, kind="message"),
    "messages seen in another order": lambda server, clients: swap(clients, kind="message"),
    "a message that was never sent": lambda server, clients: change(clients, {"kind": "message"}, seq=10**9),
    "a gap that was not told": lambda server, clients: lose(clients, kind="rejoined"),
    "a gap told twice": lambda server, clients: repeat(clients, kind="rejoined"),
    "a gap of another cause": lambda server, clients: change(
        clients, {"kind": "rejoined", "cause": "channelError"}, cause="reconnect"),
    "a crash that was not told": lambda server, clients: lose(clients, kind="crashed"),
    "a push without an outcome": lambda server, clients: lose(clients, **REPLY),
    "a push with two outcomes": lambda server, clients: repeat(clients, **REPLY),
    "a reply to another push": lambda server, clients: change(clients, REPLY, answer="another"),
    "a push that was answered, and is said to be unsent": lambda server, clients: change(
        clients, REPLY, cause="notJoined", isUnsent=True),
    "a push that was not sent, and is said to be answered": lambda server, clients: change(
        clients, {"kind": "push", "isUnsent": True}, cause="reply", isUnsent=False),
    "a push that did not wait": lambda server, clients: change(
        clients, {"kind": "push", "isPatient": True, "cause": "expired"}, cause="notConnected"),
    "a push sent twice": lambda server, clients: repeat(server, kind="push"),
    "a push answered twice": answer_again,
    "a topic joined twice": lambda server, clients: repeat(server, kind="join"),
    "a client that is not connected": lambda server, clients: change(
        clients, {"kind": "final"}, isConnected=False),
    "a topic that does not answer": lambda server, clients: change(clients, {"kind": "final"}, markers={}),
    "events that ended with an error": lambda server, clients: change(
        clients, {"kind": "ended"}, cause="crashed"),
    "a socket that was lost at the end": lambda server, clients: change(
        server, {"kind": "close", "dir": "in", "status": 1000}, status=1006),
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("sequence")
    parser.add_argument("clients")
    options = parser.parse_args()
    server, clients = list(read(options.sequence)), list(read(options.clients))
    missed = []
    for name, plant in PLANTED.items():
        files = list(server), list(clients)
        plant(*files)
        if not Comparison(*files).violations:
            missed.append(name)
    for name in missed:
        print(f"NOT NOTICED  {name}")
    print(f"{len(PLANTED) - len(missed):9,}  of {len(PLANTED)} planted faults noticed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
