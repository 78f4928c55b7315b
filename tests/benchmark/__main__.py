"""The benchmark of the rules reader: python -m tests.benchmark --help."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from evals.generator import LAYOUTS
from gkllm.confined import collect_seldom
from tests.benchmark.batch import measure_jobs, measure_store
from tests.benchmark.checking import measure_checking
from tests.benchmark.formats import measure_formats
from tests.benchmark.memory import measure_memory
from tests.benchmark.pages import measure_pages
from tests.benchmark.speed import FIXTURES, measure_speed, mixed_reports, reports_in, write_reports
from tests.benchmark.start import measure_start


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description=__doc__)
    parser.add_argument("--fixtures", type=Path, default=FIXTURES, help="folder with *.txt reports")
    parser.add_argument("--batches", type=int, default=9, help="batches that are timed")
    parser.add_argument("--repeats", type=int, default=20, help="times each file is read in one batch")
    parser.add_argument("--pages", type=int, default=5, help="times a PDF is read")
    parser.add_argument("--scans", type=int, default=3, help="times a scanned page is read")
    parser.add_argument("--starts", type=int, default=7, help="processes started for each command")
    parser.add_argument("--checked", type=int, default=500, help="reports checked and localised")
    parser.add_argument("--batch", type=int, default=600, help="documents that one and two workers read")
    parser.add_argument("--stored", type=int, default=1000, help="reports put into a store and a file")
    parser.add_argument("--few", type=int, default=1000, help="reports before memory is first read")
    parser.add_argument("--many", type=int, default=20_000, help="reports before memory is read again")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Prints a line for each measure; seconds are this machine's, ratios travel further."""
    options = _parse(arguments)
    collect_seldom()
    with tempfile.TemporaryDirectory() as scratch:
        paths = reports_in(options.fixtures, Path(scratch))
        speed = measure_speed(paths, batches=options.batches, repeats=options.repeats)
        mixed_paths = mixed_reports(Path(scratch))
        mixed = measure_speed(mixed_paths, batches=options.batches, repeats=1)
        folder = Path(scratch) / "batch"
        folder.mkdir()
        one, two = measure_jobs(write_reports(folder, options.batch, LAYOUTS), folder)
        cost = measure_store(mixed_paths[:4], Path(scratch), options.stored)
        formats = measure_formats(Path(scratch), batches=options.batches)
        pages = list(measure_pages(Path(scratch), options.pages, options.scans))
    ratio = _ratio(speed.extracting, speed.floor)
    print(f"load to JSON     {1 / speed.extracting:8.1f} reports/s  ({1000 * speed.extracting:.2f} ms each)")
    print(f"decode and dump  {1 / speed.floor:8.1f} reports/s  (extracting takes {ratio})")
    print(
        f"mixed text       {1 / mixed.extracting:8.1f} reports/s  ({1000 * mixed.extracting:.2f} ms each, "
        f"{_ratio(mixed.extracting, mixed.floor)} decode and dump)"
    )
    print(
        f"batch            {one.rate:8.1f} reports/s with one worker, {two.rate:.1f} with two "
        f"({_ratio(two.rate, one.rate)}; {one.work:.2f} and {two.work:.2f} ms of the processor each)"
    )
    for name, at in (("store", 0), ("JSON lines", 1)):
        print(
            f"{name:16} {cost.adding[at]:8.2f} ms to add a report, {cost.reading[at]:.2f} ms to read it back, "
            f"{cost.size[at] / 1000:.1f} kB"
        )
    for name, errors in (("clean", 0), ("one error", 1), ("two errors", 2)):
        middle, slowest = measure_checking(options.checked, errors)
        print(
            f"check {name:10} {1000 * middle:8.2f} ms  ({1000 * slowest:.2f} ms at the 99th percentile of "
            f"{options.checked})"
        )
    for found in formats:
        print(
            f"{found.format_} to JSON     {1 / found.extracting:8.1f} reports/s  "
            f"({_ratio(found.extracting, found.opening)} the bare library's {1000 * found.opening:.2f} ms)"
        )
    for page in pages:
        print(
            f"{page.name:16} {page.reading:8.3f} s  "
            f"({_ratio(page.reading, page.bare)} of {page.beside}, {page.bare:.3f} s)"
        )
    shown, imported = measure_start(options.starts)
    print(f"gkllm --help     {shown:8.3f} s  ({_ratio(shown, imported)} of import typer, {imported:.3f} s)")
    first, last = measure_memory(options.few, options.many)
    print(
        f"peak memory      {first:8.1f} MiB after {options.few} reports, {last:.1f} MiB after {options.many}"
    )
    return 0


def _ratio(value: float, unit: float) -> str:
    return f"{value / unit:.2f} times"


def _stay_on_one_core() -> None:
    if sys.platform == "linux":
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


if __name__ == "__main__":
    _stay_on_one_core()
    sys.exit(main())
