"""Reports for 2014 to 2018 with the statistical table, drawn at random, printed in several ways and damaged."""

import html
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from gkllm.documents.document import collapse
from gkllm.evaluation.truth import TrueCell, TrueReport, TrueTable
from gkllm.form import Row, load_form
from gkllm.forms import FOLDER
from gkllm.report import CellState, ReportInfo

FORM = load_form(FOLDER / "statistics_2014")
TABLE = FORM.untold(FORM.table_ids[0])
Number = int | float
PARTS = {
    "refused": (
        "refused_state_secret",
        "refused_trade_secret",
        "refused_privacy",
        "refused_security",
        "refused_not_government_information",
        "refused_law",
    ),
    "received": ("received_in_person", "received_fax", "received_online", "received_letter"),
    "answered": (
        "answered_already_public",
        "granted",
        "partially_granted",
        "refused",
        "not_ours",
        "not_existing",
        "told_to_amend",
        "told_other_way",
    ),
    "closed": ("closed_in_time", "closed_extended"),
    "review": ("review_upheld", "review_corrected", "review_other"),
    "litigation": ("litigation_upheld", "litigation_corrected", "litigation_other"),
    "staff": ("staff_full_time", "staff_part_time"),
}
OFFICES = ("本级", "部门", "乡镇街道")
LAYOUTS = ("pipe", "word", "tabs", "aligned", "html", "cells")


@dataclass(frozen=True)
class Style:
    """How the table is printed. `sum_at` is the place of the sum among the offices' columns, null without them."""

    layout: str
    unit: str
    code: str
    sum_at: int | None
    headings: str
    damage: float


@dataclass(frozen=True)
class StatisticsReport:
    """A generated document, the ending that its file would have, and its truth: every cell."""

    text: str
    suffix: str
    style: Style
    cells: dict[str, TrueCell]

    def truth(self) -> TrueReport:
        """What a reader is measured by."""
        info = ReportInfo(title=_TITLE, issuer=_ISSUER, year=_YEAR, published=None)
        return TrueReport(info, {TABLE.id: TrueTable(True, TABLE.edition)}, self.cells, form=FORM.id)


@dataclass
class Line:
    """A printed line: the row's id, null for a heading, and its cells."""

    row: str | None
    label: str
    unit: str
    cells: list[str] = field(default_factory=list)
    depth: int = 0


def draw_style(rng: Random, damage: float) -> Style:
    layout = rng.choice(LAYOUTS)
    return Style(
        layout=layout,
        unit=rng.choice(("column", "column", "column", "none", "label", "number", "last")),
        code=rng.choice(("none", "none", "first", "after", "before_unit")),
        sum_at=rng.choice((None, None, 0, 3, 1)) if layout != "cells" else None,
        headings=rng.choice(("whole", "whole", "damaged", "none")),
        damage=damage,
    )


def draw_numbers(rng: Random, ids: Sequence[str]) -> dict[str, Number]:
    big = rng.choice((4, 30, 400))
    numbers: dict[str, Number] = {row: rng.choice((0, 0, rng.randint(0, big))) for row in ids}
    numbers["fees"], numbers["budget"] = rng.choice((0, 1.25)), round(rng.random() * 30, 1)
    numbers["disclosed"] = rng.randint(10, 9000)
    for total, parts in PARTS.items():
        numbers[total] = sum(numbers[part] for part in parts)
    return numbers


