"""Reports of known figures in texts of every layout, blank cells at random places: is any number misplaced unmarked?

`python -m tests.placing.printing FIRST COUNT` counts right, marked, wrong and silent cells, layout by layout.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from unicodedata import east_asian_width

import gkllm
from evals.generator.figures import draw_figures
from gkllm.errors import GkllmError
from gkllm.form import Table
from gkllm.report import Cell, Report
from tests.forms import FORM

Contents = Mapping[str, str]
"""What each cell prints."""
_EDITIONS = (("2019", "2019"), ("2021", "2021"), ("2021", "2019"))


@dataclass(frozen=True, slots=True)
class Printed:
    """A text and what each of its cells says: the string that was printed, torn digits as they were meant."""

    text: str
    contents: Contents


def tables(rng: Random) -> tuple[Table, ...]:
    disclosure, requests = rng.choice(_EDITIONS)
    return (
        FORM.table("disclosure", disclosure),
        FORM.table("requests", requests),
        FORM.table("proceedings", disclosure),
    )


def contents_of(rng: Random, printed: Sequence[Table]) -> dict[str, str]:
    """Figures that hold together; zeros are left blank in one of the ways of offices, totals seldom."""
    editions = {table.id: table.edition for table in printed}
    figures = {cell: str(value) for cell, value in draw_figures(rng, editions).items()}
    style = rng.choice(["printed", "some blank", "most blank", "columns blank", "all blank"])
    share = {"printed": 0.0, "some blank": 0.1, "most blank": 0.6, "columns blank": 0.0, "all blank": 1.0}[
        style
    ]
    columns = rng.sample(["business", "research", "social", "legal_service", "other_org"], rng.randint(1, 5))
    for cell, value in figures.items():
        blank = rng.random() < share or (style == "columns blank" and cell.rsplit(".", 1)[1] in columns)
        if float(value) == 0 and blank:
            figures[cell] = ""
    if rng.random() < 0.1:
        for cell in figures:
            if cell.endswith(".total") and rng.random() < 0.5:
                figures[cell] = ""
    return figures


def torn(rng: Random, contents: Contents) -> dict[str, str]:
    """The contents as printed: in some reports a number here and there stands twice, or in two pieces."""
    rate = rng.choice([0.0, 0.0, 0.02])
    return {
        cell: f"{value} {value}" if value and len(value) < 3 and rng.random() < rate else value
        for cell, value in contents.items()
    }


def lines_of(table: Table, contents: Contents) -> Iterator[tuple[list[str], list[str]]]:
    """(labels, cells) of each line: headings have no labels but the first."""
    if table.layout == "single_row":
        pairs = [(row, column) for row in table.rows for column in row.columns]
        yield [], [row.label for row, _ in pairs]
        yield [], [column.label for _, column in pairs]
        yield [], [contents[f"{table.id}.{row.id}.{column.id}"] for row, column in pairs]
        return
    columns = None
    for row in table.rows:
        if row.columns != columns:
            columns = row.columns
            yield ["信息内容"], [column.label for column in columns]
        yield [row.label], [contents[f"{table.id}.{row.id}.{column.id}"] for column in columns]


Lines = list[tuple[list[str], list[str]]]
Measure = Callable[[str], int]
Layout = Callable[[Random, Lines, Measure], Iterator[str]]


def _pipe(rng: Random, lines: Lines, measure: Measure) -> Iterator[str]:
    for labels, cells in lines:
        yield "| " + " | ".join([*labels, *cells]) + " |"


def _pipe_without_blanks(rng: Random, lines: Lines, measure: Measure) -> Iterator[str]:
    """A converter that drops empty cells."""
    for labels, cells in lines:
        yield "| " + " | ".join([*labels, *filter(None, cells)]) + " |"


def _trimmed(rng: Random, lines: Lines, measure: Measure) -> Iterator[str]:
    """A spreadsheet's text: empty cells at the ends of lines are left out."""
    for labels, cells in lines:
        yield ",".join([*labels, *cells]).rstrip(",")


def _tabbed(rng: Random, lines: Lines, measure: Measure) -> Iterator[str]:
    for labels, cells in lines:
        yield "\t".join([*labels, *cells])


def _streamed(rng: Random, lines: Lines, measure: Measure) -> Iterator[str]:
    """A row a line, a space between; a blank cell leaves nothing behind."""
    for labels, cells in lines:
        yield " ".join([*labels, *filter(None, cells)])


def _spaced(rng: Random, lines: Lines, measure: Measure) -> Iterator[str]:
    """Three spaces between, whatever the column."""
    for labels, cells in lines:
        yield "   ".join([*labels, *filter(None, cells)]) + " "


