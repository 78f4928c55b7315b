"""What is said of a violation, in both languages."""

import tomllib
from collections.abc import Mapping
from importlib import resources

import pytest

from evals.generator.planted import findings_in, plant
from gkllm.checking.evaluate import CheckedCell, residuals
from gkllm.checking.violations import check
from gkllm.form import Relation
from gkllm.report import CellState, Message, Slip, Verdict
from tests.forms import FORM

REQUESTS = FORM.table("requests", "2019")
Printed = Mapping[str, tuple[str, int | float | None]]


def said(table_id: str, edition: str, rule: str, scope: str, printed: Printed) -> tuple[Message, Verdict]:
    """The message on one relation; cells that are not `printed` hold 0, those printed "?" are unreadable."""
    table = FORM.table(table_id, edition)

    def describe(cell: str) -> CheckedCell:
        raw, value = printed.get(cell.removeprefix(f"{table_id}."), ("0", 0))
        state = CellState.UNREADABLE if raw == "?" else CellState.REPORTED if raw else CellState.BLANK
        return CheckedCell(state, raw, value, () if value is None else (value,))

    values = {cell: describe(cell).counted for cell in table.cell_ids()}
    found = check(residuals(FORM.relations_of(table), values), describe, [table]).violations
    [violation] = [v for v in found if (v.rule, v.scope) == (rule, scope)]
    return violation.message, violation.verdict


def test_both_sides_with_their_prints() -> None:
    message, verdict = said(
        "requests",
        "2019",
        "requests.balance",
        "natural_person",
        {
            "received.natural_person": ("3", 3),
            "results_total.natural_person": ("66", 6),
            "carried_out.natural_person": ("", None),
        },
    )
    assert verdict is Verdict.SOURCE_INCONSISTENCY
    assert message.en == (
        "Table 三, column 自然人: 一、本年新收政府信息公开申请数量 3 + 二、上年结转政府信息公开申请数量 0 = 3, but "
        "（七）总计 6 (printed “66”) + 四、结转下年度继续办理 0 (left blank) = 6 (difference 3). Rule: items 一 and 二 "
        "together equal items 三 and 四 together. The document contradicts itself: no reading of its digits "
        "satisfies this."
    )
    assert message.zh == (
        "表三“自然人”栏：一、本年新收政府信息公开申请数量 3 + 二、上年结转政府信息公开申请数量 0 = 3，而"
        "（七）总计 6（印作“66”） + 四、结转下年度继续办理 0（空白） = 6，相差 3。规则：第一项加第二项"
        "之和应等于第三项加第四项之和。原文自相矛盾：所印数字无论怎样读都不能使其成立。"
    )


def test_a_long_sum_counts_its_zeros() -> None:
    printed = {
        "results_total.research": ("4", 4),
        "granted.research": ("1", 1),
        "other_processing.research": ("2", 2),
    }
    message, _ = said("requests", "2019", "requests.results", "research", printed)
    assert (
        "（七）总计 4, but （一）予以公开 1 + （六）其他处理 2 + 17 others 0 = 3 (difference 1)" in message.en
    )
    assert "（七）总计 4，而（一）予以公开 1 + （六）其他处理 2 + 其余 17 项为 0 = 3，相差 1" in message.zh
    message, _ = said("requests", "2019", "requests.results", "social", {"results_total.social": ("4", 4)})
    assert "but all 19 parts 0 = 0 (difference 4)" in message.en


def test_a_total_left_blank() -> None:
    printed = {"review.upheld": ("5", 5), "review.total": ("", None)}
    message, verdict = said("proceedings", "2021", "proceedings.total", "review", printed)
    assert verdict is Verdict.BLANK_TOTAL
    assert message.en.startswith(
        "Table 四, row 行政复议: 总计 0 (left blank), but 结果维持 5 + 3 others 0 = 5"
    )
    assert message.en.endswith("The total was left blank although its parts are not zero.")
    assert message.zh.endswith("合计未填，而各分项不全为零。")


@pytest.mark.parametrize(
    ("rule", "raw", "value", "english", "chinese"),
    [
        ("integer", "1.5", 1.5, "商业企业 1.5 is not a whole number", "商业企业 1.5，不是整数"),
        ("non_negative", "-3", -3, "商业企业 -3 is negative", "商业企业 -3，是负数"),
    ],
)
def test_a_single_cell(rule: str, raw: str, value: float, english: str, chinese: str) -> None:
    message, _ = said("requests", "2019", rule, "granted.business", {"granted.business": (raw, value)})
    assert message.en.startswith(f"Table 三, （一）予以公开 / 商业企业: {english}.")
    assert message.zh.startswith(f"表三“（一）予以公开 / 商业企业”：{chinese}。")


def test_advice_says_that_it_may_be_right() -> None:
    printed = {"regulations.made": ("5", 5), "regulations.in_force": ("2", 2)}
    message, _ = said("disclosure", "2021", "disclosure.consistency", "regulations", printed)
    assert "本年制发件数 5 is more than 现行有效件数 2 (by 3)" in message.en
    assert message.en.endswith("This may be right; it is worth a look.")
    assert "本年制发件数 5，大于现行有效件数 2，多 3" in message.zh


def test_a_cell_that_cannot_be_read_is_named() -> None:
    printed = {"granted.business": ("?", None), "granted.total": ("?", None)}
    message, verdict = said("requests", "2019", "requests.total", "granted", printed)
    assert verdict is Verdict.NOT_ASSESSABLE
    assert message.en == (
        "Table 三, row （一）予以公开: 总计, 商业企业 missing or unreadable, so this cannot be checked."
    )
    assert message.zh == "表三“（一）予以公开”行：总计、商业企业缺失或无法辨认，不能核对。"


def test_a_rule_over_the_report_names_whole_cells() -> None:
    table = FORM.table("proceedings", "2021")
    cells = ("proceedings.review.total", "proceedings.review.upheld")
    relation = Relation("own", "proceedings", "<=", "error", cells[:1], cells[1:])
    [violation] = findings_in([table], (relation,), {cells[0]: 2, cells[1]: 1}).violations
    assert violation.message.en.startswith(
        "the report: 四/行政复议/总计 2 is more than 四/行政复议/结果维持 1 (by 1). The document"
    )


def test_every_violation_of_the_form_has_both_sentences() -> None:
    seen = set()
    for seed in range(60):
        case = plant(seed, 3)
        for violation in findings_in(case.tables, case.relations, case.values).violations:
            seen.add(violation.rule)
            for text in (violation.message.en, violation.message.zh):
                assert text and "{" not in text
                assert violation.left is not None and str(violation.left) in text
    assert seen >= {"requests.balance", "requests.results", "requests.total", "proceedings.total"}


def test_both_languages_say_the_same_things() -> None:
    text = (resources.files("gkllm.checking") / "sentences.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    assert set(data) == {"en", "zh"}
    english, chinese = data["en"], data["zh"]
    assert english.keys() == chinese.keys()
    for key, value in english.items():
        if isinstance(value, dict):
            assert value.keys() == chinese[key].keys()
    assert english["slip"].keys() == {slip.value for slip in Slip}
    assert english["verdict"].keys() >= {verdict.value for verdict in Verdict} - {"not_assessable"}
