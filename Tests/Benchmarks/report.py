"""What the measurements share: their options, their rows, and when one has failed.

Counts fail whenever they are over their bound, or other than they must be. A time or a ratio is what the machine had to
give, and fails only beyond twice its aim, as the median of five rounds or more."""

import argparse
import dataclasses
import statistics

ENOUGH_ROUNDS = 5


@dataclasses.dataclass
class Row:
    what: str
    measured: str
    aim: str = ""
    failed: bool = False


def median(values):
    return statistics.median(values)


def at_most(what, values, aim, show):
    """A time or a ratio that is to be small, by its values in each round."""
    value = median(values)
    return Row(what, show(value), f"{show(aim)} or less", len(values) >= ENOUGH_ROUNDS and value > 2 * aim)


def at_least(what, values, aim, show):
    value = median(values)
    return Row(what, show(value), f"{show(aim)} or more", len(values) >= ENOUGH_ROUNDS and value < aim / 2)


def counted(what, count, bound, show=str):
    """A count, which hardly depends on how busy the machine is."""
    return Row(what, show(count), f"{show(bound)} or less", count > bound)


def exactly(what, count, expected):
    """A count that is known beforehand: fewer are as wrong as more."""
    return Row(what, str(count), str(expected), count != expected)


def ratio(value):
    return f"{value:.2f}"


def milliseconds(value):
    return f"{value * 1e3:,.1f} ms"


def microseconds(value):
    return f"{value * 1e6:,.1f} us"


def kibibytes(value):
    return f"{value / 1024:,.1f} KiB"


def megabytes(value):
    return f"{value / 1e6:,.1f} MB"


def number(value):
    return f"{value:,.0f}"


def turned(cases, round_number):
    """The cases of a round: each is first, second and last in turn."""
    cases = list(cases)
    place = round_number % len(cases)
    return cases[place:] + cases[:place]


def options(arguments=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("names", nargs="*", help="the measurements to make; all unless named")
    parser.add_argument("--bare", required=True, help="bare.c, compiled")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=int, help="of each run of wrk")
    parser.add_argument("--short", action="store_true", help="one small round, which only counts can fail")
    chosen = parser.parse_intermixed_args(arguments)
    chosen.rounds = chosen.rounds or (1 if chosen.short else ENOUGH_ROUNDS)
    chosen.seconds = chosen.seconds or (1 if chosen.short else 2)
    return chosen


def show(rows):
    """Prints the table, and says whether nothing has failed."""
    widths = [max(len(getattr(row, name)) for row in rows) for name in ("what", "measured", "aim")]
    print(f"\n{'what':{widths[0]}} | {'measured':>{widths[1]}} | aim")
    for row in rows:
        mark = "  <- FAILED" if row.failed else ""
        print(f"{row.what:{widths[0]}} | {row.measured:>{widths[1]}} | {row.aim}{mark}")
    return not any(row.failed for row in rows)
