"""Pages whose tables were edited carelessly: what can no longer be told is marked."""

import re
from collections.abc import Callable
from random import Random

import pytest

from evals.generator import NoiseLevel, generate
from evals.generator.scoring import score
from tests.rendering.html import render_html
from tests.rendering.structure import FORMS, Form
from tests.rendering.test_round_trip import read

_CELL = re.compile(r"<td[^>]*>\s*[\d.]+\s*</td>")
Careless = Callable[[str, Random], str]


def one_cell(change: Callable[[str], str]) -> Careless:
    def careless(page: str, rng: Random) -> str:
        chosen = rng.choice(
            [found for found in _CELL.finditer(page) if found.start() > page.index("二、主动")]
        )
        return page[: chosen.start()] + change(chosen[0]) + page[chosen.end() :]

    return careless


def every(pattern: str, replacement: str, share: float = 1.0) -> Careless:
    return lambda page, rng: re.sub(
        pattern, lambda found: found.expand(replacement) if rng.random() < share else found[0], page
    )


CARELESS: dict[str, Careless] = {
    "a cell is gone": one_cell(lambda cell: ""),
    "a cell stands twice": one_cell(lambda cell: cell * 2),
    "a blank cell was put in": one_cell(lambda cell: f"<td>&nbsp;</td>{cell}"),
    "a number reaches over two rows": one_cell(lambda cell: cell.replace("<td", "<td rowspan=2", 1)),
    "colspans are gone": every(r" colspan=\d+", "", 0.3),
    "rowspans are gone": every(r' rowspan="\d+"', "", 0.3),
    "ends of cells are gone": every(r"</(td|tr|p)>", "", 0.5),
    "rows are numbered": every(r"<tr>(?=<td)", "<tr><td>1</td>"),
    "a column too many": every(r"</tr>\n", r"<td>&nbsp;</td></tr>\n"),
    "every row is a table": every(r"</tr>\n<tr>", "</tr></table><table><tr>"),
}


@pytest.mark.parametrize("kind", CARELESS)
def test_a_careless_page_holds_no_silent_error(kind: str) -> None:
    forms: tuple[Form, ...] = FORMS
    for seed, form in enumerate(forms, 1):
        truth = generate(seed, layout="word_dump", noise=NoiseLevel.CLEAN)
        page = render_html(truth, form, "clean").decode()
        careless = CARELESS[kind](page, Random(f"{kind}/{seed}"))
        assert careless != page or "rowspan" in kind
        found = score(truth, read(careless.encode()))
        assert found.silent == 0, "\n".join(map(str, found.silent_errors))
