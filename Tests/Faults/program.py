"""How these programs begin and end: told to stop, they leave no process and no folder."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile


def stop_when_told():
    """SIGTERM ends the program by way of its `finally`s, as Control-C does. It may come twice, to the whole group and
    by way of a script: the second must not end one of those."""
    def stop(number, _):
        signal.signal(number, signal.SIG_IGN)
        sys.exit(128 + number)
    signal.signal(signal.SIGTERM, stop)


def run_alone(command, limit=None):
    """Runs a program to its end, and is true where that is a good one. Whatever it has started ends with it, also when
    it is over its limit, in seconds, or this program is told to stop."""
    process = subprocess.Popen(command, start_new_session=True)
    try:
        return process.wait(timeout=limit) == 0
    except subprocess.TimeoutExpired:
        print(f"not over after {limit} s: {' '.join(command)}", flush=True)
        return False
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Records:
    """The folder for what is recorded: one to be kept, or one that is removed unless something has failed."""

    def __init__(self, kept=None):
        self.is_kept, self.folder = bool(kept), kept or tempfile.mkdtemp()
        os.makedirs(self.folder, exist_ok=True)

    def __enter__(self):
        return self

    def failed(self, words):
        """A program's exit status."""
        self.is_kept = True
        print(f"FAILED  {words}; what was recorded is in {self.folder}", flush=True)
        return 1

    def __exit__(self, _, failure, __):
        if isinstance(failure, Exception):
            self.failed(repr(failure))
        if not self.is_kept:
            shutil.rmtree(self.folder, ignore_errors=True)
