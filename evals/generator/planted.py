"""Errors planted in consistent figures: what the relations see of them, and whether the culprit is found.

python -m evals.generator.planted --help
"""

import argparse
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from itertools import product
from random import Random
from statistics import quantiles
from time import process_time

from evals.generator.figures import Figures, draw_figures
from evals.generator.generated_form import FORM
from gkllm.checking.evaluate import CheckedCell, residuals
from gkllm.checking.violations import Findings, check
from gkllm.form import Relation, Table
from gkllm.report import CellState

_EDITIONS: tuple[tuple[str, str], ...] = (("2019", "2019"), ("2021", "2021"), ("2021", "2019"))


@dataclass(frozen=True, slots=True)
class Planted:
    """Consistent figures, and the cells that were then changed, with their new values."""

    tables: tuple[Table, ...]
    relations: tuple[Relation, ...]
    figures: Figures
    changed: Figures

    @property
    def values(self) -> Figures:
        """The figures with the errors in them."""
        return {**self.figures, **self.changed}


def plant(seed: int, errors: int) -> Planted:
    """Figures with so many errors: half of them plausible slips, half arbitrary numbers."""
    rng = Random(f"{seed}/planted/{errors}")
    disclosure, requests = rng.choice(_EDITIONS)
    editions: dict[str, str] = {"disclosure": disclosure, "requests": requests, "proceedings": disclosure}
    figures = draw_figures(rng, editions)
    tables = tuple(FORM.table(table_id, edition) for table_id, edition in editions.items())
    changed: Figures = {cell: _wrong(rng, figures, cell) for cell in rng.sample(sorted(figures), errors)}
    return Planted(tables, FORM.relations_over(tables), figures, changed)


def _wrong(rng: Random, figures: Figures, cell: str) -> int:
    """A whole number that is not the cell's: a slip, or anything of up to three digits."""
    value = int(figures[cell])
    digits = str(abs(value))
    slips = [
        0,
        int(digits + digits[-1]),
        int(digits[:-1] or "0"),
        int(digits[::-1]),
        value + 1,
        max(0, value - 1),
    ]
    slips += [
        int(digits[:index] + str(rng.randint(0, 9)) + digits[index + 1 :]) for index in range(len(digits))
    ]
    slips += [int(figures[rng.choice(sorted(figures))])]
    options = [slip for slip in slips if slip >= 0 and slip != figures[cell]]
    arbitrary = next(number for number in iter(lambda: rng.randint(0, 999), None) if number != figures[cell])
    return rng.choice(options) if options and rng.random() < 0.5 else arbitrary


