"""The text printed in a cell: a number, or blank, with or without noise."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from evals.generator.figures import Figures, Mistake
from evals.generator.generated_form import FORM
from evals.generator.levels import CELL_WEIGHTS, HARMLESS_KINDS, Layout, NoiseLevel
from evals.generator.luck import draw_kind
from evals.generator.office import load_office
from gkllm.checking.evaluate import Number
from gkllm.documents.document import collapse
from gkllm.evaluation.truth import TrueCell
from gkllm.form import Column
from gkllm.report import CellState

_FULL_WIDTH = str.maketrans("0123456789+-.,", "０１２３４５６７８９＋－．，")
_BLANKS = ("\xa0", "\u3000", "\u3000\u3000")
_SPACES = ("\xa0", "\u3000", " ", "\xa0\xa0")


@dataclass(frozen=True, slots=True)
class PrintedCell:
    """`content` is put into the document as it is, white space included."""

    content: str
    truth: TrueCell


@dataclass(frozen=True, slots=True)
class _Site:
    """A cell about to be printed: its number (null: left blank), how it is written, and where it stands."""

    value: Number | None
    written: str
    column: Column
    table: str
    last_in_row: bool
    layout: Layout
    mistaken: bool

    @property
    def digits(self) -> bool:
        return self.written.isascii() and self.written.isdigit()


Outcome = tuple[str, Number | None, str]
"""Content, value, state."""


def print_cells(
    rng: Random,
    figures: Figures,
    mistake: Mistake | None,
    editions: Mapping[str, str],
    layout: Layout,
    level: NoiseLevel,
) -> dict[str, PrintedCell]:
    """Every cell's content with its truth, in printed order."""
    wrong = mistake.printed if mistake else {}
    zero_style = rng.choice(("zeros", "zeros", "blanks", "organisations", "mixed"))
    signs = rng.choice((("", "-"), ("+", "-"), ("增", "减")))
    printed: dict[str, PrintedCell] = {}
    for table_id, edition in editions.items():
        for row in FORM.table(table_id, edition).rows:
            for column in row.columns:
                cell_id = f"{table_id}.{row.id}.{column.id}"
                value = wrong.get(cell_id, figures[cell_id])
                if value == 0 and cell_id not in wrong and _left_blank(rng, zero_style, table_id, column):
                    value = None
                written = "" if value is None else _write(value, column, signs)
                last = column is row.columns[-1]
                site = _Site(value, written, column, table_id, last, layout, cell_id in wrong)
                printed[cell_id] = _print(rng, site, level)
    return printed


def _left_blank(rng: Random, style: str, table_id: str, column: Column) -> bool:
    if style == "organisations":
        office = load_office().requests
        return table_id == office.table and column.id not in (office.applicant, office.total)
    return style == "blanks" or (style == "mixed" and rng.random() < 0.3)


def _write(value: Number, column: Column, signs: tuple[str, str]) -> str:
    if column.kind == "signed" and value:
        return f"{signs[0] if value > 0 else signs[1]}{abs(value)}"
    return str(value)


def _print(rng: Random, site: _Site, level: NoiseLevel) -> PrintedCell:
    content, value, state = site.written, site.value, "reported" if site.written else "blank"
    noise = draw_kind(rng, level, CELL_WEIGHTS, level.cell_rate, lambda kind: _bears(kind, site))
    if noise:
        content, value, state = _NOISE[noise](rng, site)
        if "padding" in level.mixed and noise not in ("padding", "orphan") and rng.random() < 0.25:
            content += rng.choice(_SPACES)
    return PrintedCell(content, TrueCell(value, CellState(state), collapse(content), noise))


def _bears(kind: str, site: _Site) -> bool:
    """Whether this kind of noise can befall the cell, and the layout can show it."""
    if site.mistaken and kind not in HARMLESS_KINDS:
        return False
    zero, dump = not site.value, site.layout == "word_dump"
    if not site.written:
        return kind in ("none", "not_applicable", "blank") and not site.mistaken
    conditions = {
        "duplicated_run": site.digits and len(site.written) <= 4,
        "split_run": site.digits and len(site.written) >= 2,
        "leading_zero": site.digits and not zero,
        "revised": site.digits and site.column.kind == "count",
        "thousands": abs(site.value or 0) >= 1000 and site.column.kind != "signed",
        "unit": site.column.kind in ("count", "money"),
        "none": zero,
        "not_applicable": zero,
        "blank": zero,
        "line_break": dump,
        "orphan": dump and site.last_in_row and site.table != "disclosure",
        "lookalike": site.digits and not set(site.written).isdisjoint("01"),
    }
    return conditions.get(kind, True)


