"""One cell's record: all that readers, relations, sentences and reviewers know of it."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from gkllm.checking.decoding import Decision
from gkllm.checking.evaluate import CheckedCell, Number, counted
from gkllm.confidence import Evidence, confidence
from gkllm.documents.document import Place
from gkllm.facts import FROM_THE_REST, Doubt, DoubtKind
from gkllm.form import Form
from gkllm.reading.numerals import CellText, NumeralReading
from gkllm.reading.placed import PlacedCell
from gkllm.report import Cell, CellState, ReaderView

TYPED_READING = "reviewed"
"""The reading of a value that is none of the readings of the text."""
RULES = "rules"
"""The reader whose text stands in a cell, unless another's was chosen."""
REVIEW_READER = "review"
"""The reader that a decided cell names beside those that read the document."""


@dataclass(slots=True)
class CellRecord:
    """What is known of one cell of a form. The judge makes of it what the report says.

    `placed` is the text in the cell's place, with the doubts about it; `text` what it can mean; `decision` which of
    its readings was chosen and by what lead, null where there is no choice. `supported` and `broken` count the
    relations over the cell that hold with a number other than zero, and those that do not hold; `blamed` where a broken
    one can be blamed on it. `facts` are what sentences and reviewers added. What a second reader is worth follows from
    `holding` and `anchored`, which stay empty where there is none: see `Support`.
    """

    form: Form
    id: str
    label: str
    placed: PlacedCell
    text: CellText
    decision: Decision | None = None
    supported: int = 0
    broken: int = 0
    blamed: bool = False
    facts: tuple[Doubt, ...] = ()
    holding: int = 0
    anchored: bool = False

    @property
    def chosen(self) -> NumeralReading | None:
        """The reading that was chosen, null where no number is reported."""
        index = self.decision.choice if self.decision else 0
        return self.text.readings[index] if self.text.readings else None

    @property
    def counted(self) -> Number | None:
        """The number that relations count: 0 where nothing is printed, null where that is not known."""
        return counted(self.text.state, self.chosen.value if self.chosen else None)

    @property
    def known(self) -> "Known":
        """What the cell is judged by."""
        relations = (self.supported, self.broken, self.blamed, self.holding, self.anchored)
        return self._known(tuple(self.placed.views.items()), relations, self.facts)

    def checked(self) -> CheckedCell:
        """The cell as relations see it: its certainty is what can be told without them, without sentences, and without
        a second reader, whose view of one cell must not put the blame on another.
        """
        return _checked(self._known())

    def _known(
        self,
        views: tuple[tuple[str, ReaderView], ...] = (),
        relations: tuple[int, int, bool, int, bool] = (0, 0, False, 0, False),
        facts: tuple[Doubt, ...] = (),
    ) -> "Known":
        placed, text, decision = self.placed, self.text, self.decision
        return Known(
            self.form,
            placed.raw,
            text,
            type(text.readings[0].value) if text.readings else None,
            decision,
            placed.doubts,
            placed.label_score,
            placed.legible,
            placed.gaps,
            placed.lead,
            views,
            *relations,
            facts,
        )

    def confirmed(self, value: Number | None, state: CellState, fact: Doubt, reviewer: str) -> "CellRecord":
        """The record after a person said what the cell holds; `fact` tells of it, and stands for all before it."""
        readings = self.text.readings if state is CellState.REPORTED else ()
        if value is not None:
            own = next((reading for reading in readings if reading.value == value), None)
            first = own or NumeralReading(value, TYPED_READING, 0.0)
            readings = (first, *(reading for reading in readings if reading is not own))
        seen = {**self.placed.views, REVIEW_READER: ReaderView(raw=self.placed.raw, name=reviewer)}
        placed = replace(self.placed, doubts=(), views=seen)
        return replace(self, placed=placed, text=CellText(state, readings), decision=None, facts=(fact,))


