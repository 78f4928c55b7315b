"""Cells with their evidence and whether they are right: what the confidence is fitted on and measured by."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from evals.fitting.mixes import Labelled
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
"""Cells; most of them are alike."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One document's cells: its layout, and the report that it prints, as others may."""

    layout: str
    report: str
    cells: Tally


def read_all(documents: Iterable[Labelled], told: Callable[[], None]) -> list[Counted]:
    """Every document read by the rules reader; `told` is called after each. Cells of a report that was not read
    are left out: nothing is said of them."""
    return asyncio.run(_read_all(documents, told))


async def _read_all(documents: Iterable[Labelled], told: Callable[[], None]) -> list[Counted]:
    # At a risk of 1 no cell is sent to review for its confidence alone.
    extractor = Extractor(Settings(reader="rules", review_risk=1.0))
    counted: list[Counted] = []
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
            counted.append(Counted(document.layout, document.report, tally))
            told()
    finally:
        await extractor.aclose()
    return counted


def merged(documents: Iterable[Counted]) -> Tally:
    """All cells together."""
    whole = Tally()
    for document in documents:
        whole.update(document.cells)
    return whole


def by_layout(documents: Iterable[Counted]) -> dict[str, list[Counted]]:
    """The documents of each layout."""
    found: dict[str, list[Counted]] = {}
    for document in documents:
        found.setdefault(document.layout, []).append(document)
    return found


def folds(documents: Sequence[Counted], count: int) -> Iterator[tuple[list[Counted], list[Counted]]]:
    """Each part of the reports once, with all the others before it. Cells of one report err together, in whatever
    layouts it is printed, so none is divided."""
    reports = list(dict.fromkeys(document.report for document in documents))
    for part in range(count):
        own = {*reports[part::count]}
        yield (
            [document for document in documents if document.report not in own],
            [document for document in documents if document.report in own],
        )
