"""Runs scenarios, each as a process and in a folder of its own, and has the oracle judge each."""

import argparse
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from planted import PLANTED
from program import Records, run_alone, stop_when_told
from scenarios import SCENARIOS, WITH_LINK
from stage import Stage

# A scenario that hangs is one that fails; the longest takes a few minutes.
SCENARIO_LIMIT, SHORT_SCENARIO_LIMIT = 900, 400
# EX_UNAVAILABLE
NEEDS_ROOT = 69


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
    is_right = run_alone(command, SHORT_SCENARIO_LIMIT if options.short else SCENARIO_LIMIT) and run_alone(
        [sys.executable, os.path.join(HERE, "oracle.py"), folder])
    print(f"  {'' if is_right else 'FAILED  '}{time.monotonic() - begin:.0f} s", flush=True)
    return is_right


def run_all(names, options):
    with Records(options.keep) as records:
        failed = [name for name in names if not run(name, os.path.join(records.folder, name), options)]
        for name in [name for name in PLANTED if name in names and name not in failed]:
            print(f"== faults planted in what {name} has recorded", flush=True)
            if not run_alone([sys.executable, os.path.join(HERE, "planted.py"), os.path.join(records.folder, name)]):
                failed.append(f"planted.py, {name}")
        return records.failed(", ".join(failed)) if failed else 0


def main():
    stop_when_told()
    parser = argparse.ArgumentParser()
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO")
    parser.add_argument("--short", action="store_true", help="fewer rounds, all in some five minutes")
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

    names = options.scenarios or list(SCENARIOS)
    behind_links = [name for name in names if name in WITH_LINK]
    if behind_links and os.geteuid() != 0:
        print(f"{', '.join(behind_links)}: needs root, to make network namespaces; name others to run those alone",
              file=sys.stderr)
        return NEEDS_ROOT
    return run_all(names, options)


if __name__ == "__main__":
    sys.exit(main())
