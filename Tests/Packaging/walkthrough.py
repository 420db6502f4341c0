"""The README's walk-through outside of the Swift tests, for wherever only a shell is.

    walkthrough.py script           prints it as a script for bash
    walkthrough.py compare FILE     compares what that script has printed with what the README says"""

import pathlib
import re
import sys

MARK = "----- the next step"


def steps():
    """The walk-through's pairs of commands and of what they print."""
    readme = (pathlib.Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    section = readme.split("\n## Walk-through\n")[1].split("\n## ")[0]
    return re.findall(r"```sh\n(.*?)```\n(?:.*?)```json\n(.*?)```", section, re.DOTALL)


def masked(text):
    """Without what differs each time: ids, epochs, times."""
    text = re.sub(r"local\.[0-9A-Za-z]{22}", "local.ID", text)
    text = re.sub(r"\b[0-9A-Za-z]{8}-(r?[0-9]+)\b", r"EPOCH-\1", text)
    text = re.sub(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{12}Z", "TIME", text)
    return text.strip()


def compare(printed):
    wanted = [masked(text) for _, text in steps()]
    found = [masked(text) for text in printed.split(MARK)]
    if len(wanted) < 10 or len(wanted) != len(found):
        raise SystemExit(f"{len(found)} steps of {len(wanted)} were run; the last one printed:\n{found[-1]}")
    for number, (one, other) in enumerate(zip(wanted, found), start=1):
        if one != other:
            raise SystemExit(f"step {number} printed\n{other}\nand not\n{one}")
    print(f"the walk-through's {len(wanted)} steps printed what the README says")


def main():
    if sys.argv[1] == "script":
        print("set -euo pipefail")
        print(f"\necho '{MARK}'\n".join(commands for commands, _ in steps()))
    else:
        compare(pathlib.Path(sys.argv[2]).read_text(encoding="utf-8"))


main()
