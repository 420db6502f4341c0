"""Compares what was read from the gateway with the sequence that the demo server wrote, prints a table of counts, and
exits 1 for what must not be: a message that the server sent while connected and that is not in the log once, in order,
a gap that is not told, a push that was written twice or has another outcome than it is said to have, two readers that
read different things, and at the end a waiter, a session, a descriptor or memory that is left.

The log of a session's topic is compared by Tests/Chaos/compare.py, join by join. The gateway joins with the same params
each time: which of the server's joins one of the log's is, the numbers of its messages say."""

import argparse
import collections
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Chaos"))
import compare
from verdict import report

# What the same load without and with the fault may differ by: what the allocator keeps of the worst moment, and a
# thread's descriptors.
ALLOWED_MEMORY = 32 << 20
ALLOWED_DESCRIPTORS = 4
PROPER_CLOSE = 1000
MUST_BE_NONE = ("waiting", "streams", "requests", "connections", "sessions", "log bytes")


def numbered(lines):
    """The sequence with each join numbered, as compare.py has them."""
    for number, line in enumerate(lines):
        if line["kind"] == "join":
            line = {**line, "payload": {**line["payload"], "join": number}}
        yield line


class Server(compare.Server):
    """The sequence of a server whose clients are sessions: those leave their topics at the end."""

    def __init__(self, lines, complain):
        self.leaves = set()
        super().__init__(numbered(lines), complain)

    def in_leave(self, line):
        self.leaves.add((line["conn"], line["ref"]))

    def out_reply(self, line):
        if (line["conn"], line["ref"]) not in self.leaves:
            super().out_reply(line)

    def out_close(self, line):
        if line["topic"] is None:
            return super().out_close(line)
        join = self.current.pop(self.at(line), None)
        if join:
            join.end = "left"


class Reader(compare.Reader):
    """A reader's topic; where the server closed a socket with a code, all that it sent before has come."""

    def __init__(self, *arguments, closes):
        super().__init__(*arguments)
        self.closes = closes

    def begin(self, event):
        before, place = self.join, self.place
        if not super().begin(event):
            return False
        if before >= 0 and not self.dropped:
            join = self.joins[before]
            if self.closes.get(join.conn, (None,))[0] == "out" and place < len(join.sent):
                self.complain(f"{len(join.sent) - place} messages lost, though the server closed the socket in order")
        return True


class Log:
    """What one reader read of a session's log, entry by entry."""

    def __init__(self, name, complain):
        self.complain = lambda words: complain(f"{name}: {words}")
        self.last = None
        self.topics = collections.defaultdict(list)  # compare.py's events
        self.is_rejoined = {}
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
            for events in self.topics.values():
                events.append({"kind": "dropped_events", "count": entry["dropped"]})
            self.is_rejoined = {}
        elif entry["reason"] in ("reconnect", "rejoin"):
            if not self.is_rejoined.pop(entry["topic"], False) and not self.has_dropped(entry["topic"]):
                self.complain(f"the gap {entry['cursor']} comes without a join")
            cause = "channelError" if entry["reason"] == "rejoin" else "reconnect"
            self.topics[entry["topic"]].append({"kind": "rejoined", "cause": cause})
        else:
            self.complain(f"the gap {entry['cursor']} is for {entry['reason']}")

    def has_dropped(self, topic):
        return any(event["kind"] == "dropped_events" for event in self.topics[topic][-1:])

    def message(self, entry):
        if self.is_rejoined.get(entry["topic"]):
            self.complain(f"{entry['topic']} was joined anew before {entry['cursor']}, and no gap was told")
        payload = entry["payload"]
        self.topics[entry["topic"]].append(
            {"kind": "message", **{name: payload[name] for name in ("seq", "id") if name in payload}})

    def topic_error(self, entry):
        self.topics[entry["topic"]].append({"kind": "crashed"})


