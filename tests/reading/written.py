"""Reports of imagined offices, written as programs write the cells of a table one after another."""

from collections.abc import Callable, Iterator
from random import Random

from evals.generator.figures import draw_figures
from gkllm.checking.evaluate import Number
from gkllm.form import CellId, Row, Table
from tests.forms import FORM

Cells = list[list[str]]
"""The printed cells of each row; those that merged cells cover are left out."""
Report = list[tuple[str, Cells, Cells]]
"""Each table's title, its cells, and the same with a blank cell wherever merged cells reach."""

EDITIONS = (("2019", "2019"), ("2021", "2021"), ("2021", "2019"))
_LONG = 8
_CROSSWISE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"


def draw_report(
    seed: int, blanks: float, *, noise: float = 0.0, tear: str = ""
) -> tuple[dict[str, Number | None], Report]:
    """The number of every cell, null for a blank one, and the report that prints them.

    In a share of `blanks` a zero is blank, now and then another number. In one of `noise` a number is printed as Word
    leaves it where its runs were doubled; and labels are torn, where `tear` is what then stands in them.
    """
    rng = Random(f"written/{seed}")
    disclosure, requests = EDITIONS[seed % len(EDITIONS)]
    editions = {"disclosure": disclosure, "requests": requests, "proceedings": disclosure}
    figures = draw_figures(rng, editions)
    truth = {
        cell: None if rng.random() < (blanks if not value else blanks / 20) else value
        for cell, value in figures.items()
    }
    printed = {cell: "" if value is None else f"{value}" for cell, value in truth.items()}
    for cell, value in truth.items():
        if value is not None and rng.random() < noise:
            printed[cell] = rng.choice(("{0} {0}", "{0}{0}", "0{0}", "{0}件")).format(value)
    report = [_table(FORM.table(name, edition), printed) for name, edition in editions.items()]
    return truth, [
        (title, _torn(cells, tear, seed), _torn(filled, tear, seed)) for title, cells, filled in report
    ]


