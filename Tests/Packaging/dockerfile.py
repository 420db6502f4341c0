"""Reads a Dockerfile's last stage, as far as the tests need it.

    dockerfile.py suite | packages | runs | copies | user | command | health | stop-signal | environment | labels

prints that of deploy/Dockerfile, one a line: Debian's suite, the packages that apt-get installs, whatever else a RUN
does as a line of shell, each COPY as `stage source target`, and so on."""

import json
import pathlib
import re
import sys


def instructions(text):
    """Each instruction with its words, continued lines joined, comments left out."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        name, words = line.strip().split(None, 1)
        yield name.upper(), re.sub(r"\s+", " ", words)


def last_stage(text):
    """The instructions from the last FROM on."""
    found = list(instructions(text))
    start = max(index for index, (name, _) in enumerate(found) if name == "FROM")
    return found[start:]


class Stage:
    def __init__(self, text):
        self.instructions = last_stage(text)

    def all(self, name):
        return [words for found, words in self.instructions if found == name]

    def one(self, name):
        found = self.all(name)
        if len(found) != 1:
            raise SystemExit(f"{len(found)} {name} in the last stage, and not one")
        return found[0]

    def suite(self):
        image = self.one("FROM")
        match = re.fullmatch(r"debian:([a-z]+)-slim", image)
        if not match:
            raise SystemExit(f"the last stage is built on {image}: not Debian")
        return [match[1]]

    def packages(self):
        installed = [re.search(r"apt-get install ([^&]*)", words) for words in self.all("RUN")]
        return [word for match in installed if match for word in match[1].split() if not word.startswith("-")]

    def runs(self):
        for words in self.all("RUN"):
            rest = [command for command in words.split(" && ") if not command.startswith("apt-get ")]
            if rest:
                yield " && ".join(rest)

    def copies(self):
        for words in self.all("COPY"):
            match = re.fullmatch(r"--from=(\S+) (\S+) (\S+)", words)
            if not match:
                raise SystemExit(f"COPY {words}: not from a stage")
            yield " ".join(match.groups())

    def user(self):
        return [self.one("USER")]

    def command(self):
        return json.loads(self.one("ENTRYPOINT")) + json.loads(self.one("CMD"))

    def health(self):
        return json.loads(re.fullmatch(r"(?:--\S+ )*CMD (.*)", self.one("HEALTHCHECK"))[1])

    def stop_signal(self):
        return [self.one("STOPSIGNAL")]

    def environment(self):
        return [word for words in self.all("ENV") for word in words.split()]

    def labels(self):
        return [label for words in self.all("LABEL") for label in re.findall(r'\S+="[^"]*"', words)]


def main():
    dockerfile = pathlib.Path(__file__).parents[2] / "deploy/Dockerfile"
    stage = Stage(dockerfile.read_text(encoding="utf-8"))
    for line in getattr(stage, sys.argv[1].replace("-", "_"))():
        print(line)


if __name__ == "__main__":
    main()
