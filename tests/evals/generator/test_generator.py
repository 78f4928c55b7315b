"""The generator's own honesty: what it claims to print is printed, at the rates it claims."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from evals.generator import (
    CELL_WEIGHTS,
    LABEL_WEIGHTS,
    LAYOUTS,
    TABLE_KINDS,
    Layout,
    NoiseLevel,
    SyntheticReport,
    generate,
)
from evals.generator.generated_form import relations_in
from evals.generator.levels import USUAL_KINDS
from evals.generator.measure import measure
from evals.generator.scoring import Score, crash, score, total
from gkllm.documents.document import collapse
from gkllm.evaluation.truth import holds
from gkllm.report import Cell, CellState, Report, ReportInfo, SourceInfo, Span, TableInfo, Verdict, Violation
from tests.forms import FORM

_PER_LAYOUT = 50


@cache
def _moderate() -> tuple[SyntheticReport, ...]:
    """200 reports."""
    return tuple(
        generate(seed, layout=layout, noise=NoiseLevel.MODERATE)
        for layout in LAYOUTS
        for seed in range(_PER_LAYOUT)
    )


@cache
def _heavy() -> tuple[SyntheticReport, ...]:
    return tuple(
        generate(seed, layout=layout, noise=NoiseLevel.HEAVY) for layout in LAYOUTS for seed in range(30)
    )


def _share(hits: Iterable[bool]) -> float:
    counted = list(hits)
    return sum(counted) / len(counted)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_same_seed_same_report(layout: Layout) -> None:
    first, again = (generate(7, layout=layout, noise=NoiseLevel.HEAVY) for _ in range(2))
    assert first == again
    assert generate(8, layout=layout, noise=NoiseLevel.HEAVY).text != first.text


def test_report_does_not_depend_on_the_process_hash_seed() -> None:
    code = (
        "import hashlib; from evals.generator import *\n"
        "texts = [generate(s, layout=l, noise=NoiseLevel.HEAVY).text for l in LAYOUTS for s in range(5)]\n"
        "print(hashlib.sha256(''.join(texts).encode()).hexdigest())"
    )
    root = Path(__file__).parents[3]
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            check=True,
            timeout=60,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert len(digests) == 1


@pytest.mark.parametrize("layout", LAYOUTS)
def test_clean_report_satisfies_every_relation_and_bears_no_noise(layout: Layout) -> None:
    for seed in range(30):
        report = generate(seed, layout=layout, noise=NoiseLevel.CLEAN)
        assert report.broken == report.not_assessable == frozenset()
        assert not report.mistakes and not report.table_damage
        assert all(cell.noise is None for cell in report.cells.values())
        assert all(label.damage is None for label in report.labels)


def test_truth_has_every_cell_in_printed_order() -> None:
    for report in _moderate():
        assert tuple(report.cells) == tuple(
            cell
            for table, edition in report.editions.items()
            for cell in FORM.table(table, edition).cell_ids()
        )
    assert {len(report.cells) for report in _moderate()} == {198, 200, 186}


def test_every_raw_is_in_the_text_where_its_span_says() -> None:
    for report in (*_moderate(), *_heavy()):
        for cell in report.cells.values():
            if cell.span is None:
                assert (cell.raw, cell.state) == ("", "blank")
            else:
                assert collapse(report.text[slice(*cell.span)]) == cell.raw != ""


def test_spans_do_not_overlap() -> None:
    for report in _moderate():
        spans = sorted(cell.span for cell in report.cells.values() if cell.span)
        assert all(left[1] < right[0] for left, right in pairwise(spans))


def test_cells_of_one_printed_row_are_kept_apart() -> None:
    for report in _moderate():
        row = [cell.span for cell_id, cell in report.cells.items() if cell_id.startswith("proceedings.")]
        printed = [(index, span) for index, span in enumerate(row) if span]
        for (left, (_, end)), (right, (start, _)) in pairwise(printed):
            between = report.text[end:start]
            if report.layout == "fixed_width":
                assert between.isspace() and len(between) >= 2 and "\n" not in between
            else:
                separators = {"word_dump": "\t", "pipe": "|", "delimited": "\t,"}[report.layout]
                assert sum(between.count(mark) for mark in separators) == right - left


def test_state_and_value_agree() -> None:
    for report in _heavy():
        for cell in report.cells.values():
            assert (cell.state == "reported") == (cell.value is not None)


def test_cells_without_noise_print_their_value() -> None:
    for report in _moderate():
        for cell in report.cells.values():
            if cell.noise is None and cell.value is not None:
                assert float(cell.raw.replace("增", "").replace("减", "-")) == cell.value


def test_moderate_rates_are_near_nominal() -> None:
    reports = _moderate()
    assert (
        0.115 < _share(cell.noise is not None for report in reports for cell in report.cells.values()) < 0.135
    )
    assert 0.09 < _share(label.damage is not None for report in reports for label in report.labels) < 0.11
    assert 0.12 < _share(bool(report.mistakes) for report in reports) < 0.28


def test_heavy_rates_are_near_three_times_moderate() -> None:
    reports = _heavy()
    assert (
        0.355 < _share(cell.noise is not None for report in reports for cell in report.cells.values()) < 0.395
    )
    assert 0.28 < _share(label.damage is not None for report in reports for label in report.labels) < 0.32
    assert 0.45 < _share(bool(report.mistakes) for report in reports) < 0.75


def test_every_kind_of_noise_occurs() -> None:
    reports = (*_moderate(), *_heavy())
    assert {cell.noise for report in reports for cell in report.cells.values()} == {
        None,
        *USUAL_KINDS & CELL_WEIGHTS.keys(),
    }
    assert {label.damage for report in reports for label in report.labels} == {None, *LABEL_WEIGHTS}
    assert {kind for report in reports for _, kind in report.table_damage} == TABLE_KINDS


def test_kinds_can_be_switched_one_by_one() -> None:
    for kind in CELL_WEIGHTS:
        level = NoiseLevel(0.5, 0.5, 0.0, frozenset({kind}))
        reports = [generate(seed, layout="word_dump", noise=level) for seed in range(25)]
        assert {cell.noise for report in reports for cell in report.cells.values()} == {None, kind}
        assert not any(label.damage for report in reports for label in report.labels)
    with pytest.raises(ValueError, match="unknown noise kinds"):
        NoiseLevel(0.5, 0.5, 0.0, frozenset({"smudge"}))


def test_mistakes_break_what_is_listed_and_nothing_else() -> None:
    mistaken = 0
    for report in (*_moderate(), *_heavy()):
        values = {cell_id: cell.value for cell_id, cell in report.cells.items()}
        relations = [
            relation
            for relation in relations_in(report.editions)
            if (relation.rule, relation.scope) not in report.not_assessable
        ]
        broken = [relation for relation in relations if not holds(relation, values)]
        assert {(relation.rule, relation.scope) for relation in broken} == report.broken
        for relation in broken:
            assert set(relation.cells) & set(report.mistakes)
        mistaken += bool(report.mistakes)
        assert bool(report.mistakes) == bool(report.broken or _touches_unreadable(report))
    assert mistaken > 50


def _touches_unreadable(report: SyntheticReport) -> bool:
    """Whether an unreadable cell hides the relations that the report's mistake breaks."""
    return any(
        set(relation.cells) & set(report.mistakes)
        for relation in relations_in(report.editions)
        if (relation.rule, relation.scope) in report.not_assessable
    )


