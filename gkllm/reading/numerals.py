"""Printed cell text to candidate readings, each with its reason.

A cell's digits arrive broken when a Word text was flattened: the old and the new content of a revised cell stand
side by side, runs are doubled or split. Each way the text can have come about is a candidate; which one holds is
for the relations to decide.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from gkllm.checking.evaluate import counted
from gkllm.documents.values import UNITS
from gkllm.facts import Doubt, DoubtKind
from gkllm.form import ColumnKind
from gkllm.ideographs import simplified
from gkllm.reading.chinese_numerals import chinese_value
from gkllm.reading.digit_runs import NUMBER, digit_readings
from gkllm.report import CellState

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"), None)
_MARKUP = re.compile(r"<br\s*/?>|<<\w*>>|\*\*|\\(?=\W)", re.IGNORECASE)
_NONE = frozenset({"暂无", "无"})
_NOT_APPLICABLE = re.compile(r"[/\\\-—–－―─]{1,4}|不适用")
_BLANKS = frozenset({"nan", "none", "null"})
"""What converters write for a blank cell."""
_LONGEST = 400
"""Characters; a longer text in a cell is no number."""
_MOST_DIGITS = 28
"""The precision of the arithmetic; no figure of the form has half as many."""
_EXACT_DIGITS = 15
"""A number of so many digits survives as a floating-point number, which money is given as."""
_MARKS = "\u2460-\u24ff\u2776-\u2793\u3220-\u3229\u3280-\u3289\u00b9\u00b2\u00b3\u2070-\u209c"
"""Circled, bracketed, raised and lowered digits: marks of notes, and never digits of a number."""
_NOTE = (
    rf"[{_MARKS}*＊†‡※☆★△▲#＃]+|[\[［【〔]\s*注?\s*\d{{0,2}}\s*[\]］】〕]"
    r"|[(（]\s*注\s*\d{0,2}\s*[)）]|注\s*\d{0,2}"
)
_NOTE_BEFORE = re.compile(rf"(?:{_NOTE})\s*")
_NOTE_AFTER = re.compile(rf"\s*(?:{_NOTE})\s*$")
_ANY_MARK = re.compile(f"[{_MARKS}]")
_DASHES = str.maketrans({"－": "-", "—": "-", "–": "-", "−": "-", "―": "-", "，": ",", "。": ".", "．": "."})
_UNIT = re.compile(rf"(?P<number>.*?\d)\s*(?P<unit>{'|'.join(UNITS)}|万)?(?:整|人民币)?", re.DOTALL)
SCALES = {
    "元": Decimal(1),
    "千元": Decimal(1_000),
    "万": Decimal(10_000),
    "万元": Decimal(10_000),
    "百万元": Decimal(1_000_000),
    "亿元": Decimal(100_000_000),
}
MONEY_UNITS: tuple[str, ...] = tuple(unit for unit in SCALES if unit != "万")
"""Units that money may be printed in, in a cell or in the heading over it."""
_CHINESE = re.compile(
    r"(?P<number>[零〇一二两三四五六七八九十百千万壹贰叁肆伍陆柒捌玖拾佰仟]+?)"
    r"(?P<unit>百万元|千元|万元|亿元|元|件次|件|条|个|项|次|宗|份|起|人次|人)?"
)
_GROUP = 3
"""Digits that stand together in a number written in groups."""
_SIGN = re.compile(r"(?P<sign>[+-]|增加|减少|增|减|下降|上升)\s*")
_LOOK_ALIKES = str.maketrans(
    {
        **dict.fromkeys("OoQDＯｏОо〇", "0"),
        **dict.fromkeys("lI|丨ｌＩ", "1"),
        "Z": "2",
        "z": "2",
        "S": "5",
        "B": "8",
    }
)
"""What people type and OCR reads for a digit of the same shape."""
_NEGATIVE = frozenset({"-", "减", "减少", "下降"})

COSTS: dict[str, float] = {
    "as_printed": 0.0,
    "full_width": 0.0,
    "thousands_separator": 0.0,
    "unit": 0.0,
    "sign": 0.0,
    "leading_zero": 0.2,
    "misread_character": 0.8,
    "chinese_numeral": 0.8,
    "split_run": 1.5,
    "duplicated_run": 1.0,
    "revised": 2.0,
}
"""How far-fetched a reading is, in the decoder's unit: it prefers the cheapest readings among those that satisfy
the same relations. The order is what the seeds show: doubled runs are commoner than revisions that kept both
contents, and text that reads as it stands mostly is what it says."""


class NumeralReading(NamedTuple):
    """One value a printed text may stand for, why, and how far-fetched that is."""

    value: int | float
    reading: str
    cost: float


class CellText(NamedTuple):
    """What a cell's text can mean: a state and, if that is "reported", the readings, cheapest first.

    `doubts` are what the text itself holds against being read so.
    """

    state: CellState
    readings: tuple[NumeralReading, ...] = ()
    doubts: tuple[Doubt, ...] = ()

    @property
    def counted(self) -> int | float | None:
        """What relations count by the likeliest reading: 0 for a blank, null where it is not known."""
        return counted(self.state, self.readings[0].value if self.readings else None)


@lru_cache(maxsize=8192)
def read_text(
    raw: str, kind: ColumnKind = "count", unit: str | None = None, headed: str | None = None
) -> CellText:
    """Every reading of a cell's text.

    `unit` is the unit the value of a money cell is to be given in, `headed` the one that the heading over it
    prints; a unit in the cell itself wins over both.
    """
    text = simplified(_MARKUP.sub(" ", raw).translate(_INVISIBLE).strip())
    if (state := _state_without_number("".join(text.split()))) is not None:
        return CellText(state)
    text, note = _without_note(text)
    column = _MoneyColumn(unit or "元", headed) if kind == "money" else None
    folded = unicodedata.normalize("NFKC", text.translate(_DASHES)).translate(_DASHES)
    if _is_several_amounts(folded):
        return CellText(CellState.UNREADABLE, doubts=(Doubt(DoubtKind.SEVERAL_AMOUNTS),))
    found = (
        _readings(folded, column, full_width=any("０" <= character <= "９" for character in text))
        or _chinese(folded, column)
        or _misread(folded, column)
    )
    if not found:
        return CellText(CellState.UNREADABLE)
    doubts = [Doubt.of(DoubtKind.NOTE_MARK, mark=note)] if note else []
    doubts += _money_doubts(folded, column) if column else []
    return CellText(CellState.REPORTED, _cheapest(found), tuple(doubts))


def _state_without_number(compact: str) -> CellState | None:
    """The state of a text, its white space gone, that is none to look for a number in; null for any other."""
    if len(compact) > _LONGEST:
        return CellState.UNREADABLE
    if not compact or compact.lower() in _BLANKS:
        return CellState.BLANK
    if compact in _NONE:
        return CellState.NONE
    return CellState.NOT_APPLICABLE if _NOT_APPLICABLE.fullmatch(compact) else None


def _cheapest(readings: Iterable[NumeralReading]) -> tuple[NumeralReading, ...]:
    """The likeliest reading of each value, the likeliest first."""
    cheapest: dict[int | float, NumeralReading] = {}
    for reading in readings:
        if reading.value not in cheapest or reading.cost < cheapest[reading.value].cost:
            cheapest[reading.value] = reading
    return tuple(sorted(cheapest.values(), key=lambda r: (r.cost, str(r.value))))


@dataclass(frozen=True, slots=True)
class _MoneyColumn:
    """Where money stands: the unit its values are given in, and the one its heading prints."""

    unit: str
    headed: str | None

    def scale(self, printed: str | None) -> Decimal:
        """What a number is worth in the column's unit, `printed` being the unit beside it."""
        printed = printed if printed in SCALES else self.headed
        return SCALES[printed or self.unit] / SCALES[self.unit]

    def differs(self, printed: str | None) -> str | None:
        """The unit that tells the number, if it is another than the form's."""
        told = "万元" if printed == "万" else printed if printed in SCALES else self.headed
        return told if told is not None and told != self.unit else None


