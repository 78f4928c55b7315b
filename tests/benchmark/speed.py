"""How fast the rules reader is, alone and beside the least that any program would have to do."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from evals.generator import LAYOUTS, Layout, NoiseLevel, generate
from gkllm import Extractor, Settings
from gkllm.documents.source import Source

FIXTURES = Path(__file__).parents[2] / "fixtures"
_WORK = ("fangzheng-2020.txt", "yinzhou-2019.txt")
"""Real Word text dumps, as most reports come."""
_GENERATED = 20


@dataclass(frozen=True, slots=True)
class Speed:
    """Medians over batches, in seconds a report: load to JSON, and decoding plus dumping alone."""

    reports: int
    extracting: float
    floor: float


def reports_in(folder: Path, scratch: Path) -> list[Path]:
    """The folder's published Word text dumps; where it has none, generated ones written to `scratch`."""
    published = [folder / name for name in _WORK if (folder / name).is_file()]
    return published or write_reports(scratch, _GENERATED)


def write_reports(folder: Path, count: int, layouts: Sequence[Layout] = ("word_dump",)) -> list[Path]:
    """Noisy reports in these layouts by turns, each in a file of its own."""
    paths = [folder / f"report-{'-'.join(layouts)}-{seed}.txt" for seed in range(count)]
    for seed, path in enumerate(paths):
        report = generate(seed, layout=layouts[seed % len(layouts)], noise=NoiseLevel.MODERATE)
        path.write_text(report.text, encoding="utf-8")
    return paths


def mixed_reports(scratch: Path) -> list[Path]:
    """Generated reports in every layout of text."""
    return write_reports(scratch, _GENERATED, LAYOUTS)


def extract_to_json(paths: Sequence[Path]) -> list[str]:
    """What the command line does with files, up to the JSON text of each report."""

    async def run() -> list[str]:
        extractor = Extractor(Settings(reader="rules"))
        sources = [Source(path.name, path) for path in paths]
        outcomes = [outcome async for outcome in extractor.extract_all(sources)]
        return [outcome.report.to_json() for outcome in outcomes if outcome.report is not None]

    return asyncio.run(run())


def measure_speed(paths: Sequence[Path], *, batches: int, repeats: int) -> Speed:
    """Times `batches` batches of every file `repeats` times over, after one batch that is not counted."""
    work = list(paths) * repeats
    results = [json.loads(text) for text in extract_to_json(paths)]
    if len(results) != len(paths):
        raise RuntimeError("some of the benchmark's files give no report")

    def floor() -> None:
        for path, result in zip(work, results * repeats, strict=True):
            path.read_bytes().decode("utf-8")
            json.dumps(result, ensure_ascii=False)

    extracting = median_seconds(lambda: extract_to_json(work), batches)
    return Speed(len(work), extracting / len(work), median_seconds(floor, batches) / len(work))


def median_seconds(work: Callable[[], object], batches: int) -> float:
    """The median time of a batch, after one that is not counted."""
    work()
    seconds: list[float] = []
    for _ in range(batches):
        started = perf_counter()
        work()
        seconds.append(perf_counter() - started)
    return median(seconds)