def findings_in(
    tables: Iterable[Table], relations: tuple[Relation, ...], values: Mapping[str, int | float]
) -> Findings:
    """What checking says of figures that were read without any doubt."""

    def describe(cell: str) -> CheckedCell:
        return CheckedCell(CellState.REPORTED, str(values[cell]), values[cell], (values[cell],))

    return check(residuals(relations, values), describe, tables)


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts that add up over planted errors.

    `visible` are the cases in which at least one relation over a changed cell no longer holds, by a reckoning of
    its own; `detected` those in which checking says so. `optimal`: the changed cells that hard relations see are
    one of the optimal sets; `single`: the only one; `cheapest`: the first; `mended`: with the values they had.
    """

    planted: int = 0
    visible: int = 0
    detected: int = 0
    localisable: int = 0
    optimal: int = 0
    single: int = 0
    cheapest: int = 0
    mended: int = 0
    incomplete: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))


def tally(case: Planted, found: Findings) -> Tally:
    """What checking made of one case."""
    broken = [relation for relation in case.relations if not _holds(relation, case.values)]
    hard = {cell for relation in broken if relation.severity == "error" for cell in relation.cells}
    culprits = frozenset(cell for cell in case.changed if cell in hard)
    if not culprits:
        return Tally(1, int(bool(broken)), int(bool(found.violations)))
    optima = _optima(found)
    sets = [frozenset(optimum) for optimum in optima]
    at = sets.index(culprits) if culprits in sets else None
    mended = at is not None and all(optima[at][cell] in (None, case.figures[cell]) for cell in culprits)
    return Tally(
        planted=1,
        visible=1,
        detected=int(bool(found.violations)),
        localisable=1,
        optimal=int(at is not None),
        single=int(at is not None and len(sets) == 1),
        cheapest=int(at == 0),
        mended=int(mended),
        incomplete=int(not all(violation.suggestions_complete for violation in found.violations)),
    )


def _holds(relation: Relation, values: Mapping[str, int | float]) -> bool:
    left = sum(values[cell] for cell in relation.left)
    right = sum(values[cell] for cell in relation.right)
    return {
        "=": left == right,
        "<=": left <= right,
        ">=": left >= right,
        "whole": float(left).is_integer(),
    }[relation.operator]


def _optima(found: Findings) -> list[dict[str, int | float | None]]:
    """The changes that would mend the whole report: one suggestion for each part of it, the cheapest first."""
    parts = dict.fromkeys(violation.suggestions for violation in found.violations if violation.suggestions)
    optima = [
        (
            sum(suggestion.cost for suggestion in chosen),
            {change.cell: change.after for suggestion in chosen for change in suggestion.changes},
        )
        for chosen in product(*parts)
    ]
    return [changes for _, changes in sorted(optima, key=lambda optimum: optimum[0])]


def measure(seeds: Iterable[int], errors: int) -> tuple[Tally, list[float]]:
    """The summed tally, and the seconds of processor time each report took to be checked and localised."""
    summed, seconds = Tally(), []
    for seed in seeds:
        case = plant(seed, errors)
        values = case.values
        started = process_time()
        found = findings_in(case.tables, case.relations, values)
        seconds.append(process_time() - started)
        summed += tally(case, found)
    return summed, seconds


def main(arguments: list[str] | None = None) -> int:
    """Prints the rates for each number of errors; the exit status is 1 where an error that can be seen is not."""
    parser = argparse.ArgumentParser(prog="python -m evals.generator.planted", description=__doc__)
    parser.add_argument("--reports", type=int, default=1000, help="reports for each number of errors")
    parser.add_argument("--errors", type=int, action="append", help="may be repeated; 1 and 2 if not given")
    parser.add_argument("--seed", type=int, default=1, help="the first report's seed")
    parser.add_argument(
        "--clean", type=int, default=1000, help="consistent reports, which nothing may be said of"
    )
    options = parser.parse_args(arguments)
    missed = 0
    for errors in options.errors or (1, 2):
        summed, seconds = measure(range(options.seed, options.seed + options.reports), errors)
        missed += summed.visible - summed.detected
        print(
            f"{errors} planted: {summed.planted} reports, {summed.visible} visible, {summed.detected} detected"
        )
        for name in ("optimal", "single", "cheapest", "mended", "incomplete"):
            count = getattr(summed, name)
            print(f"  {name:10} {count}/{summed.localisable} = {count / max(1, summed.localisable):.2%}")
        print(f"  check and localise: median {_ms(seconds, 50)}, 99th percentile {_ms(seconds, 99)}")
    false_alarms, seconds = 0, []
    for seed in range(options.seed, options.seed + options.clean):
        case = plant(seed, 0)
        started = process_time()
        found = findings_in(case.tables, case.relations, case.values)
        seconds.append(process_time() - started)
        false_alarms += bool(found.violations)
    if options.clean:
        print(f"clean: {options.clean} reports, {false_alarms} false alarms")
        print(f"  check and localise: median {_ms(seconds, 50)}, 99th percentile {_ms(seconds, 99)}")
    return 1 if missed or false_alarms else 0


def _ms(seconds: list[float], percentile: int) -> str:
    cuts = quantiles(seconds, n=100, method="inclusive") if len(seconds) > 1 else [seconds[0]] * 99
    return f"{1000 * cuts[percentile - 1]:.2f} ms"


if __name__ == "__main__":
    sys.exit(main())
