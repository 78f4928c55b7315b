"""How fast printed pages are read: a ruled PDF of six pages, and a scanned page, beside the bare libraries."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from time import perf_counter

from evals.generator.drawn import draw
from gkllm import Settings, extract
from gkllm.documents.scan.engine import ocr_installed
from tests.rendering.pdf import Style, render_pdf

_PAGES = 6
_DOTS = 150 / 72
_TABLE_PAGE = 1
"""The page, from 0, that is all table."""


@dataclass(frozen=True, slots=True)
class PageSpeed:
    """Median seconds: `reading` up to the report, `bare` what the library alone needs for the same file."""

    name: str
    reading: float
    bare: float
    beside: str


def measure_pages(scratch: Path, runs: int, scans: int) -> Iterator[PageSpeed]:
    """The speeds of both over so many runs each; that of the scan only where OCR is installed."""
    from pypdfium2 import PdfDocument

    content = _six_pages()
    path = scratch / "six-pages.pdf"
    path.write_bytes(content)

    def bare_pdf() -> None:
        with PdfDocument(content) as pdf:
            for page in pdf:
                page.get_textpage().get_text_range()

    settings = Settings(reader="rules")
    yield PageSpeed(
        "six-page PDF",
        _seconds(lambda: extract(path, settings), runs),
        _seconds(bare_pdf, runs),
        "PDFium's text",
    )
    if not scans or not ocr_installed():
        return
    with PdfDocument(render_pdf(draw(4), Style("strokes"))) as pdf:
        picture = pdf[_TABLE_PAGE].render(scale=_DOTS, grayscale=True).to_pil()
    scan = scratch / "scan.png"
    picture.save(scan, dpi=(150, 150))
    yield PageSpeed(
        "scanned page",
        _seconds(lambda: extract(scan, settings), scans),
        _seconds(_bare_ocr(scan), scans),
        "RapidOCR",
    )


def _bare_ocr(scan: Path) -> Callable[[], object]:
    from rapidocr import RapidOCR

    engine = RapidOCR(
        params={"Global.log_level": "critical", "EngineConfig.onnxruntime.intra_op_num_threads": 1}
    )
    return lambda: engine(str(scan), use_cls=False)


def _six_pages() -> bytes:
    from pypdfium2 import PdfDocument

    report = draw(4)
    prose = report.opening
    while True:
        content = render_pdf(report, Style("strokes"))
        with PdfDocument(content) as pdf:
            if len(pdf) >= _PAGES:
                return content
        report = replace(report, opening=(*report.opening, *prose[1:]))


def _seconds(work: Callable[[], object], runs: int) -> float:
    work()
    seconds: list[float] = []
    for _ in range(runs):
        started = perf_counter()
        work()
        seconds.append(perf_counter() - started)
    return median(seconds)
