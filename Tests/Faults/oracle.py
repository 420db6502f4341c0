"""Compares what was read from the gateway with the sequence that the demo server wrote, prints a table of counts, and
exits 1 for what must not be: a message that the server sent while connected and that is not in the log once, in order
and as it was, a gap that is not told, a push that was written twice or has another outcome than it is said to have, a
request that got no whole answer, a reader that read nothing or something else than another, and at the end a waiter, a
session, a descriptor or memory that is left.

The log of a session's topic is compared by Tests/Chaos/compare.py, join by join. The gateway joins with the same params
each time: which of the server's joins one of the log's is, the numbers of its messages say."""

import argparse
import collections
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Chaos"))
import compare
from verdict import report

# What the same load without and with the fault may differ by: a thread's descriptors. The record says it of memory.
ALLOWED_DESCRIPTORS = 4
PROPER_CLOSE = 1000
# How a request may fail, by the signal that the gateway was sent: once it is told to stop it takes no more connections,
# resets those that it had not taken yet, and answers on others. Some clients of a scenario go before they are answered.
VANISHED = "vanished"
REFUSED = {"ConnectionRefusedError, new connection", "ConnectionResetError, new connection"}
ALLOWED_LOSSES = {None: {VANISHED}, "SIGTERM": REFUSED}
# After a signal that can't be caught, anything.
UNBOUNDED = "SIGKILL"
# What these codes say of whether the push was written.
SENT = {"disconnected": False, "not-joined": False, "reply-lost": True}
# With these a call has not come to its push, and most say nothing of it.
BEFORE_PUSH = ("upstream-refused", "connect-timeout", "join-timeout", "capacity")
NOUNS = {"push": "pushes", "call": "calls"}
# A gap's reason, and compare.py's cause for the topic's being joined anew.
CAUSES = {"reconnect": "reconnect", "rejoin": "channelError"}
MUST_BE_NONE = ("waiting", "streams", "requests", "connections", "sessions", "log bytes")


def numbered(lines):
    """The sequence with each join numbered, as compare.py has them."""
    for number, line in enumerate(lines):
        if line["kind"] == "join":
            line = {**line, "payload": {**line["payload"], "join": number}}
        yield line


def fingerprint(message):
    """What a message says, in the server's sequence and in the log."""
    return hash((message["event"], str(message["payload"])))


def said(topic, reply):
    """What a reply says, in the server's sequence and in the log; what it is an answer to, its id says, if it has one.
    """
    return topic, reply["status"], str(reply.get("payload", reply.get("response")))


def item_of(message):
    """What a topic's message is known by: its number, or a marker's id."""
    return message.get("seq", message.get("id"))


class Server(compare.Server):
    """The sequence of a server whose clients are sessions: those leave their topics at the end."""

    def __init__(self, lines, complain):
        self.leaves = set()
        self.fingerprints = {}  # a topic's, by what its messages are known by
        # The last join of all, and that before each socket was closed with a code.
        self.last_join, self.closed_behind = -1, {}
        super().__init__(numbered(lines), complain)

    def out_message(self, line):
        super().out_message(line)
        self.fingerprints[line["topic"], item_of(line["payload"])] = fingerprint(line)

    out_broadcast = out_message

    def in_leave(self, line):
        self.leaves.add((line["conn"], line["ref"]))

    def out_reply(self, line):
        if (line["conn"], line["ref"]) not in self.leaves:
            super().out_reply(line)

    def in_join(self, line):
        super().in_join(line)
        self.last_join = line["payload"]["join"]

    def out_close(self, line):
        if line["topic"] is None:
            self.closed_behind[line["conn"]] = self.last_join
            return super().out_close(line)
        join = self.current.pop(self.at(line), None)
        if join:
            join.end = "left"