def _torn(cells: Cells, tear: str, seed: int) -> Cells:
    """The cells, every seventh longer label of them torn in two."""

    def torn(text: str) -> str:
        chosen = len(text) > _LONG and (len(text) + ord(text[-1]) + seed) % 7 == 0
        return text[: _LONG // 2] + tear + text[_LONG // 2 :] if chosen and not text[0].isdigit() else text

    return [[torn(text) for text in row] for row in cells]


def _table(table: Table, values: dict[str, str]) -> tuple[str, Cells, Cells]:
    rows = list(_single(table, values) if table.layout == "single_row" else _rows(table, values))
    width = max(sum(across for _, across, _ in row) for row in rows)
    return (
        f"{table.section}、{table.title}",
        [[text for text, *_ in row] for row in rows],
        _filled(rows, width),
    )


Spanned = list[tuple[str, int, int]]
"""A row's cells: what each prints, how many columns and how many rows it covers."""


def _rows(table: Table, values: dict[str, str]) -> Iterator[Spanned]:
    if table.id == "requests":
        yield from _applicants()
    seen: set[str] = set()
    headed = ""
    for row in table.rows:
        if table.id == "disclosure" and row.headed_by != headed:
            headed = row.headed_by
            yield [(headed.replace("\t", ""), 4, 1)]
            yield [("信息内容", 1, 1), *((column.label, 1, 1) for column in row.columns)]
        numbers = [(values[CellId.of(table.id, row.id, column.id)], 1, 1) for column in row.columns]
        labels = list(_labels(table, row, seen)) if table.id == "requests" else [(row.label, 1, 1)]
        yield [*labels, *numbers]


def _applicants() -> Iterator[Spanned]:
    yield [(_CROSSWISE, 3, 3), ("申请人情况", 7, 1)]
    yield [("自然人", 1, 2), ("法人或其他组织", 5, 1), ("总计", 1, 2)]
    yield [(text, 1, 1) for text in ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")]


def _labels(table: Table, row: Row, seen: set[str]) -> Iterator[tuple[str, int, int]]:
    for group in row.groups:
        if group not in seen:
            seen.add(group)
            yield group, 1, sum(group in other.groups for other in table.rows)
    yield row.label, 3 - len(row.groups), 1


def _single(table: Table, values: dict[str, str]) -> Iterator[Spanned]:
    first, *others = (len(row.columns) for row in table.rows)
    yield [("行政复议", first, 1), ("行政诉讼", sum(others), 1)]
    columns = [column.label for column in table.rows[0].columns]
    yield [
        *((label, 1, 2) for label in columns),
        *((row.label, len(row.columns), 1) for row in table.rows[1:]),
    ]
    yield [(label, 1, 1) for _ in others for label in columns]
    yield [(values[cell], 1, 1) for cell in table.cell_ids()]


def _filled(rows: list[Spanned], width: int) -> Cells:
    grid: dict[tuple[int, int], str] = {}
    for line, row in enumerate(rows):
        column = 0
        for text, across, down in row:
            while (line, column) in grid:
                column += 1
            for below in range(down):
                for beside in range(across):
                    grid[line + below, column + beside] = text if below == beside == 0 else ""
    return [[grid.get((line, column), "") for column in range(width)] for line in range(len(rows))]


def _each(write: Callable[[Cells], str], *, filled: bool = False) -> Callable[[Report], str]:
    """A report of tables that are written so, each under its title."""

    def written(report: Report) -> str:
        return "某市某局2022年政府信息公开年度报告\n\n" + "".join(
            f"{title}\n{write(merged if filled else cells)}\n" for title, cells, merged in report
        )

    return written


def _grid(cells: Cells) -> str:
    widths = [max(_width(row[column]) for row in cells) for column in range(len(cells[0]))]
    rule = "+" + "".join("-" * (width + 2) + "+" for width in widths)
    lines = [rule]
    for row in cells:
        padded = (f" {text}{' ' * (width - _width(text))} " for text, width in zip(row, widths, strict=True))
        lines += ["|" + "|".join(padded) + "|", rule]
    return "\n".join(lines) + "\n"


def _width(text: str) -> int:
    return sum(2 if character > "\u2e80" else 1 for character in text)


def _one_line(report: Report, between: str) -> str:
    cells = [cell for title, rows, _ in report for row in ([title], *rows) for cell in row]
    return "某市某局2022年政府信息公开年度报告\n" + between.join(cells) + "\n"


def _lines(between: str, before: str = "", behind: str = "") -> Callable[[Cells], str]:
    return lambda rows: "".join(f"{before}{between.join(row)}{behind}\n" for row in rows)


WRITERS: dict[str, Callable[[Report], str]] = {
    "a cell a line, blank ones empty": _each(_lines("\n")),
    "a cell a line, all columns": _each(_lines("\n"), filled=True),
    "a cell a paragraph, blank ones no-break": _each(
        lambda rows: "".join(f"{cell or chr(160)}\n\n" for row in rows for cell in row)
    ),
    "a browser's copy": _each(
        lambda rows: "\n\n\n\n\n".join("\n\n\t\n\n".join(cell or "\xa0" for cell in row) for row in rows)
    ),
    "bars on both sides": _each(_lines("||", "|", "|")),
    "a bar behind each cell, a line each": _each(_lines(" |\n", behind=" |")),
    "a bar on a line of its own": _each(_lines("\n|\n", behind="\n|")),
    "two tabs": _each(_lines("\t\t")),
    "a space": _each(_lines(" ")),
    "a drawn grid": _each(_grid, filled=True),
    "Python's lists": _each(
        lambda rows: "".join(f"{[cell or None for cell in row]!r}\n" for row in rows), filled=True
    ),
    "MediaWiki": _each(
        lambda rows: "{|\n" + "".join("|-\n" + "".join(f"| {c}\n" for c in row) for row in rows) + "|}\n"
    ),
    "TEI": _each(
        lambda rows: (
            "<table>"
            + "".join(
                "<row>" + "".join(f"<cell>{c}</cell>" if c else "<cell/>" for c in row) + "</row>\n"
                for row in rows
            )
            + "</table>"
        ),
        filled=True,
    ),
    "bars in one line": lambda report: _one_line(report, "|"),
    "a Markdown table that lost its merged cells": _each(_lines(" | ", "| ", " |")),
    "spaces in one line": lambda report: _one_line(report, " "),
}
"""Every way, by what stands between two cells or marks a blank one."""
