"""How faults are planted in recorded lines: what Tests/Chaos and Tests/Faults have in common."""

import copy


def change(lines, place, **members):
    lines[place] = {**lines[place], **members}


def repeat(lines, place):
    lines.insert(place, copy.deepcopy(lines[place]))


def swap(lines, one, other):
    lines[one], lines[other] = lines[other], lines[one]


def answer_again(server, _):
    """The server's answer to one of the pushes, once more."""
    answers = [place for place, line in enumerate(server) if line["kind"] == "reply" and "id" in line["payload"]]
    repeat(server, answers[len(answers) // 2])
