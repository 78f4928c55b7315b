"""What turns a file into text: libraries as their documentation shows them, and programs where they are installed."""

import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from evals.converters.files import html_page, pdf_file, word_file
from evals.generator.drawn import DrawnReport

Format = Literal["html", "docx", "pdf"]
FILES: Mapping[Format, Callable[[DrawnReport], bytes]] = {
    "html": html_page,
    "docx": word_file,
    "pdf": pdf_file,
}


@dataclass(frozen=True, slots=True)
class Converter:
    """A way from a file of one format to text. `program` is what must be installed beside the libraries."""

    name: str
    format: Format
    convert: Callable[[bytes], str]
    program: str | None = None

    @property
    def installed(self) -> bool:
        return self.program is None or shutil.which(self.program) is not None


def _trafilatura(content: bytes, **options: Any) -> str:
    import trafilatura

    return trafilatura.extract(content.decode(), include_tables=True, **options) or ""


def _inscriptis(content: bytes) -> str:
    import inscriptis

    return str(inscriptis.get_text(content.decode()))


def _markdownify(content: bytes) -> str:
    import markdownify

    return str(markdownify.markdownify(content.decode()))


def _soup(content: bytes, separator: str, *, strip: bool) -> str:
    import bs4

    return bs4.BeautifulSoup(content, "html.parser").get_text(separator, strip=strip)


def _soup_rows(content: bytes, separator: str) -> str:
    """A line a row, as scripts that collect tables print them."""
    import bs4

    soup = bs4.BeautifulSoup(content, "html.parser")
    lines: list[str] = []
    for element in soup.find_all(["h1", "p", "tr"]):
        if element.name == "tr":
            lines.append(separator.join(cell.get_text(strip=True) for cell in element.find_all(["td", "th"])))
        elif not element.find_parent("table"):
            lines.append(element.get_text(strip=True))
    return "\n".join(lines)


def _pypdf(content: bytes, mode: str) -> str:
    import pypdf

    pages = pypdf.PdfReader(BytesIO(content)).pages
    return "\n".join(page.extract_text(extraction_mode=mode) for page in pages)  # type: ignore[arg-type]


def _pdfplumber(content: bytes, *, layout: bool) -> str:
    import pdfplumber

    with pdfplumber.open(BytesIO(content)) as document:
        return "\n".join(page.extract_text(layout=layout) for page in document.pages)


def _pdfplumber_tables(content: bytes, separator: str) -> str:
    """The text outside of tables, and each table a line a row."""
    import pdfplumber

    parts: list[str] = []
    with pdfplumber.open(BytesIO(content)) as document:
        for page in document.pages:
            tables = page.find_tables()
            pieces = [(table.bbox[1], _rows(table.extract(), separator)) for table in tables]
            outside: Any = page
            for table in tables:
                outside = outside.outside_bbox(table.bbox)
            pieces += [(line["top"], line["text"]) for line in outside.extract_text_lines()]
            parts += [piece for _, piece in sorted(pieces)]
    return "\n".join(parts)


def _rows(rows: list[list[str | None]], separator: str) -> str:
    return "\n".join(separator.join((cell or "").replace("\n", "") for cell in row) for row in rows)


def _pdfminer(content: bytes) -> str:
    from pdfminer.high_level import extract_text

    return extract_text(BytesIO(content))


def _pypdfium(content: bytes) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def _docx_tables_last(content: bytes, separator: str) -> str:
    """Paragraphs, then tables: what most scripts do."""
    import docx

    document = docx.Document(BytesIO(content))
    lines = [paragraph.text for paragraph in document.paragraphs]
    for table in document.tables:
        lines += [separator.join(cell.text for cell in row.cells) for row in table.rows]
    return "\n".join(lines)


def _docx_in_order(content: bytes, separator: str) -> str:
    """Paragraphs and tables as they follow each other, a merged cell once in its row."""
    import docx
    from docx.table import Table

    lines: list[str] = []
    for part in docx.Document(BytesIO(content)).iter_inner_content():
        if isinstance(part, Table):
            for row in part.rows:
                cells = [
                    cell
                    for at, cell in enumerate(row.cells)
                    if not at or cell._tc is not row.cells[at - 1]._tc
                ]
                lines.append(separator.join(cell.text for cell in cells))
        else:
            lines.append(part.text)
    return "\n".join(lines)


