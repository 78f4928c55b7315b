"""The claims that rules find in the labelled reports."""

import pytest

import gkllm
from gkllm.report import Report
from tests.prose.labelled import compare, load, names

RULES = gkllm.Settings(reader="rules")

each_report = pytest.mark.parametrize("name", names())


def _report(name: str) -> Report:
    return gkllm.extract(load(name).path, RULES)


@each_report
def test_claims_are_the_labelled_ones(name: str) -> None:
    """What the rules miss is listed; nothing is misread and nothing invented."""
    missed = {
        "own-office-and-district": {"区住房和城乡建设局收到31件", "网上申请60件", "信函申请35件"},
        "prose-against-table": {"新收政府信息公开申请13件，均按期答复"},
        "prose-alone": {"被申请行政复议1件，尚未审结"},
    }
    found = compare(load(name), _report(name))
    assert {label.quote for label in found.missed} == missed.get(name, set())
    assert not (found.wrong_scope or found.unlabelled or found.errors)


@each_report
def test_quotes_and_numbers_stand_in_the_document(name: str) -> None:
    text = load(name).path.read_text(encoding="utf-8")
    for claim in _report(name).claims:
        assert " ".join(text[claim.span.start : claim.span.end].split()) == claim.quote
        if claim.number is not None:
            assert claim.span.start <= claim.number.start < claim.number.end <= claim.span.end


def test_an_explicit_sentence_that_contradicts_a_sound_table_is_an_error() -> None:
    report = _report("prose-against-table")
    (violation,) = [v for v in report.violations if v.rule == "prose.agrees"]
    assert (violation.severity, violation.left, violation.right) == ("error", 13, 12)
    assert violation.cells == ("requests.received.total",)
    assert violation.quote == "我局新收政府信息公开申请13件"
    cell = next(cell for cell in report.cells if cell.id == "requests.received.total")
    assert cell.needs_review and cell.value == 12
    assert any("我局新收政府信息公开申请13件" in reason for reason in cell.reasons)


def test_an_unsure_sentence_is_advice_and_sends_no_cell_to_review() -> None:
    report = _report("own-office-and-district")
    (violation,) = [v for v in report.violations if v.rule == "prose.agrees"]
    assert (violation.severity, violation.left, violation.right) == ("advice", 17, 95)
    assert not any(cell.needs_review for cell in report.cells if cell.id.startswith("requests."))


def test_a_missing_table_is_read_from_sentences_and_marked() -> None:
    report = _report("prose-alone")
    read = {cell.id: cell for cell in report.cells if cell.reading == "prose"}
    assert {cell_id: cell.value for cell_id, cell in read.items()} == {
        "requests.received.natural_person": 11,
        "requests.received.total": 12,
        "requests.carried_in.total": 2,
        "requests.granted.total": 5,
        "requests.partially_granted.total": 3,
        "requests.refused_administrative_query.total": 1,
        "requests.carried_out.total": 3,
        "proceedings.review.total": 1,
        "proceedings.litigation_direct.total": 0,
        "proceedings.litigation_after_review.total": 0,
    }
    assert all(cell.needs_review for cell in read.values())
    assert not any(info.found for info in report.tables.values())
    text = load("prose-alone").path.read_text(encoding="utf-8")
    for cell in read.values():
        assert cell.span is not None
        assert " ".join(text[cell.span.start : cell.span.end].split()) == cell.raw