class Known(NamedTuple):
    """What a cell is judged by: where the same is known of two cells they are judged alike, wherever they stand.

    `number` is the type of its value: 1 and 1.0 are the same key.
    """

    form: Form
    raw: str
    text: CellText
    number: type | None
    decision: Decision | None
    doubts: tuple[Doubt, ...]
    label_score: float
    legible: bool
    gaps: bool
    lead: tuple[int, float] | None
    views: tuple[tuple[str, ReaderView], ...]
    supported: int
    broken: int
    blamed: bool
    holding: int
    anchored: bool
    facts: tuple[Doubt, ...]

    @property
    def chosen(self) -> NumeralReading | None:
        """The reading that was chosen, null where no number is reported."""
        index = self.decision.choice if self.decision else 0
        return self.text.readings[index] if self.text.readings else None

    @property
    def evidence(self) -> Evidence:
        """What the confidence is worked out from."""
        state, decision, chosen = self.text.state, self.decision, self.chosen
        return Evidence(
            label=self.label_score,
            doubts=tuple(sorted({doubt.kind for doubt in self.doubts})) if self.doubts else (),
            candidates=max(1, len(self.text.readings)),
            margin_relations=decision.relations if decision else 0,
            margin_cost=decision.cost if decision else 0.0,
            supported=self.supported,
            broken=self.broken,
            blamed=int(self.blamed),
            contradicted=int(any(fact.kind is DoubtKind.SENTENCE_DIFFERS for fact in self.facts)),
            legible=int(state not in (CellState.UNREADABLE, CellState.MISSING)),
            agreement=self._agreement() if len(self.views) > 1 else 0,
            holding=self.holding,
            anchored=int(self.anchored),
            gaps=int(self.gaps),
            places=int(self.lead is not None),
            place_relations=self.lead[0] if self.lead else 0,
            place_cost=self.lead[1] if self.lead else 0.0,
            state=state.value,
            reading=chosen.reading if chosen else None,
        )

    def _agreement(self) -> int:
        """1 if every other reader than the rules saw the characters that stand here, else -1.

        A reader that only picked among the readings of one text transcribed nothing: it can contradict the value, and
        not confirm it.
        """
        views = [view for who, view in self.views if who != RULES]
        picked = {view.picked for view in views if view.picked is not None}
        if picked:
            return 0 if picked == {self.chosen.value if self.chosen else None} else -1
        own = "".join(self.raw.split())
        return 1 if all(view.raw is not None and "".join(view.raw.split()) == own for view in views) else -1


@lru_cache(maxsize=1024)
def _checked(known: Known) -> CheckedCell:
    chosen = known.chosen
    return CheckedCell(
        state=known.text.state,
        raw=known.raw,
        value=chosen.value if chosen else None,
        readings=tuple(reading.value for reading in known.text.readings),
        doubtful=bool(known.doubts),
        certainty=confidence(known.form, known.evidence),
        gaps=known.gaps,
    )


def record_of(cell: Cell, form: Form) -> CellRecord:
    """The record of a cell that stands in a finished report, to be added to and judged again.

    A result that was written before doubts had kinds keeps its reasons as they were told.
    """
    known = Evidence.of(cell.evidence)
    doubts = cell.doubts
    if not doubts and cell.needs_review:
        doubts = tuple(Doubt.of(DoubtKind.TOLD, sentence=reason) for reason in cell.reasons)
    own = tuple(doubt for doubt in doubts if doubt.kind in known.doubts)
    later = tuple(doubt for doubt in doubts if doubt not in own and doubt.kind not in FROM_THE_REST)
    placed = PlacedCell(
        raw=cell.raw,
        span=(cell.span.start, cell.span.end) if cell.span else None,
        label_score=known.label,
        doubts=own,
        present=cell.state is not CellState.MISSING,
        legible=cell.state is not CellState.UNREADABLE
        or any(doubt.kind is DoubtKind.NO_NUMBER for doubt in doubts),
        views=cell.readers,
        place=Place(cell.page, cell.box) if cell.page is not None and cell.box is not None else None,
        gaps=bool(known.gaps),
        lead=(known.place_relations, known.place_cost) if known.places else None,
    )
    several = len(cell.candidates) > 1
    return CellRecord(
        form=form,
        id=cell.id,
        label=cell.label,
        placed=placed,
        text=CellText(cell.state, _readings_of(cell)),
        decision=Decision(0, known.margin_relations, known.margin_cost) if several else None,
        supported=known.supported,
        broken=known.broken,
        blamed=bool(known.blamed),
        facts=later,
        holding=known.holding,
        anchored=bool(known.anchored),
    )


def _readings_of(cell: Cell) -> tuple[NumeralReading, ...]:
    """The cell's value, and the other values its text may stand for."""
    if cell.value is None:
        return ()
    others = (candidate for candidate in cell.candidates if candidate.value != cell.value)
    return (
        NumeralReading(cell.value, cell.reading or TYPED_READING, 0.0),
        *(NumeralReading(other.value, other.reading, 0.0) for other in others),
    )
