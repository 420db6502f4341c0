"""What a Phoenix server, or the way to it, does to those who are connected."""

import signal
import time

from processes import until
from stage import IMPATIENT, UNCONNECTED

CLOSE_CODES = (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 4000, 4999)
SHORT_CLOSE_CODES = (1000, 1001, 1011, 1012, 4999)
# Seconds; a heartbeat may take 20.
PAUSED = 1
# Packets that wait, on a link that is too slow: what is more in line holds up a heartbeat for too long.
HELD_BACK, SHORT_HELD_BACK = 200, 100
# Packets lost of all, and how many, on a link that loses some.
LOST_SHARE, LOST_PACKETS, SHORT_LOST_PACKETS = 0.05, 400, 200
GARBAGE = ("text", "utf8", "short", "binary", "frame")


def all_joined(stage):
    until("every topic is joined", lambda: all(session.is_joined() for session in stage.sessions))


def connects(stage):
    """Of sessions; a call connects when it must."""
    return sum(session.told("connected") for session in stage.sessions)


def killed(stage):
    """SIGKILL, nobody there for a while; meanwhile each session is told to be disconnected."""
    stage.start(*IMPATIENT)

    def fault():
        for _ in range(stage.times(3, 1)):
            stage.upstream.end(signal.SIGKILL)
            for session in stage.sessions:
                answer = session.main.ask("GET", f"{session.url}?until=disconnected&wait=10s")
                stage.require(answer.status == 200, f"until=disconnected: {answer.status} {answer.content}")
            stage.upstream.start()
            all_joined(stage)
    stage.under_load(fault, UNCONNECTED)


def restarted(stage):
    """SIGTERM, so that each socket is closed with 1012, and back at once."""
    stage.start(*IMPATIENT)

    def fault():
        for _ in range(stage.times(5, 2)):
            stage.upstream.end(signal.SIGTERM)
            stage.upstream.start()
            stage.await_messages()
    stage.under_load(fault, UNCONNECTED)


def until_heartbeats_are_lost(stage, cut, mend):
    """Cuts the server off until every heartbeat is overdue, some times; both are made by `stage.start`."""
    stage.start(*IMPATIENT)

    def fault():
        for _ in range(stage.times(3, 1)):
            with stage.each_told("disconnected", "heartbeat"):
                cut()
            mend()
            all_joined(stage)
    stage.under_load(fault, UNCONNECTED)


def stalled(stage):
    """SIGSTOP until every heartbeat is overdue, and SIGCONT: what the server had in hand comes back to life."""
    until_heartbeats_are_lost(stage, lambda: stage.upstream.pause(), lambda: stage.upstream.go_on())


def paused(stage):
    """SIGSTOP for less than a heartbeat may take: nothing is lost, and nobody reconnects."""
    stage.start()

    def fault():
        before = connects(stage)
        for _ in range(stage.times(5, 2)):
            stage.upstream.pause()
            time.sleep(PAUSED)
            stage.upstream.go_on()
            stage.await_messages()
        stage.require(connects(stage) == before, "a session has reconnected")
    stage.under_load(fault)


def half_open(stage):
    """Packets are dropped both ways, so that no side hears of the end of a connection."""
    until_heartbeats_are_lost(stage, lambda: stage.link.drop(), lambda: stage.link.restore())


def slow(stage):
    """A link of 400 kbit/s, on which more is sent than it can take: all comes late, and all comes."""
    stage.start()

    def fault():
        before = connects(stage)
        stage.link.slow("400kbit")
        until("packets wait for the link", lambda: stage.link.held_back() >= stage.times(HELD_BACK, SHORT_HELD_BACK))
        stage.await_messages()
        stage.link.hurry()
        stage.await_messages()
        stage.require(connects(stage) == before, "a session has reconnected")
    stage.under_load(fault)


def lossy(stage):
    """A link that loses one packet of twenty, both ways: all comes late, and all comes."""
    stage.start()

    def fault():
        before = connects(stage)
        stage.link.lose(LOST_SHARE)
        until("packets were lost", lambda: stage.link.lost() >= stage.times(LOST_PACKETS, SHORT_LOST_PACKETS))
        stage.await_messages()
        stage.say(f"{stage.link.lost()} packets lost")
        stage.link.restore()
        stage.await_messages()
        stage.require(connects(stage) == before, "a session has reconnected")
    stage.under_load(fault)


def garbage(stage):
    """What no Phoenix server sends, to every socket, one kind after another."""
    stage.start(*IMPATIENT)

    def fault():
        for _ in range(stage.times(5, 1)):
            for kind in GARBAGE:
                with stage.each_told("connected"):
                    stage.upstream.control(f"garbage?kind={kind}")
                stage.await_messages()
    stage.under_load(fault, UNCONNECTED)


def closes(stage):
    """Every socket closed with each code that a server may send."""
    stage.start(*IMPATIENT)

    def fault():
        for code in stage.times(CLOSE_CODES, SHORT_CLOSE_CODES):
            with stage.each_told("connected"):
                stage.upstream.control(f"close?code={code}")
            all_joined(stage)
            stage.await_messages()
    stage.under_load(fault, UNCONNECTED)


SCENARIOS = {
    "upstream-killed": killed,
    "upstream-restarted": restarted,
    "upstream-stalled": stalled,
    "upstream-paused": paused,
    "upstream-half-open": half_open,
    "upstream-slow": slow,
    "upstream-lossy": lossy,
    "upstream-garbage": garbage,
    "upstream-closes": closes,
}
