"""Counts of what becomes of mutants: python -m tests.mutants.measure --help."""

import argparse
import asyncio
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gkllm import Extractor, Settings
from gkllm.documents.source import Source
from gkllm.errors import NoTablesFound
from gkllm.report import Cell
from tests.mutants.mutations import MUTATIONS, Mutant, mutant
from tests.mutants.sheets import LAYOUTS


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a reader made of a mutant: its cells that are right, marked though right, wrong and marked, and silent."""

    counts: Mapping[str, int]
    silent: tuple[str, ...]


def read(mutated: Mutant) -> Outcome:
    """The report of the mutant's year held against its truth; a document that is refused is no silent error."""
    cells = asyncio.run(_cells(mutated))
    counts: Counter[str] = Counter()
    silent: list[str] = []
    for cell_id, (value, state) in mutated.cells.items():
        cell = cells.get(cell_id)
        if cell is None:
            counts["missing"] += 1
            if cells:
                silent.append(f"{cell_id}: not in the report")
            continue
        right = cell.value == value and cell.state == state
        counts[("marked" if cell.needs_review else "right") if right else "wrong"] += 1
        if not right and not cell.needs_review:
            silent.append(f"{cell_id}: {value} {state}, read {cell.raw!r} -> {cell.value} {cell.state}")
    return Outcome(counts, tuple(silent))


async def _cells(mutated: Mutant) -> dict[str, Cell]:
    extractor = Extractor(Settings(reader="rules"))
    found = []
    async for outcome in extractor.extract_all([Source(mutated.name, content=mutated.content)]):
        if outcome.report is not None:
            found.append(outcome.report)
        elif not isinstance(outcome.failure, NoTablesFound):
            raise AssertionError(f"{mutated.name}: {outcome.failure!r}")
    own = [report for report in found if report.report.year == mutated.year] or found
    return {cell.id: cell for report in reversed(own) for cell in report.cells}


def mutants(count: int, seed: int, layouts: Sequence[str], kinds: Sequence[str]) -> Iterator[Mutant]:
    """So many mutants, layouts and mutations taking turns."""
    for number in range(count):
        yield mutant(
            seed + number, kinds[number // len(layouts) % len(kinds)], layouts[number % len(layouts)]
        )


def main(arguments: list[str] | None = None) -> int:
    """Prints a line for each layout and mutation; the exit status is 1 after silent errors."""
    parser = argparse.ArgumentParser(description="Hold the reader against reports printed otherwise.")
    parser.add_argument("--count", type=int, default=len(LAYOUTS) * len(MUTATIONS) * 3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--layout", action="append", choices=LAYOUTS)
    parser.add_argument("--kind", action="append", choices=MUTATIONS)
    parser.add_argument("--show", type=int, default=0, help="print so many mutants with silent errors")
    options = parser.parse_args(arguments)
    totals: dict[tuple[str, str], Counter[str]] = {}
    shown = 0
    for mutated in mutants(
        options.count, options.seed, options.layout or list(LAYOUTS), options.kind or list(MUTATIONS)
    ):
        layout, kind, _ = mutated.name.rsplit("-", 2)
        outcome = read(mutated)
        total = totals.setdefault((kind, layout), Counter())
        total.update(outcome.counts)
        total["silent"] += len(outcome.silent)
        total["mutants with silent"] += bool(outcome.silent)
        if outcome.silent and shown < options.show:
            shown += 1
            print(mutated.name, *outcome.silent[:6], sep="\n    ")
    for (kind, layout), total in sorted(totals.items()):
        print(f"{kind:18}{layout:20}", *(f"{name} {number}" for name, number in sorted(total.items())))
    everything = sum(totals.values(), Counter())
    print("all", *(f"{name} {number}" for name, number in sorted(everything.items())))
    return bool(everything["silent"])


if __name__ == "__main__":
    sys.exit(main())