def test_same_seed_has_same_figures_in_every_layout() -> None:
    for seed in range(20):
        reports = [generate(seed, layout=layout, noise=NoiseLevel.CLEAN) for layout in LAYOUTS]
        sums = {tuple((cell, known.value or 0) for cell, known in report.cells.items()) for report in reports}
        assert len(sums) == 1
        assert len({report.text for report in reports}) == len(LAYOUTS)


def test_heading_is_printed() -> None:
    for report in _moderate():
        solid = "".join(report.text.split())
        year, month, day = (int(part) for part in report.published.split("-"))
        assert report.title in solid and report.issuer in solid
        assert f"{year}年{month}月{day}日" in solid


def test_figures_are_of_every_size() -> None:
    received = Counter(
        len(
            str(
                int(
                    generate(seed, layout="pipe", noise=NoiseLevel.CLEAN)
                    .cells["requests.received.total"]
                    .value
                    or 0
                )
            )
        )
        for seed in range(60)
    )
    assert set(received) >= {1, 2, 3, 4}


def _perfect(truth: SyntheticReport) -> Report:
    """The report of a reader that makes no mistake."""
    return Report(
        source=SourceInfo(name="x", media_type="text/plain", sha256="", encoding=None),
        report=ReportInfo(title=truth.title, issuer=truth.issuer, year=truth.year, published=truth.published),
        tables={table: TableInfo(found=True, edition=edition) for table, edition in truth.editions.items()},
        cells=tuple(_perfect_cell(truth, cell_id) for cell_id in truth.cells),
        violations=tuple(
            Violation(
                rule=rule,
                scope=scope,
                severity="error",
                left=None,
                right=None,
                difference=None,
                cells=(),
                verdict=Verdict.SOURCE_INCONSISTENCY,
            )
            for rule, scope in sorted(truth.broken)
        ),
    )


