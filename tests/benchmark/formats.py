"""How fast files of real formats are read, beside the library that opens them doing nothing else."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import docx
from selectolax.lexbor import LexborHTMLParser

from evals.generator import NoiseLevel, generate
from tests.benchmark.speed import extract_to_json, median_seconds
from tests.rendering.docx import render_docx
from tests.rendering.html import STYLES, render_html
from tests.rendering.structure import FORMS

_FILES = 5


@dataclass(frozen=True, slots=True)
class FormatSpeed:
    """Medians over batches, in seconds a report: load to JSON, and the bare library's opening of the file."""

    format_: str
    extracting: float
    opening: float


def measure_formats(scratch: Path, *, batches: int) -> list[FormatSpeed]:
    """The speed of each format, on generated reports in every form and style, written to `scratch`."""
    return [
        _measure(
            "HTML",
            _pages(scratch),
            lambda content: LexborHTMLParser(content.decode("gb18030", "replace")),
            batches,
        ),
        _measure("DOCX", _word_files(scratch), lambda content: docx.Document(io.BytesIO(content)), batches),
    ]


def _measure(
    format_: str, paths: list[Path], open_bare: Callable[[bytes], object], batches: int
) -> FormatSpeed:
    def opening() -> None:
        for path in paths:
            open_bare(path.read_bytes())

    if len(extract_to_json(paths)) != len(paths):
        raise RuntimeError(f"some of the benchmark's {format_} files give no report")
    extracting = median_seconds(lambda: extract_to_json(paths), batches)
    return FormatSpeed(format_, extracting / len(paths), median_seconds(opening, batches) / len(paths))


def _pages(folder: Path) -> list[Path]:
    paths = [folder / f"page-{seed}.html" for seed in range(_FILES)]
    for seed, path in enumerate(paths):
        report = generate(seed, layout="word_dump", noise=NoiseLevel.MODERATE)
        path.write_bytes(render_html(report, FORMS[seed % len(FORMS)], STYLES[seed % len(STYLES)]))
    return paths


def _word_files(folder: Path) -> list[Path]:
    paths = [folder / f"word-{seed}.docx" for seed in range(_FILES)]
    for seed, path in enumerate(paths):
        report = generate(seed, layout="word_dump", noise=NoiseLevel.MODERATE)
        path.write_bytes(render_docx(report, FORMS[seed % len(FORMS)]))
    return paths