class Reader(compare.Reader):
    """A reader's topic: each message says what the server said, and where the server closed a socket with a code, all
    that it sent before has come."""

    def __init__(self, client, topic, server, counts, complain):
        super().__init__((client, topic), server.joins.get((client, topic), []), counts, complain)
        self.topic, self.fingerprints = topic, server.fingerprints
        self.closed_behind = server.closed_behind

    def message(self, event):
        super().message(event)
        if self.fingerprints.get((self.topic, item_of(event)), event["fingerprint"]) != event["fingerprint"]:
            self.complain(f"message {item_of(event)} has another event or payload than it was sent with")

    def begin(self, event):
        before, place = self.join, self.place
        if not super().begin(event):
            return False
        if before >= 0 and not self.dropped:
            join = self.joins[before]
            # One that was closed only after the client had joined elsewhere was dead before.
            closed_behind = self.closed_behind.get(join.conn, self.joins[self.join].number)
            if closed_behind < self.joins[self.join].number and place < len(join.sent):
                self.complain(f"{len(join.sent) - place} messages lost, though the server closed the socket in order")
        return True


class Log:
    """What one reader read of a session's log, entry by entry."""

    def __init__(self, name, complain):
        self.complain = lambda words: complain(f"{name}: {words}")
        self.last = None
        self.topics = collections.defaultdict(list)  # compare.py's events
        self.is_rejoined = {}
        self.replies = collections.Counter()
        self.has_dropped = False
        self.reason = None

    def take(self, entry):
        epoch, _, number = entry["cursor"].rpartition("-")
        number, kind = int(number), entry["kind"]
        lost = entry.get("dropped", 1)
        if self.last and (epoch, number) != (self.last[0], self.last[1] + lost):
            self.complain(f"entry {entry['cursor']} comes behind {self.last[1]}, {lost - 1} told as lost")
        self.last = epoch, number
        getattr(self, kind, self.other)(entry)

    def other(self, entry):
        pass

    def joined(self, entry):
        if entry["rejoin"]:
            self.is_rejoined[entry["topic"]] = True
        else:
            self.topics[entry["topic"]].append({"kind": "joined"})

    def gap(self, entry):
        if "dropped" in entry:
            self.drop(entry["dropped"])
        elif entry["reason"] in CAUSES:
            self.join_anew(entry)
        else:
            self.complain(f"the gap {entry['cursor']} is for {entry['reason']}")

    def drop(self, count):
        """Entries of any topic may be among them, and joins."""
        self.has_dropped = True
        for events in self.topics.values():
            events.append({"kind": "dropped_events", "count": count})
        self.is_rejoined = {}

    def join_anew(self, entry):
        """The log first has a topic's join, and then this gap; a drop just before may have taken the join."""
        events = self.topics[entry["topic"]]
        was_dropped = bool(events) and events[-1]["kind"] == "dropped_events"
        if not self.is_rejoined.pop(entry["topic"], False) and not was_dropped:
            self.complain(f"the gap {entry['cursor']} comes without a join")
        events.append({"kind": "rejoined", "cause": CAUSES[entry["reason"]]})

    def message(self, entry):
        if self.is_rejoined.get(entry["topic"]):
            self.complain(f"{entry['topic']} was joined anew before {entry['cursor']}, and no gap was told")
        payload = entry["payload"]
        self.topics[entry["topic"]].append(
            {"kind": "message", "fingerprint": fingerprint(entry),
             **{name: payload[name] for name in ("seq", "id") if name in payload}})

    def reply(self, entry):
        self.replies[said(entry["topic"], entry)] += 1

    def topic_error(self, entry):
        self.topics[entry["topic"]].append({"kind": "crashed"})


def named(events, joins):
    """A topic's events in the log, each join with the number of the server's join that it is."""
    last = -1
    for index, event in enumerate(events):
        if event["kind"] in ("joined", "rejoined"):
            behind = next((other for other in events[index + 1:] if other["kind"] != "crashed"), {})
            last = next(iter(candidates(event, behind, joins, last)), last + 1)
            event = {**event, "join": joins[last].number if last < len(joins) else -1}
        yield event


