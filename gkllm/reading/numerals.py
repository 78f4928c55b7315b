"""Printed cell text to candidate readings, each with its reason.

A cell's digits arrive broken when a Word text was flattened: the old and the new content of a revised cell stand
side by side, runs are doubled or split. Each way the text can have come about is a candidate; which one holds is
for the relations to decide.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from gkllm.documents.values import UNITS
from gkllm.form import ColumnKind
from gkllm.report import CellState

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"), None)
_MARKUP = re.compile(r"<br\s*/?>|\*\*|\\(?=\W)", re.IGNORECASE)
_NONE = frozenset({"暂无", "无"})
_NOT_APPLICABLE = re.compile(r"[/\\\-—–－―─]{1,4}")
_DASHES = str.maketrans({"－": "-", "—": "-", "–": "-", "−": "-", "―": "-", "，": ",", "。": ".", "．": "."})
_UNIT = re.compile(
    rf"(?P<number>.*?\d)\s*(?P<unit>{'|'.join(UNITS)}|万)?(?:整|人民币)?",
    re.DOTALL,
)
SCALES = {
    "万元": Decimal(10_000),
    "亿元": Decimal(100_000_000),
    "千元": Decimal(1_000),
    "元": Decimal(1),
    "万": Decimal(10_000),
}
_THOUSANDS = re.compile(r"\d{1,3}(?:,\s?\d{3})+(?:\.\d+)?")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
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
_MOST_DIGITS = 28
"""More is no number that a report prints, and beyond what decimal arithmetic keeps exact."""
_NEGATIVE = frozenset({"-", "减", "减少", "下降"})

COSTS: dict[str, float] = {
    "as_printed": 0.0,
    "full_width": 0.0,
    "thousands_separator": 0.0,
    "unit": 0.0,
    "sign": 0.0,
    "leading_zero": 0.2,
    "misread_character": 0.8,
    "split_run": 1.5,
    "duplicated_run": 1.0,
    "revised": 2.0,
}
"""How far-fetched a reading is, in the decoder's unit: it prefers the cheapest readings among those that satisfy
the same relations. The order is what the seeds show: doubled runs are commoner than revisions that kept both
contents, and text that reads as it stands mostly is what it says."""


@dataclass(frozen=True, slots=True)
class NumeralReading:
    """One value a printed text may stand for, why, and how far-fetched that is."""

    value: int | float
    reading: str
    cost: float


@dataclass(frozen=True, slots=True)
class CellText:
    """What a cell's text can mean: a state and, if that is "reported", the readings, cheapest first."""

    state: CellState
    readings: tuple[NumeralReading, ...] = ()


@lru_cache(maxsize=32768)
def read_text(raw: str, kind: ColumnKind = "count", unit: str | None = None) -> CellText:
    """Every reading of a cell's text. `unit` is the unit the value of a money cell is to be given in."""
    text = _MARKUP.sub(" ", raw).translate(_INVISIBLE).strip()
    if not text:
        return CellText(CellState.BLANK)
    compact = "".join(text.split())
    if compact in _NONE:
        return CellText(CellState.NONE)
    if _NOT_APPLICABLE.fullmatch(compact):
        return CellText(CellState.NOT_APPLICABLE)
    folded = unicodedata.normalize("NFKC", text.translate(_DASHES)).translate(_DASHES)
    if sum(map(str.isdigit, folded)) > _MOST_DIGITS:
        return CellText(CellState.UNREADABLE)
    readings = _readings(folded, kind, unit, full_width=_has_full_width(text)) or _misread(folded, kind, unit)
    if not readings:
        return CellText(CellState.UNREADABLE)
    cheapest: dict[int | float, NumeralReading] = {}
    for reading in readings:
        if reading.value not in cheapest or reading.cost < cheapest[reading.value].cost:
            cheapest[reading.value] = reading
    return CellText(
        CellState.REPORTED, tuple(sorted(cheapest.values(), key=lambda r: (r.cost, str(r.value))))
    )


def _has_full_width(text: str) -> bool:
    return any("０" <= character <= "９" for character in text)


def _readings(text: str, kind: ColumnKind, unit: str | None, *, full_width: bool) -> list[NumeralReading]:
    negative, text, signed = _sign(text)
    match = _UNIT.fullmatch(text)
    if match is None:
        return []
    number, printed_unit = match["number"], match["unit"]
    if printed_unit in SCALES and kind != "money":
        return []
    note = "unit" if printed_unit else "sign" if signed else "full_width" if full_width else "as_printed"
    scale = (
        SCALES.get(printed_unit, Decimal(1)) / SCALES[unit or "元"] if printed_unit in SCALES else Decimal(1)
    )
    found: list[NumeralReading] = []
    for digits, reading in _digit_readings(number):
        value = Decimal(digits) * scale * (-1 if negative else 1)
        name = note if reading == "as_printed" else reading
        found.append(NumeralReading(_number(value, kind), name, COSTS[name]))
    return found


def _misread(text: str, kind: ColumnKind, unit: str | None) -> list[NumeralReading]:
    """The readings of the digits that a text's characters look like, where at least one is such a character."""
    digits = text.translate(_LOOK_ALIKES)
    if digits == text:
        return []
    found = _readings(digits, kind, unit, full_width=False)
    name = "misread_character"
    return [NumeralReading(reading.value, name, COSTS[name] + reading.cost) for reading in found]


def _sign(text: str) -> tuple[bool, str, bool]:
    match = _SIGN.match(text)
    if match is None:
        return False, text, False
    return match["sign"] in _NEGATIVE, text[match.end() :], True


def _number(value: Decimal, kind: ColumnKind) -> int | float:
    whole = value == value.to_integral_value()
    return int(value) if whole and kind != "money" else float(value)


def _digit_readings(number: str) -> list[tuple[str, str]]:
    """(digits, reading) for a text of digits, separators and white space; empty where it is no number."""
    if _THOUSANDS.fullmatch(number):
        return [(re.sub(r"[,\s]", "", number), "thousands_separator")]
    runs = number.split()
    if any(not (_NUMBER.fullmatch(run) or _THOUSANDS.fullmatch(run)) for run in runs):
        return []
    runs = [run.replace(",", "") for run in runs]
    return _one_run(runs[0]) if len(runs) == 1 else _several_runs(runs)


def _one_run(run: str) -> list[tuple[str, str]]:
    if "." in run:
        return [(run, "as_printed")]
    found = [(run, "as_printed" if run == "0" or run[0] != "0" else "leading_zero")]
    if not run.strip("0"):
        return [(run, "as_printed" if run == "0" else "duplicated_run")]
    halves = _repeated(run)
    if halves is not None:
        found.append((halves, "duplicated_run"))
    stripped = run.lstrip("0")
    if stripped != run and (halves := _repeated(stripped)) is not None:
        found.append((halves, "duplicated_run"))
    return found


def _repeated(run: str) -> str | None:
    """The half of a run that is twice the same digits."""
    half, odd = divmod(len(run), 2)
    return run[:half] if not odd and half and run[:half] == run[half:] else None


def _several_runs(runs: list[str]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if len(set(runs)) == 1:
        found.append((runs[0], "duplicated_run"))
    if not any("." in run for run in runs[:-1]):
        found.append(("".join(runs), "split_run"))
    found.append((runs[-1], "revised"))
    return found