def _without_note(text: str) -> tuple[str, str]:
    """The text without the marks of notes before and after its number, and those marks."""
    before, after = _NOTE_BEFORE.match(text), _NOTE_AFTER.search(text)
    bare = text[before.end() if before else 0 : after.start() if after else len(text)]
    if not any(character.isdigit() for character in _ANY_MARK.sub("", bare)):
        # A mark alone is no number, and no note to one.
        return _ANY_MARK.sub("\ufffd", text), ""
    return _ANY_MARK.sub("\ufffd", bare), "".join(found[0].strip() for found in (before, after) if found)


def _is_several_amounts(text: str) -> bool:
    """Whether numbers stand side by side that cannot be one number broken, doubled or revised."""
    runs = text.split()
    if len(runs) < 2 or len(set(runs)) == 1 or not all(NUMBER.fullmatch(run) for run in runs):
        return False
    if any("." in run for run in runs[:-1]):
        return True
    grouped = len(runs[0]) <= _GROUP and all(len(run.split(".")[0]) == _GROUP for run in runs[1:])
    return min(map(len, runs)) >= _GROUP and not grouped


def _money_doubts(text: str, column: _MoneyColumn) -> list[Doubt]:
    match = _UNIT.fullmatch(_sign(text)[1]) or _CHINESE.fullmatch("".join(text.split()))
    told = column.differs(match["unit"] if match else None)
    doubts = [Doubt.of(DoubtKind.OTHER_UNIT, unit=told, form=column.unit)] if told else []
    if sum(character.isdigit() for character in text) > _EXACT_DIGITS:
        doubts.append(Doubt(DoubtKind.ROUNDED))
    return doubts


