"""The README's commands outside of the Swift tests, for wherever only a shell is.

    walkthrough.py HEADING script           prints a section's commands as a script for bash
    walkthrough.py HEADING compare FILE     compares what that script has printed with what the README says"""

import pathlib
import re
import sys

MARK = "----- the next step"
# Commands, and what they print where the next block shows it.
STEP = re.compile(r"```sh\n(.*?)```\n(?:(?:(?!```).)*```(?:json|text)\n(.*?)```)?", re.DOTALL)


def steps(heading):
    readme = (pathlib.Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    section = readme.split(f"\n{heading}\n")[1]
    found = STEP.findall(re.split(r"\n##+ ", section)[0])
    if not any(printed for _, printed in found):
        raise SystemExit(f"no command under {heading} has its output beside it")
    return found


def masked(text):
    """Without what differs each time: ids, epochs, times."""
    text = re.sub(r"local\.[0-9A-Za-z]{22}", "local.ID", text)
    text = re.sub(r"\b[0-9A-Za-z]{8}-(r?[0-9]+)\b", r"EPOCH-\1", text)
    text = re.sub(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{12}Z", "TIME", text)
    return text.strip()


def compare(heading, printed):
    wanted = [masked(text) for _, text in steps(heading)]
    found = [masked(text) for text in printed.split(MARK)]
    if len(wanted) != len(found):
        raise SystemExit(f"{len(found)} steps of {len(wanted)} were run; the last one printed:\n{found[-1]}")
    for number, (one, other) in enumerate(zip(wanted, found), start=1):
        if one and one != other:
            raise SystemExit(f"step {number} printed\n{other}\nand not\n{one}")
    print(f"{heading.strip('# ')}: {len(wanted)} steps printed what the README says")


def main():
    if sys.argv[2] == "script":
        print("set -euo pipefail")
        print(f"\necho '{MARK}'\n".join(commands for commands, _ in steps(sys.argv[1])))
    else:
        compare(sys.argv[1], pathlib.Path(sys.argv[3]).read_text(encoding="utf-8"))


main()
