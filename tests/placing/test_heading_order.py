"""Headings swapped, moved, repeated or joined by others: the numbers follow them, or are marked."""

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

import pytest

from gkllm import Extractor, Settings
from gkllm.documents.source import Source
from gkllm.evaluation.fixture import load_truth
from gkllm.report import Cell
from tests.forms import FORM

FIXTURES = Path(__file__).parents[2] / "fixtures"
REPORTS = ("hewan-2021", "shiqiao-2023", "yunxi-2023", "beiyuan-2022")
MUTATIONS = 20
"""In each format."""
OTHERS = ("小计", "占比", "序号", "备注", "上年数")

Rows = list[list[str]]


@dataclass(frozen=True)
class Printed:
    """A column as it is printed: the labels over it, blank where one reaches down, its name, and its numbers."""

    path: tuple[str, ...]
    name: str
    numbers: tuple[str, ...]


@dataclass(frozen=True)
class PrintedTable:
    """A table as it is printed. `cells` are the ids of each column's cells, by the column's name."""

    labels: tuple[str, ...]
    columns: tuple[Printed, ...]
    cells: Mapping[str, tuple[str, ...]]


def tables(report: str) -> list[PrintedTable]:
    """Section 三, its headings in one line or two, section 四, and the first block of section 二."""
    (truth,) = load_truth(FIXTURES / f"{report}.truth.json").reports
    edition = truth.tables["requests"].edition or "2021"
    raw = {cell_id: _plain(cell.value) for cell_id, cell in truth.cells.items()}
    requests = FORM.table("requests", edition)
    found: list[PrintedTable] = []
    paths: dict[str, tuple[str, ...]]
    for stacked in (False, True):
        columns = requests.rows[0].columns
        paths = {
            column.id: ((column.groups or (column.label,))[0], column.label if column.groups else "")
            if stacked
            else (column.label,)
            for column in columns
        }
        cells = {
            column.id: tuple(f"requests.{row.id}.{column.id}" for row in requests.rows) for column in columns
        }
        found.append(_table([row.label for row in requests.rows], paths, cells, raw))
    block = [row for row in FORM.table("disclosure", "2021").rows if row.id.endswith(("ons", "documents"))]
    paths = {column.id: (column.label,) for column in block[0].columns}
    cells = {
        column.id: tuple(f"disclosure.{row.id}.{column.id}" for row in block) for column in block[0].columns
    }
    if edition == "2021":
        found.append(_table([row.label for row in block], paths, cells, raw))
    proceedings = FORM.table("proceedings", "2021")
    paths = {}
    cells = {}
    for row in proceedings.rows:
        for column in row.columns:
            name = f"{row.id}.{column.id}"
            paths[name] = (
                row.groups[0] if row.groups else row.label,
                row.label if row.groups else "",
                column.label,
            )
            cells[name] = (f"proceedings.{name}",)
    found.append(_table([""], paths, cells, raw))
    return found


def _plain(value: float | None) -> str:
    return "0" if value is None else f"{value:g}"


def _table(
    labels: Sequence[str],
    paths: Mapping[str, tuple[str, ...]],
    cells: Mapping[str, tuple[str, ...]],
    raw: Mapping[str, str],
) -> PrintedTable:
    columns = [
        Printed(path, name, tuple(raw.get(cell, "0") for cell in cells[name])) for name, path in paths.items()
    ]
    return PrintedTable(tuple(labels), tuple(columns), cells)


def mutated(table: PrintedTable, luck: random.Random) -> PrintedTable:
    """The table with two headings swapped, a heading moved away from its numbers, or a column put in."""
    columns = list(table.columns)
    kin = [
        [index for index, _ in members]
        for _, members in groupby(enumerate(columns), key=lambda entry: entry[1].path[:-1])
    ]
    places = luck.choice([members for members in kin if len(members) > 1])
    one, other = luck.sample(places, 2)
    match luck.choice(("swapped", "moved", "added", "repeated")):
        case "swapped":
            columns[one], columns[other] = (
                _headed(columns[one], columns[other]),
                _headed(columns[other], columns[one]),
            )
        case "moved":
            heads = [columns[index] for index in places]
            heads.insert(places.index(other), heads.pop(places.index(one)))
            for index, head in zip(places, heads, strict=True):
                columns[index] = _headed(table.columns[index], head)
        case "added":
            text = luck.choice(OTHERS)
            numbers = tuple(luck.choice(("", "0", str(luck.randrange(30)))) for _ in table.labels)
            columns.insert(one, Printed((*columns[one].path[:-1], text), "", numbers))
        case "repeated":
            numbers = tuple(str(luck.randrange(30)) for _ in table.labels)
            columns.insert(other, Printed(columns[one].path, "", numbers))
    return replace(table, columns=tuple(columns))


def _headed(numbers: Printed, heading: Printed) -> Printed:
    return Printed(heading.path, heading.name, numbers.numbers)


def texts(table: PrintedTable) -> Rows:
    """The table's rows, the cells that a merged one covers blank."""
    lines: Rows = []
    for depth in range(len(table.columns[0].path)):
        line = ["项目" if not depth and table.labels[0] else ""]
        before: tuple[str, ...] | None = None
        for column in table.columns:
            merged = depth + 1 < len(column.path) and column.path[: depth + 1] == before
            line.append("" if merged else column.path[depth])
            before = column.path[: depth + 1]
        lines.append(line)
    for index, label in enumerate(table.labels):
        lines.append([label, *(column.numbers[index] for column in table.columns)])
    return [line[1:] for line in lines] if not table.labels[0] else lines


