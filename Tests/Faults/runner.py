"""Runs scenarios, each as a process and in a folder of its own, and has the oracle judge each."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from scenarios import SCENARIOS, WITH_LINK
from stage import Stage

# A scenario that hangs is one that fails; the longest takes a few minutes.
SCENARIO_LIMIT, SHORT_SCENARIO_LIMIT = 900, 180
# Whose record the faults are planted in.
PLANTED = "upstream-killed"


def play(name, options):
    """One scenario, in this process."""
    if name in WITH_LINK and not options.is_inside:
        os.execvp("unshare", ["unshare", "--net", sys.executable, *sys.argv, "--is-inside"])
    stage = Stage(options.program, options.keep, options.short, name in WITH_LINK)
    try:
        SCENARIOS[name](stage)
    finally:
        stage.close()


def run(name, folder, options):
    """One scenario and its judgement, as processes; true when it holds."""
    os.makedirs(folder)
    print(f"== {name}: {SCENARIOS[name].__doc__.split(':')[0].split('.')[0].strip()}", flush=True)
    command = [sys.executable, os.path.join(HERE, "runner.py"), name, "--play", "--keep", folder,
               "--program", options.program] + ["--short"] * options.short
    begin = time.monotonic()
    try:
        subprocess.run(command, check=True, timeout=SHORT_SCENARIO_LIMIT if options.short else SCENARIO_LIMIT)
        subprocess.run([sys.executable, os.path.join(HERE, "oracle.py"), folder], check=True)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as failure:
        print(f"FAILED  {name}: {failure}; what was recorded is in {folder}", flush=True)
        return False
    finally:
        print(f"  {time.monotonic() - begin:.0f} s", flush=True)
    return True


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO")
    parser.add_argument("--short", action="store_true", help="fewer rounds, all within four minutes")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--keep", metavar="FOLDER", help="what is recorded stays in this folder")
    parser.add_argument("--program", default=os.path.join(HERE, "..", "..", ".build", "release", "slipgate"))
    parser.add_argument("--play", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--is-inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    unknown = [name for name in options.scenarios if name not in SCENARIOS]
    if unknown:
        parser.error(f"no such scenario: {', '.join(unknown)}; --list names them")
    if options.list:
        for name, scenario in SCENARIOS.items():
            print(f"{name:28}{' '.join(scenario.__doc__.split())}")
        return 0
    if options.play:
        return play(options.scenarios[0], options)

    folder = options.keep or tempfile.mkdtemp()
    failed = [name for name in options.scenarios or SCENARIOS
              if not run(name, os.path.join(folder, name), options)]
    if os.path.exists(os.path.join(folder, PLANTED)) and PLANTED not in failed:
        print(f"== faults planted in what {PLANTED} has recorded", flush=True)
        if subprocess.run([sys.executable, os.path.join(HERE, "plant.py"), os.path.join(folder, PLANTED)]).returncode:
            failed.append("plant.py")
    if failed:
        print(f"failed: {', '.join(failed)}; what was recorded is in {folder}")
        return 1
    if not options.keep:
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
