"""Measures gkllm's reader on generated reports: python -m evals.generator.measure --help."""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from time import perf_counter

from evals.generator import LAYOUTS, LEVELS, Layout, NoiseLevel, generate
from evals.generator.scoring import Score, crash, score, total
from gkllm.report import Report

_COLUMNS = (
    "reports",
    "crashes",
    "cells",
    "wrong",
    "silent",
    "raw_mismatches",
    "span_errors",
    "misplaced",
    "surplus_cells",
    "broken",
    "broken_found",
    "broken_missed",
    "broken_false",
    "wrong_editions",
    "wrong_headings",
)

Reader = Callable[[str, str], Report]
"""(text, name) -> report."""


def measure(
    read: Reader, layout: Layout, noise: NoiseLevel, seeds: Iterable[int], crashed: Counter[str]
) -> Score:
    """The summed score over reports of one layout; what a reader raises is counted in `crashed`."""
    return total(_measure_one(read, layout, noise, seed, crashed) for seed in seeds)


def _measure_one(read: Reader, layout: Layout, noise: NoiseLevel, seed: int, crashed: Counter[str]) -> Score:
    truth = generate(seed, layout=layout, noise=noise)
    try:
        report = read(truth.text, f"{layout}-{seed}.txt")
    except Exception as error:  # whatever a reader raises is a finding, and must not hide the other reports
        crashed[f"{type(error).__name__}: {error} (first: {layout} {seed})"[:200]] += 1
        return crash(truth)
    return score(truth, report)


def _gkllm_reader() -> Reader:
    import gkllm

    read: Reader = gkllm.extract_text
    return read


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the reader on generated reports with known truth.")
    parser.add_argument("--reports", type=int, default=105, help="reports per layout")
    parser.add_argument("--noise", choices=sorted(LEVELS), default="moderate")
    parser.add_argument("--seed", type=int, default=1, help="the first report's seed")
    parser.add_argument(
        "--layout", choices=LAYOUTS, action="append", help="may be repeated; all if not given"
    )
    parser.add_argument(
        "--only", metavar="KIND", action="append", help="only this kind of noise; may be repeated"
    )
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print the first N silent errors")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Prints one block a layout, then the sum; the exit status is 1 after silent errors or crashes."""
    options = _parse(arguments)
    noise = LEVELS[options.noise]
    if options.only:
        noise = NoiseLevel(noise.cell_rate, noise.label_rate, noise.mistake_rate, frozenset(options.only))
    read, crashed = _gkllm_reader(), Counter[str]()
    seeds = range(options.seed, options.seed + options.reports)
    scores: dict[str, Score] = {}
    for layout in options.layout or LAYOUTS:
        started = perf_counter()
        scores[layout] = measure(read, layout, noise, seeds, crashed)
        _print_score(layout, scores[layout], perf_counter() - started)
    everything = total(scores.values())
    if len(scores) > 1:
        _print_score("all", everything, None)
    for message, count in crashed.most_common():
        print(f"crash x{count}: {message}")
    for error in everything.silent_errors[: options.show]:
        print(error)
    return 1 if everything.silent or everything.crashes else 0


def _print_score(name: str, result: Score, seconds: float | None) -> None:
    took = f"  {seconds:.1f} s" if seconds is not None else ""
    share = result.flagged / result.cells if result.cells else 0.0
    print(f"{name:10} flagged {result.flagged}/{result.cells} = {share:.2%}{took}")
    print("           " + "  ".join(f"{column} {getattr(result, column)}" for column in _COLUMNS))
    if by_noise := Counter(error.truth.noise or "no noise" for error in result.silent_errors):
        print(
            "           silent by noise: "
            + "  ".join(f"{kind} {count}" for kind, count in by_noise.most_common())
        )


if __name__ == "__main__":
    sys.exit(main())
