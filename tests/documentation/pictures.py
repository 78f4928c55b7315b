"""The pictures of the documentation, drawn from what the program says of a shipped report.

Draw them anew, with the tables that pages hold, and look at every one, after a change that is meant:

    python -m tests.documentation.made
"""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.style import Style
from rich.text import Text

import gkllm
from gkllm.checking.evaluate import reported_residuals
from gkllm.form import load_forms
from gkllm.language import Language, speaking
from gkllm.report import Cell, Report
from gkllm.terminal.report import render_report

ROOT = Path(__file__).parents[2]
_SHOWN = "fixtures/yinzhou-2019.txt"
_CELL = "requests.results_total.natural_person"
_WIDTH = 92
_WORD = re.compile(r"[\u2500-\u257f]+|[^\s\u2500-\u257f]+")
_CHARACTER, _LINE = 8.4, 19
"""The width of a character of half width and the height of a line, in pixels."""
_COLOURS = {1: "#b42318", 3: "#8c5a00"}
"""The terminal's colours that reports are printed in, red and yellow."""


@dataclass(frozen=True, slots=True)
class Words:
    """What the drawings say in one language."""

    steps: tuple[tuple[str, str], ...]
    printed: str
    readings: str
    chosen: str
    relations: str
    holds: str
    broken: str
    said: str
    confidence: str
    review: str


WORDS: dict[Language, Words] = {
    "en": Words(
        steps=(
            ("document", "text, page, Word, PDF, scan"),
            ("grid", "pieces in their places, by hypotheses"),
            ("rows", "the form's labels, in order"),
            ("candidates", "places and readings, with their costs"),
            ("relations", "all tables together choose, exactly"),
            ("judge", "value, state, doubts, confidence"),
        ),
        printed="printed",
        readings="candidates",
        chosen="chosen",
        relations="relations over the cell",
        holds="holds",
        broken="broken",
        said="what is said of it",
        confidence="confidence",
        review="needs review",
    ),
    "zh": Words(
        steps=(
            ("文档", "文本、网页、Word、PDF、扫描件"),
            ("网格", "文字片段及其位置；权衡各种假设"),
            ("行", "按顺序找到表式的行标签"),
            ("候选", "列位与读法，各有代价"),
            ("勾稽关系", "各表一起精确选定"),
            ("判定", "数值、状态、疑点、置信度"),
        ),
        printed="原文",
        readings="候选读法",
        chosen="选定",
        relations="涉及该单元格的勾稽关系",
        holds="成立",
        broken="不成立",
        said="对它的说明",
        confidence="置信度",
        review="需要复核",
    ),
}


def pictures(language: Language) -> Iterator[tuple[str, str]]:
    """The name and the SVG text of every picture in a language."""
    suffix = "" if language == "en" else f".{language}"
    report = _report(language)
    yield f"extract{suffix}.svg", _terminal(report, language)
    yield f"steps{suffix}.svg", _steps(WORDS[language])
    yield f"cell{suffix}.svg", _cell(report, WORDS[language], language)


def _report(language: Language) -> Report:
    settings = gkllm.Settings(reader="rules", language=language)
    report = gkllm.extract(ROOT / _SHOWN, settings)
    return report.model_copy(update={"source": report.source.model_copy(update={"name": _SHOWN})})


def _terminal(report: Report, language: Language) -> str:
    """What the command prints of section 三, from its first row to its last."""
    form = load_forms()[report.form]
    with speaking(language):
        printing = Console(width=_WIDTH, force_terminal=True, color_system="standard", file=StringIO())
        with printing.capture() as capture:
            printing.print(render_report(report, form))
    lines = capture.get().splitlines()
    first = next(index for index, line in enumerate(lines) if "三、收到和处理" in line)
    last = next(index for index, line in enumerate(lines) if "四、政府信息公开行政复议" in line) - 1
    parts = [part for row, line in enumerate(lines[first:last]) for part in _line(Text.from_ansi(line), row)]
    width, height = _CHARACTER * _WIDTH + 24, _LINE * (last - first) + 24
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" role="img">'
    paper = f'<rect x="1" y="1" width="{width - 2:.0f}" height="{height - 2}" rx="8"/>'
    return "\n".join([head, f"<title>{html.escape(_SHOWN)}</title>", _STYLE, paper, *parts, "</svg>", ""])


def _line(line: Text, row: int) -> Iterator[str]:
    """The printed line, each of its words at its own column: no font has its characters exactly twice as wide."""
    for word in _WORD.finditer(line.plain):
        styles = [span.style for span in line.spans if span.start < word.end() and word.start() < span.end]
        numbers = [style.color.number for style in styles if isinstance(style, Style) and style.color]
        colour = next((_COLOURS[number] for number in numbers if number in _COLOURS), "#24292f")
        x, y = 12 + _CHARACTER * cell_len(line.plain[: word.start()]), 26 + _LINE * row
        length = _CHARACTER * cell_len(word.group())
        yield (
            f'<text class="terminal" x="{x:.1f}" y="{y}" textLength="{length:.1f}" lengthAdjust="spacingAndGlyphs" '
            f'style="fill:{colour}">{html.escape(word.group())}</text>'
        )


