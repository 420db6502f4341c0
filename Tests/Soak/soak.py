"""Plays a long run, samples it, draws it, and judges it: flat memory and descriptors, and a log without a fault."""

import argparse
import itertools
import os
import signal
import statistics
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
FAULTS = os.path.join(HERE, "..", "Faults")
sys.path.insert(0, FAULTS)
from background import Background
from processes import Failure
from program import Records, run_alone, stop_when_told
from stage import IMPATIENT, READERS, UNCONNECTED, Stage

# At once; each is there for some 20 s.
SESSIONS = 16
# Seconds between a session's pushes, between changes, and between samples.
PUSH_PAUSE, CHANGE_PAUSE, SAMPLE_PAUSE = 0.25, 1, 1
# Seconds; longer than a heartbeat may take.
STALL = 5
# Each key is remembered for ten minutes, which looks like a leak: one push in five with a key is 3 MiB in two minutes.
KEYED_EVERY = 25
# After the first third, the warming up, memory and descriptors may grow by so much: by what the allocator takes and a
# busy moment holds. At 60 pushes a second a leak of 50 bytes a push is more in 30 minutes, and one of 450 in three.
ALLOWED_MEMORY = 3 << 20
ALLOWED_DESCRIPTORS = 4
# What a judgement must notice: so many times that.
PLANTED_GROWTH = 1.5
# At the end there may be so much more than before: what the warming up takes, and the keys of the last ten minutes.
ALLOWED_AT_END = 24 << 20
# Without so many a second a run has shown nothing: samples, which are taken once a second, and messages to all topics
# together, of which there are to be 64, and are 10 on a machine that does twenty other things, under a sanitizer.
LEAST_SAMPLES, LEAST_SHOUTS = 0.8, 2
LABELS = ("seconds", "memory", "descriptors", "sessions", "waiting", "pushes", "p50", "p99")


def restart(stage):
    stage.upstream.end(signal.SIGTERM)
    stage.upstream.start()


def stall(stage):
    stage.upstream.pause()
    time.sleep(STALL)
    stage.upstream.go_on()


def control(request):
    return lambda stage: stage.upstream.control(request)


TROUBLES = (
    control("kill-transports?one-in=3"), control("crash-channels?one-in=2"), control("close?code=1012&one-in=2"),
    control("garbage?kind=frame&one-in=4"), control("half-open?one-in=4"), restart, stall,
    control("refuse?status=503&count=20"), control("kill-transports"),
)


class Sampler:
    """Looks at the gateway every second, on a thread of its own."""

    def __init__(self, stage):
        self.stage, self.samples, self.begin = stage, [], time.monotonic()
        self.is_over = threading.Event()
        self.sampling = Background(self.run)

    def run(self):
        for number in itertools.count(1):
            if self.is_over.wait(max(0, self.begin + number * SAMPLE_PAUSE - time.monotonic())):
                return
            figures = self.stage.figures()
            times = []
            for session in list(self.stage.sessions):
                while session.times:
                    times.append(1000 * session.times.popleft())
            cuts = statistics.quantiles(times, n=100) if len(times) > 1 else [0] * 99
            self.samples.append((
                time.monotonic() - self.begin, figures["memory"], figures["descriptors"], figures["sessions"],
                figures["waiting"] + figures["streams"], len(times), cuts[49], cuts[98]))

    def stop(self):
        self.is_over.set()
        self.sampling.finish()
        return self.samples


def add(stage):
    session = stage.session(keyed_every=KEYED_EVERY)
    for name, accept in READERS:
        session.read(name, accept)
    session.begin_pushing(PUSH_PAUSE)
    stage.sessions = [*stage.sessions, session]


def retire(stage):
    """The oldest session goes, read to its end."""
    session, *stage.sessions = stage.sessions
    session.stop_pushing()
    stage.settle(session)
    rest, stage.sessions = stage.sessions, [session]
    stage.finish()
    stage.sessions = rest


def go_on(stage, seconds, beside):
    """Comings and goings until the time is over, or something that goes on beside them fails."""
    troubles = itertools.cycle(TROUBLES)
    end = time.monotonic() + seconds
    for number in itertools.count(1):
        if time.monotonic() > end or any(work.failure for work in beside):
            return number
        if number % 3 == 0:
            next(troubles)(stage)
        retire(stage)
        add(stage)
        time.sleep(CHANGE_PAUSE)


