"""Minimal changes: against all changes there are, against the solver, and in the form's own tables."""

from collections.abc import Mapping
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.generator.planted import plant
from gkllm.checking import programme
from gkllm.checking.evaluate import CheckedCell, Number, residual, residuals
from gkllm.checking.localise import MOST_SOLUTIONS, Localisation, localise
from gkllm.checking.problem import problems
from gkllm.checking.search import SearchExhausted, search
from gkllm.form import Relation
from gkllm.form.edit_rules import Operator
from gkllm.report import CellState
from tests.checking.relations import balance, count
from tests.forms import FORM

TABLE = FORM.table("requests", "2021")
NO_SEARCH = 0
"""So few branches that the solver has to do everything."""


def located(
    relations: list[Relation],
    values: Mapping[str, Number | None],
    *,
    confirmed: str = "",
    doubtful: str = "",
    most_nodes: int = 400,
) -> list[Localisation]:
    def describe(cell: str) -> CheckedCell:
        value = values[cell]
        return CheckedCell(
            CellState.MISSING if value is None else CellState.REPORTED,
            str(value),
            value,
            certainty=0.5 if cell in doubtful else 1.0,
            confirmed=cell in confirmed,
        )

    return localise(residuals(relations, values), describe, most_nodes)


def sets(found: Localisation) -> set[frozenset[str]]:
    return {frozenset(solution) for solution in found.solutions}


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


def test_nothing_is_to_change_where_everything_holds() -> None:
    assert located(list(FORM.relations_of(TABLE)), consistent()) == []


@pytest.mark.parametrize("cell", TABLE.cell_ids())
def test_a_broken_row_and_a_broken_column_point_at_their_common_cell(cell: str) -> None:
    values = consistent()
    right = values[cell]
    values[cell] = 777
    [found] = located(list(FORM.relations_of(TABLE)), values)
    assert found.solutions == ({cell: right},) and found.complete and found.weight == 1


def test_without_a_crossing_every_cell_that_may_be_wrong_is_listed_with_its_value() -> None:
    [found] = located([balance("t", "abc"), *count("tabc")], {"t": 9, "a": 1, "b": 2, "c": 8})
    assert {tuple(solution.items()) for solution in found.solutions} == {
        (("t", 11),),
        (("b", 0),),
        (("c", 6),),
    }


def test_a_confirmed_cell_does_not_change() -> None:
    relations = [balance("t", "ab"), *count("tab")]
    [found] = located(relations, {"t": 0, "a": 10, "b": 1}, confirmed="t")
    assert sets(found) == {frozenset("ab")}
    [found] = located(relations, {"t": 0, "a": 10, "b": 1}, confirmed="tab")
    assert found.solutions == () and found.complete


def test_doubtful_cells_are_cheaper() -> None:
    values: dict[str, Number | None] = {"t": 9, "a": 1, "b": 2}
    relations = [balance("t", "ab"), *count("tab")]
    [found] = located(relations, values, doubtful="b")
    assert (sets(found), found.weight) == ({frozenset("b")}, 0.5)
    relations += [balance("b", "a"), balance("u", "t")]
    [found] = located(relations, {"t": 10, "u": 10, "a": 1, "b": 2}, doubtful="ab")
    assert frozenset("ab") in sets(found) and found.weight == 1


def test_a_value_that_the_relations_leave_open_is_null() -> None:
    [found] = located([balance("a", "b")], {"a": 1, "b": 0}, confirmed="b")
    assert found.solutions == ({"a": 0},)
    [found] = located(list(count("a")), {"a": -3})
    assert found.solutions == ({"a": None},)


def test_a_cell_that_no_relation_ties_needs_no_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programme, "optima", None)
    [found] = located(list(count("a")), {"a": 1.5})
    assert (found.solutions, found.complete) == (({"a": None},), True)


def test_a_relation_that_cannot_be_assessed_binds_nothing() -> None:
    [found] = located([balance("t", "a"), balance("u", "t")], {"t": 1, "a": 2, "u": None})
    assert sets(found) == {frozenset("t"), frozenset("a")}


def test_advice_asks_for_no_change() -> None:
    assert located([Relation("test", "", "<=", "advice", ("a",), ("b",))], {"a": 5, "b": 1}) == []


def test_an_inequality_is_satisfied_too() -> None:
    relations = [balance("t", "ab"), Relation("test", "most", "<=", "error", ("t",), ("m",)), *count("tabm")]
    [found] = located(relations, {"t": 9, "a": 2, "b": 3, "m": 6})
    assert found.solutions == ({"t": 5},)