class _Drawing:
    """Boxes, lines of text and arrows, on a canvas that grows with them."""

    def __init__(self, width: int) -> None:
        self._width, self._height, self._parts = width, 0, list[str]()

    def box(
        self,
        at: tuple[int, int],
        size: tuple[int, int],
        lines: Sequence[tuple[str, str]],
        kind: str = "plain",
    ) -> None:
        """A box at its upper left corner; `lines` are (class, text), 22 pixels each."""
        (x, y), (width, height) = at, size
        self._parts.append(f'<rect class="{kind}" x="{x}" y="{y}" width="{width}" height="{height}" rx="7"/>')
        for index, (style, text) in enumerate(lines):
            self._parts.append(
                f'<text class="{style}" x="{x + 12}" y="{y + 24 + 22 * index}">{html.escape(text)}</text>'
            )
        self._height = max(self._height, y + height)

    def arrow(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        (x, y), (to_x, to_y) = start, end
        self._parts.append(f'<path class="arrow" d="M{x} {y} L{to_x} {to_y}" marker-end="url(#head)"/>')

    def svg(self, title: str) -> str:
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self._width} {self._height + 2}" role="img">',
                f"<title>{html.escape(title)}</title>",
                _STYLE,
                *self._parts,
                "</svg>",
                "",
            ]
        )


_STYLE = """<style>
rect { fill: #fbfbf9; stroke: #b8bec6; }
rect.bad { stroke: #b42318; }
rect.end { fill: #eef3fb; stroke: #1450a0; }
text { font: 14px system-ui, "Noto Sans CJK SC", "WenQuanYi Zen Hei", sans-serif; fill: #24292f; }
text.terminal { font-family: ui-monospace, Menlo, Consolas, "Noto Sans Mono CJK SC", monospace; }
text.head { font-weight: 600; }
text.note { fill: #5a6068; font-size: 13px; }
text.good { fill: #166e3c; }
text.bad { fill: #b42318; }
.arrow { stroke: #5a6068; fill: none; }
</style>
<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
<path d="M0 0 L8 4 L0 8 z" fill="#5a6068"/></marker></defs>"""


def _steps(words: Words) -> str:
    drawing = _Drawing(900)
    for index, (name, note) in enumerate(words.steps):
        row, column = divmod(index, 3)
        x, y = 305 * column, 92 * row
        drawing.box((x, y), (290, 62), [("head", name), ("note", note)], "end" if index == 5 else "plain")
        if column < 2:
            drawing.arrow((x + 290, y + 31), (x + 303, y + 31))
        elif row == 0:
            drawing.arrow((x + 145, y + 62), (145, y + 90))
    return drawing.svg(" → ".join(name for name, _ in words.steps))


def _cell(report: Report, words: Words, language: Language) -> str:
    cell = next(cell for cell in report.cells if cell.id == _CELL)
    drawing = _Drawing(820)
    drawing.box((0, 0), (200, 58), [("note", words.printed), ("head", cell.raw)])
    readings = [
        (("head" if index == 0 else "note"), _reading(words, cell, index))
        for index in range(len(cell.candidates))
    ]
    drawing.box((240, 0), (580, 36 + 22 * len(readings)), [("note", words.readings), *readings])
    drawing.arrow((200, 29), (238, 29))
    top = 36 + 22 * len(readings) + 26
    found = list(_relations(report, words, language))
    drawing.box((0, top), (820, 36 + 22 * len(found)), [("note", words.relations), *found], "bad")
    drawing.arrow((410, top - 26), (410, top - 2))
    below = top + 36 + 22 * len(found) + 26
    reasons = [("plain", reason) for reason in cell.reasons]
    sure = f"{words.confidence} {cell.confidence:.3f}" + (f" · {words.review}" if cell.needs_review else "")
    drawing.box(
        (0, below), (820, 58 + 22 * len(reasons)), [("note", words.said), *reasons, ("head", sure)], "end"
    )
    drawing.arrow((410, below - 26), (410, below - 2))
    return drawing.svg(cell.label)


def _reading(words: Words, cell: Cell, index: int) -> str:
    candidate = cell.candidates[index]
    mark = f"  ← {words.chosen}" if candidate.value == cell.value else ""
    return f"{candidate.value}   {candidate.reading}{mark}"


def _relations(report: Report, words: Words, language: Language) -> Iterator[tuple[str, str]]:
    """Every relation over the cell that ties it to others, with its two sides."""
    form = load_forms()[report.form]
    rules = {rule.id: rule for rule in form.edit_rules}
    for one in reported_residuals(report, form):
        if _CELL not in one.relation.cells or one.relation.single:
            continue
        sense = "=" if one.holds else "≠"
        told = dict(rules[one.relation.rule].message)[language]
        verdict = words.holds if one.holds else words.broken
        yield ("good" if one.holds else "bad", f"{told}: {one.left} {sense} {one.right}  {verdict}")