def generate(seed: int, damage: float = 1.0) -> StatisticsReport:
    """The report that `seed` gives; `damage` is how much noise it bears, 1 for the usual."""
    rng = Random(seed)
    style = draw_style(rng, damage)
    numbers = draw_numbers(rng, [row.id for row in TABLE.rows])
    lines = _lines(rng, TABLE.rows, numbers, style)
    truth: dict[str, TrueCell] = {}
    kept: list[Line] = []
    blanks = rng.choice((False, True))
    code = 0
    for line in lines:
        code += line.row is not None
        if line.row is None:
            kept.append(_with_cells(rng, line, [""] * (1 if style.sum_at is None else 4), "", style))
            continue
        name = f"statistics.{line.row}.value"
        value = numbers[line.row]
        if rng.random() < 0.03 * style.damage:
            truth[name] = TrueCell(None, CellState.MISSING, "")
            continue
        printed = "" if blanks and not value else f"{value:g}" if isinstance(value, float) else str(value)
        whole = _doubled(rng, printed, style)
        state = CellState.REPORTED if printed else CellState.BLANK
        truth[name] = TrueCell(value if printed else None, state, collapse(whole))
        cells = [whole]
        if style.sum_at is not None:
            cells = [part if float(part) or not blanks else "" for part in _split(rng, value)]
            cells.insert(style.sum_at, whole)
        line.label = _damaged(rng, line.label, 0.12 * style.damage)
        kept.append(_with_cells(rng, line, cells, f"{code:02d}" if seed % 2 else str(code), style))
    table = [*_headings(rng, style), *kept]
    suffix = "html" if style.layout == "html" else "txt"
    return StatisticsReport(_PRINTERS[style.layout](rng, table), suffix, style, truth)


def _lines(rng: Random, rows: Sequence[Row], numbers: dict[str, Number], style: Style) -> list[Line]:
    lines: list[Line] = []
    above: tuple[str, ...] = ()
    notes, enumerated = rng.random() < 0.5, rng.random() < 0.85
    labels = {row.label for row in rows}
    for row in rows:
        for depth, group in enumerate(row.groups):
            if row.groups[: depth + 1] != above[: depth + 1] and group not in labels:
                lines.append(Line(None, group, rng.choice(("", "—", "——")), [], depth))
        above = row.groups
        label = (
            row.label
            if notes
            else row.label[: row.label.find("（", 1)]
            if "（" in row.label[1:]
            else row.label
        )
        if not enumerated:
            label = label.split("）", 1)[1] if label.startswith("（") else label.lstrip("123456789.")
        lines.append(Line(row.id, label, row.columns[0].unit or "", [], len(row.groups)))
    return lines