def _perfect_cell(truth: SyntheticReport, cell_id: str) -> Cell:
    cell = truth.cells[cell_id]
    return Cell(
        id=cell_id,
        label="",
        raw=cell.raw,
        value=cell.value,
        state=CellState(cell.state),
        reading=None,
        candidates=(),
        confidence=1.0,
        needs_review=False,
        reasons=(),
        span=Span(start=cell.span[0], end=cell.span[1]) if cell.span else None,
        page=None,
        readers={},
        evidence={},
    )


def _mistaken_report() -> SyntheticReport:
    return next(report for report in _moderate() if len(report.broken) > 1)


def test_perfect_reader_scores_no_error() -> None:
    for truth in _moderate()[::10]:
        got = score(truth, _perfect(truth))
        broken = len(truth.broken)
        assert got == Score(reports=1, cells=len(truth.cells), broken=broken, broken_found=broken)


def test_score_tells_silent_from_marked_and_right_from_wrong() -> None:
    truth = _mistaken_report()
    report = _perfect(truth)
    first, second, *rest = report.cells
    altered = (
        first.model_copy(update={"value": 987_654, "state": CellState.REPORTED}),
        second.model_copy(update={"state": CellState.UNREADABLE, "value": None, "needs_review": True}),
        *rest[:-1],
    )
    got = score(truth, report.model_copy(update={"cells": altered}))
    assert (got.wrong, got.silent, got.flagged) == (3, 2, 1)
    assert [error.cell for error in got.silent_errors] == [first.id, rest[-1].id]
    assert str(got.silent_errors[0]).startswith(f"seed {truth.seed} {truth.layout} {first.id}")


def test_score_counts_relations_found_missed_and_false() -> None:
    truth = _mistaken_report()
    report = _perfect(truth)
    invented = report.violations[0].model_copy(update={"scope": "nowhere"})
    open_ = invented.model_copy(update={"verdict": Verdict.NOT_ASSESSABLE})
    got = score(truth, report.model_copy(update={"violations": (*report.violations[1:], invented, open_)}))
    assert (got.broken_found, got.broken_missed, got.broken_false) == (len(truth.broken) - 1, 1, 1)


def test_score_checks_spans_against_the_place() -> None:
    truth = next(report for report in _moderate() if report.text.count("0") > 100)
    report = _perfect(truth)
    zeros = [cell for cell in report.cells if cell.raw == "0"]
    elsewhere = zeros[0].model_copy(update={"span": zeros[1].span})
    nowhere = zeros[1].model_copy(update={"span": Span(start=0, end=2)})
    changed = {elsewhere.id: elsewhere, nowhere.id: nowhere}
    cells = tuple(changed.get(cell.id, cell) for cell in report.cells)
    got = score(truth, report.model_copy(update={"cells": cells}))
    assert (got.misplaced, got.span_errors, got.wrong) == (1, 1, 0)


def test_scores_add_up_and_crashes_count_every_cell_wrong() -> None:
    truth = _mistaken_report()
    summed = total([score(truth, _perfect(truth)), crash(truth)])
    assert (summed.reports, summed.crashes) == (2, 1)
    assert (summed.cells, summed.wrong, summed.silent) == (2 * len(truth.cells), len(truth.cells), 0)


def test_measure_survives_a_reader_that_raises() -> None:
    def read(text: str, name: str) -> Report:
        raise RuntimeError(name)

    crashed = Counter[str]()
    got = measure(read, "pipe", NoiseLevel.MODERATE, range(3), crashed)
    assert (got.reports, got.crashes) == (3, 3)
    assert sum(crashed.values()) == 3
