"""python -m evals.asking --help"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import get_args

from evals.asking.damaged import DAMAGES, damaged
from evals.asking.endpoint import PERSONAS
from evals.asking.measure import Document, measure
from evals.generator import LAYOUTS, LEVELS, generate
from gkllm.settings import ReaderChoice

_CLEARED = 0.8
"""The share of clearable cells that a perfect copier has to clear."""


def reports(count: int, seed: int) -> Iterator[Document]:
    """So many documents, every second one damaged, the others noisy; kinds and layouts take turns."""
    for number in range(count):
        turn, odd = divmod(number, 2)
        if odd:
            one = damaged(seed + number, tuple(DAMAGES)[turn % len(DAMAGES)])
            yield one.name, one.text, one.cells
        else:
            noise = ("moderate", "heavy")[turn % 2]
            other = generate(seed + number, layout=LAYOUTS[turn % len(LAYOUTS)], noise=LEVELS[noise])
            yield f"{noise}-{other.layout}-{other.seed}", other.text, other.cells


def main(arguments: list[str] | None = None) -> int:
    """Prints the counts for each persona; the exit status is 1 where a wrong one adds a silent cell or marks one whose
    relations hold, or the copier clears too few.
    """
    parser = argparse.ArgumentParser(
        prog="python -m evals.asking", description="Ask endpoints that are right or wrong to order."
    )
    parser.add_argument("--reports", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reader", choices=get_args(ReaderChoice), default="both")
    parser.add_argument(
        "--persona", choices=PERSONAS, action="append", help="may be repeated; all if not given"
    )
    parser.add_argument("--show", type=int, default=5, help="print so many cells that are silent or harmed")
    options = parser.parse_args(arguments)
    bad = False
    for persona in options.persona or PERSONAS:
        tally, said = measure(reports(options.reports, options.seed), persona, options.reader)
        print(
            f"{persona:13}", "  ".join(f"{name} {count}" for name, count in asdict(tally).items()), flush=True
        )
        for line in said[: options.show]:
            print("   ", line)
        few = persona == "copier" and tally.cleared < _CLEARED * tally.clearable
        bad = bad or few or bool(tally.silent or tally.harmed)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
