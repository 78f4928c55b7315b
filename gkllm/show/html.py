"""A report beside its source as one web page without scripts, and the parts that the review page shows too."""

import base64
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, Template, select_autoescape

from gkllm.checking.sentences import suggestion_in_words
from gkllm.documents.document import Document
from gkllm.form import CellPlace, Form
from gkllm.language import said, spoken
from gkllm.report import Report, Section, Violation
from gkllm.show.doubts import NamedCell, ShownDoubt, named_cell, shown_doubts
from gkllm.show.form_view import PageLinks, ReviewLinks, ShownTable, shown_tables
from gkllm.show.pictures import PagePicture
from gkllm.show.source_view import ShownPage, TextBlock, places_of, shown_page, text_blocks
from gkllm.terminal.words import table_of


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A broken relation: what it says, its cells (zeros of long sums left out), and what would reconcile it."""

    severity: str
    sentence: str
    cells: tuple[NamedCell, ...]
    suggestions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownReport:
    """One report, ready to be printed into the page."""

    title: str
    name: str
    pages: tuple[ShownPage, ...]
    text: tuple[TextBlock, ...]
    tables: tuple[ShownTable, ...]
    sections: tuple[Section, ...]
    doubts: tuple[ShownDoubt, ...]
    findings: tuple[ShownFinding, ...]


def render_page(reports: Sequence[tuple[Document, Form, Report, Sequence[PagePicture]]]) -> str:
    """The web page for the reports of one file, each with its document, its form and its pages' pictures."""
    shown = [_shown(index, *report) for index, report in enumerate(reports)]
    style = stylesheet()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    return _template("page.html").render(
        reports=shown, said=said, language=spoken(), style=style, style_hash=digest
    )


def render_tables(report: Report, form: Form, address: str) -> str:
    """The form's tables of a report, for the review page, where `address` names the report."""
    placed = frozenset(cell.id for cell in report.cells)
    tables = list(shown_tables(report, form, ReviewLinks(address), placed))
    return _part("form_tables")(tables)


def render_source(
    document: Document | None, report: Report, address: str, pages: Sequence[tuple[int, float, float, str]]
) -> str:
    """The document of a report, for the review page: its pages (number, width and height in points, the picture's
    address), else its text."""
    places = places_of(report, ReviewLinks(address))
    shown = [shown_page(page, (width, height), url, report, places) for page, width, height, url in pages]
    blocks = text_blocks(document, report, places) if document and not shown else ()
    return _part("source")(shown, blocks)


@cache
def stylesheet() -> str:
    """The look of what both pages show."""
    return files("gkllm.show").joinpath("templates", "view.css").read_text(encoding="utf-8")


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=PackageLoader("gkllm.show", "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


def _part(name: str) -> Callable[..., str]:
    """A macro of the parts, in the language in force."""
    macro: Callable[..., str] = getattr(_template("parts.html").make_module({"said": said}), name)
    return macro


def _shown(
    index: int, document: Document, form: Form, report: Report, pictures: Sequence[PagePicture]
) -> ShownReport:
    links = PageLinks.of(index, report)
    places = places_of(report, links)
    pages = tuple(
        shown_page(one.number, (one.width, one.height), _inline(one), report, places) for one in pictures
    )
    text = () if pages else text_blocks(document, report, places)
    placed = frozenset((*_on_pages(pages), *_in_text(text)))
    labels = {c: at for table in report.tables for c, at in table_of(report, form, table).places.items()}
    return ShownReport(
        title=report.report.title or report.source.name,
        name=report.source.name,
        pages=pages,
        text=text,
        tables=tuple(shown_tables(report, form, links, placed)),
        sections=report.sections,
        doubts=tuple(shown_doubts(report, form, links, placed)),
        findings=tuple(_finding(violation, report, links, labels) for violation in report.violations),
    )


def _inline(picture: PagePicture) -> str:
    return "data:image/png;base64," + base64.b64encode(picture.png).decode("ascii")


def _on_pages(pages: Sequence[ShownPage]) -> Iterator[str]:
    yield from (area.place.cell for page in pages for area in page.areas)


def _in_text(blocks: Sequence[TextBlock]) -> Iterator[str]:
    for block in blocks:
        for pieces in (block.pieces, *(cell for row in block.rows for cell in row)):
            yield from (piece.place.cell for piece in pieces if piece.place)


def _finding(
    violation: Violation, report: Report, links: PageLinks, places: dict[str, CellPlace]
) -> ShownFinding:
    cells = {cell.id: cell for cell in report.cells}
    named = [cells[cell] for cell in violation.cells if cell in cells]
    telling = [cell for cell in named if cell.value != 0 or cell.needs_review or len(named) <= _FEW]
    return ShownFinding(
        severity=violation.severity,
        sentence=getattr(violation.message, spoken()),
        cells=tuple(named_cell(cell, cell.label, links) for cell in telling),
        suggestions=tuple(suggestion_in_words(s, places, spoken()) for s in violation.suggestions),
    )


_FEW = 8
