"""Results, logs and sessions for the tests of review."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import gkllm
from gkllm.facts import Doubt, DoubtKind
from gkllm.report import Cell, CellState, Report
from gkllm.results import read_results
from gkllm.review.log import Content, Decision, Reason
from gkllm.review.session import Choices, Session
from gkllm.review.standing import Ledger
from gkllm.review.stored_log import open_log
from gkllm.wording import sentences
from tests.forms import FORMS

FIXTURES = Path(__file__).parents[2] / "fixtures"
YINZHOU = FIXTURES / "yinzhou-2019.txt"
RESULT_TOTAL = "requests.results_total.natural_person"
WHOLE_TOTAL = "requests.results_total.total"
LAST_YEAR = "disclosure.licensing.last_year_items"
YINZHOU_QUEUE = [RESULT_TOTAL, WHOLE_TOTAL, LAST_YEAR]
"""What needs review in the report, most valuable first."""


_BLAMED = Doubt.of(DoubtKind.BLAMED)
_PINNED: dict[str, tuple[float, tuple[Doubt, ...]]] = {
    RESULT_TOTAL: (
        0.79,
        (Doubt.of(DoubtKind.REPAIRED, raw="66", value=6, reading="duplicated_run"), _BLAMED),
    ),
    WHOLE_TOTAL: (0.86, (_BLAMED,)),
    LAST_YEAR: (0.88, (Doubt.of(DoubtKind.UNSETTLED, **{"22": "as_printed", "2": "duplicated_run"}),)),
}


@cache
def yinzhou() -> Report:
    """The report of the fixture, its judgement of every cell pinned: other work on it moves nothing here."""
    report = gkllm.extract(YINZHOU, gkllm.Settings(reader="rules"))
    return report.model_copy(update={"cells": tuple(_pinned(cell) for cell in report.cells)})


def _pinned(cell: Cell) -> Cell:
    confidence, doubts = _PINNED.get(cell.id, (0.9975, ()))
    facts = {"label": 1.0, "doubts": 0.0, "legible": 1.0, "agreement": 0.0}
    evidence = {**facts, "blamed": float(_BLAMED in doubts)}
    judged = {
        "confidence": confidence,
        "needs_review": bool(doubts),
        "doubts": doubts,
        "reasons": sentences(doubts),
        "evidence": evidence,
    }
    return cell.model_copy(update=judged)


def write_results(folder: Path, *reports: Report, name: str = "results.jsonl") -> Path:
    """A file of results as extract writes them."""
    path = folder / name
    if path.suffix == ".jsonl":
        path.write_text("".join(report.to_json() + "\n" for report in reports), encoding="utf-8")
    else:
        path.write_text(reports[0].to_json(indent=2) + "\n", encoding="utf-8")
    return path


def open_session(
    path: Path, reviewer: str = "alice", sample: int = 0, *, independent: bool = False
) -> Session:
    """A session over results, with the log beside them."""
    results = read_results(path)
    choices = Choices(reviewer, sample=sample, independent=independent)
    return Session(results, Ledger(open_log(results.place)), choices, FORMS)


def logged(path: Path) -> list[Decision]:
    """The decisions in the log of results, undone ones too."""
    entries = open_log(str(path)).read().entries
    return [entry for entry in entries if isinstance(entry, Decision)]


def say(value: int | None, state: CellState = CellState.REPORTED) -> Callable[[object], Content]:
    """Decides any cell with this."""
    return lambda _: Content(value=value, state=state)


def copies(report: Report, number: int, needing: int) -> list[Report]:
    """As many reports of different documents, the first `needing` cells of each in need of review."""
    cells = tuple(
        cell.model_copy(update={"needs_review": index < needing}) for index, cell in enumerate(report.cells)
    )
    return [
        report.model_copy(
            update={"cells": cells, "source": report.source.model_copy(update={"sha256": f"{index:064x}"})}
        )
        for index in range(number)
    ]


def make_decision(cell: str, value: int, reviewer: str = "alice", **fields: object) -> Decision:
    """A decision as another session would have written it."""
    given: dict[str, object] = {
        "gkllm": "0",
        "id": f"{reviewer}-{cell}-{value}",
        "document": yinzhou().source.sha256,
        "source": yinzhou().source.name,
        "cell": cell,
        "reviewer": reviewer,
        "time": datetime(2026, 1, 1, tzinfo=UTC),
        "raw": "66",
        "before": Content(value=6, state=CellState.REPORTED),
        "after": Content(value=value, state=CellState.REPORTED),
        "reason": Reason.TYPED,
        "confidence": 0.8,
        "needs_review": True,
        "seconds": 2.0,
    }
    return Decision.model_validate({**given, **fields})
