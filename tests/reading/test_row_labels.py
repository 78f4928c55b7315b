"""Printed labels, damaged in the ways transcription damages them."""

import pytest

from gkllm.documents.values import is_label_like
from gkllm.reading.row_labels import MIN_SCORE, normalise, row_labels, similarity
from tests.forms import FORM

CASES = [
    ("2.其他法律行政止公开", "refused_law_prohibits"),
    ("2、其他法律行政法规禁止公开", "refused_law_prohibits"),
    ("1、属于国家秘密", "refused_state_secret"),
    ("属于国家秘密", "refused_state_secret"),
    ("3.危及三安全一稳定", "refused_public_security"),
    ('3.危及"三安全一稳定"', "refused_public_security"),
    ("(一)予以公开", "granted"),
    ("一)予以公开", "granted"),
    ("（二）部分公开", "partially_granted"),
    ("一、本年新收政府信息公开申请数量量", "received"),
    ("一、本年新 收政府信息 公开申请数量", "received"),
    ("（三）不予公开4.保护第三方合法权益", "refused_third_party"),
    ("4.无正当理由大量反复申请申请", "not_processed_excessive"),
    ("(七)总计", "results_total"),
    ("四、结转下年度继续办", "carried_out"),
]


@pytest.mark.parametrize("edition", FORM.editions_of("requests"))
@pytest.mark.parametrize(("text", "row_id"), CASES)
def test_a_damaged_label_is_most_like_its_own_row(text: str, row_id: str, edition: str) -> None:
    labels = row_labels(FORM.table("requests", edition))
    best, *_ = labels.exact(text) or labels.similar(text)
    assert labels.rows[best.row].id == row_id


@pytest.mark.parametrize("edition", FORM.editions_of("requests"))
@pytest.mark.parametrize("table_id", ["disclosure", "requests"])
def test_every_label_is_exactly_its_own(table_id: str, edition: str) -> None:
    labels = row_labels(FORM.table(table_id, edition))
    for index, row in enumerate(FORM.table(table_id, edition).rows):
        [match] = labels.exact(row.label)
        assert (match.row, match.score) == (index, 1.0)


@pytest.mark.parametrize("text", ["自然人", "法人或其他组织", "总体情况", "存在的主要问题及改进情况", ""])
def test_other_texts_are_no_rows_label(text: str) -> None:
    labels = row_labels(FORM.table("requests", "2021"))
    assert not labels.exact(text) and not labels.similar(text)


def test_similarity_ignores_enumerators_and_punctuation() -> None:
    assert similarity("1、属于国家秘密", "1.属于国家秘密") == 1.0
    assert MIN_SCORE < similarity("2.其他法律行政止公开", "2.其他法律行政法规禁止公开") < 1.0
    assert similarity("5.属于三类内部事务信息", "6.属于四类过程性信息") < 0.75


@pytest.mark.parametrize(
    ("text", "expected"), [("规章", True), ("3件", False), ("暂无", False), ("", False), ("增3", False)]
)
def test_words_that_values_are_written_with_make_no_label(text: str, expected: bool) -> None:
    assert is_label_like(text) is expected


@pytest.mark.parametrize("printed", ["⾏政許可", "⾏政许可", "行政許可"])
def test_a_label_in_another_spelling_is_the_label(printed: str) -> None:
    assert normalise(printed) == "行政许可"
