"""The edit rules: each is ground to relations over cells that exist."""

from collections import Counter
from dataclasses import replace

import pytest

from gkllm.errors import FormError
from gkllm.form import Table
from tests.forms import FORM

TABLES = [
    FORM.table(table_id, edition) for table_id in FORM.table_ids for edition in FORM.editions_of(table_id)
]


def name(table: Table) -> str:
    return f"{table.id}-{table.edition}"


@pytest.mark.parametrize("table", TABLES, ids=name)
def test_relations_speak_of_cells_that_exist(table: Table) -> None:
    cells = set(table.cell_ids())
    for relation in FORM.relations_of(table):
        assert relation.cells and cells.issuperset(relation.cells)
        assert len(set(relation.cells)) == len(relation.cells)
        assert relation.total is None or relation.total in relation.cells


@pytest.mark.parametrize("table", TABLES, ids=name)
def test_a_relation_is_told_by_its_rule_and_scope(table: Table) -> None:
    names = Counter((relation.rule, relation.scope) for relation in FORM.relations_of(table))
    assert max(names.values()) == 1


def test_every_rule_is_ground_somewhere() -> None:
    ground = {relation.rule for table in TABLES for relation in FORM.relations_of(table)}
    assert ground == {rule.id for rule in FORM.edit_rules}


@pytest.mark.parametrize(
    ("table_id", "edition", "counts"),
    [
        (
            "disclosure",
            "2019",
            {"disclosure.consistency": 2, "non_negative": 17, "integer": 21},
        ),
        ("disclosure", "2021", {"disclosure.consistency": 2, "non_negative": 10, "integer": 9}),
        (
            "requests",
            "2019",
            {
                "requests.balance": 7,
                "requests.results": 7,
                "requests.total": 23,
                "non_negative": 161,
                "integer": 161,
            },
        ),
        (
            "requests",
            "2021",
            {
                "requests.balance": 7,
                "requests.results": 7,
                "requests.total": 25,
                "non_negative": 175,
                "integer": 175,
            },
        ),
        ("proceedings", "2021", {"proceedings.total": 3, "non_negative": 15, "integer": 15}),
    ],
)
def test_number_of_relations(table_id: str, edition: str, counts: dict[str, int]) -> None:
    table = next(t for t in TABLES if (t.id, t.edition) == (table_id, edition))
    assert Counter(relation.rule for relation in FORM.relations_of(table)) == counts


def test_the_balance_of_a_column() -> None:
    [balance] = [
        relation
        for relation in FORM.relations_of(FORM.table("requests", "2019"))
        if (relation.rule, relation.scope) == ("requests.balance", "natural_person")
    ]
    assert balance.left == ("requests.received.natural_person", "requests.carried_in.natural_person")
    assert balance.right == ("requests.results_total.natural_person", "requests.carried_out.natural_person")
    assert (balance.operator, balance.severity) == ("=", "error")


@pytest.mark.parametrize(("edition", "results"), [("2019", 19), ("2021", 21)])
def test_the_results_of_a_column_are_all_rows_between_stock_and_total(edition: str, results: int) -> None:
    table = next(t for t in TABLES if (t.id, t.edition) == ("requests", edition))
    [relation] = [
        r for r in FORM.relations_of(table) if (r.rule, r.scope) == ("requests.results", "research")
    ]
    assert relation.left == ("requests.results_total.research",) and relation.total == relation.left[0]
    assert relation.right == tuple(f"requests.{row.id}.research" for row in table.rows[2:-2])
    assert len(relation.right) == results


def test_consistency_between_stock_and_flow_is_advice_only() -> None:
    severities = {relation.rule: relation.severity for t in TABLES for relation in FORM.relations_of(t)}
    assert {rule for rule, severity in severities.items() if severity == "advice"} == {
        "disclosure.consistency"
    }


@pytest.mark.parametrize("lost", ["received", "carried_in", "results_total", "carried_out"])
def test_a_rule_that_names_an_unknown_row_is_refused(lost: str) -> None:
    table = FORM.table("requests", "2019")
    cut = replace(table, rows=tuple(row for row in table.rows if row.id != lost))
    with pytest.raises(FormError, match=f"names '{lost}'"):
        FORM.relations_of(cut)


def test_a_rule_that_names_an_unknown_role_is_refused() -> None:
    table = FORM.table("requests", "2021")
    bare = replace(table, rows=tuple(replace(row, role=None) for row in table.rows))
    with pytest.raises(FormError, match="names 'role:result'"):
        FORM.relations_of(bare)
