"""`gkllm show`."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gkllm.cli.process import place_of, print_data
from gkllm.language import said

if TYPE_CHECKING:
    from gkllm.documents.document import Document
    from gkllm.documents.source import Source
    from gkllm.extraction import Extractor
    from gkllm.form import Forms

File = Annotated[str, typer.Argument(metavar="FILE", help="A file, or - for standard input.")]
Html = Annotated[
    bool,
    typer.Option("--html", help="Write a web page instead: the source, and beside it the cells, linked."),
]
Form = Annotated[
    Path | None,
    typer.Option("--form", metavar="FOLDER", help="A form of your own, besides those that are shipped."),
]
Output = Annotated[
    str | None, typer.Option("--output", "-o", metavar="PATH", help="Write here, not to standard output.")
]
UNREAD, USAGE = 1, 2


def show_command(file: File, html: Html = False, output: Output = None, form: Form = None) -> None:
    """Show what was understood of a document: its text, its grids, and which labels of the form were found.

    Exit status: 0 it was shown; 1 it could not be read; 2 wrong usage.
    """
    raise typer.Exit(_show(file, html=html, output=output, form=form))


def _show(file: str, *, html: bool, output: str | None, form: Path | None) -> int:
    """Show one file and return the exit status; what cannot be read is named on standard error."""
    from gkllm.cli.messages import complain, complain_unwritable
    from gkllm.documents.formats import open_document
    from gkllm.documents.source import Refused, discover
    from gkllm.errors import as_failure
    from gkllm.extraction import Extractor
    from gkllm.reading.several import reports_in
    from gkllm.settings import Settings

    sources = list(discover([file]))
    if len(sources) != 1:
        complain(
            said("{file}: show takes one document, and this holds {count}", file=file, count=len(sources))
        )
        return USAGE
    (source,) = sources
    if isinstance(source, Refused):
        complain(str(source.error))
        return UNREAD
    try:
        content = source.load()
        extractor = Extractor(Settings(reader="rules", form=form))
        documents = reports_in(open_document(content, source.name), extractor.forms)
        text = (
            _page(extractor, source, content, documents)
            if html
            else "\n".join(_lines(extractor.forms, documents)) + "\n"
        )
        _write(text, place_of(output), html=html)
    except BrokenPipeError:
        raise
    except OSError as error:
        complain_unwritable(place_of(output), error)
        return UNREAD
    except Exception as error:
        complain(str(as_failure(error, source.name)))
        return UNREAD
    return 0


def _lines(forms: "Forms", documents: "tuple[Document, ...]") -> Iterator[str]:
    from gkllm.show.text import show_lines, understand

    for document in documents:
        yield from show_lines(understand(document, forms))


def _page(extractor: "Extractor", source: "Source", content: bytes, documents: "tuple[Document, ...]") -> str:
    import asyncio

    from gkllm.errors import NoTablesFound
    from gkllm.show.html import render_page
    from gkllm.show.pictures import page_pictures

    pictures = page_pictures(content, documents[0].media_type, source.name)
    reports = []
    failure: NoTablesFound | None = None
    for document in documents:
        try:
            report = asyncio.run(extractor.read(document))
        except NoTablesFound as error:
            failure = error
        else:
            reports.append((document, extractor.forms[report.form], report, pictures))
    if failure is not None and not reports:
        raise failure
    return render_page(reports)


def _write(text: str, output: Path | None, *, html: bool) -> None:
    if output is None and html:
        print_data(text)
    elif output is None:
        sys.stdout.write(text)
        sys.stdout.flush()
    else:
        output.write_text(text, encoding="utf-8")
