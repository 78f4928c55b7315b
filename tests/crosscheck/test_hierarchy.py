"""Parents and the sums of their children."""

from pathlib import Path

import pytest

from gkllm.crosscheck import check
from gkllm.crosscheck.findings import read_tree
from gkllm.errors import DocumentError
from tests.crosscheck.reports import result

RECEIVED = "requests.received.total"
TREE = {"甲市": ["甲区", "乙区"]}


def test_a_parent_is_its_childrens_sum() -> None:
    children = [result("甲区", 2020, {RECEIVED: 3}), result("乙区", 2020, {RECEIVED: 4})]
    assert (
        check(
            [
                result(
                    "甲市",
                    2020,
                    {
                        RECEIVED: 7,
                        "disclosure.licensing.last_year_items": 12,
                        "disclosure.procurement.items": 50,
                        "disclosure.procurement.amount": 35840309.1,
                    },
                ),
                *children,
            ],
            TREE,
        ).findings
        == ()
    )


def test_a_sum_that_is_off_names_both_sides() -> None:
    children = [result("甲区", 2020, {RECEIVED: 3}), result("乙区", 2020, {RECEIVED: 4})]
    findings = check([result("甲市", 2020, {RECEIVED: 9}), *children], TREE).findings
    finding = next(f for f in findings if f.cells == (RECEIVED,))
    assert (finding.rule, finding.severity, finding.left, finding.right) == ("tree.sum", "error", 9, 7)
    assert "the 2 bodies below it sum to 7 (difference 2)" in finding.message.en
    assert "下属 2 家合计为 7" in finding.message.zh


def test_missing_children_are_listed_and_do_not_fail() -> None:
    child = result("甲区", 2020, {RECEIVED: 3})
    findings = check([result("甲市", 2020, {RECEIVED: 9}), child], TREE).findings
    assert [(f.rule, f.severity) for f in findings] == [("tree.missing", "note")]
    assert "乙区" in findings[0].message.en
    findings = check([result("甲市", 2020, {RECEIVED: 2}), child], TREE).findings
    assert [(f.rule, f.severity) for f in findings] == [("tree.missing", "note"), ("tree.sum", "advice")]


def test_a_parent_without_a_report_is_named() -> None:
    (finding,) = check([result("甲区", 2020)], TREE).findings
    assert (finding.rule, finding.issuer) == ("tree.parent", "甲市")


def test_a_cell_that_is_missing_below_cannot_be_compared() -> None:
    children = [result("甲区", 2020, {RECEIVED: None}), result("乙区", 2020)]
    findings = check([result("甲市", 2020, {RECEIVED: 5}), *children], TREE).findings
    assert ("tree.not_assessable", (RECEIVED,)) in [(f.rule, f.cells) for f in findings]
    assert not any(f.cells == (RECEIVED,) and f.rule == "tree.sum" for f in findings)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a,b\nc\n", "line 2"),
        ("a,a\n", "line 1"),
        ("parent,child\n", "names no parent"),
        ("a," + "b" * 200_000, "not a CSV"),
    ],
)
def test_a_tree_of_another_shape_is_refused(text: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "tree.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError, match=reason):
        read_tree(path)


def test_a_header_and_a_byte_order_mark_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "tree.csv"
    path.write_text("\ufeffparent,child\n甲市,甲区\n\n甲市,乙区\n", encoding="utf-8")
    assert read_tree(path) == TREE
