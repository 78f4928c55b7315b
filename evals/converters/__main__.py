"""Read what converters make of generated reports: python -m evals.converters --help."""

import argparse
import sys

from evals.converters.bench import LEVELS, Line, measure
from evals.converters.converters import CONVERTERS

_HEADINGS = ("right and unmarked", "marked", "floor", "silent", "refused")


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Read what converters make of generated reports.")
    parser.add_argument("--reports", type=int, default=20, help="reports per converter")
    parser.add_argument("--noise", choices=sorted(LEVELS), default="none")
    parser.add_argument("--seed", type=int, default=1, help="the first report's seed")
    parser.add_argument("--converter", action="append", metavar="WORD", help="only those so named")
    parser.add_argument(
        "--show", type=int, default=0, metavar="N", help="print the first N silent cells of each"
    )
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Prints a line a converter; the exit status is 1 after silent cells."""
    options = _parse(arguments)
    wanted = [
        one
        for one in CONVERTERS
        if one.installed and (not options.converter or any(word in one.name for word in options.converter))
    ]
    for one in CONVERTERS:
        if not one.installed:
            print(f"{one.name}: {one.program} is not installed", file=sys.stderr)
    print(f"{'':28}" + "".join(f"{heading:>20}" for heading in _HEADINGS))
    found = measure(wanted, range(options.seed, options.seed + options.reports), LEVELS[options.noise])
    for line in found:
        _print(line)
        for silent in line.silent_errors[: options.show]:
            print("   ", silent)
    if len(found) > 1:
        _print(sum(found, start=Line("all")))
    return 1 if any(line.silent for line in found) else 0


def _print(line: Line) -> None:
    right = f"{line.right}/{line.cells} {line.right / line.cells:6.2%}"
    counts = (right, line.marked, line.floor, line.silent, line.refused)
    note = f"  loses numbers in {line.lossy}" if line.lossy else ""
    print(f"{line.converter:28}" + "".join(f"{count:>20}" for count in counts) + note, flush=True)


if __name__ == "__main__":
    sys.exit(main())