def named(events, joins):
    """The events, each join with the number that it has in the sequence: the first later one whose messages begin as
    those behind it in the log do; with no message, the first on the socket that its cause tells of."""
    place = -1
    for index, event in enumerate(events):
        if event["kind"] not in ("joined", "rejoined"):
            yield event
            continue
        behind = next((other for other in events[index + 1:] if other["kind"] != "crashed"), {})
        later = range(place + 1, len(joins))
        if behind.get("kind") == "message":
            item = behind.get("seq", behind.get("id"))
            found = [at for at in later if joins[at].sent[:1] == [item]] or [
                at for at in later if item in joins[at].sent]
        else:
            found = [at for at in later if place < 0 or (joins[at].conn == joins[place].conn) == (
                event.get("cause") == "channelError")]
        place = next(iter(found), place + 1)
        number = joins[place].number if place < len(joins) else -1
        yield {**event, "join": number}


class Oracle:
    def __init__(self, sequence, seen):
        self.violations = []
        self.counts = collections.Counter()
        self.server = Server(sequence, self.violations.append)
        self.logs, self.texts, self.pushes, self.finals, self.figures = {}, {}, {}, {}, {}
        for line in seen:
            getattr(self, f"take_{line['kind']}")(line)
        for (client, _), log in self.logs.items():
            self.compare_log(client, log)
        self.compare_pushes()
        self.compare_figures()
        if not self.counts["messages seen"] or not self.counts["pushes answered"]:
            self.violations.append("nothing has happened")

    def take_session(self, line):
        self.counts["sessions"] += 1

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
        self.figures[line["when"]] = line["values"]

    def take_expected(self, line):
        """A scenario's own measure, which is to be no more than another."""
        self.counts[line["name"]] += line["value"]
        if line["value"] > line["bound"]:
            self.violations.append(f"{line['name']}: {line['value']}, over {line['bound']}")

    def compare_log(self, client, log):
        for topic, events in log.topics.items():
            joins = self.server.joins.get((client, topic), [])
            reader = Reader((client, topic), joins, self.counts, self.violations.append, closes=self.server.closes)
            for event in named(events, reader.joins):
                reader.take(event)
            # A session whose gateway was stopped or killed is at no proper end.
            if client in self.finals:
                reader.has_ended = True
                reader.finish(self.finals[client].get(topic))
        if client in self.finals and log.reason not in ("session-ended", "session-not-found"):
            log.complain(f"ended with {log.reason}")

    def compare_pushes(self):
        compare.repeated_or_unknown(self.server.pushes, self.pushes, self.violations.append)
        for name, outcome in self.pushes.items():
            self.compare_push(name, outcome, self.server.pushes.get(name, compare.Push()))

    def compare_push(self, name, outcome, push):
        if outcome["status"] == 200:
            self.counts["pushes answered"] += 1
            answers = [line["payload"].get("id") for line in push.replies if line["status"] == "ok"]
            if push.count != 1 or len(answers) != 1 or answers[0] != outcome["answer"]:
                self.violations.append(f"push {name} is said to be answered with {outcome['answer']}: {answers}")
            if outcome["event"] == "echo" and outcome["answer"] != name:
                self.violations.append(f"push {name} got the answer to {outcome['answer']}")
            return
        self.counts[f"pushes: {outcome['code'] or 'lost'}"] += 1
        if outcome["sent"] is False and push.count:
            self.violations.append(f"push {name} was written, and is said not to have been")
        if outcome["status"] is not None and outcome["code"] not in (
                "disconnected", "not-joined", "reply-lost", "reply-timeout", "session-ended", "draining", "capacity"):
            self.violations.append(f"push {name} was answered with {outcome['code']}")

    def compare_figures(self):
        before, after = self.figures.get("before"), self.figures.get("after")
        if not before or not after:
            if self.finals:
                self.violations.append("the figures before and after are missing")
            return
        for name in MUST_BE_NONE:
            if after[name]:
                self.violations.append(f"{after[name]:g} {name} left at the end")
        for name, allowed in (("descriptors", ALLOWED_DESCRIPTORS), ("memory", ALLOWED_MEMORY)):
            self.counts[f"{name} more than before"] = max(0, after[name] - before[name])
            if after[name] - before[name] > allowed:
                self.violations.append(f"{name}: {before[name]} before, {after[name]} after")


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
