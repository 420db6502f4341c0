"""The gateway's own end, with everybody at work, and its next start."""

import random
import signal

from faults import free_port
from processes import Http

# What the upstream sees of it: 1006 stands for no close frame.
SOCKETS = {signal.SIGTERM: 1000, signal.SIGKILL: 1006}
# What pushes may be answered with, beside 200.
CODES = {signal.SIGTERM: ("session-ended", "draining"), signal.SIGKILL: ()}


def end(stage, number):
    """Ends the gateway under load and starts another on its port, with a load before and after."""
    port = free_port(random.SystemRandom())
    stage.start(port=port)
    with stage.load():
        pass
    stage.measure("before")
    for _ in range(stage.times(5, 2)):
        stage.allow(CODES[number])
        with stage.load(count=12, is_settled=False):
            url = stage.sessions[0].url
            code = stage.gateway.end(number)
            stage.require(code == (0 if number == signal.SIGTERM else -number), f"the gateway ended with {code}")
        stage.join()
        for user in [*stage.sessions, stage.caller]:
            stage.record.write("closed", client=user.client, status=SOCKETS[number])
        if number == signal.SIGTERM:
            stage.expect("readers that were not told", sum(
                reader.reason == "gone" for session in stage.sessions for reader in session.readers
                if reader.accept != "application/json"), 0)
        stage.sessions = []
        stage.allow(())
        stage.start(port=port)
        answer = Http(port).ask("GET", url)
        stage.require(answer.status == 404, f"a session of before was answered with {answer.status}")
        with stage.load():
            pass
    stage.measure("after")
    stage.end()


def terminated(stage):
    """SIGTERM under load: it ends with 0, every answer is whole, streams are told their end, and sockets closed."""
    end(stage, signal.SIGTERM)


def killed(stage):
    """SIGKILL under load: what was answered is true, no push is there twice, and the next gateway takes its port."""
    end(stage, signal.SIGKILL)


SCENARIOS = {"sigterm-under-load": terminated, "sigkill-under-load": killed}