def test_money_may_have_decimals() -> None:
    [found] = located([balance("t", "ab")], {"t": 10.5, "a": 0.1, "b": 0.2}, confirmed="ab")
    assert [float(solution["t"] or 0) for solution in found.solutions] == [0.3]


Instance = tuple[list[Relation], dict[str, Number | None], str, str]


@st.composite
def instances(draw: st.DrawFn) -> Instance:
    """Up to five counts of at most 2 in up to four relations, some confirmed, some doubtful."""
    cells = "abcde"[: draw(st.integers(2, 5))]
    values: dict[str, Number | None] = {cell: draw(st.integers(0, 2)) for cell in cells}
    relations: list[Relation] = []
    names = st.lists(st.sampled_from(cells), min_size=2, max_size=4, unique=True)
    for number, chosen in enumerate(draw(st.lists(names, min_size=1, max_size=4))):
        cut = draw(st.integers(1, len(chosen) - 1))
        operator: Operator = draw(st.sampled_from(("=", "=", "=", "<=")))
        relations.append(
            Relation("test", str(number), operator, "error", tuple(chosen[:cut]), tuple(chosen[cut:]))
        )
    marked = st.lists(st.sampled_from(cells), max_size=2, unique=True).map("".join)
    return relations + list(count(cells)), values, draw(marked), draw(marked)


def best_of_all(instance: Instance) -> tuple[int, set[frozenset[str]]]:
    """The least weight in halves, and the sets of that weight, by trying every value up to 8."""
    relations, values, confirmed, doubtful = instance
    free = [cell for cell in values if cell not in confirmed]
    for weight in range(2 * len(free) + 1):
        found = set()
        for size in range(len(free) + 1):
            for chosen in combinations(free, size):
                cost = sum(1 if cell in doubtful else 2 for cell in chosen)
                changes = (dict(zip(chosen, new, strict=True)) for new in product(range(9), repeat=size))
                if cost == weight and any(
                    all(residual(relation, {**values, **change}).holds for relation in relations)
                    for change in changes
                ):
                    found.add(frozenset(chosen))
        if found:
            return weight, found
    return 0, set()


@settings(max_examples=60, deadline=None)
@given(instances())
@pytest.mark.parametrize("most_nodes", [400, NO_SEARCH])
def test_the_optima_are_those_of_all_changes_there_are(most_nodes: int, instance: Instance) -> None:
    relations, values, confirmed, doubtful = instance
    multiple = [relation for relation in relations if len(relation.cells) > 1]
    found = located(relations, values, confirmed=confirmed, doubtful=doubtful, most_nodes=most_nodes)
    for localisation in found:
        many = (
            len(localisation.solutions) == MOST_SOLUTIONS or localisation.weight > programme.LARGEST_COMPARED
        )
        assert localisation.complete or many
    weight, best = best_of_all(instance)
    if not all(localisation.solutions for localisation in found):
        assert not best, "one part that nothing mends leaves the whole unmended"
        return
    assert 2 * sum(localisation.weight for localisation in found) == weight
    whole = {frozenset().union(*parts) for parts in product(*map(sets, found))}
    if all(localisation.complete for localisation in found):
        assert whole == (best if best else set()) or (not multiple and whole == {frozenset()})
    else:
        assert whole <= best


@pytest.mark.parametrize("errors", [1, 2, 3, 4])
def test_the_search_and_the_solver_agree_on_the_forms_tables(errors: int) -> None:
    compared = 0
    for seed in range(6):
        case = plant(seed, errors)
        values = case.values

        def describe(cell: str, values: Mapping[str, Number] = values) -> CheckedCell:
            return CheckedCell(CellState.REPORTED, str(values[cell]), values[cell])

        for problem in problems(residuals(case.relations, values), describe):
            solved, complete = programme.optima(problem, MOST_SOLUTIONS)
            searched = search(problem, 100_000)
            assert complete == (len(searched) < MOST_SOLUTIONS)
            if complete:
                assert sorted(map(str, map(sorted, solved))) == sorted(map(str, map(sorted, searched)))
                assert {str(sorted(s.items())) for s in solved} == {str(sorted(s.items())) for s in searched}
                compared += 1
    assert compared


def test_a_search_that_takes_too_long_gives_up() -> None:
    case = plant(1, 6)
    values = case.values
    [problem, *_] = problems(
        residuals(case.relations, values),
        lambda cell: CheckedCell(CellState.REPORTED, "", values[cell]),
    )
    with pytest.raises(SearchExhausted):
        search(problem, 3)