def _damaged(rng: Random, label: str, rate: float) -> str:
    if rng.random() >= rate:
        return label
    letters = list(label)
    for _ in range(rng.randint(1, max(1, len(letters) // 4))):
        place = rng.randrange(len(letters))
        kind = rng.choice(("drop", "double", "swap"))
        if kind == "drop" and len(letters) > 2:
            del letters[place]
        elif kind == "double":
            letters.insert(place, letters[place])
        else:
            letters[place] = rng.choice("口曰田由甲申目□")
    return "".join(letters)


def _doubled(rng: Random, printed: str, style: Style) -> str:
    if not printed or "." in printed or rng.random() >= 0.06 * style.damage:
        return printed
    return rng.choice((printed * 2, f"{printed} {printed}", f"0{printed}", f"{printed} ", " ".join(printed)))


def _split(rng: Random, value: Number) -> list[str]:
    if isinstance(value, float):
        first = round(value / 2, 2)
        return [f"{first:g}", f"{round(value - first, 2):g}", "0"]
    first = rng.randint(0, value)
    second = rng.randint(0, value - first)
    return [str(first), str(second), str(value - first - second)]


def _with_cells(rng: Random, line: Line, numbers: list[str], code: str, style: Style) -> Line:
    unit = "" if line.row and rng.random() < 0.05 * style.damage else line.unit
    label = f"{line.label}（{unit}）" if style.unit == "label" and unit and line.row else line.label
    if style.unit == "number" and line.row:
        numbers = [f"{cell}{unit}" if cell else "" for cell in numbers]
    own = [unit] if style.unit in ("column", "last") else []
    codes = [code] if style.code != "none" else []
    if style.code == "first":
        line.cells = [*codes, label, *own, *numbers]
    elif style.code == "before_unit":
        line.cells = [label, *codes, *own, *numbers]
    else:
        line.cells = [label, *own, *codes, *numbers]
    if style.unit == "last":
        line.cells.remove(unit) if unit in line.cells else None
        line.cells.append(unit)
    return line


def _headings(rng: Random, style: Style) -> list[Line]:
    if style.headings == "none":
        return []
    numbers = ["统计数"] if style.sum_at is None else list(OFFICES)
    if style.sum_at is not None:
        numbers.insert(style.sum_at, rng.choice(("合计", "合 计", "总计")))
    if style.headings == "damaged":
        numbers = [_damaged(rng, name, 0.7) for name in numbers]
    line = _with_cells(
        rng, Line(None, "统计指标", "单位"), numbers, rng.choice(("序号", "代码", "行次")), style
    )
    return [line]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _pipe(rng: Random, table: list[Line]) -> str:
    head, *rest = ["| " + " | ".join(line.cells) + " |" for line in table]
    return _TOP + "\n".join([head, "|" + " --- |" * len(table[0].cells), *rest]) + "\n"


def _word(rng: Random, table: list[Line]) -> str:
    return _TOP + "".join("".join(f"\t{cell}\n" for cell in line.cells) + "\n" for line in table)


def _tabs(rng: Random, table: list[Line]) -> str:
    trims = rng.random() < 0.3
    rows = ["\t".join(line.cells) for line in table]
    return _TOP + "\n".join(row.rstrip("\t") if trims else row for row in rows) + "\n"


def _cells(rng: Random, table: list[Line]) -> str:
    return _TOP + "\n".join(cell for line in table for cell in line.cells if cell) + "\n"


def _html(rng: Random, table: list[Line]) -> str:
    rows = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in line.cells) + "</tr>\n" for line in table
    )
    return f"<html><body><h1>{_TITLE}</h1><table>{rows}</table></body></html>"


def _aligned(rng: Random, table: list[Line]) -> str:
    count = max(len(line.cells) for line in table)
    label_at = next(i for i, cell in enumerate(table[-1].cells) if len(cell) > 4)
    longest = rng.choice((34, 60, 120))
    out: list[str] = []
    widths = [
        max(_width(line.cells[i]) if i < len(line.cells) else 0 for line in table) for i in range(count)
    ]
    widths[label_at] = min(widths[label_at] + 6, longest)
    gap, right = rng.choice((2, 4, 7)), rng.random() < 0.6
    for line in table:
        label = line.cells[label_at]
        parts = _wrapped("  " * line.depth + label, widths[label_at])
        at = rng.choice((0, len(parts) // 2)) if len(parts) > 1 else 0
        between = len(parts) == 2 and rng.random() < 0.5
        for number, part in enumerate([parts[0], "", parts[1]] if between else parts):
            filled = number == (1 if between else at)
            cells = [
                part if i == label_at else (line.cells[i] if filled and i < len(line.cells) else "")
                for i in range(count)
            ]
            text = ""
            for i, cell in enumerate(cells):
                space = widths[i] - _width(cell)
                text += (" " * space + cell if right and i > label_at else cell + " " * space) + " " * gap
            out.append(text.rstrip())
    return _TOP + "\n".join(out) + "\n"


def _wrapped(label: str, width: int) -> list[str]:
    lines, line = [], ""
    indent = label[: len(label) - len(label.lstrip())]
    for letter in label:
        if _width(line + letter) > width:
            lines.append(line)
            line = indent
        line += letter
    return [*lines, line]


_ISSUER, _YEAR = "南汀区", 2016
_TITLE = f"{_ISSUER}{_YEAR}年政府信息公开工作年度报告"
_TOP = f"{_TITLE}\n\n一、概述\n\n{_ISSUER}按季度检查栏目。\n\n附件\n\n政府信息公开情况统计表\n\n"
_PRINTERS: dict[str, Callable[[Random, list[Line]], str]] = {
    "pipe": _pipe,
    "word": _word,
    "tabs": _tabs,
    "aligned": _aligned,
    "html": _html,
    "cells": _cells,
}
