"""Pages in which what a browser hides, draws or fills in was planted: hidden digits are not read, drawn ones marked."""

import re
from collections.abc import Callable, Iterable
from random import Random

import pytest

from evals.generator import NoiseLevel, generate
from evals.generator.scoring import Score, score, total
from tests.rendering.html import render_html
from tests.rendering.structure import FORMS
from tests.rendering.test_round_trip import read

_CELL = re.compile(r"(<td[^>]*>)\s*(\d[\d.]*)\s*(</td>)")
_PLANTED = 8
"""Cells of a page that are changed."""
Plant = Callable[[str], str]


def hidden(style: str, tag: str = "span") -> Plant:
    """The number with a digit that the style hides after it."""
    return lambda number: f"{number}<{tag} style='{style}'>7</{tag}>"


def classed(names: str = "h") -> Plant:
    return lambda number: f"<b class='{names}'>7</b>{number}"


SAME: dict[str, tuple[str, Plant]] = {
    "display": ("", hidden("color:red; DISPLAY : none")),
    "visibility": ("", hidden("visibility:hidden")),
    "font-size": ("", hidden("font-size:0px")),
    "font": ("", hidden("font:0/0 a")),
    "opacity": ("", hidden("opacity:0.0")),
    "colour": ("", hidden("color:#FFFFFF")),
    "colour of a font": ("", lambda number: f"{number}<font color=white>7</font>"),
    "no colour": ("", hidden("color:transparent")),
    "colour of the cell": (
        "",
        lambda number: f"<div style='background:#1e62b8'><i style='color:rgb(30,98,184)'>7</i></div>{number}",
    ),
    "beside the page": ("", hidden("position:absolute;left:-9999px")),
    "indented away": ("", hidden("display:inline-block;text-indent:-9999px")),
    "no width": ("", hidden("display:inline-block;width:0;overflow:hidden")),
    "no height": ("", hidden("height:0px;overflow:hidden", "div")),
    "filter": ("", hidden("filter:opacity(0)")),
    "fill": ("", hidden("-webkit-text-fill-color:transparent")),
    "left out": ("", hidden("content-visibility:hidden")),
    "dialog": ("", lambda number: f"<dialog>7</dialog>{number}"),
    "not of a class": ("b:not(.s){display:none}", classed()),
    "one of two classes": (":is(.h,.x){display:none}", classed()),
    "clipped": ("", hidden("position:absolute;clip:rect(0,0,0,0)")),
    "for screen readers": ("", hidden("position:absolute;width:1px;height:1px;overflow:hidden")),
    "mso-hide": ("", hidden("mso-hide:all")),
    "class": (".h{display:none}", classed()),
    "two classes": (".old.h{visibility:hidden}", classed("old h")),
    "id": ("#zoom td b.h { font-size : 0 }", classed()),
    "child": ("td > .h{opacity:0}", classed()),
    "attribute": ("b[class=h]{display:none}", classed()),
    "screen": ("@media screen{.h{display:none}}", classed()),
    "wide screen": ("@media screen and (min-width: 768px) {.h{display:none}}", classed()),
    "important": (".h{display:none!important} td b.h{display:inline}", classed()),
    "stronger": ("#zoom .h{display:none} b.h{display:inline}", classed()),
    "later": (".h{display:inline} .h{display:none}", classed()),
    "nested": ("td{color:#333; .h{display:none}} .s{b&{opacity:0}}", classed()),
    "nested beside itself": (".h{color:red; &.old{display:none}}", classed("old h")),
    "nested in a query": ("td{@media screen{.h{display:none}} @media print{.s{display:none}}}", classed()),
    "variable": (":root{--gone:none;--how:var(--gone)} .h{display:var(--how)}", classed()),
    "variable in the cell": ("html{--paper:#ffffff}", hidden("color:var(--paper)")),
    "fallback": (".h{display:var(--unknown, none)}", classed()),
    "shown": (".s{display:none} td .s{display:inline}", lambda number: f"<b class=s>{number}</b>"),
    "print": ("@media print{.p{display:none}}", lambda number: f"<b class=p>{number}</b>"),
    "narrow screen": (
        "@media (max-width:600px){.p{display:none}}",
        lambda number: f"<b class=p>{number}</b>",
    ),
    "a size again": (
        "",
        lambda number: f"<p style='font-size:0'>7<b style='font-size:14px'>{number}</b></p>",
    ),
    "hovered": (".p:hover{display:none}", lambda number: f"<b class=p>{number}</b>"),
    "white on a dark cell": (
        "",
        lambda number: f"<div style='background-color:navy'><font color=#fff>{number}</font></div>",
    ),
    "input": ("", lambda number: f"<INPUT TYPE=Text disabled VALUE={number}>"),
    "telephone": ("", lambda number: f"<input type='tel' value='{number}'>"),
    "button": ("", lambda number: f"<button>{number}</button>"),
    "submit": ("", lambda number: f"<input type=submit value={number}>"),
    "textarea": ("", lambda number: f"<textarea>{number}</textarea>"),
    "hidden input": ("", lambda number: f"{number}<input type=hidden value=7>"),
    "select": ("", lambda number: f"<select><option>7<option selected>{number}<option>8</select>"),
    "first choice": ("", lambda number: f"<select><option>{number}</option><option>8</option></select>"),
    "written before": (".n::before{content:attr(data-v)}", lambda number: f"<b class=n data-v={number}></b>"),
}
"""The truth stays: the style sheet, and what becomes of a number."""
DRAWN: dict[str, tuple[str, Plant]] = {
    "svg": ("", lambda number: f"<svg><text>{number}</text></svg>"),
    "math": ("", lambda number: f"<math><mn>{number}</mn></math>"),
    "object": ("", lambda number: f"<object data=a.svg>{number}</object>"),
    "canvas": ("", lambda number: f"<canvas>{number}</canvas>"),
    "picture": ("", lambda number: f"<img src=a.gif alt={number}>"),
    "background": ("", lambda number: f"{number}<img src=a.gif>"),
    "frame": ("", lambda number: "<iframe src=a.html></iframe>"),
    "video": ("", lambda number: f"<video>{number}</video>"),
    "password": ("", lambda number: f"<input type=password value={number}>"),
    "box": ("", lambda number: f"<input type=CheckBox value={number}>"),
    "radio": ("", lambda number: f"<input type=radio value=1>{number}<input type=radio value=2>7"),
    "list": ("", lambda number: f"<select multiple><option>{number}<option>7</select>"),
    "picture of a sheet": (".n::after{content:url(a.png)}", lambda number: "<b class=n></b>"),
    "tiny": ("", hidden("font-size:1px")),
    "tiny in shares": ("", hidden("font-size:5%")),
    "backwards": ("", lambda number: f"<bdo dir=rtl>{number[::-1]}</bdo>"),
    "placeholder": ("", lambda number: f"<input placeholder={number}>"),
    "raised": ("", lambda number: f"{number}<sup>1</sup>"),
    "raised by style": ("", hidden("vertical-align:super")),
    "raised by class": (".h{vertical-align:super}", classed()),
    "struck by class": (".h{text-decoration:red line-through}", classed()),
    "maybe on a dark cell": ("</style><link rel=stylesheet href=a.css><style>", hidden("color:#fff")),
}
"""The number is drawn, or noted: read or not, its cell is marked."""
KINDS = {**SAME, **DRAWN}


