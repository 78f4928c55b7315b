"""Reports drawn as PDF files, web pages and Word files, with what such files do planted into them: what is read?

`python -m tests.rendering.measure pdf|html|docx [COUNT [FIRST]]` draws COUNT documents (1,000), each with one of the
format's features, from seed FIRST (10,000) on, and prints a line a feature and one for all.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from evals.generator import NoiseLevel
from evals.generator.scoring import Score, total
from tests.rendering import test_features, test_planted_pages, test_planted_words
from tests.rendering.features import FEATURES

_MEASURED: dict[str, tuple[Sequence[str], Callable[[str, Iterable[int]], Score]]] = {
    "pdf": ([feature.__name__ for feature in FEATURES], test_features.measured),
    "html": (
        list(test_planted_pages.KINDS),
        partial(test_planted_pages.measured, noise=NoiseLevel.MODERATE),
    ),
    "docx": (
        list(test_planted_words.KINDS),
        partial(test_planted_words.measured, noise=NoiseLevel.MODERATE),
    ),
}


def _show(name: str, found: Score) -> None:
    print(
        f"{name:32} documents {found.reports:5,}  cells {found.cells:7,}  wrong {found.wrong:5,}  "
        f"marked {found.flagged:6,}  silent {found.silent}",
        flush=True,
    )
    for error in found.silent_errors:
        print(f"    {error}", flush=True)


def main(format: str, count: str = "1000", first: str = "10000") -> None:
    """Measure one format's features, as many documents each."""
    kinds, measured = _MEASURED[format]
    scores = []
    for index, kind in enumerate(kinds):
        seeds = range(int(first) + index, int(first) + int(count), len(kinds))
        scores.append(measured(kind, seeds))
        _show(kind, scores[-1])
    _show(f"all of {format}", total(scores))


if __name__ == "__main__":
    main(*sys.argv[1:])
