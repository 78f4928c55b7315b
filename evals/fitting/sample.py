"""Cells with their evidence and whether they are right: what the confidence is fitted on and measured by."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from evals.fitting.plan import Labelled
from gkllm.confidence import Evidence
from gkllm.documents.source import Source
from gkllm.evaluation.scoring import answering, score_report
from gkllm.extraction import Extractor
from gkllm.settings import Settings


@dataclass(frozen=True, slots=True)
class Judged:
    """What is known of a cell, whether its value and state are right, and whether it needs review for a reason
    other than its confidence."""

    evidence: Evidence
    right: bool
    reviewed: bool


Tally = Counter[Judged]
"""One document's cells; most of them are alike. Cells of one document err together, so it is never divided."""


def read_all(documents: Iterable[Labelled], told: Callable[[], None]) -> list[Tally]:
    """Every document read by the rules reader; `told` is called after each. Cells of a report that was not read
    are left out: nothing is said of them."""
    return asyncio.run(_read_all(documents, told))


async def _read_all(documents: Iterable[Labelled], told: Callable[[], None]) -> list[Tally]:
    # At a risk of 1 no cell is sent to review for its confidence alone.
    extractor = Extractor(Settings(reader="rules", review_risk=1.0))
    tallies: list[Tally] = []
    try:
        for document in documents:
            source = Source(document.name, None, document.content)
            outcomes = [outcome async for outcome in extractor.extract_all([source])]
            reports = [outcome.report for outcome in outcomes if outcome.report is not None]
            answers = answering(document.truths, reports)
            tally = Tally()
            for truth, report in zip(document.truths, answers, strict=True):
                if report is not None:
                    right = {
                        cell.cell: cell.right
                        for cell in score_report(truth, report, extractor.forms[truth.form]).cells
                    }
                    tally.update(
                        Judged(Evidence.of(cell.evidence), right.get(cell.id, False), cell.needs_review)
                        for cell in report.cells
                    )
            tallies.append(tally)
            told()
    finally:
        await extractor.aclose()
    return tallies


def merged(tallies: Iterable[Tally]) -> Tally:
    """All cells together."""
    whole = Tally()
    for tally in tallies:
        whole.update(tally)
    return whole


def folds(tallies: Sequence[Tally], count: int) -> Iterator[tuple[Sequence[Tally], Sequence[Tally]]]:
    """Each part of the documents once, with all the others before it."""
    for part in range(count):
        kept = [tally for index, tally in enumerate(tallies) if index % count != part]
        yield kept, tallies[part::count]
