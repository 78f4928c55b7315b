"""Which cells a broken relation can be blamed on."""

from gkllm.checking.blame import blamed_cells
from gkllm.checking.evaluate import Number, residuals
from gkllm.form import Relation, load_table, relations_of
from tests.checking.relations import balance

TABLE = load_table("requests", "2021")


def consistent() -> dict[str, Number | None]:
    """Requests of every applicant, one of each result, that satisfy every relation."""
    values: dict[str, Number | None] = dict.fromkeys(TABLE.cell_ids(), 0)
    columns = [column.id for column in TABLE.rows[0].columns]
    results = [row.id for row in TABLE.rows if row.role == "result"]
    for column in columns:
        each = 6 if column == "total" else 1
        values |= {f"requests.{row}.{column}": each for row in results}
        values[f"requests.results_total.{column}"] = each * len(results)
        values[f"requests.received.{column}"] = each * len(results)
    return values


def blamed(relations: tuple[Relation, ...], values: dict[str, Number | None]) -> frozenset[str]:
    return blamed_cells(residuals(relations, values), values)


def test_nothing_is_blamed_where_everything_holds() -> None:
    values = consistent()
    assert all(found.holds for found in residuals(relations_of(TABLE), values))
    assert blamed(relations_of(TABLE), values) == frozenset()


def test_a_broken_row_and_a_broken_column_blame_the_cell_where_they_cross() -> None:
    for cell in ("requests.granted.research", "requests.not_processed_duplicate.natural_person"):
        values = consistent()
        values[cell] = 60
        assert blamed(relations_of(TABLE), values) == {cell}


def test_a_broken_balance_that_no_other_relation_sees_blames_every_cell_of_it() -> None:
    assert blamed((balance("t", "abc"),), {"t": 9, "a": 1, "b": 2, "c": 3}) == set("tabc")


def test_a_cell_that_would_have_to_turn_negative_is_not_to_blame() -> None:
    assert blamed((balance("t", "ab"),), {"t": 2, "a": 1, "b": 5}) == {"t", "b"}


def test_relations_that_cannot_be_assessed_blame_nobody() -> None:
    assert blamed((balance("t", "ab"),), {"t": 2, "a": None, "b": 5}) == frozenset()


def test_advice_blames_nobody() -> None:
    advice = Relation("test", "", "<=", "advice", ("a",), ("b",))
    assert blamed((advice,), {"a": 5, "b": 1}) == frozenset()
