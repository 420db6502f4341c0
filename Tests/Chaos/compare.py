"""Compares what the clients saw with the sequence that the server wrote, prints a table of counts, and exits 1 where a
client is not connected or a topic not joined at the end, a message or a push came twice, or a loss was not told.

Each join has a number of its own in its params, and the server echoes it: so both files say which join is which. What a
client saw of a join must be the beginning of what the server sent on it. It may be less than all only where the topic
was then joined anew on another connection; a channel that crashed on a connection that lasted has lost nothing. Events
that a slow reader was told were dropped may be missing there, and nowhere else."""

import argparse
import collections
import json
import sys

from verdict import report


def read(path):
    """A file's lines; one that was cut short when its writer was killed told of something that was never sent."""
    with open(path, encoding="utf-8") as file:
        for text in file:
            try:
                yield json.loads(text)
            except ValueError:
                continue


class Join:
    """A topic's join as the server saw it."""

    def __init__(self, line):
        self.conn, self.ref, self.number = line["conn"], line["join_ref"], line["payload"]["join"]
        self.is_answered = False
        self.end = None
        # What was sent on it: a counted message's number, or a marker's id.
        self.sent = []


class Push:
    """A push as the server saw it."""

    def __init__(self):
        self.count = 0
        self.replies = []


class Server:
    """The sequence file, sorted out."""

    def __init__(self, lines, complain):
        self.complain = complain
        self.clients = {}  # a socket's client
        self.current = {}  # a socket's and topic's join that has not ended
        self.joins = collections.defaultdict(list)  # a client's and topic's
        self.pushes = collections.defaultdict(Push)
        self.closes = {}  # a socket's end
        self.in_flight = {}
        self.lines = 0
        for line in lines:
            self.lines += 1
            getattr(self, f"{line['dir']}_{line['kind']}")(line)

    def at(self, line):
        return line["conn"], line["topic"]

    def in_connect(self, line):
        pass

    def in_join(self, line):
        client = line["payload"]["client"]
        if self.clients.setdefault(line["conn"], client) != client:
            self.complain(f"socket {line['conn']} is client {client}'s, and another's")
        if self.at(line) in self.current:
            self.complain(f"client {client} joined {line['topic']} twice on socket {line['conn']}")
        join = Join(line)
        self.current[self.at(line)] = join
        self.joins[client, line["topic"]].append(join)

    def in_leave(self, line):
        self.complain(f"{line['topic']} was left on socket {line['conn']}, and nobody had asked for that")

    def in_push(self, line):
        name = line["payload"]["id"]
        push = self.pushes[name]
        push.count += 1
        self.in_flight[line["conn"], line["ref"]] = push
        joins = self.joins[self.clients.get(line["conn"]), line["topic"]]
        if not any((j.conn, j.ref, j.is_answered) == (line["conn"], line["join_ref"], True) for j in joins):
            self.complain(f"push {name} was sent on a join that had not been answered")

    def out_reply(self, line):
        join = self.current.get(self.at(line))
        if join and join.ref == line["ref"]:
            if line["status"] != "ok":
                self.complain(f"the server refused the join {join.number} of {line['topic']}")
            join.is_answered = True
        elif (line["conn"], line["ref"]) in self.in_flight:
            self.in_flight[line["conn"], line["ref"]].replies.append(line)
        else:
            self.complain(f"the server answered what nobody had sent: line {line['n']}")

    def out_message(self, line):
        join = self.current.get(self.at(line))
        # A broadcast on its way while a channel ends, or begins, is none of its messages.
        if join and join.is_answered:
            join.sent.append(line["payload"].get("seq", line["payload"].get("id")))

    out_broadcast = out_message

    def out_crash(self, line):
        join = self.current.pop(self.at(line), None)
        if join:
            join.end = "crash"

    def in_close(self, line):
        self.closes[line["conn"]] = line["dir"], line["status"]

    def out_close(self, line):
        if line["topic"] is None:
            self.in_close(line)
        else:
            self.complain(f"the server closed {line['topic']} on socket {line['conn']}")
            self.current.pop(self.at(line), None)


