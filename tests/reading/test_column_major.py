"""Reports whose tables are printed column by column: labels in a block, then as many numbers for each column."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from random import Random

import pytest

import gkllm
from evals.generator.figures import draw_figures
from gkllm.checking.evaluate import Number
from gkllm.form import CellId, Row, Table
from gkllm.settings import Settings
from tests.forms import FORM
from tests.reading.written import EDITIONS

_RULES = Settings(reader="rules")
_SEEDS = range(6)
_TOLD = 0.8
"""Share of the cells that are right and unmarked, at least, where the text determines them."""

Truth = dict[str, Number | None]


@dataclass(frozen=True)
class Printing:
    """How a program prints a table's columns.

    `blank` is what a cell without a number prints, nothing where it leaves nothing behind. `headed` where each column's
    heading stands over its numbers, else all stand over the labels. `apart` where the labels of groups are a column of
    their own. `page` is how many rows a page holds, `between` what stands between two cells. `exchanged` where the last
    two columns change places on the first page.
    """

    blank: str = "—"
    headed: bool = False
    apart: bool = False
    page: int = 100
    between: str = "\n\n"
    exchanged: bool = False

    def report(self, truth: Truth, editions: dict[str, str]) -> str:
        lines = ["某市某局2022年政府信息公开年度报告"]
        for name, edition in editions.items():
            table = FORM.table(name, edition)
            lines.append(f"{table.section}、{table.title}")
            write = self._single if table.layout == "single_row" else self._rows
            lines += write(table, truth)
        return self.between.join(line for line in lines if line) + "\n"

    def _rows(self, table: Table, truth: Truth) -> Iterator[str]:
        for headed_by, together in groupby(table.rows, lambda row: row.headed_by):
            yield from filter(None, [headed_by.replace("\t", "")])
            rows = list(together)
            for first in range(0, len(rows), self.page):
                yield from self._page(table, rows[first : first + self.page], truth, first)

    def _page(self, table: Table, rows: Sequence[Row], truth: Truth, first: int) -> Iterator[str]:
        headings = [column.label for column in rows[0].columns]
        if not self.headed and not first:
            yield from headings
        yield from self._labels(table, rows)
        order = list(range(len(headings)))
        if self.exchanged and not first and table.id == "requests":
            order[-2:] = reversed(order[-2:])
        for index in order:
            if self.headed:
                yield headings[index]
            for row in rows:
                yield self._printed(truth[CellId.of(table.id, row.id, row.columns[index].id)])
        if first + self.page < len(table.rows):
            yield f"- {first // self.page + 1} -"

    def _labels(self, table: Table, rows: Sequence[Row]) -> Iterator[str]:
        if not self.apart:
            yield from (row.label for row in rows)
            return
        depths = {len(row.groups) for row in rows}
        for depth in range(max(depths) + 1):
            column = [
                row.label if len(row.groups) == depth else (*row.groups, "", "", "")[depth] for row in rows
            ]
            yield from (text for text, _ in groupby(column) if text)

    def _single(self, table: Table, truth: Truth) -> Iterator[str]:
        yield from ("行政复议", "行政诉讼", "未经复议直接起诉", "复议后起诉")
        for row in table.rows:
            yield from row.headings
        yield from (self._printed(truth[cell]) for cell in table.cell_ids())

    def _printed(self, value: Number | None) -> str:
        return self.blank if value is None else f"{value}"


def draw(seed: int, blanks: float) -> tuple[Truth, dict[str, str]]:
    """The number of every cell, null in a share of `blanks` of those that are zero, and the editions."""
    rng = Random(f"column-major/{seed}")
    disclosure, requests = EDITIONS[seed % len(EDITIONS)]
    editions = {"disclosure": disclosure, "requests": requests, "proceedings": disclosure}
    figures = draw_figures(rng, editions)
    return {
        cell: None if not value and rng.random() < blanks else value for cell, value in figures.items()
    }, editions


def outcome(text: str, truth: Truth) -> tuple[list[str], int]:
    """The cells that are wrong and unmarked, and how many are right and unmarked."""
    report = gkllm.extract_text(text, "report.txt", _RULES)
    unmarked = [cell for cell in report.cells if not cell.needs_review]
    wrong = [cell.id for cell in unmarked if cell.value != truth[cell.id]]
    return wrong, len(unmarked) - len(wrong)


PRINTINGS = {
    "headings first": Printing(),
    "words for blanks": Printing(blank="无"),
    "in pages": Printing(page=11),
    "two columns exchanged": Printing(page=14, exchanged=True),
    "a heading over each column": Printing(headed=True),
    "labels in columns of their own": Printing(apart=True),
    "a line between": Printing(between="\n", page=9),
}


@pytest.mark.parametrize("way", PRINTINGS)
def test_rows_are_put_together_from_columns(way: str) -> None:
    told = cells = 0
    for seed in _SEEDS:
        # Of columns of zeros and blanks nothing tells that they are exchanged.
        truth, editions = draw(seed, 0.0 if PRINTINGS[way].exchanged else 0.5 * (seed % 2))
        wrong, right = outcome(PRINTINGS[way].report(truth, editions), truth)
        assert not wrong, (way, seed)
        told, cells = told + right, cells + len(truth)
    assert told >= _TOLD * cells, (way, told, cells)


def _swap(text: str) -> str:
    return text.replace("商业企业", "*").replace("科研机构", "商业企业").replace("*", "科研机构")


def _lose_label(text: str) -> str:
    return text.replace("2.重复申请\n", "\n")


def _lose_number(text: str) -> str:
    lines = text.split("\n")
    numbers = [index for index, line in enumerate(lines) if line.isdigit()]
    return "\n".join(line for index, line in enumerate(lines) if index != numbers[len(numbers) // 2])


def _tear_number(text: str) -> str:
    lines = text.split("\n")
    numbers = [index for index, line in enumerate(lines) if len(line) == 2 and line.isdigit()]
    for index in numbers[::3]:
        lines[index] = "\n".join(lines[index])
    return "\n".join(lines)


def _twice(text: str) -> str:
    start, end = text.index("三、收到"), text.index("四、政府信息公开行政复议")
    return text[:end] + text[start:end].replace("1", "2") + text[end:]


DAMAGES: dict[str, Callable[[str], str]] = {
    "headings exchanged": _swap,
    "a label lost": _lose_label,
    "a number lost": _lose_number,
    "numbers torn": _tear_number,
    "both": lambda text: _lose_number(_tear_number(text)),
    "the table twice": _twice,
}


@pytest.mark.parametrize("way", PRINTINGS)
@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_damaged_is_marked(way: str, damage: str) -> None:
    for seed in range(3):
        truth, editions = draw(seed, 0.0 if PRINTINGS[way].exchanged else 0.5 * (seed % 2))
        text = DAMAGES[damage](PRINTINGS[way].report(truth, editions))
        if damage == "headings exchanged":
            columns = {"business": "research", "research": "business"}
            truth = {
                cell: truth[
                    f"{cell[: cell.rindex('.')]}.{columns.get(cell.rpartition('.')[2], cell.rpartition('.')[2])}"
                ]
                for cell in truth
            }
        wrong, _ = outcome(text, truth)
        assert not wrong, (way, damage, seed)


@pytest.mark.parametrize("way", PRINTINGS)
def test_blanks_that_leave_nothing_behind_are_marked(way: str) -> None:
    for seed in range(3):
        truth, editions = draw(seed, 0.6)
        wrong, _ = outcome(Printing(**{**vars(PRINTINGS[way]), "blank": ""}).report(truth, editions), truth)
        assert not wrong, (way, seed)
