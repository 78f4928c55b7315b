"""The kinds of noise a generated report can bear, each named after what real reports show."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class NoiseKind:
    """One kind of noise.

    `weight` is its frequency relative to the other kinds that the same thing can bear. `fixture` names a shipped
    report as published that bears it and `printed` what stands there; where none does, `ground` says why the kind
    is here. `usual` kinds make up the noise levels; the others occur only where they are asked for by name. A
    harmless kind leaves a single reading of the number.
    """

    name: str
    befalls: Literal["cell", "label", "table"]
    weight: float
    meaning: str
    fixture: str = ""
    printed: str = ""
    ground: str = ""
    harmless: bool = False
    usual: bool = True


KINDS: tuple[NoiseKind, ...] = (
    NoiseKind("duplicated_run", "cell", 3.0, "digits printed twice", fixture="yinzhou-2019", printed="66"),
    NoiseKind(
        "split_run", "cell", 2.0, "white space inside a number", fixture="yinzhou-2019", printed="0\u00a00"
    ),
    NoiseKind("leading_zero", "cell", 1.5, "zeros before a number", fixture="yinzhou-2019", printed="01"),
    NoiseKind("revised", "cell", 1.0, "the old content before the new", fixture="yinzhou-2019", printed="01"),
    NoiseKind(
        "full_width",
        "cell",
        1.5,
        "full-width digits",
        ground="what a Chinese input method types where it is not switched",
        harmless=True,
    ),
    NoiseKind(
        "thousands",
        "cell",
        6.0,
        "separators between thousands",
        ground="spreadsheets print amounts so",
        harmless=True,
    ),
    NoiseKind(
        "unit",
        "cell",
        1.0,
        "a unit after the number",
        fixture="fangzheng-2020",
        printed="17920154.55元",
        harmless=True,
    ),
    NoiseKind("none", "cell", 0.7, "暂无 or 无 for zero", fixture="yinzhou-2019", printed="暂无"),
    NoiseKind("not_applicable", "cell", 0.8, "a dash or slash for zero", ground="usual in small offices"),
    NoiseKind(
        "blank", "cell", 2.0, "white space of another kind for zero", fixture="yinzhou-2019", printed="\u3000"
    ),
    NoiseKind(
        "padding",
        "cell",
        3.0,
        "other white space around a number",
        fixture="yinzhou-2019",
        printed="0\u3000",
        harmless=True,
    ),
    NoiseKind(
        "line_break",
        "cell",
        3.0,
        "a line break before a number",
        fixture="yinzhou-2019",
        printed="\n3",
        harmless=True,
    ),
    NoiseKind(
        "orphan",
        "cell",
        12.0,
        "a row's last number on a line of its own",
        fixture="yinzhou-2019",
        printed="\n\n0",
        harmless=True,
    ),
    NoiseKind("unreadable", "cell", 0.1, "a mark that is no number", ground="spreadsheets print # so"),
    NoiseKind(
        "lookalike",
        "cell",
        1.0,
        "O for 0 and l for 1",
        ground="what OCR makes of small digits",
        usual=False,
    ),
    NoiseKind(
        "missing_character",
        "label",
        2.0,
        "one or two characters lost",
        fixture="hongze-2023",
        printed="2.其他法律行政止公开",
    ),
    NoiseKind("doubled_character", "label", 1.0, "a character twice", ground="revision marks flattened"),
    NoiseKind("inner_break", "label", 3.0, "broken inside", fixture="yinzhou-2019", printed="结果\n\n维持"),
    NoiseKind("list_mark", "label", 2.0, "1、 for 1.", ground="automatic numbering typed by hand"),
    NoiseKind(
        "half_brackets",
        "label",
        2.0,
        "half-width brackets",
        ground="typed with a switched input method",
    ),
    NoiseKind("quotes", "label", 3.0, "straight quotation marks", ground="pasted from a form"),
    NoiseKind("dropped_note", "label", 3.0, "（二）部分公开 without its note", ground="printed short"),
    NoiseKind("group_missing", "label", 1.0, "a group not named", ground="merged cells unmerged"),
    NoiseKind(
        "group_repeated",
        "table",
        1.0,
        "a merged label on each of its rows",
        ground="tables converted to HTML and back",
    ),
    NoiseKind("header_lost", "table", 1.0, "a line of the headings lost", ground="cut at a page's end"),
)


def where_seen(kind: NoiseKind) -> str:
    """Where a kind was seen, or why it is here, in a few words."""
    if not kind.fixture:
        return f"in no shipped report; {kind.ground}"
    shown = "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in kind.printed
    )
    return f'in {kind.fixture}, as "{shown}"'