class Reader:
    """A client's topic, event by event, beside what the server sent."""

    def __init__(self, where, joins, counts, complain):
        self.joins = [join for join in joins if join.is_answered]
        self.index = {join.number: index for index, join in enumerate(self.joins)}
        self.seen, self.counts = set(), counts
        self.complain = lambda words: complain(f"client {where[0]}, {where[1]}: {words}")
        self.join, self.place, self.dropped = -1, 0, 0
        self.is_crashed = self.has_ended = False

    def take(self, event):
        if self.has_ended:
            self.complain("was told something behind the end")
        getattr(self, event["kind"])(event)

    def joined(self, event):
        if self.join != -1:
            self.complain("was joined for the first time twice")
        self.begin(event)

    def rejoined(self, event):
        self.counts[f"gaps told, {event['cause']}"] += 1
        before = self.joins[self.join] if self.join >= 0 else None
        if self.begin(event) and before and not self.dropped:
            is_same = before.conn == self.joins[self.join].conn
            if is_same != (event["cause"] == "channelError"):
                self.complain(f"join {event['join']} was for another reason than {event['cause']}")
            if is_same and not self.is_crashed:
                self.complain(f"join {event['join']} came without a crash")
        self.is_crashed = False

    def begin(self, event):
        index = self.index.get(event["join"])
        if index is None or index <= self.join:
            self.complain(f"told of join {event['join']}, which the server has not answered, or earlier")
            return False
        if self.join >= 0:
            lost = len(self.joins[self.join].sent) - self.place
            lost += sum(len(join.sent) for join in self.joins[self.join + 1:index])
            self.counts["messages lost before a told gap"] += lost
            following = self.joins[self.join + 1]
            if lost and following.conn == self.joins[self.join].conn and not self.dropped:
                self.complain(f"{lost} messages of join {self.joins[self.join].number} lost, though the socket lasted")
        self.join, self.place = index, 0
        return True

    def message(self, event):
        self.counts["messages seen"] += 1
        item = event.get("seq", event.get("id"))
        if item in self.seen:
            self.complain(f"message {item} was seen twice")
            return
        self.seen.add(item)
        # Where events were dropped, joins may be among them.
        last = len(self.joins) if self.dropped else self.join + 1
        for index in range(max(self.join, 0), last):
            place = self.place if index == self.join else 0
            if item in self.joins[index].sent[place:]:
                found = self.joins[index].sent.index(item, place)
                self.skip(index, found, item)
                self.join, self.place, self.dropped = index, found + 1, 0
                return
        self.complain(f"message {item} was not sent on this join, or came too late")

    def skip(self, index, found, item):
        missing = found - (self.place if index == self.join else 0)
        if missing > self.dropped:
            self.complain(f"{missing} messages before {item} are missing, {self.dropped} told")
        self.counts["messages lost in told drops"] += missing

    def crashed(self, _):
        self.counts["crashes told"] += 1
        self.is_crashed = True
        if not self.dropped and self.joins[self.join].end != "crash":
            self.complain(f"told of a crash of join {self.joins[self.join].number}, which the server has not")

    def dropped_events(self, event):
        self.counts["events told as dropped"] += event["count"]
        self.dropped += event["count"]

    def ended(self, event):
        self.has_ended = True
        if "cause" in event:
            self.complain(f"the events ended with {event['cause']}")

    def finish(self, marker):
        """At the end the marker has been seen, or dropped, on the last join that there was."""
        if not self.has_ended:
            self.complain("the events have not ended")
        if not self.joins or marker is None:
            self.complain("is not joined at the end: no push was answered")
            return
        if self.dropped:
            return
        last = self.joins[-1]
        if self.join != len(self.joins) - 1:
            self.complain(f"join {last.number} was not told")
        elif marker not in last.sent[:self.place]:
            self.complain(f"{len(last.sent) - self.place} messages at the end are missing, nothing told")


