"""Claims found by rules: phrases found in a sentence, brought together with the scope and the row they speak of."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from gkllm.documents.document import Document
from gkllm.documents.lines import ENUMERATOR
from gkllm.facts import Doubt, DoubtKind
from gkllm.form import Table
from gkllm.prose.meanings import Kind, Meaning, Meanings, number_value, resolve
from gkllm.prose.passages import Sentence, quote
from gkllm.prose.scope import Scope, scope_of
from gkllm.reading.numerals import SCALES
from gkllm.report import Claim, ReportInfo, Span


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


_MIN_SENTENCE = 4
"""Characters beside labels that a sentence has at least."""
_MOST_EARLIER = 40
"""Of a paragraph's claims, how many later ones may be parts of."""
_CLAUSE_ENDS = ",;。:()"


@dataclass(frozen=True, slots=True)
class _Stated:
    """A phrase with what it was found to mean, and the number before it that it is a part of."""

    phrase: Phrase
    meaning: Meaning
    value: Decimal
    scope: Scope
    sentence: Sentence
    whole: "_Stated | None" = None


def claims_by_rules(
    document: Document,
    sentences: Iterable[Sentence],
    about: ReportInfo,
    tables: Mapping[str, Table],
    meanings: Meanings,
) -> list[Claim]:
    """Every claim in the sentences, in text order. `tables` are the form's, in the document's editions."""
    found: list[Claim] = []
    earlier: list[_Stated] = []
    for sentence in sentences:
        if earlier and earlier[-1].sentence.paragraph != sentence.paragraph:
            earlier = []
        if not meanings.speaks(sentence.text) or _is_headings(sentence.text, tables):
            continue
        for phrase in phrases_in(sentence.text, meanings):
            stated = _stated(meanings, phrase, sentence, about, earlier)
            if stated is not None:
                earlier = [*earlier[-_MOST_EARLIER:], stated]
                found += _claims(document, meanings, stated, tables)
    return found


def _is_headings(text: str, tables: Mapping[str, Table]) -> bool:
    """Whether nothing but labels of the form stands in the text, as where a table's headings are printed as a line."""
    for label in _labels(tuple(tables.values())):
        text = text.replace(label, "")
    return len(text) < _MIN_SENTENCE and not any(character.isdigit() for character in text)


@cache
def _labels(tables: tuple[Table, ...]) -> tuple[str, ...]:
    """Every label that the tables print, the longest first."""
    return tuple(sorted({label for table in tables for label in table.labels}, key=len, reverse=True))


def _stated(
    meanings: Meanings, phrase: Phrase, sentence: Sentence, about: ReportInfo, earlier: Sequence[_Stated]
) -> _Stated | None:
    """What a phrase means in its place; null where it is no claim about this report."""
    meaning, value = phrase.meaning, phrase.value
    whole: _Stated | None = None
    if meaning is None or value is None:
        table = meaning.table if meaning else phrase.kind.table if phrase.kind else ""
        wholes = _wholes(meanings, table, sentence, earlier)
        whole = next((one for one in reversed(wholes) if value is None or value <= one.value), None)
        if whole is None and (value is None or table not in meanings.parents):
            return None
        meaning = meaning or (whole.meaning if whole else meanings.meaning(meanings.parents[table]))
        value = whole.value if value is None and whole else value
    assert value is not None, "a phrase without a number has a whole"
    known = any(one.scope.topical and one.meaning.table == meaning.table for one in earlier)
    place = (phrase.start, phrase.end)
    scope = scope_of(meanings, meaning, sentence, place, about, topic_known=known)
    if scope is None:
        return None
    if whole is not None:
        scope = _within(whole, scope, len(wholes))
    return _Stated(phrase, meaning, value, scope, sentence, whole)


def _wholes(meanings: Meanings, table: str, sentence: Sentence, earlier: Sequence[_Stated]) -> list[_Stated]:
    """What a part may be a part of: rows in its own sentence, else those before it that speak of the usual whole."""
    rows = [one for one in earlier if one.meaning.table == table and one.phrase.kind is None]
    own = [one for one in rows if one.sentence is sentence]
    if own or table not in meanings.parents:
        return own or rows
    usual = meanings.meaning(meanings.parents[table]).readings[0]
    return [one for one in rows if one.meaning.readings and one.meaning.readings[0] == usual]


def _within(whole: _Stated, scope: Scope, wholes: int) -> Scope:
    """The scope of a part: no surer than the whole's, and unsure where several wholes precede it."""
    doubts = dict.fromkeys((*whole.scope.doubts, *(scope.doubts if scope.topical else ())))
    if wholes > 1:
        doubts[Doubt(DoubtKind.PART_OF_ANOTHER)] = None
    return Scope("unsure" if doubts else "implied", whole.scope.topical, tuple(doubts))


def _claims(
    document: Document, meanings: Meanings, stated: _Stated, tables: Mapping[str, Table]
) -> list[Claim]:
    meaning, phrase = stated.meaning, stated.phrase
    table = tables[meaning.table]
    readings = resolve(meaning, phrase.kind, table, meanings.total)
    if meaning.readings and not readings:
        return []
    sentence = stated.sentence
    span = _quoted(stated)
    number = sentence.span(*phrase.number) if phrase.number else None
    return [
        Claim(
            meaning=f"{meaning.id}.{phrase.kind.id}" if phrase.kind else meaning.id,
            readings=readings,
            value=in_unit(stated.value, readings, table),
            quote=quote(document, span),
            span=Span(start=span[0], end=span[1]),
            number=Span(start=number[0], end=number[1]) if number else None,
            certainty=stated.scope.certainty,
            doubts=stated.scope.doubts,
        )
    ]


def _quoted(stated: _Stated) -> tuple[int, int]:
    """The place of the phrase from its clause's beginning on; of one that repeats a number, from that number on."""
    text, start = stated.sentence.text, stated.phrase.start
    enumerator = ENUMERATOR.match(text)
    opening = max(text.rfind(mark, 0, start) for mark in _CLAUSE_ENDS) + 1
    if enumerator and not opening:
        opening = min(enumerator.end(), start)
    first, last = stated.sentence.span(opening, stated.phrase.end)
    if stated.phrase.value is None and stated.whole is not None:
        first = _quoted(stated.whole)[0]
    return first, last


def in_unit(value: Decimal, readings: tuple[tuple[str, ...], ...], table: Table) -> int | float:
    """The value in the unit of the cells it speaks of."""
    if readings:
        unit = table.places[readings[0][0]].column.unit
        value = value / SCALES[unit or "元"]
    return int(value) if value == value.to_integral_value() else float(value)
