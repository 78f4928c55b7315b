"""What becomes of the rules' cells where an endpoint is asked: cleared, marked, silent."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from evals.asking.endpoint import Endpoint, Truth
from evals.generator.generated_form import FORM
from gkllm import Extractor, ModelSettings, Report, Settings
from gkllm.checking.evaluate import reported_residuals
from gkllm.documents.source import Source
from gkllm.evaluation.truth import TrueCell
from gkllm.report import Cell, CellState
from gkllm.settings import ReaderChoice


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts that add up over documents.

    `clearable` are cells that the rules have right and marked, and whose relations hold with a number other than zero;
    `cleared` those of them that the reader has right and unmarked. `harmed` are cells that the rules have right and
    unmarked, whose relations hold, and that the reader marks or has wrong. `silent` are wrong and unmarked by the
    reader and not by the rules. `gained` are right and unmarked by the reader and not by the rules, `lost` the reverse.
    """

    documents: int = 0
    cells: int = 0
    clearable: int = 0
    cleared: int = 0
    harmed: int = 0
    silent: int = 0
    gained: int = 0
    lost: int = 0
    tables: int = 0
    tokens: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


Document = tuple[str, str, Truth]
"""Name, text, truth."""
_NO_CELL = TrueCell(None, CellState.MISSING, "")
"""What the document prints in a cell that its edition does not have."""


def measure(
    documents: Iterable[Document], persona: str, reader: ReaderChoice, **limits: Any
) -> tuple[Tally, list[str]]:
    """The counts over the documents, and what is silent or harmed in words."""
    return asyncio.run(_measured(documents, persona, reader, limits))


async def _measured(
    documents: Iterable[Document], persona: str, reader: ReaderChoice, limits: Mapping[str, Any]
) -> tuple[Tally, list[str]]:
    total = Tally()
    said: list[str] = []
    with Endpoint(persona) as endpoint:
        model = ModelSettings("scripted", base_url=endpoint.base_url, api_key="unused")
        asking = Extractor(Settings(reader=reader, model=model, **limits))
        rules = Extractor(Settings(reader="rules"))
        try:
            for name, text, truth in documents:
                endpoint.truth = truth
                source = Source(name, None, text.encode())
                before, after = await rules.extract(source), await asking.extract(source)
                total += compared(truth, before, after, name, said)
        finally:
            await asking.aclose()
    return total, said


def compared(truth: Truth, rules: Report, asked: Report, name: str, said: list[str]) -> Tally:
    """One document's counts; `said` is added to."""
    tally = Tally(documents=1, tables=asked.usage.calls, tokens=_tokens(asked))
    after, held = {cell.id: cell for cell in asked.cells}, _held(rules)
    for cell in rules.cells:
        true, now = truth.get(cell.id, _NO_CELL), after.get(cell.id)
        if now is None:
            continue
        was_right, is_right = _right(cell, true), _right(now, true)
        was_good, good = was_right and not cell.needs_review, is_right and not now.needs_review
        clearable = was_right and cell.needs_review and bool(cell.evidence["supported"]) and cell.id in held
        harmed = was_right and not cell.needs_review and cell.id in held and not good
        silent = not is_right and not now.needs_review and (was_right or cell.needs_review)
        if silent or harmed:
            kind = "silent" if silent else "harmed"
            said.append(
                f"{kind} {name} {cell.id}: prints {true.raw!r}, rules {cell.raw!r}, now {now.raw!r}; {now.reasons}"
            )
        tally += Tally(
            cells=1,
            clearable=clearable,
            cleared=clearable and good,
            harmed=harmed,
            silent=silent,
            gained=good and not was_good,
            lost=was_good and not good,
        )
    return tally


def _held(report: Report) -> set[str]:
    """The cells over which equations are stated, all of which hold."""
    equations = [
        one
        for one in reported_residuals(report, FORM)
        if one.relation.operator == "=" and not one.relation.single
    ]
    failed = {cell for one in equations if not one.holds for cell in one.relation.cells}
    return {cell for one in equations for cell in one.relation.cells} - failed


def _right(cell: Cell, true: TrueCell) -> bool:
    return (cell.value, cell.state) == (true.value, true.state)


def _tokens(report: Report) -> int:
    return report.usage.prompt_tokens + report.usage.completion_tokens
