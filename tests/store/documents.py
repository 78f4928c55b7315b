"""Folders of documents, and what a store holds, for the tests of store and batch."""

import sqlite3
from pathlib import Path
from typing import Any

from evals.generator import NoiseLevel, generate
from gkllm.report import Report
from gkllm.results import read_results


def write_documents(folder: Path, count: int, first: int = 0) -> list[Path]:
    """Noisy reports, a file each."""
    folder.mkdir(exist_ok=True)
    paths = [folder / f"{number:05}.txt" for number in range(first, first + count)]
    for number, path in enumerate(paths, first):
        # A few different reports are enough; the number makes each file's bytes its own.
        report = generate(number % 7, layout="word_dump", noise=NoiseLevel.MODERATE)
        path.write_text(f"{report.text}\n编号{number}\n", encoding="utf-8")
    return paths


def reports_in(store: Path) -> list[Report]:
    """What a store gives."""
    return [stored.report for stored in read_results(store).reports]


def asked(store: Path, query: str) -> list[tuple[Any, ...]]:
    """What SQLite alone answers, without gkllm."""
    connection = sqlite3.connect(store)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def assert_sound(store: Path, names: list[str]) -> None:
    """The store is whole, and holds a report of each of these documents exactly once."""
    assert asked(store, "PRAGMA integrity_check") == [("ok",)]
    assert asked(store, "PRAGMA foreign_key_check") == []
    found = [name for (name,) in asked(store, "SELECT source FROM reports ORDER BY source")]
    assert found == sorted(names)
    halves = "SELECT id FROM reports WHERE cells <> (SELECT count(*) FROM cells WHERE report_id = reports.id)"
    assert asked(store, halves) == []
    counted = "SELECT id FROM readings WHERE reports <> (SELECT count(*) FROM reports WHERE reading_id = readings.id)"
    assert asked(store, counted) == []
