"""Reports printed otherwise than the form has it, and what each of their cells then holds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

from evals.generator import NoiseLevel
from evals.generator.figures import draw_figures
from evals.generator.generated_form import FORM
from evals.generator.grids import Grid, GridRow, Slot, grids_of
from evals.generator.labels import LabelPrinter
from evals.generator.pages import section_title
from gkllm.report import CellState
from tests.mutants.sheets import LAYOUTS, Section, Sheets

True_ = tuple[float | None, CellState]
"""A value and a state."""

OTHERS = ("小计", "占比", "序号", "备注", "上年数", "同比增减", "合计")
NO_NUMBERS = (
    "见附件",
    "未统计",
    "12余",
    "2023年",
    "详见附表",
    "约20",
    "近百",
    "若干",
    "—见上",
    "20左右",
    "保密",
    "待定",
)
NUMERALS = {"三十二": 32, "零": 0, "十二": 12, "一百零五": 105, "五": 5}
_OTHER_YEAR = 100_000
"""What the seed of another year's figures differs by."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A document, what was done to it, and the value and state of each cell as it prints them."""

    name: str
    content: bytes
    year: int
    cells: dict[str, True_]


@dataclass(slots=True)
class Draft:
    """A report under the knife."""

    luck: Random
    year: int
    tables: dict[str, list[Grid]]
    contents: dict[str, str]
    cells: dict[str, True_]
    before: list[Section]
    after: list[Section]


def mutant(seed: int, kind: str, layout: str) -> Mutant:
    """The report that these three give; `kind` is one of MUTATIONS."""
    luck = Random(f"{seed}/{kind}/{layout}")
    editions = dict(
        zip(
            ("disclosure", "requests", "proceedings"),
            luck.choice((("2021", "2021", "2021"), ("2019", "2019", "2019"), ("2021", "2019", "2021"))),
            strict=True,
        )
    )
    draft = _draft(luck, luck.randrange(_OTHER_YEAR), editions)
    MUTATIONS[kind](draft)
    sections = [
        Section(section_title(FORM.table(table, editions[table])), tuple(grid.rows for grid in grids))
        for table, grids in draft.tables.items()
    ]
    sheets = Sheets(
        f"甲市乙区人民政府{draft.year}年政府信息公开工作年度报告",
        (*draft.before, *sections, *draft.after),
        draft.contents,
    )
    content = LAYOUTS[layout](sheets)
    encoded = content if isinstance(content, bytes) else content.encode()
    return Mutant(f"{layout}-{kind}-{seed}", encoded, draft.year, draft.cells)


def _draft(luck: Random, seed: int, editions: dict[str, str]) -> Draft:
    figures = draw_figures(Random(seed), editions)
    blank = luck.random() < 0.3
    contents = {
        cell: "" if blank and not value and luck.random() < 0.5 else _written(value)
        for cell, value in figures.items()
    }
    compact = luck.random() < 0.5
    tables = {table: _grids(luck, table, edition, compact=compact) for table, edition in editions.items()}
    cells: dict[str, True_] = {
        cell: (figures[cell], CellState.REPORTED) if contents[cell] else (None, CellState.BLANK)
        for cell in figures
    }
    year = luck.randint(2019, 2024)
    return Draft(luck, year, tables, contents, cells, [], [])


def _written(value: float) -> str:
    return f"{value:.10g}"


def _grids(luck: Random, table: str, edition: str, *, compact: bool) -> list[Grid]:
    labels = LabelPrinter(luck, NoiseLevel.CLEAN, (" ",))
    return grids_of(luck, FORM.table(table, edition), labels, compact=compact)


def _leaves(grid: Grid) -> list[list[int]]:
    """The columns of numbers, those together that stand under one heading of several columns."""
    numbered = [column for column in range(len(grid.rows[-1])) if any(row[column].cell for row in grid.rows)]
    lowest = max(grid.header_rows, default=0)
    above = grid.rows[lowest - 1] if lowest else None
    kin: list[list[int]] = []
    for column in numbered:
        if kin and (above is None or above[column].covered == "across"):
            kin[-1].append(column)
        else:
            kin.append([column])
    return kin


def _rearranged(grid: Grid, order: Sequence[int]) -> Grid:
    return replace(grid, rows=tuple(tuple(row[column] for column in order) for row in grid.rows))


def _pick(draft: Draft, several: bool) -> tuple[str, int, list[int]]:
    """A table, one of its grids, and columns of numbers that stand together in it."""
    found = [
        (table, index, kin)
        for table, grids in draft.tables.items()
        for index, grid in enumerate(grids)
        for kin in _leaves(grid)
        if len(kin) > 1 or not several
    ]
    return draft.luck.choice(found)


def swapped(draft: Draft) -> None:
    """Two columns trade places, headings and numbers."""
    table, index, kin = _pick(draft, several=True)
    grid = draft.tables[table][index]
    order = list(range(len(grid.rows[0])))
    one, other = draft.luck.sample(kin, 2)
    order[one], order[other] = order[other], order[one]
    draft.tables[table][index] = _kept_merged(_rearranged(grid, order), grid)


def moved(draft: Draft) -> None:
    """A column stands elsewhere among its neighbours."""
    table, index, kin = _pick(draft, several=True)
    grid = draft.tables[table][index]
    order = list(range(len(grid.rows[0])))
    one, other = draft.luck.sample(kin, 2)
    order.insert(order.index(other), order.pop(one))
    draft.tables[table][index] = _kept_merged(_rearranged(grid, order), grid)