def planted(page: str, kind: str, rng: Random) -> str:
    """The page with some numbers changed, the same way each."""
    sheet, plant = KINDS[kind]
    begin = page.index("二、主动")
    cells = [found for found in _CELL.finditer(page) if found.start() > begin]
    for found in sorted(rng.sample(cells, min(_PLANTED, len(cells))), key=lambda found: -found.start()):
        page = f"{page[: found.start()]}{found[1]}{plant(found[2])}{found[3]}{page[found.end() :]}"
    return page.replace("</head>", f"<style>{sheet}</style></head>", 1)


def measured(kind: str, seeds: Iterable[int], noise: NoiseLevel) -> Score:
    scores = []
    for seed in seeds:
        truth = generate(seed, layout="word_dump", noise=noise)
        page = render_html(truth, FORMS[seed % len(FORMS)], "clean").decode()
        changed = planted(page, kind, Random(f"{kind}/{seed}"))
        assert changed != page
        scores.append(score(truth, read(changed.encode())))
    return total(scores)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_planted_is_never_read_silently(kind: str) -> None:
    found = measured(kind, [11], NoiseLevel.CLEAN)
    assert found.silent == 0, "\n".join(map(str, found.silent_errors))
    if kind in SAME:
        assert found.wrong == 0
        assert found.flagged < 0.03 * found.cells


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_of_many_planted_pages_none_is_read_silently(kind: str) -> None:
    found = measured(kind, range(4_000, 4_020), NoiseLevel.MODERATE)
    assert found.silent == 0, "\n".join(map(str, found.silent_errors))


def test_of_two_copies_the_hidden_one_is_not_read() -> None:
    truth = generate(12, layout="word_dump", noise=NoiseLevel.CLEAN)
    page = render_html(truth, "merged", "clean").decode()
    table = re.findall(r"<table.*?</table>", page, re.DOTALL)[1]
    twice = f"<div class=wide>{table}</div><div class=narrow>{table.replace('>1<', '>2<')}</div>"
    sheet = "<style>.narrow{display:none}@media(max-width:640px){.wide{display:none}.narrow{display:block}}</style>"
    found = score(truth, read(page.replace(table, twice).replace("</head>", f"{sheet}</head>").encode()))
    assert (found.wrong, found.flagged) == (0, 0)


def test_a_table_in_two_pieces_side_by_side_is_one() -> None:
    truth = generate(13, layout="word_dump", noise=NoiseLevel.CLEAN)
    page = render_html(truth, "repeated", "clean").decode()
    table = re.findall(r"<table.*?</table>", page, re.DOTALL)[1]
    rows = [
        re.findall(r"<td.*?</td>", row, re.DOTALL) for row in re.findall(r"<tr>.*?</tr>", table, re.DOTALL)
    ]

    def piece(first: int, last: int) -> str:
        lines = [
            "".join((*cells[: len(cells) - 7], *cells[len(cells) - 7 + first : len(cells) - 7 + last]))
            for cells in rows
        ]
        return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"

    pieces = f"{piece(0, 3)}<p>（续表）</p>{piece(3, 7)}"
    found = score(truth, read(page.replace(table, pieces).encode()))
    assert found.wrong == 0
    assert found.flagged < 0.01 * found.cells


@pytest.mark.parametrize("spans", [r" colspan=\d+", r' rowspan="\d+"', r' (?:col|row)span="?\d+"?'])
def test_a_page_whose_spans_were_all_dropped_is_read(spans: str) -> None:
    truth = generate(14, layout="word_dump", noise=NoiseLevel.CLEAN)
    page = render_html(truth, "merged", "clean").decode()
    found = score(truth, read(re.sub(spans, "", page).encode()))
    assert (found.silent, found.wrong) == (0, 0)
