"""When there is no more of something."""

import resource
import signal
import socket

from processes import LOST, Http, until
from stage import IMPATIENT, UNCONNECTED

DESCRIPTORS = 200
# Connections that say nothing, and how long they may: longer than a busy machine's clients need for their request.
SILENT, SILENT_TIME = 400, "5s"
# A limit below what is open: nothing more can be. So many connections are asked for meanwhile, and each session fails
# to get one so often.
NO_DESCRIPTORS, UNTAKEN, FAILURES = 3, 20, 3
# Percent of a processor; who tries to take a connection all the time needs all of one.
LOAD_WITHOUT_DESCRIPTORS = 80
# Five rounds of some 20 s each leave the keys of more pushes than other scenarios', and logs that were fuller.
LEFT_OF_ROUNDS = 24 << 20
# What logs may hold, and for a moment: what comes while the gateway makes room, which a busy machine delays.
LOG_MEMORY, FOR_A_MOMENT = 4 << 20, 8 << 20
# What the gateway may take more than its logs may hold: they are held as they came, and answers are made of them.
# Together that is much less than what comes, none of which would be dropped without the bound.
MEMORY_BESIDE_LOGS = 16 << 20
FILL, MESSAGES, SHORT_MESSAGES = 40_000, 2_500, 1_000


def connect_silently(stage, count):
    """Connections that say nothing; the kernel makes them, whether the gateway takes them or not."""
    return [socket.create_connection(("127.0.0.1", stage.gateway.port)) for _ in range(count)]


def is_answered(stage):
    try:
        return Http(stage.gateway.port, timeout=2).ask("GET", "/").status == 200
    except LOST:
        return False


def connections_used_up(stage):
    """More connections than there are descriptors for, which say nothing: they are ended, and who asks is answered."""
    stage.start("--head-time", SILENT_TIME, descriptors=DESCRIPTORS)

    def fault():
        for _ in range(stage.times(5, 1)):
            limit = stage.gateway.metric("slipgate_connections_limit")
            silent = connect_silently(stage, SILENT)
            until("all connections are taken", lambda: stage.gateway.metric("slipgate_connections") >= limit - 2)
            stage.say(f"{stage.gateway.descriptors()} of {DESCRIPTORS} descriptors, {limit:g} connections at most")
            stage.push_all()
            until("others are answered", lambda: is_answered(stage))
            stage.await_messages()
            for client in silent:
                client.close()
    stage.under_load(fault, count=3)


def descriptors_used_up(stage):
    """No descriptor is left at all (prlimit), and the upstream restarts: nobody can connect, until there are some."""
    stage.start(*IMPATIENT)

    def fault():
        before = resource.prlimit(stage.gateway.pid, resource.RLIMIT_NOFILE)
        for _ in range(stage.times(5, 1)):
            with stage.each_told("connect_failed", times=FAILURES):
                resource.prlimit(stage.gateway.pid, resource.RLIMIT_NOFILE, (NO_DESCRIPTORS, before[1]))
                stage.upstream.end(signal.SIGKILL)
                stage.upstream.start()
            untaken = connect_silently(stage, UNTAKEN)
            stage.expect("percent of a processor without descriptors", stage.load_now(), LOAD_WITHOUT_DESCRIPTORS)
            resource.prlimit(stage.gateway.pid, resource.RLIMIT_NOFILE, before)
            for client in untaken:
                client.close()
            until("others are answered again", lambda: is_answered(stage))
            until("every topic is joined", lambda: all(session.is_joined() for session in stage.sessions))
            stage.await_messages()
    stage.under_load(fault, UNCONNECTED, LEFT_OF_ROUNDS, ("capacity",))


def logs_full(stage):
    """More than max_log_memory comes: the oldest entries go and are told, and memory stays within its bound."""
    stage.start("--max-log-memory", str(LOG_MEMORY))

    def refusal():
        body = {"uri": stage.upstream.uri}
        answer = Http(stage.gateway.port).ask("POST", "/sessions", body)
        if answer.status == 201:
            Http(stage.gateway.port).ask("DELETE", answer.body["url"])
            return None
        stage.require(answer.status == 503 and answer.body["code"] == "capacity",
                      f"a session was refused with {answer.status}: {answer.content}")
        return answer

    def fault():
        worst, most, refused = 0, 0, 0
        before = stage.gateway.resident_bytes()
        topics = [topic for session in stage.sessions for topic in session.topics]
        for number in range(stage.times(MESSAGES, SHORT_MESSAGES)):
            stage.upstream.control(f"broadcast?topic={topics[number % len(topics)]}&event=shout&seq=true",
                                   {"fill": "x" * FILL})
            if number % 20 == 0:
                worst = max(worst, stage.gateway.resident_bytes())
                most = max(most, int(stage.gateway.metric("slipgate_session_log_bytes")))
                refused += refusal() is not None
        dropped = stage.gateway.metric("slipgate_session_log_dropped_entries_total")
        stage.require(dropped, "nothing was dropped")
        stage.say(f"{dropped:g} entries dropped, {refused} sessions refused")
        stage.expect("bytes of all logs", most, FOR_A_MOMENT)
        stage.expect("memory more while logs are full", max(0, worst - before), LOG_MEMORY + MEMORY_BESIDE_LOGS)
        # Somebody who has read says so.
        for session in stage.sessions:
            cursor = session.main.ask("GET", session.url).body["cursor"]
            session.main.ask("DELETE", f"{session.url}/messages?through={cursor}")
        until("a session is made again", lambda: refusal() is None)
    stage.under_load(fault, allowed_memory=LOG_MEMORY + MEMORY_BESIDE_LOGS)


SCENARIOS = {
    "connections-used-up": connections_used_up,
    "descriptors-used-up": descriptors_used_up,
    "logs-full": logs_full,
}
