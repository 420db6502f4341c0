"""What the machine around the gateway does."""

import os
import shutil
import struct
import subprocess

from processes import until

from .upstream import connects

CHATTY = ["--access-log", "true", "--log-level", "debug"]
# Seconds that the wall clock is off by.
DAY = 86_400
JUMPS, SHORT_JUMPS = (DAY, -DAY, 400 * DAY, -400 * DAY, 0), (DAY, -400 * DAY)
CLOCK = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "clock.c")


def dropped_lines(stage):
    return stage.gateway.metric("slipgate_stderr_dropped_lines_total")


def stderr_full(stage):
    """Standard error on /dev/full, and a line for each request: lines are lost and counted, and nothing else."""
    with open("/dev/full", "wb", buffering=0) as full:
        stage.start(*CHATTY, stderr=full)

    def fault():
        until("lines are lost", lambda: dropped_lines(stage))
        stage.await_messages()
    stage.under_load(fault)


def stderr_unread(stage):
    """Standard error on a pipe that nobody reads: once it is full, as on a full disk."""
    stage.start(*CHATTY, stderr=subprocess.PIPE)

    def fault():
        until("lines are lost", lambda: dropped_lines(stage))
        stage.await_messages()
    # More requests until the pipe is full.
    stage.under_load(fault, pause=0.005)


def clock_jumps(stage):
    """The wall clock jumps by a day and by 400 days, both ways: nobody reconnects, and no entry is too old."""
    compiler = shutil.which("clang") or "cc"
    library, path = (os.path.join(stage.folder, name) for name in ("clock.so", "clock"))
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, CLOCK], check=True)

    def jump(seconds):
        with open(path, "r+b" if os.path.exists(path) else "w+b") as file:
            file.write(struct.pack("=q", seconds))

    jump(0)
    stage.start("--log-max-age", "1h", environment={"LD_PRELOAD": library, "WALL_CLOCK_OFFSET": path})

    def day():
        session = stage.sessions[0]
        path = f"{session.url}/events?after=latest&kind=message&wait=10s"
        return session.main.ask("GET", path).body["events"][0]["at"][:10]

    def fault():
        before = connects(stage)
        for seconds in stage.times(JUMPS, SHORT_JUMPS):
            today = day()
            jump(seconds)
            until("the gateway's entries have another day", lambda: day() != today)
            stage.await_messages()
        stage.require(connects(stage) == before, "a session has reconnected")
        stage.require(not stage.gateway.metric("slipgate_session_log_dropped_entries_total"), "entries were dropped")
        jump(0)
    stage.under_load(fault)


SCENARIOS = {
    "stderr-full": stderr_full,
    "stderr-unread": stderr_unread,
    "clock-jumps": clock_jumps,
}