class Comparison:
    def __init__(self, server_lines, client_lines):
        self.violations = []
        self.counts = collections.Counter()
        self.server = Server(server_lines, self.violations.append)
        self.readers, self.pushes, self.finals = {}, {}, {}
        self.numbers = collections.Counter()
        self.reconnected = collections.Counter()
        for line in client_lines:
            self.take(line)
        self.compare_pushes()
        for client, final in sorted(self.finals.items()):
            self.compare_end(client, final)
        if not self.finals or not self.counts["messages seen"] or not self.counts["pushes that may wait: reply"]:
            self.violations.append("nothing has happened")

    def take(self, line):
        kind, client = line["kind"], line["client"]
        if kind == "status":
            self.counts[f"status: {line['cause']}"] += 1
            self.reconnected[client] += line["cause"] == "connected"
        elif kind == "final":
            self.finals[client] = line
        elif kind in ("push", "sent"):
            self.numbers[client] += 1
            if line["id"] in self.pushes:
                self.violations.append(f"push {line['id']} has two outcomes")
            self.pushes[line["id"]] = line
            how = ("pushes that may wait" if line.get("isPatient") else "pushes") if kind == "push" else "sent"
            self.counts[f"{how}: {line['cause']}"] += 1
        else:
            where = client, line["topic"]
            if where not in self.readers:
                self.readers[where] = Reader(
                    where, self.server.joins.get(where, []), self.counts, self.violations.append)
            self.readers[where].take({**line, "kind": "dropped_events" if kind == "dropped" else kind})

    def compare_pushes(self):
        repeated_or_unknown(self.server.pushes, self.pushes, self.violations.append)
        for name, outcome in self.pushes.items():
            push = self.server.pushes.get(name, Push())
            if outcome.get("isUnsent") and push.count:
                self.violations.append(f"push {name} was sent, and is said not to have been")
            if outcome.get("isPatient") and outcome["cause"] in ("notConnected", "notJoined"):
                self.violations.append(f"push {name} did not wait for its topic: {outcome['cause']}")
            if outcome["cause"] != "reply":
                continue
            answers = [line["payload"].get("id") for line in push.replies if line["status"] == "ok"]
            if push.count != 1 or answers != [name] or outcome.get("answer") != name:
                self.violations.append(f"push {name} is said to be answered, with {outcome.get('answer')}")

    def compare_end(self, client, final):
        def complain(words):
            self.violations.append(f"client {client}: {words}")

        if not final["isConnected"]:
            complain("is not connected at the end")
        if self.numbers[client] != final["count"]:
            complain(f"made {final['count']} pushes, {self.numbers[client]} have an outcome")
        topics = sorted(topic for owner, topic in self.server.joins if owner == client)
        last = max(conn for conn, owner in self.server.clients.items() if owner == client)
        if self.server.closes.get(last) != ("in", 1000):
            complain(f"its last socket ended with {self.server.closes.get(last)}")
        for topic in topics:
            if (client, topic) not in self.readers:
                complain(f"tells nothing of {topic}")
                continue
            self.readers[client, topic].finish(final["markers"].get(topic))
            join = self.server.current.get((last, topic))
            if not join or not join.is_answered:
                complain(f"{topic} is not joined on its last socket")
        if self.reconnected[client] < 2:
            complain("never lost its connection: that is no chaos")
        for owner, topic in self.readers:
            if owner == client and topic not in topics:
                complain(f"tells of {topic}, which the server does not know")


def repeated_or_unknown(pushes, outcomes, complain):
    """Each push is written once at most, answered once at most, and has an outcome."""
    for name, push in pushes.items():
        if push.count > 1:
            complain(f"push {name} was written {push.count} times")
        if len(push.replies) > 1:
            complain(f"push {name} was answered {len(push.replies)} times")
        if name not in outcomes:
            complain(f"push {name} has no outcome")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("sequence")
    parser.add_argument("clients")
    options = parser.parse_args()
    comparison = Comparison(read(options.sequence), read(options.clients))
    print(f"{comparison.server.lines:11,}  lines of the server's sequence")
    print(f"{len(comparison.finals):11,}  clients, {len(comparison.readers)} topics joined")
    return report(comparison.counts, comparison.violations)


if __name__ == "__main__":
    sys.exit(main())