def play(stage, seconds):
    stage.start(*IMPATIENT)
    with stage.load(count=SESSIONS, pause=PUSH_PAUSE):
        pass
    stage.measure("before")
    stage.allow(UNCONNECTED)
    is_over = threading.Event()
    for _ in range(SESSIONS):
        add(stage)
    stage.begin_calling(PUSH_PAUSE, KEYED_EVERY)
    shouts = stage.shouts
    shouting = Background(stage.shout, is_over, PUSH_PAUSE)
    sampler = Sampler(stage)
    changes = go_on(stage, seconds, [shouting, sampler.sampling])
    samples = sampler.stop()
    is_over.set()
    shouting.finish()
    shouts = stage.shouts - shouts
    stage.finish_calling()
    while stage.sessions:
        retire(stage)
    stage.measure("after", ALLOWED_AT_END)
    stage.end()
    print(f"{changes} sessions went and came, {sum(sample[5] for sample in samples)} pushes, {shouts} messages to all, "
          f"{len(samples)} samples")
    for count, least, name in ((len(samples), LEAST_SAMPLES, "samples"), (shouts, LEAST_SHOUTS, "messages to all")):
        if count < least * seconds:
            raise Failure(f"{count} {name} in {seconds:g} s")
    return samples


def draw(folder, samples, picture):
    """Four panels, one below the other."""
    data = os.path.join(folder, "samples")
    with open(data, "w", encoding="ascii") as file:
        file.write(f"# {' '.join(LABELS)}\n")
        for sample in samples:
            file.write(f"{' '.join(f'{value:g}' for value in sample)}\n")
    script = f"""
        set terminal pngcairo size 1000,1100 font ',11'
        set output '{picture}'
        set multiplot layout 4,1
        set grid; set key above left; set xrange [0:*]; set yrange [0:*]
        plot '{data}' using ($1/60):($2/2**20) with lines lw 1.5 title 'resident memory, MiB'
        plot '{data}' using ($1/60):3 with lines lw 1.5 title 'descriptors', \
             '' using ($1/60):5 with lines title 'requests that wait, and streams', \
             '' using ($1/60):4 with lines title 'sessions'
        set logscale y; set yrange [0.1:*]
        plot '{data}' using ($1/60):7 with lines lw 1.5 title 'a push and its reply, ms: p50', \
             '' using ($1/60):8 with lines title 'p99'
        unset logscale; set yrange [0:*]; set xlabel 'minutes'
        plot '{data}' using ($1/60):6 with lines title 'pushes a second'
        unset multiplot
    """
    subprocess.run(["gnuplot"], input=script, text=True, check=True)
    print(f"drawn in {picture}")


def thirds(values):
    """The median of each."""
    third = len(values) // 3
    return [statistics.median(values[part * third:(part + 1) * third]) for part in range(3)]


def growth(values):
    """From the end of the first third, the warming up, to the end: what grows evenly then grows half of that from the
    middle of the second third to the middle of the last."""
    _, second, last = thirds(values)
    return 2 * (last - second)


def judge(samples, is_sanitized):
    """Whether memory and descriptors are flat; and whether they weren't if they had grown by a little all the time."""
    is_right = True
    # A sanitizer's notes on memory grow.
    bounds = ((2, ALLOWED_DESCRIPTORS),) if is_sanitized else ((1, ALLOWED_MEMORY), (2, ALLOWED_DESCRIPTORS))
    for index, allowed in bounds:
        values = [sample[index] for sample in samples]
        print(f"{LABELS[index]}: median of each third {', '.join(f'{median:,.0f}' for median in thirds(values))}; "
              f"grown by {growth(values):,.0f} after the first, {allowed:,} allowed")
        if growth(values) > allowed:
            print(f"VIOLATION  {LABELS[index]} grew")
            is_right = False
        # On top of a run that shrank by chance it would be hidden.
        planted = PLANTED_GROWTH * allowed - min(0, growth(values))
        growing = [value + planted * place / (2 / 3 * len(values)) for place, value in enumerate(values)]
        if growth(growing) <= allowed:
            print(f"VIOLATION  planted growth of {LABELS[index]} was not noticed")
            is_right = False
    pushes = [sample for sample in samples if sample[5] > 1]
    print(f"a push and its reply: median of p50 {statistics.median(sample[6] for sample in pushes):.1f} ms, "
          f"of p99 {statistics.median(sample[7] for sample in pushes):.1f} ms")
    return is_right


def main():
    stop_when_told()
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--plot", default=os.path.join(HERE, "..", "..", ".build", "soak.png"))
    parser.add_argument("--keep", metavar="FOLDER", help="what is recorded stays in this folder")
    parser.add_argument("--program", default=os.path.join(HERE, "..", "..", ".build", "release", "slipgate"))
    parser.add_argument("--sanitized", action="store_true", help="the program's memory need not be flat")
    options = parser.parse_args()
    with Records(options.keep) as records:
        stage = Stage(options.program, records.folder, is_sanitized=options.sanitized)
        try:
            samples = play(stage, 60 * options.minutes)
        finally:
            stage.close()
        draw(records.folder, samples, os.path.abspath(options.plot))
        is_steady = judge(samples, options.sanitized)
        is_right = run_alone([sys.executable, os.path.join(FAULTS, "oracle.py"), records.folder])
        return 0 if is_steady and is_right else records.failed("the long run")


if __name__ == "__main__":
    sys.exit(main())