def _duplicated_run(rng: Random, site: _Site) -> Outcome:
    return site.written + _joint(rng, site, "") + site.written, site.value, "reported"


def _split_run(rng: Random, site: _Site) -> Outcome:
    at = rng.randint(1, len(site.written) - 1)
    return site.written[:at] + _joint(rng, site, " ") + site.written[at:], site.value, "reported"


def _joint(rng: Random, site: _Site, usual: str) -> str:
    """What stands between two runs of one cell."""
    rare = (" ", "\xa0", "\n") if site.layout == "word_dump" else (" ", "\xa0")
    return usual if rng.random() < 0.6 else rng.choice(rare)


def _leading_zero(rng: Random, site: _Site) -> Outcome:
    return rng.choice(("0", "0", "00")) + site.written, site.value, "reported"


def _revised(rng: Random, site: _Site) -> Outcome:
    """The old content stands before the new. Run together they are told apart only if the old one was 0."""
    if site.value and rng.random() < 0.5:
        return "0" + site.written, site.value, "reported"
    value = int(site.value or 0)
    old = rng.choice(
        [number for number in (0, 1, 2, 3, 5, value + 1, value - 1) if number >= 0 and number != value]
    )
    return f"{old}{_joint(rng, site, ' ')}{site.written}", site.value, "reported"


def _full_width(rng: Random, site: _Site) -> Outcome:
    return site.written.translate(_FULL_WIDTH), site.value, "reported"


def _thousands(rng: Random, site: _Site) -> Outcome:
    whole, point, decimals = site.written.partition(".")
    return f"{int(whole):,}".replace(",", rng.choice(",，")) + point + decimals, site.value, "reported"


def _unit(rng: Random, site: _Site) -> Outcome:
    if site.column.kind == "count":
        return site.written + rng.choice(("件", "件", " 件")), site.value, "reported"
    if site.column.unit == "万元":
        return site.written + "万元", site.value, "reported"
    if site.value and rng.random() < 0.5:
        ten_thousands = round(site.value / 10_000, 2)
        if ten_thousands and not site.mistaken:
            return f"{ten_thousands}万元", round(ten_thousands * 10_000, 2), "reported"
    return site.written + "元", site.value, "reported"


def _none(rng: Random, site: _Site) -> Outcome:
    return rng.choice(("暂无", "无")), None, "none"


def _not_applicable(rng: Random, site: _Site) -> Outcome:
    return rng.choice(("/", "-", "—", "——")), None, "not_applicable"


def _blank(rng: Random, site: _Site) -> Outcome:
    return rng.choice(_BLANKS), None, "blank"


def _padding(rng: Random, site: _Site) -> Outcome:
    before, after = rng.choice((("", rng.choice(_SPACES)), (rng.choice(_SPACES), ""), ("\u3000", "\xa0")))
    return before + site.written + after, site.value, "reported"


def _line_break(rng: Random, site: _Site) -> Outcome:
    before = rng.choice(("\n", "\n", "\n", "\n\n", "\xa0\n"))
    return before + site.written + rng.choice(("", "\xa0")), site.value, "reported"


def _orphan(rng: Random, site: _Site) -> Outcome:
    return rng.choice(("", "\xa0")) + "\n\n" + site.written, site.value, "reported"


def _lookalike(rng: Random, site: _Site) -> Outcome:
    return site.written.replace("0", "O").replace("1", "l"), site.value, "reported"


def _unreadable(rng: Random, site: _Site) -> Outcome:
    return rng.choice("#*？○"), None, "unreadable"


_NOISE: dict[str, Callable[[Random, _Site], Outcome]] = {
    "duplicated_run": _duplicated_run,
    "split_run": _split_run,
    "leading_zero": _leading_zero,
    "revised": _revised,
    "full_width": _full_width,
    "thousands": _thousands,
    "unit": _unit,
    "none": _none,
    "not_applicable": _not_applicable,
    "blank": _blank,
    "padding": _padding,
    "line_break": _line_break,
    "orphan": _orphan,
    "unreadable": _unreadable,
    "lookalike": _lookalike,
}