def as_pipe(table: PrintedTable) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in texts(table)]
    return "\n".join([lines[0], "| --- " * len(texts(table)[0]) + "|", *lines[1:]])


def as_delimited(mark: str) -> Callable[[PrintedTable], str]:
    return lambda table: "\n".join(mark.join(row) for row in texts(table))


def as_html(table: PrintedTable) -> str:
    rows = ("".join(f"<td>{cell}</td>" for cell in row) for row in texts(table))
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def as_spanning_html(table: PrintedTable) -> str:
    """A page whose headings span the columns and lines that they stand over."""
    depth = len(table.columns[0].path)
    rows: list[str] = []
    for level in range(depth):
        cells = [f"<td rowspan={depth}>项目</td>"] if table.labels[0] and not level else []
        for path, members in groupby(table.columns, key=lambda column: column.path[: level + 1]):
            last = level + 1 == depth
            for width in [1] * len(list(members)) if last else [len(list(members))]:
                rowspan = 2 if not last and depth == level + 2 and not _below(table, path) else 1
                if path[-1] or not level:
                    cells.append(f"<td colspan={width} rowspan={rowspan}>{path[-1]}</td>")
        rows.append("".join(cells))
    for row in texts(table)[depth:]:
        rows.append("".join(f"<td>{cell}</td>" for cell in row))
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def _below(table: PrintedTable, path: tuple[str, ...]) -> bool:
    return any(column.path[: len(path)] == path and column.path[len(path)] for column in table.columns)


def document(printed: Sequence[PrintedTable], show: Callable[[PrintedTable], str], *, web: bool) -> str:
    titles = {"disclosure": "二、主动公开政府信息情况", "requests": "三、收到和处理政府信息公开申请情况"}
    parts = ["甲市乙区人民政府2023年政府信息公开工作年度报告"]
    for table in printed:
        kind = next(iter(table.cells.values()))[0].split(".")[0]
        parts += [titles.get(kind, "四、政府信息公开行政复议、行政诉讼情况"), show(table)]
    if web:
        return (
            "<html><body>"
            + "".join(p if p.startswith("<") else f"<p>{p}</p>" for p in parts)
            + "</body></html>"
        )
    return "\n\n".join(parts) + "\n"


FORMATS: dict[str, tuple[Callable[[PrintedTable], str], bool]] = {
    "pipe": (as_pipe, False),
    "csv": (as_delimited(","), False),
    "tsv": (as_delimited("\t"), False),
    "html": (as_html, True),
    "html with spans": (as_spanning_html, True),
}


def read(content: str) -> dict[str, Cell]:
    settings = Settings(reader="rules")
    report = asyncio.run(Extractor(settings).extract(Source("page", content=content.encode())))
    return {cell.id: cell for cell in report.cells}


def expected(table: PrintedTable) -> dict[str, str]:
    return {
        cell: number
        for column in table.columns
        if column.name
        for cell, number in zip(table.cells[column.name], column.numbers, strict=True)
    }


def document_of(
    report: str, show: Callable[[PrintedTable], str], web: bool, luck: random.Random | None
) -> tuple[str, dict[str, str]]:
    """A report's tables as text, one of them mutated where there is luck, and the number that each cell holds."""
    flat, stacked, *others = tables(report)
    shown = [luck.choice((flat, stacked)) if luck else stacked, *others]
    if luck:
        index = luck.randrange(len(shown))
        shown[index] = mutated(shown[index], luck)
    wanted: dict[str, str] = {}
    for table in shown:
        wanted |= expected(table)
    return document(shown, show, web=web), wanted


@pytest.mark.parametrize("format_", FORMATS)
def test_headings_decide_columns_or_mark_them(format_: str) -> None:
    show, web = FORMATS[format_]
    followed = 0
    for number in range(MUTATIONS):
        luck = random.Random(f"{format_} {number}")
        content, wanted = document_of(REPORTS[number % len(REPORTS)], show, web, luck)
        cells = read(content)
        silent = [
            name
            for name, number in wanted.items()
            if (cells[name].value or 0) != float(number) and not cells[name].needs_review
        ]
        assert not silent, content
        followed += not any(cells[name].needs_review for name in wanted)
    assert followed


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("report", REPORTS)
def test_headings_in_the_form_s_order_mark_nothing(format_: str, report: str) -> None:
    content, wanted = document_of(report, *FORMATS[format_], None)
    cells = read(content)
    assert {name: (cells[name].value or 0, cells[name].needs_review) for name in wanted} == {
        name: (float(number), False) for name, number in wanted.items()
    }


@pytest.mark.parametrize(
    ("headings", "told"),
    [
        ("自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他 总计", "3"),
        ("商业企业 自然人 科研机构 社会公益组织 法律服务机构 其他 总计", "1"),
    ],
)
@pytest.mark.parametrize("gap", [" ", "    "])
def test_headings_of_a_text_without_cells_are_followed_or_mark_its_rows(
    headings: str, told: str, gap: str
) -> None:
    lines = ["三、收到和处理政府信息公开申请情况", "项目" + gap + headings.replace(" ", gap)]
    for known in FORM.table("requests", "2021").rows:
        lines.append(known.label + gap + gap.join("3101005"))
    cell = read("\n".join(lines))["requests.received.natural_person"]
    assert cell.raw == told or any("another order" in reason for reason in cell.reasons)