def _readings(text: str, column: _MoneyColumn | None, *, full_width: bool = False) -> list[NumeralReading]:
    negative, text, has_sign = _sign(text)
    match = _UNIT.fullmatch(text)
    if match is None or sum(character.isdigit() for character in text) > _MOST_DIGITS:
        return []
    number, printed_unit = match["number"], match["unit"]
    if printed_unit in SCALES and column is None:
        return []
    note = "unit" if printed_unit else "sign" if has_sign else "full_width" if full_width else "as_printed"
    scale = column.scale(printed_unit) if column else Decimal(1)
    found: list[NumeralReading] = []
    for digits, reading in digit_readings(number):
        value = Decimal(digits) * scale * (-1 if negative else 1)
        name = note if reading == "as_printed" else reading
        found.append(NumeralReading(_number(value, money=column is not None), name, COSTS[name]))
    return found


def _chinese(text: str, column: _MoneyColumn | None) -> list[NumeralReading]:
    """The reading of a number in Chinese numerals, with or without its unit."""
    match = _CHINESE.fullmatch("".join(text.split()))
    value = chinese_value(match["number"]) if match else None
    if match is None or value is None or (match["unit"] in SCALES and column is None):
        return []
    scaled = value * (column.scale(match["unit"]) if column else Decimal(1))
    name = "chinese_numeral"
    return [NumeralReading(_number(scaled, money=column is not None), name, COSTS[name])]


def _misread(text: str, column: _MoneyColumn | None) -> list[NumeralReading]:
    """The readings of the digits that a text's characters look like, where at least one is such a character."""
    digits = text.translate(_LOOK_ALIKES)
    if digits == text:
        return []
    found = _readings(digits, column)
    name = "misread_character"
    return [NumeralReading(reading.value, name, COSTS[name] + reading.cost) for reading in found]


def _sign(text: str) -> tuple[bool, str, bool]:
    match = _SIGN.match(text)
    if match is None:
        return False, text, False
    return match["sign"] in _NEGATIVE, text[match.end() :], True


def _number(value: Decimal, *, money: bool) -> int | float:
    whole = value == value.to_integral_value()
    return int(value) if whole and not money else float(value)