def _program(content: bytes, *command: str, suffix: str) -> str:
    """What a program prints; `{}` in its arguments is the file."""
    with TemporaryDirectory() as folder:
        path = Path(folder, f"report.{suffix}")
        path.write_bytes(content)
        arguments = [argument.replace("{}", str(path)) for argument in command]
        done = subprocess.run(arguments, capture_output=True, timeout=60, check=True)  # noqa: S603
    return done.stdout.decode(errors="replace")


def _programs() -> Iterator[Converter]:
    for target in ("plain", "markdown", "gfm", "rst", "mediawiki", "org", "asciidoc"):
        for suffix in ("html", "docx"):
            run = partial(_program, suffix=suffix)
            command = ("pandoc", "-f", suffix, "-t", target, "{}")
            yield _of(f"pandoc {suffix} {target}", suffix, run, *command)
    for mode in ("", "-layout", "-raw"):
        run = partial(_program, suffix="pdf")
        yield _of(f"pdftotext {mode}".strip(), "pdf", run, *filter(None, ("pdftotext", mode, "{}", "-")))
    run = partial(_program, suffix="html")
    yield _of("w3m -dump", "html", run, "w3m", "-dump", "-cols", "160", "-I", "utf-8", "-O", "utf-8", "{}")
    charset = ("-assume_charset=utf-8", "-display_charset=utf-8")
    yield _of("lynx -dump", "html", run, "lynx", "-dump", "-nolist", "-width=160", *charset, "{}")


def _of(name: str, suffix: Any, run: Callable[..., str], *command: str) -> Converter:
    return Converter(name, suffix, lambda content: run(content, *command), command[0])


CONVERTERS: tuple[Converter, ...] = (
    Converter("trafilatura", "html", _trafilatura),
    Converter("trafilatura markdown", "html", partial(_trafilatura, output_format="markdown")),
    Converter("trafilatura xmltei", "html", partial(_trafilatura, output_format="xmltei")),
    Converter("inscriptis", "html", _inscriptis),
    Converter("markdownify", "html", _markdownify),
    Converter("soup lines", "html", partial(_soup, separator="\n", strip=False)),
    Converter("soup stripped lines", "html", partial(_soup, separator="\n", strip=True)),
    Converter("soup spaces", "html", partial(_soup, separator=" ", strip=False)),
    Converter("soup stripped spaces", "html", partial(_soup, separator=" ", strip=True)),
    Converter("soup bars", "html", partial(_soup, separator="|", strip=False)),
    Converter("soup stripped bars", "html", partial(_soup, separator="|", strip=True)),
    Converter("soup tabs", "html", partial(_soup, separator="\t", strip=False)),
    Converter("soup rows, tabs", "html", partial(_soup_rows, separator="\t")),
    Converter("soup rows, commas", "html", partial(_soup_rows, separator=",")),
    Converter("soup rows, spaces", "html", partial(_soup_rows, separator=" ")),
    Converter("python-docx tabs", "docx", partial(_docx_tables_last, separator="\t")),
    Converter("python-docx bars", "docx", partial(_docx_tables_last, separator=" | ")),
    Converter("python-docx lines", "docx", partial(_docx_tables_last, separator="\n")),
    Converter("python-docx in order, tabs", "docx", partial(_docx_in_order, separator="\t")),
    Converter("python-docx in order, bars", "docx", partial(_docx_in_order, separator=" | ")),
    Converter("python-docx in order, lines", "docx", partial(_docx_in_order, separator="\n")),
    Converter("pypdf", "pdf", partial(_pypdf, mode="plain")),
    Converter("pypdf layout", "pdf", partial(_pypdf, mode="layout")),
    Converter("pdfplumber", "pdf", partial(_pdfplumber, layout=False)),
    Converter("pdfplumber layout", "pdf", partial(_pdfplumber, layout=True)),
    Converter("pdfplumber tables, tabs", "pdf", partial(_pdfplumber_tables, separator="\t")),
    Converter("pdfplumber tables, bars", "pdf", partial(_pdfplumber_tables, separator="|")),
    Converter("pdfminer.six", "pdf", _pdfminer),
    Converter("pypdfium2", "pdf", _pypdfium),
    *_programs(),
)
