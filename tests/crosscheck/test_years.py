"""Reports of one issuer over the years."""

import pytest

from gkllm.crosscheck import check
from gkllm.crosscheck.series import Finding
from tests.crosscheck.reports import result
from tests.forms import FORM

OUT = "requests.carried_out.natural_person"
IN = "requests.carried_in.natural_person"
HONGZE = {"base": "hongze-2023"}


def found(*results: object) -> list[Finding]:
    return list(check(results).findings)  # type: ignore[arg-type]


def test_what_is_carried_out_is_carried_in_the_year_after() -> None:
    assert found(result("甲局", 2020, {OUT: 4}), result("甲局", 2021, {IN: 4})) == []
    (finding,) = found(result("甲局", 2020, {OUT: 4}), result("甲局", 2021, {IN: 3}))
    assert (finding.rule, finding.severity, finding.left, finding.right) == (
        "requests.carry_over",
        "error",
        3,
        4,
    )
    assert finding.cells == (IN, f"{OUT}@-1")
    assert finding.message.en == (
        "甲局: 三/二、上年结转政府信息公开申请数量/自然人 is 3 in 2021, but what 2020 carried over is 4 (difference 1)."
    )
    assert "2021年" in finding.message.zh and "相差 1" in finding.message.zh


def test_the_order_of_the_files_does_not_matter_and_issuers_are_kept_apart() -> None:
    late, early, other = (
        result("甲局", 2021, {IN: 3}),
        result("甲局", 2020, {OUT: 3}),
        result("乙局", 2020, {OUT: 9}),
    )
    checked = check([late, other, early])
    assert [(f.rule, f.issuer, f.years) for f in checked.findings] == [("series.alone", "乙局", (2020,))]
    places = [(one.report.report.issuer, one.report.report.year) for one in checked.results]
    assert places == [("乙局", 2020), ("甲局", 2020), ("甲局", 2021)]


def test_every_column_is_compared() -> None:
    relations = FORM.relations_across_years(FORM.table("requests", "2021"), FORM.table("requests", "2019"))
    assert [relation.scope for relation in relations] == [
        column.id for column in FORM.table("requests", "2021").rows[0].columns
    ]


@pytest.mark.parametrize(("in_force", "broken"), [(14, False), (13, True)])
def test_the_stock_of_documents_in_force(in_force: int, broken: bool) -> None:
    row = "disclosure.normative_documents"
    before = result("甲区人民政府", 2022, {f"{row}.in_force": 12}, **HONGZE)
    now = {f"{row}.in_force": in_force, f"{row}.made": 5, f"{row}.repealed": 3}
    findings = found(before, result("甲区人民政府", 2023, now, **HONGZE))
    assert [(f.rule, f.severity) for f in findings] == ([("disclosure.stock", "advice")] if broken else [])


def test_editions_without_the_column_are_not_compared() -> None:
    assert (
        FORM.relations_across_years(FORM.table("disclosure", "2021"), FORM.table("disclosure", "2019")) == ()
    )


def test_a_missing_cell_is_said_to_be_unchecked_and_never_passes() -> None:
    (finding,) = found(result("甲局", 2020, {OUT: None}), result("甲局", 2021))
    assert (finding.rule, finding.severity) == ("years.not_assessable", "note")
    assert "1 relations between 2020 and 2021 cannot be checked" in finding.message.en


def test_gaps_and_duplicates_are_named() -> None:
    findings = found(
        result("甲局", 2018),
        result("甲局", 2021, {OUT: 1}),
        result("甲局", 2021, {OUT: 2}),
        result("甲局", 2018),
    )
    assert [(f.rule, f.severity, f.years) for f in findings] == [
        ("series.duplicate", "note", (2018,)),
        ("series.duplicate", "advice", (2021,)),
        ("series.gap", "note", (2019, 2020)),
    ]
    assert findings[1].cells == (OUT,)


def test_a_report_without_issuer_or_year_is_named() -> None:
    findings = found(result(None, 2020), result("甲局", None))
    assert [f.rule for f in findings] == ["series.unplaced"] * 2
    assert "whose report it is" in findings[0].message.en and "of which year" in findings[1].message.en


@pytest.mark.parametrize(
    ("now", "before", "rule"),
    [
        (77_302_800, 7730.28, "scale.unit"),
        (0.8, 7730.28, "scale.unit"),
        (9000, 7730.28, None),
        (0, 7730.28, None),
    ],
)
def test_an_amount_ten_thousand_times_off_is_advice(now: float, before: float, rule: str | None) -> None:
    cell = "disclosure.fees.amount"
    findings = found(
        result("甲区人民政府", 2022, {cell: before}, **HONGZE),
        result("甲区人民政府", 2023, {cell: now}, **HONGZE),
    )
    findings = [f for f in findings if f.rule != "disclosure.stock"]
    assert [(f.rule, f.severity) for f in findings] == ([(rule, "advice")] if rule else [])


@pytest.mark.parametrize(
    ("now", "before", "broken"), [(4119, 12, True), (400, 12, False), (90, 0, False), (80, 60, False)]
)
def test_a_count_that_jumps_is_advice(now: int, before: int, broken: bool) -> None:
    cell = "disclosure.penalties.decisions"
    findings = found(result("甲局", 2020, {cell: before}), result("甲局", 2021, {cell: now}))
    assert [(f.rule, f.left, f.right) for f in findings] == ([("scale.jump", now, before)] if broken else [])


def test_one_name_in_two_spellings_is_one_issuer() -> None:
    checked = check([result("某縣⽔务局", 2021, {IN: 3}), result("某县水务局", 2020, {OUT: 4})])
    assert [(f.rule, f.issuer) for f in checked.findings if f.severity == "error"] == [
        ("requests.carry_over", "某县水务局")
    ]
