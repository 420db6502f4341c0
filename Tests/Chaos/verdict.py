"""What a comparison says in the end, and whether it can fail."""


def report(counts, violations, shown=50):
    """Prints what was compared and what is wrong; a program's exit status."""
    for name, count in sorted(counts.items()):
        print(f"{count:11,}  {name}")
    for violation in violations[:shown]:
        print(f"VIOLATION  {violation}")
    print(f"{len(violations):11,}  violations")
    return 1 if violations else 0


def noticed(planted, lines, compare):
    """Plants each in copies of the files' lines, and tells which the comparison misses; a program's exit status."""
    lines = [list(file) for file in lines]
    missed = []
    for name, plant in planted.items():
        files = [list(file) for file in lines]
        plant(*files)
        if not compare(*files).violations:
            missed.append(name)
    for name in missed:
        print(f"NOT NOTICED  {name}")
    print(f"{len(planted) - len(missed):11,}  of {len(planted)} planted faults noticed")
    return 1 if missed else 0
