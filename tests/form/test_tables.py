"""The form's tables: the public names and labels that other programs rely on."""

import pytest

from gkllm.errors import FormError
from gkllm.form import CellId
from tests.forms import FORM

EVERY = [(table_id, edition) for table_id in FORM.table_ids for edition in FORM.editions_of(table_id)]


@pytest.mark.parametrize(
    ("table_id", "edition", "cells"),
    [
        ("disclosure", "2019", 22),
        ("disclosure", "2021", 10),
        ("requests", "2019", 161),
        ("requests", "2021", 175),
        ("proceedings", "2019", 15),
        ("proceedings", "2021", 15),
    ],
)
def test_number_of_cells(table_id: str, edition: str, cells: int) -> None:
    ids = FORM.table(table_id, edition).cell_ids()
    assert len(ids) == len(set(ids)) == cells
    assert all(CellId(cell).table == table_id for cell in ids)


def test_the_editions_of_every_table() -> None:
    assert {table_id: FORM.editions_of(table_id) for table_id in FORM.table_ids} == {
        table_id: ("2019", "2021") for table_id in ("disclosure", "requests", "proceedings")
    }


@pytest.mark.parametrize(
    ("edition", "columns_by_row"),
    [
        (
            "2019",
            {
                "regulations": ["made", "newly_disclosed", "disclosed_total"],
                "normative_documents": ["made", "newly_disclosed", "disclosed_total"],
                "licensing": ["last_year_items", "change", "decisions"],
                "other_services": ["last_year_items", "change", "decisions"],
                "penalties": ["last_year_items", "change", "decisions"],
                "coercion": ["last_year_items", "change", "decisions"],
                "fees": ["last_year_items", "change"],
                "procurement": ["items", "amount"],
            },
        ),
        (
            "2021",
            {
                "regulations": ["made", "repealed", "in_force"],
                "normative_documents": ["made", "repealed", "in_force"],
                "licensing": ["decisions"],
                "penalties": ["decisions"],
                "coercion": ["decisions"],
                "fees": ["amount"],
            },
        ),
    ],
)
def test_disclosure_rows_and_columns(edition: str, columns_by_row: dict[str, list[str]]) -> None:
    table = FORM.table("disclosure", edition)
    assert {row.id: [column.id for column in row.columns] for row in table.rows} == columns_by_row


def test_requests_rows_in_printed_order() -> None:
    common = (
        "received carried_in granted partially_granted refused_state_secret refused_law_prohibits "
        "refused_public_security refused_third_party refused_internal_affairs refused_process_information "
        "refused_enforcement_file refused_administrative_query unavailable_not_held "
        "unavailable_needs_creation unavailable_unclear_after_correction not_processed_petition "
        "not_processed_duplicate not_processed_publication not_processed_excessive "
        "not_processed_confirmation {} results_total carried_out"
    )
    others = {
        "2019": "other_processing",
        "2021": "other_overdue_correction other_overdue_fee other_misc",
    }
    for edition in FORM.editions_of("requests"):
        table = FORM.table("requests", edition)
        assert [row.id for row in table.rows] == common.format(others[edition]).split()
        assert {tuple(column.id for column in row.columns) for row in table.rows} == {
            ("natural_person", "business", "research", "social", "legal_service", "other_org", "total")
        }


def test_proceedings_rows_and_columns() -> None:
    table = FORM.table("proceedings", "2021")
    assert table.layout == "single_row"
    assert [row.id for row in table.rows] == ["review", "litigation_direct", "litigation_after_review"]
    assert [column.id for column in table.rows[0].columns] == [
        "upheld", "corrected", "other", "pending", "total",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("table_id", "edition", "row_id", "label"),
    [
        ("disclosure", "2019", "normative_documents", "规范性文件"),
        ("disclosure", "2021", "normative_documents", "行政规范性文件"),
        ("disclosure", "2019", "other_services", "其他对外管理服务事项"),
        ("disclosure", "2019", "procurement", "政府集中采购"),
        ("requests", "2019", "received", "一、本年新收政府信息公开申请数量"),
        ("requests", "2019", "partially_granted", "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"),
        ("requests", "2021", "refused_law_prohibits", "2.其他法律行政法规禁止公开"),
        ("requests", "2021", "refused_public_security", "3.危及“三安全一稳定”"),
        ("requests", "2019", "other_processing", "（六）其他处理"),
        ("requests", "2021", "other_misc", "3.其他"),
        ("requests", "2021", "results_total", "（七）总计"),
        ("requests", "2021", "carried_out", "四、结转下年度继续办理"),
        ("proceedings", "2021", "litigation_after_review", "复议后起诉"),
    ],
)
def test_row_labels(table_id: str, edition: str, row_id: str, label: str) -> None:
    assert {row.id: row.label for row in FORM.table(table_id, edition).rows}[row_id] == label


def test_kinds_and_units() -> None:
    kinds = {
        f"{table_id}-{edition}.{row.id}.{column.id}": (column.kind, column.unit)
        for table_id, edition in EVERY
        for row in FORM.table(table_id, edition).rows
        for column in row.columns
        if column.kind != "count"
    }
    changed = ("licensing", "other_services", "penalties", "coercion", "fees")
    assert kinds == {
        "disclosure-2019.procurement.amount": ("money", "元"),
        "disclosure-2021.fees.amount": ("money", "万元"),
        **{f"disclosure-2019.{row}.change": ("signed", None) for row in changed},
    }


def test_groups_are_printed_outermost_first() -> None:
    rows = {row.id: row for row in FORM.table("requests", "2019").rows}
    assert rows["refused_state_secret"].groups[-1] == "（三）不予公开"
    assert rows["unavailable_not_held"].groups[-1] == "（四）无法提供"
    assert rows["not_processed_petition"].groups[-1] == "（五）不予处理"
    assert rows["granted"].groups[0].startswith("三、本年度办理结果")


def test_unknown_tables_and_editions_are_refused() -> None:
    with pytest.raises(FormError, match="no table 'budget'"):
        FORM.editions_of("budget")
    with pytest.raises(FormError, match="no edition '2020'"):
        FORM.table("requests", "2020")
