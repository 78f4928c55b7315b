"""Printed labels against the form's, compared by characters so that damage is tolerated."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz, process

from gkllm.documents.lines import number_of_enumerator, without_enumerator
from gkllm.documents.values import UNITS
from gkllm.form import Row, Table
from gkllm.ideographs import simplified

MIN_SCORE = 0.6
"""Similarity under which a printed text is not taken for a label: a short label with a third of its
characters gone still reaches it, two different labels of the form do not."""
_LONGEST_LABEL = 70
_MIN_OPENING = 3
_OPENING = 0.8
"""The likeness of a text that opens with the whole label, enumerator included, and goes on."""
_MIN_FRAGMENT = 80
"""Percentage of a fragment's characters that must stand together in a label."""
_REMEMBERED = 2048
"""Distinct printed labels remembered for each table: reports repeat them, and memory stays flat."""
_NOTE = re.compile(r"(?<=.)（.*", re.DOTALL)
_NOTE_BEHIND = re.compile(r"(?<=\S)\s*[(（\[【][^()（）\[\]【】]+[)）\]】]\s*$")
"""A remark in brackets that an office adds to a row's label."""
_UNITS = "|".join(UNITS)
_UNIT_BEHIND = re.compile(
    rf"\s*[(（]\s*(?:单位\s*[:：])?\s*(?P<bracketed>{_UNITS})\s*[)）]\s*$|\s+(?P<bare>{_UNITS})\s*$"
)
"""The unit of the row's number, printed behind its label."""


@lru_cache(maxsize=8192)
def normalise(text: str) -> str:
    """Letters, digits and ideographs alone, full-width forms made half-width, ideographs in their one spelling."""
    folded = simplified(unicodedata.normalize("NFKC", text))
    return "".join(character for character in folded if character.isalnum())


@lru_cache(maxsize=8192)
def bare_label(text: str) -> str:
    """The normalised text without its leading enumerator."""
    return normalise(without_enumerator(unicodedata.normalize("NFKC", text)))


@lru_cache(maxsize=8192)
def enumerated(text: str) -> int | None:
    """The number that the text's enumerator says, null where it has none."""
    return number_of_enumerator(unicodedata.normalize("NFKC", text))


@lru_cache(maxsize=1024)
def similarity(printed: str, label: str) -> float:
    """How alike two labels are, 0 to 1: 1 for equal characters, enumerators and punctuation aside."""
    whole, bare = (
        (normalise(printed), normalise(label)),
        (bare_label(printed), bare_label(label)),
    )
    if whole[0] == whole[1] or (bare[0] and bare[0] == bare[1]):
        return 1.0
    if not bare[0] or len(whole[0]) > _LONGEST_LABEL:
        return 0.0
    opening = _OPENING if len(whole[1]) >= _MIN_OPENING and whole[0].startswith(whole[1]) else 0.0
    return max(fuzz.ratio(*whole) / 100, fuzz.ratio(*bare) / 100, opening)


class LabelMatch(NamedTuple):
    """A printed text taken for a row's label: the row's place in its table, the similarity, and that of the next most
    similar row, 0 if there is none.
    """

    row: int
    score: float
    rival: float = 0.0


