"""The phrases of the data, found in one sentence."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from gkllm.prose.meanings import Kind, Meaning, Meanings, number_value
from gkllm.reading.numerals import SCALES


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase at [start, end) of a sentence.

    `value` is its number, amounts in 元; null where the phrase repeats the number before. `number` is the number's
    own place, null where words say it. `meaning` is null where the phrase names a column only.
    """

    start: int
    end: int
    value: Decimal | None
    number: tuple[int, int] | None = None
    meaning: Meaning | None = None
    kind: Kind | None = None

    @property
    def position(self) -> int:
        """What phrases are ordered by: the number's place."""
        return self.number[0] if self.number else self.start


def phrases_in(text: str, meanings: Meanings) -> list[Phrase]:
    """The sentence's phrases in the order of their numbers. Of several about one number, the one that begins first."""
    by_number: dict[int, Phrase] = {}
    worded: list[Phrase] = []
    for phrase in _row_phrases(text, meanings):
        if phrase.number is None:
            worded.append(phrase)
        elif phrase.number[0] not in by_number or phrase.start < by_number[phrase.number[0]].start:
            by_number[phrase.number[0]] = phrase
    for phrase in _column_phrases(text, meanings):
        if phrase.number is None:
            worded.append(phrase)
        else:
            by_number.setdefault(phrase.number[0], phrase)
    return sorted([*by_number.values(), *worded], key=lambda phrase: phrase.position)


def _row_phrases(text: str, meanings: Meanings) -> Iterator[Phrase]:
    for meaning in meanings.meanings:
        if not any(cue in text for cue in meaning.cues):
            continue
        for pattern in meaning.states:
            for match in pattern.finditer(text):
                value = _value(match)
                if value is not None:
                    kind = _only_kind(match[0], meaning, meanings)
                    yield Phrase(*match.span(), value, match.span("number"), meaning, kind)
        for pattern in meaning.none:
            for match in pattern.finditer(text):
                yield Phrase(
                    *match.span(), Decimal(0), None, meaning, _only_kind(match[0], meaning, meanings)
                )
        for pattern in meaning.all:
            for match in pattern.finditer(text):
                yield Phrase(*match.span(), None, None, meaning)


def _column_phrases(text: str, meanings: Meanings) -> Iterator[Phrase]:
    for kind in meanings.kinds:
        if not kind.word.search(text):
            continue
        for pattern in kind.states:
            for match in pattern.finditer(text):
                value = _value(match)
                if value is not None:
                    yield Phrase(*match.span(), value, match.span("number"), None, kind)
        for pattern in kind.all:
            for match in pattern.finditer(text):
                yield Phrase(*match.span(), None, None, None, kind)


def _only_kind(phrase: str, meaning: Meaning, meanings: Meanings) -> Kind | None:
    """The column that words within a row's phrase pick; none where they name several, and so all."""
    named = [kind for kind in meanings.kinds if kind.table == meaning.table and kind.word.search(phrase)]
    return named[0] if len(named) == 1 else None


def _value(match: re.Match[str]) -> Decimal | None:
    value = number_value(match["number"])
    if value is None:
        return None
    if not match["unit"].endswith("元"):
        return value if value == value.to_integral_value() else None
    return value * SCALES[match["unit"]]