def _kept_merged(grid: Grid, was: Grid) -> Grid:
    """The grid with its merged headings where they were: only the lowest headings and the numbers moved."""
    lowest = max(grid.header_rows, default=-1)
    rows = [row if index >= lowest else was.rows[index] for index, row in enumerate(grid.rows)]
    return replace(grid, rows=tuple(rows))


def added(draft: Draft) -> None:
    """A column that the form does not have stands among the others."""
    _insert(draft, draft.luck.choice(OTHERS))


def repeated(draft: Draft) -> None:
    """A column's heading stands over another column too, with other numbers."""
    _insert(draft, None)


def _insert(draft: Draft, heading: str | None) -> None:
    table, index, kin = _pick(draft, several=False)
    grid, luck = draft.tables[table][index], draft.luck
    at = luck.choice([kin[0], *(column + 1 for column in kin)])
    lowest = max(grid.header_rows, default=-1)
    copied = luck.choice(kin)
    rows: list[GridRow] = []
    for place, row in enumerate(grid.rows):
        inside = kin[0] < at <= kin[-1]
        if place < lowest:
            text = Slot("", covered="across") if inside or (at and row[at - 1].covered) else Slot("")
        elif place == lowest:
            text = Slot(heading if heading is not None else row[copied].text)
        elif any(slot.cell for slot in row):
            text = Slot(luck.choice(("0", str(luck.randrange(30)), str(luck.randrange(30)))))
        else:
            text = Slot("")
        rows.append((*row[:at], text, *row[at:]))
    draft.tables[table][index] = replace(grid, rows=tuple(rows))


def words(draft: Draft) -> None:
    """Words stand in the places of numbers: in one cell, in some, or in a whole row."""
    luck = draft.luck
    rows = [
        [slot.cell for slot in row if slot.cell]
        for grids in draft.tables.values()
        for grid in grids
        for row in grid.rows
    ]
    if luck.random() < 0.5:
        rows = [row for row in rows if row and row[0].startswith("disclosure.")]
    for row in luck.sample([row for row in rows if row], luck.randint(1, 3)):
        several = row if luck.random() < 0.3 else luck.sample(row, 1)
        word = luck.choice((*NO_NUMBERS, *NUMERALS))
        for cell in several:
            draft.contents[cell] = word
            draft.cells[cell] = (
                (NUMERALS[word], CellState.REPORTED) if word in NUMERALS else (None, CellState.UNREADABLE)
            )


def other_year_table(draft: Draft) -> None:
    """A table, or all of them, stands there once more with the year before's numbers, named or not."""
    luck = draft.luck
    name = luck.choice(
        (
            "",
            f"{draft.year - 1}年",
            "上年度数据",
            f"附：{draft.year - 1}年度政府信息公开情况统计表",
            "（上年）",
        )
    )
    sections: list[Section] = []
    for table in luck.choice([[table] for table in draft.tables] + [list(draft.tables)]):
        grids = [_other(draft, grid) for grid in draft.tables[table]]
        title = section_title(FORM.table(table, FORM.untold(table).edition)) if luck.random() < 0.4 else ""
        sections.append(Section(f"{name}{title}" or "", tuple(grids)))
    if luck.random() < 0.6:
        draft.after += sections
    else:
        draft.before += sections


def _other(draft: Draft, grid: Grid) -> tuple[GridRow, ...]:
    """The grid's rows with other numbers."""
    luck = draft.luck
    return tuple(
        tuple(Slot(_other_number(luck, draft.contents[slot.cell])) if slot.cell else slot for slot in row)
        for row in grid.rows
    )


def _other_number(luck: Random, content: str) -> str:
    return luck.choice((content or "0", "0", str(luck.randrange(40)), str(luck.randrange(400))))


def year_columns(draft: Draft) -> None:
    """Each number has the year before's beside it, under headings that name the years."""
    luck = draft.luck
    table = luck.choice(list(draft.tables))
    years = luck.choice(((f"{draft.year}年", f"{draft.year - 1}年"), ("本年", "上年"), ("本年度", "上年度")))
    first = luck.random() < 0.7
    for index, grid in enumerate(draft.tables[table]):
        rows: list[GridRow] = []
        lowest = max(grid.header_rows, default=-1)
        numbered = {column for kin in _leaves(grid) for column in kin}
        for place, row in enumerate(grid.rows):
            slots: list[Slot] = []
            for column, slot in enumerate(row):
                pair = (slot, Slot("", covered="across"))
                if slot.cell:
                    other = Slot(_other_number(luck, draft.contents[slot.cell]))
                    pair = (slot, other) if first else (other, slot)
                slots += pair if column in numbered else (slot,)
            rows.append(tuple(slots))
            if place == lowest:
                pair = (Slot(years[0]), Slot(years[1])) if first else (Slot(years[1]), Slot(years[0]))
                named: list[Slot] = []
                for column in range(len(row)):
                    named += pair if column in numbered else (Slot("", covered="down"),)
                rows.append(tuple(named))
        draft.tables[table][index] = replace(
            grid, rows=tuple(rows), header_rows=grid.header_rows | {lowest + 1}
        )


def unchanged(draft: Draft) -> None:
    """Nothing is done: what is marked here is marked for nothing."""


MUTATIONS: dict[str, Callable[[Draft], None]] = {
    "unchanged": unchanged,
    "swapped": swapped,
    "moved": moved,
    "added": added,
    "repeated": repeated,
    "words": words,
    "other_year_table": other_year_table,
    "year_columns": year_columns,
}