def _cell_a_line(rng: Random, lines: Lines, measure: Measure) -> Iterator[str]:
    for labels, cells in lines:
        yield from [*labels, *filter(None, cells)]


def _wide(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _by_place(jitter: int, wrapped: bool) -> Layout:
    """Layout text: a column is a place on the line, met to within `jitter`; headings in two lines where `wrapped`."""

    def layout(rng: Random, lines: Lines, measure: Measure) -> Iterator[str]:
        gap = rng.randint(3, 9)
        start = max(measure("".join(labels)) for labels, _ in lines) + rng.randint(2, 6)
        heads = max(measure(cell) for _, cells in lines for cell in cells) if not wrapped else 8
        for labels, cells in lines:
            heading = any(cell and not cell[0].isdigit() for cell in cells)
            halves = (
                [[cell[:4] for cell in cells], [cell[4:] for cell in cells]]
                if heading and wrapped
                else [cells]
            )
            for part in halves:
                line = "".join(labels) if part is halves[0] else ""
                for index, cell in enumerate(part):
                    if cell:
                        at = (
                            start
                            + index * (heads + gap)
                            + (heads - measure(cell)) // 2
                            + rng.randint(-jitter, jitter)
                        )
                        line += " " * max(2, at - measure(line)) + cell
                yield line.rstrip()

    return layout


def _in_pages(rng: Random, lines: Lines, measure: Measure) -> Iterator[str]:
    """Layout text of pages that end unsaid, each with a letter's width of its own: places are counted in letters."""
    labels = max(len("".join(label)) for label, _ in lines)
    spacing = max(len(cell) for _, cells in lines for cell in cells) + rng.randint(2, 4)
    ends = {rng.randrange(2, len(lines)) for _ in range(rng.randint(0, 2))} if len(lines) > 4 else set()
    width = 1.0
    for number, (label, cells) in enumerate(lines):
        if number in ends:
            width = rng.uniform(0.75, 1.3)
        line = "".join(label)
        for index, cell in enumerate(cells):
            if cell:
                middle = labels + 3 + spacing * (index + 0.5)
                line += " " * max(2, int((middle - len(cell) / 2) / width) - len(line)) + cell
        yield line


LAYOUTS: Mapping[str, Layout] = {
    "pipe": _pipe,
    "pipe without blanks": _pipe_without_blanks,
    "trimmed": _trimmed,
    "tabbed": _tabbed,
    "streamed": _streamed,
    "spaced": _spaced,
    "cell a line": _cell_a_line,
    "by place": _by_place(0, False),
    "by place, wrapped": _by_place(0, True),
    "by place, loosely": _by_place(2, False),
    "by place, in pages": _in_pages,
}


def print_report(seed: int, layout: str) -> Printed:
    rng = Random(f"{seed}/{layout}")
    forms = tables(rng)
    contents = contents_of(rng, forms)
    shown = torn(rng, contents)
    measure: Measure = rng.choice([len, _wide])
    text = ["某县教育局2023年政府信息公开工作年度报告", ""]
    for table in forms:
        text += [
            f"{table.section}、{table.title}",
            *LAYOUTS[layout](rng, list(lines_of(table, shown)), measure),
            "",
        ]
    return Printed("\n".join(text) + "\n", contents)


def is_right(cell: Cell, content: str) -> bool:
    if not content:
        return cell.state == "blank"
    return cell.value is not None and abs(cell.value - float(content)) < 1e-6


def count(printed: Printed, name: str) -> tuple[Counter[str], list[str]]:
    """How many cells are right, marked, wrong or silent; and which are silent."""
    report: Report = gkllm.extract_text(printed.text, name)
    found, silent = Counter[str](), []
    for cell in report.cells:
        right = is_right(cell, printed.contents[cell.id])
        kind = ("marked" if right else "wrong") if cell.needs_review else ("right" if right else "silent")
        found[kind] += 1
        if kind == "silent":
            silent.append(f"{name} {cell.id}: {printed.contents[cell.id]!r}, got {cell.value} {cell.state}")
    return found, silent


def main(first: int, reports: int) -> int:
    everything = Counter[str]()
    for layout in LAYOUTS:
        total = Counter[str]()
        for seed in range(first, first + reports):
            try:
                found, silent = count(print_report(seed, layout), f"{layout} {seed}.txt")
            except GkllmError:
                total["refused"] += 1
                continue
            total += found
            for line in silent[:3]:
                print("   ", line)
        print(f"{layout:20}", dict(total))
        everything += total
    print(dict(everything))
    return 1 if everything["silent"] else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