class RowLabels:
    """Every way the rows of one table in one edition may be labelled.

    A row's label may stand alone, without its bracketed note, or with its group's label before it. Of a printed text,
    `exact` gives the rows whose label has its very characters (a form may use one label twice), `similar` every row
    whose label is at least `MIN_SCORE` alike, best first; `is_fragment` says whether it can be a part of a row's
    label, as a wrapped line shows it.
    """

    def __init__(self, table: Table) -> None:
        self.rows = table.rows
        variants = [(index, variant) for index, row in enumerate(self.rows) for variant in _variants(row)]
        self._row_of = [index for index, _ in variants]
        self._whole = [normalise(variant) for _, variant in variants]
        self._bare = [bare_label(variant) for _, variant in variants]
        self._openings = tuple(spelling for spelling in self._whole if len(spelling) >= _MIN_OPENING)
        self._longest = [normalise(_variants(row)[-1]) for row in self.rows]
        self._exact: dict[str, list[int]] = {}
        for index, spelling in {
            (index, spelling): None
            for index, *spellings in zip(self._row_of, self._whole, self._bare, strict=True)
            for spelling in spellings
        }:
            self._exact.setdefault(spelling, []).append(index)
        rows = {row.label for row in self.rows}
        self._headings = {normalise(group) for row in self.rows for group in row.groups if group not in rows}
        self.exact = lru_cache(_REMEMBERED)(self._exact_rows)
        self.similar = lru_cache(_REMEMBERED)(self._similar_rows)
        self.is_fragment = lru_cache(_REMEMBERED)(self._is_fragment)

    def _exact_rows(self, printed: str) -> tuple[LabelMatch, ...]:
        rows = self._rows_labelled(_UNIT_BEHIND.sub("", printed))
        if not rows and (without := _NOTE_BEHIND.sub("", printed)) != printed:
            rows = self._rows_labelled(without)
        return tuple(LabelMatch(row, 1.0) for row in rows)

    def _rows_labelled(self, text: str) -> Sequence[int]:
        rows = self._exact.get(normalise(text))
        if rows is not None:
            return rows
        place = enumerated(text)
        return [
            row
            for row in self._exact.get(bare_label(text), ())
            if place is None or enumerated(self.rows[row].label) in (None, place)
        ]

    def is_heading(self, printed: str) -> bool:
        """Whether the text is the label of a group of rows, and of no row."""
        return normalise(printed) in self._headings

    def is_label(self, printed: str) -> bool:
        """Whether the text is like a whole label of some row."""
        return bool(self.similar(printed))

    def _is_fragment(self, printed: str) -> bool:
        text = normalise(printed)
        if len(text) > _LONGEST_LABEL:
            return False
        likest = process.extractOne(
            text, self._longest, scorer=fuzz.partial_ratio, score_cutoff=_MIN_FRAGMENT
        )
        return likest is not None

    def _similar_rows(self, printed: str) -> tuple[LabelMatch, ...]:
        """The rows by `similarity`, worked out against all labels at once."""
        whole, bare = normalise(printed), bare_label(printed)
        best: dict[int, float] = {}
        if bare and len(whole) <= _LONGEST_LABEL:
            alike = [(self._row_of[index], score / 100) for index, score in self._ratios(whole, bare)]
            if whole.startswith(self._openings):
                alike += [
                    (row, _OPENING)
                    for row, label in zip(self._row_of, self._whole, strict=True)
                    if len(label) >= _MIN_OPENING and whole.startswith(label)
                ]
        else:
            labels = zip(self._row_of, self._whole, self._bare, strict=True)
            alike = [(row, 1.0) for row, *label in labels if whole == label[0] or (bare and bare == label[1])]
        for row, score in alike:
            best[row] = max(score, best.get(row, MIN_SCORE))
        ranked = sorted(best.items(), key=lambda b: (-b[1], b[0]))
        return tuple(
            LabelMatch(row, score, max((other for rival, other in ranked if rival != row), default=0.0))
            for row, score in ranked
        )

    def _ratios(self, whole: str, bare: str) -> Iterator[tuple[int, float]]:
        """The number of each label that may be as like as a label must be, and its likeness in percent."""
        for text, labels in ((whole, self._whole), (bare, self._bare)):
            found = process.extract(text, labels, scorer=fuzz.ratio, score_cutoff=100 * MIN_SCORE, limit=None)
            yield from ((index, score) for _, score, index in found)


@cache
def row_labels(table: Table) -> RowLabels:
    """The labels of one table in one edition, prepared once."""
    return RowLabels(table)


def _variants(row: Row) -> tuple[str, ...]:
    short = _NOTE.sub("", row.label)
    found = [row.label, short, *row.also]
    for depth in range(1, len(row.groups) + 1):
        found.append("".join(row.groups[-depth:]) + row.label)
    return tuple(dict.fromkeys(found))
