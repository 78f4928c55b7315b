"""Reports whose labels were torn or lost, whose layout was lost, or whose numbers stand in sentences, with their truth.

The figures are the generator's own; what is done to them is what converters and hands do to real ones.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from evals.generator.figures import draw_figures
from evals.generator.generated_form import FORM, relations_in
from gkllm.errors import ConfigurationError
from gkllm.evaluation.truth import TrueCell, TrueReport, TrueTable, assess
from gkllm.form import CellId, Row, Table
from gkllm.report import CellState, ReportInfo

_EDITIONS = (("2019", "2019"), ("2021", "2021"), ("2021", "2019"))
_YEAR, _ISSUER = 2023, "某县教育局"

Label = Callable[[Random, str], str]
"""What a hand or a converter leaves of a label."""
Lines = Sequence[tuple[str, Sequence[str]]]
"""A table's lines: a label and what stands behind it."""


@dataclass(frozen=True, slots=True)
class Damaged:
    """A report, what was done to it, and what each of its cells prints."""

    name: str
    text: str
    cells: Mapping[str, TrueCell]
    editions: Mapping[str, str]

    def truth(self) -> TrueReport:
        """What a reader is measured by."""
        broken, _ = assess(relations_in(self.editions), self.cells)
        title = self.text.split("\n", 1)[0]
        return TrueReport(
            report=ReportInfo(title=title, issuer=_ISSUER, year=_YEAR, published=None),
            tables={
                table: TrueTable(True, None if table == "proceedings" else edition)
                for table, edition in self.editions.items()
            },
            cells=dict(self.cells),
            broken=broken,
        )


@dataclass(frozen=True, slots=True)
class Damage:
    """`label` is done to rows' labels at a `rate`, and to the tables' titles if they are `untitled`; one of the
    `layouts` prints their lines.
    """

    label: Label
    rate: float
    layouts: tuple[str, ...]
    untitled: bool = False


def _torn(luck: Random, label: str) -> str:
    """A part of it: a page was cut, or the rest was printed over."""
    kept = max(1, round(len(label) * luck.uniform(0.15, 0.5)))
    start = luck.randrange(len(label) - kept + 1)
    return label[start : start + kept]


def _lost(_luck: Random, _label: str) -> str:
    return ""


def _scattered(luck: Random, label: str) -> str:
    """Characters here and there became another, as OCR and broken encodings do it."""
    return "".join("□" if luck.random() < 0.45 else character for character in label)


def _bars(lines: Lines) -> Iterator[str]:
    for label, cells in lines:
        yield "| " + " | ".join([label, *cells]) + " |"


def _tabs(lines: Lines) -> Iterator[str]:
    for label, cells in lines:
        yield "\t".join([label, *cells])


def _spaces(lines: Lines) -> Iterator[str]:
    """A row a line; a blank cell leaves nothing behind."""
    for label, cells in lines:
        yield " ".join(filter(None, [label, *cells]))


def _cell_a_line(lines: Lines) -> Iterator[str]:
    for label, cells in lines:
        yield from filter(None, [label, *cells])


def _one_line(lines: Lines) -> Iterator[str]:
    yield " ".join(part for label, cells in lines for part in (label, *cells) if part)


LAYOUTS: Mapping[str, Callable[[Lines], Iterator[str]]] = {
    "bars": _bars,
    "tabs": _tabs,
    "spaces": _spaces,
    "cell a line": _cell_a_line,
    "one line": _one_line,
}

DAMAGES: Mapping[str, Damage] = {
    "torn": Damage(_torn, 0.5, ("bars", "tabs", "spaces")),
    "lost": Damage(_lost, 0.3, ("bars", "tabs", "spaces")),
    "scattered": Damage(_scattered, 0.7, ("bars", "spaces", "cell a line")),
    "layout": Damage(_torn, 0.3, ("cell a line", "one line")),
    "untitled": Damage(_torn, 0.6, ("bars", "spaces"), untitled=True),
}


def damaged(seed: int, kind: str) -> Damaged:
    """The report that these two give; `kind` is one of DAMAGES."""
    luck = Random(f"{seed}/{kind}")  # noqa: S311 - reproducible on purpose
    damage = DAMAGES[kind]
    layout = luck.choice(damage.layouts)
    disclosure, requests = luck.choice(_EDITIONS)
    editions = {"disclosure": disclosure, "requests": requests, "proceedings": disclosure}
    contents = _contents(luck, editions, blanks=layout in ("bars", "tabs"))
    parts = [f"{_ISSUER}{_YEAR}年政府信息公开工作年度报告", "一、总体情况", "本年度工作平稳。"]
    for table_id, edition in editions.items():
        table = FORM.table(table_id, edition)
        title = f"{table.section}、{table.title}"
        parts.append(damage.label(luck, title) if damage.untitled else title)
        parts += LAYOUTS[layout](list(_lines(luck, table, contents, damage)))
    parts += ["五、存在的主要问题及改进情况", "下一步将继续努力。"]
    cells = {cell: _true(printed) for cell, printed in contents.items()}
    return Damaged(f"{kind}-{layout.replace(' ', '_')}-{seed}", "\n".join(parts) + "\n", cells, editions)


def _contents(luck: Random, editions: Mapping[str, str], *, blanks: bool) -> dict[str, str]:
    """What every cell prints: the figures, and in some reports nothing for a zero where the layout can show that."""
    figures = draw_figures(luck, editions)
    share = luck.choice((0.0, 0.0, 0.3, 1.0)) if blanks else 0.0
    return {
        cell: ""
        if value == 0 and luck.random() < share
        else f"{value:g}"
        if isinstance(value, float)
        else str(value)
        for cell, value in figures.items()
    }


def _true(printed: str) -> TrueCell:
    if not printed:
        return TrueCell(None, CellState.BLANK, "")
    value = float(printed) if "." in printed else int(printed)
    return TrueCell(value, CellState.REPORTED, printed)


def _lines(
    luck: Random, table: Table, contents: Mapping[str, str], damage: Damage
) -> Iterator[tuple[str, Sequence[str]]]:
    if table.layout == "single_row":
        yield "", [row.label for row in table.rows]
        yield "", [column.label for row in table.rows for column in row.columns]
        yield "", [printed for row in table.rows for printed in _row(table, row, contents)]
        return
    headings: tuple[str, ...] = ()
    for row in table.rows:
        if row.headings != headings:
            headings = row.headings
            yield "信息内容", headings
        label = damage.label(luck, row.label) if luck.random() < damage.rate else row.label
        yield label, _row(table, row, contents)


def _row(table: Table, row: Row, contents: Mapping[str, str]) -> list[str]:
    return [contents[CellId.of(table.id, row.id, column.id)] for column in row.columns]


def documents(
    reports: int, seed: int, kinds: Sequence[str] = tuple(DAMAGES)
) -> Iterator[tuple[str, str, TrueReport]]:
    """What a suite's `[[generated]]` asks for: so many reports of each kind, with seeds from `seed` on.

    Raises ConfigurationError for an unknown kind.
    """
    if unknown := sorted(set(kinds) - DAMAGES.keys()):
        raise ConfigurationError("there is no damage {kind!r}", kind=unknown[0])
    for kind in kinds:
        for number in range(seed, seed + reports):
            report = damaged(number, kind)
            yield report.name, report.text, report.truth()
