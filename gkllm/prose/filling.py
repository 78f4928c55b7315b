"""Cells of a table that the document does not print, read from its sentences: always for a person to confirm."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from gkllm.documents.document import Document
from gkllm.facts import Doubt, DoubtKind
from gkllm.form import CellId
from gkllm.prose.meanings import Meanings
from gkllm.prose.passages import quote
from gkllm.reading.numerals import CellText, NumeralReading
from gkllm.reading.placed import PlacedCell, TableReading
from gkllm.report import CellState, Claim

READING = "prose"


def filled_tables(
    document: Document,
    readings: Mapping[str, TableReading],
    absent: Collection[str],
    claims: Iterable[Claim],
    meanings: Meanings,
) -> dict[str, TableReading]:
    """The readings, with what claims say of the cells of the `absent` tables, which no reader found.

    Only claims of a sure scope count, whose plain reading is one cell or whose number is zero. Two that contradict
    each other fill nothing.
    """
    stated: dict[str, list[Claim]] = {}
    for claim in claims:
        for cell in _cells_of(claim, meanings):
            if CellId(cell).table in absent:
                stated.setdefault(cell, []).append(claim)
    filled = dict(readings)
    for cell, about in stated.items():
        reading = filled[CellId(cell).table]
        if len({claim.value for claim in about}) > 1:
            values = ", ".join(f"{claim.value:g}" for claim in about)
            doubt = Doubt.of(DoubtKind.SENTENCES_DIFFER, cell=cell, values=values)
            filled[reading.table.id] = replace(reading, doubts=(*reading.doubts, doubt))
        else:
            cells = {**reading.cells, cell: _placed(document, about[0])}
            filled[reading.table.id] = replace(reading, cells=cells)
    return filled


def is_filled(reading: TableReading) -> bool:
    """Whether a table that was not found has cells all the same."""
    return not reading.found and any(placed.present for placed in reading.cells.values())


def _cells_of(claim: Claim, meanings: Meanings) -> tuple[str, ...]:
    if claim.certainty == "unsure" or not claim.readings:
        return ()
    plain = claim.readings[0]
    if claim.value == 0:
        # A count is never negative, so where a sum is zero each of its terms is.
        return plain
    fills = meanings.meaning(claim.meaning.partition(".")[0]).fills
    return plain if fills and len(plain) == 1 else ()


def _placed(document: Document, claim: Claim) -> PlacedCell:
    place = claim.number or claim.span
    span = (place.start, place.end)
    read_as = CellText(CellState.REPORTED, (NumeralReading(claim.value, READING, 0.0),))
    doubt = Doubt.of(DoubtKind.FROM_SENTENCE, quote=claim.quote)
    return PlacedCell(
        quote(document, span), span, 1.0, (doubt,), place=document.place_of(span[0]), read_as=read_as
    )