def candidates(event, behind, joins, last):
    """The places of the joins after the last one that this event may be, the likeliest first."""
    later = range(last + 1, len(joins))
    if behind.get("kind") == "message":
        # The one that begins with the message behind the event; where what it began with was lost, one that has it.
        item = item_of(behind)
        return [at for at in later if joins[at].sent[:1] == [item]] or [at for at in later if item in joins[at].sent]
    if last < 0:
        return later
    # After a channel's crash the topic is joined on the same socket, and otherwise on another.
    is_same = event.get("cause") == "channelError"
    return [at for at in later if (joins[at].conn == joins[last].conn) == is_same]


class Oracle:
    def __init__(self, sequence, seen):
        self.violations = []
        self.counts = collections.Counter()
        self.server = Server(sequence, self.violations.append)
        self.topics = {}  # a session's
        self.logs, self.texts, self.pushes, self.finals, self.figures = {}, {}, {}, {}, {}
        self.codes = {"push": (), "call": ()}  # what it may be answered with now
        self.lost = set()  # pushes
        for line in seen:
            getattr(self, f"take_{line['kind']}")(line)
        for client in self.topics.keys() - {client for client, _ in self.logs}:
            self.violations.append(f"client {client}: nobody read its log")
        for (client, _), log in self.logs.items():
            self.compare_log(client, log)
        self.compare_replies()
        self.compare_pushes()
        self.compare_figures()
        if not all(self.counts[name] for name in ("messages seen", "pushes answered", "calls answered")):
            self.violations.append("nothing has happened")

    def take_session(self, line):
        self.counts["sessions"] += 1
        self.topics[line["client"]] = line["topics"]

    def take_reader(self, line):
        self.log(line)

    def log(self, line):
        at = line["client"], line["reader"]
        if at not in self.logs:
            self.logs[at] = Log(f"client {at[0]}, {at[1]}", self.violations.append)
        return self.logs[at]

    def take_entry(self, line):
        self.log(line).take(line["entry"])
        at, text = (line["client"], line["entry"]["cursor"]), hash(str(line["entry"]))
        if line["entry"].get("dropped") is None and self.texts.setdefault(at, text) != text:
            self.violations.append(f"client {at[0]}: two readers read different entries at {at[1]}")

    def take_ended(self, line):
        self.log(line).reason = line["reason"]

    def take_push(self, line):
        if line["id"] in self.pushes:
            self.violations.append(f"push {line['id']} has two outcomes")
        self.pushes[line["id"]] = line
        if line["status"] not in (None, 200) and line["code"] not in self.codes[line["kind"]]:
            self.violations.append(f"push {line['id']} was answered with {line['code']}")

    take_call = take_push

    def take_allowed(self, line):
        self.codes = {"push": line["codes"], "call": line["calls"]}

    def take_lost(self, line):
        self.counts[f"requests lost: {line['failure']}, {line['ending'] or 'no signal'}"] += 1
        self.lost.add(line["push"])
        if line["ending"] != UNBOUNDED and line["failure"] not in ALLOWED_LOSSES[line["ending"]]:
            self.violations.append(
                f"client {line['client']}: {line['name']} {line['push'] or ''} got no whole answer: {line['failure']}")

    def take_final(self, line):
        self.finals[line["client"]] = line["markers"]
        self.take_closed({**line, "status": PROPER_CLOSE})

    def take_closed(self, line):
        """How a session's last socket is said to have ended."""
        sockets = [socket for socket, client in self.server.clients.items() if client == line["client"]]
        end = self.server.closes.get(max(sockets, default=None))
        if end != ("in", line["status"]):
            self.violations.append(f"client {line['client']}: its last socket ended with {end}")

    def take_figures(self, line):
        self.figures[line["when"]] = line

    def take_expected(self, line):
        """A scenario's own measure, which is to be no more than another."""
        self.counts[line["name"]] += line["value"]
        if line["value"] > line["bound"]:
            self.violations.append(f"{line['name']}: {line['value']}, over {line['bound']}")

    def compare_log(self, client, log):
        for topic in {**log.topics, **dict.fromkeys(self.topics[client])}:
            events = log.topics.get(topic, [])
            reader = Reader(client, topic, self.server, self.counts, self.violations.append)
            for event in named(events, reader.joins):
                reader.take(event)
            if client in self.finals:
                reader.has_ended = True
                reader.finish(self.finals[client].get(topic))
            # A session whose gateway was stopped or killed is at no proper end; until then it was read.
            elif not reader.seen:
                log.complain(f"read no message of {topic}")
        if client in self.finals and log.reason not in ("session-ended", "session-not-found"):
            log.complain(f"ended with {log.reason}")

    def compare_replies(self):
        """No log has more replies than the server gave; one that was read from its start to its end has at least those
        that pushes were answered with, since a reply is in the log before that."""
        given, answered = collections.Counter(), collections.defaultdict(collections.Counter)
        for name, push in self.server.pushes.items():
            replies = [said(line["topic"], line) for line in push.replies]
            given.update(replies)
            outcome = self.pushes.get(name)
            if outcome and outcome["status"] == 200:
                answered[outcome["client"]].update(replies[:1])
        for (client, _), log in self.logs.items():
            self.counts["replies seen"] += log.replies.total()
            for reply in log.replies - given:
                log.complain(f"has the reply {reply} {log.replies[reply]} times, given {given[reply]} times")
            if client in self.finals and not log.has_dropped:
                for reply in answered[client] - log.replies:
                    log.complain(f"has the reply {reply} {log.replies[reply]} times, {answered[client][reply]} pushes "
                                 "were answered with it")

    def compare_pushes(self):
        compare.repeated_or_unknown(self.server.pushes, self.pushes, self.violations.append)
        for name, outcome in self.pushes.items():
            self.compare_push(name, outcome, self.server.pushes.get(name, compare.Push()))

    def compare_push(self, name, outcome, push):
        if outcome["status"] == 200:
            self.counts[f"{NOUNS[outcome['kind']]} answered"] += 1
            answers = [line["payload"].get("id") for line in push.replies if line["status"] == "ok"]
            if push.count != 1 or len(answers) != 1 or answers[0] != outcome["answer"]:
                self.violations.append(f"push {name} is said to be answered with {outcome['answer']}: {answers}")
            if outcome["event"] == "echo" and outcome["answer"] != name:
                self.violations.append(f"push {name} got the answer to {outcome['answer']}")
            return
        self.counts[f"{NOUNS[outcome['kind']]}: {outcome['code'] or 'lost'}"] += 1
        if (outcome["sent"] is False or outcome["code"] in BEFORE_PUSH) and push.count:
            self.violations.append(f"push {name} was written, and is said not to have been")
        if outcome["sent"] != SENT.get(outcome["code"], outcome["sent"]):
            self.violations.append(f"push {name} was answered with {outcome['code']}, sent {outcome['sent']}")
        if outcome["status"] is None and name not in self.lost:
            self.violations.append(f"push {name} got no answer, and nobody knows why")

    def compare_figures(self):
        if self.figures.keys() != {"before", "after"}:
            self.violations.append("the figures before and after are missing")
            return
        before, after = (self.figures[when]["values"] for when in ("before", "after"))
        for name in MUST_BE_NONE:
            if after[name]:
                self.violations.append(f"{after[name]:g} {name} left at the end")
        allowed_memory = self.figures["after"]["allowed_memory"]
        for name, allowed in (("descriptors", ALLOWED_DESCRIPTORS), ("memory", allowed_memory)):
            self.counts[f"{name} more than before"] = max(0, after[name] - before[name])
            if allowed is not None and after[name] - before[name] > allowed:
                self.violations.append(f"{name}: {before[name]} before, {after[name]} after, {allowed} more allowed")


def recorded(folder):
    """The server's sequence and what was seen, line by line."""
    return [compare.read(os.path.join(folder, name)) for name in ("sequence.jsonl", "seen.jsonl")]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    oracle = Oracle(*recorded(parser.parse_args().folder))
    print(f"{oracle.server.lines:11,}  lines of the server's sequence")
    return report(oracle.counts, oracle.violations)


if __name__ == "__main__":
    sys.exit(main())
