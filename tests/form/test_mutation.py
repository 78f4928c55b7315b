"""The rules' data against an oracle that shares nothing with them; every change to the data is seen."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import get_args

import pytest

from gkllm.checking.evaluate import residuals
from gkllm.errors import FormError
from gkllm.form import EditRule, Table
from gkllm.form.edit_rules import Operator
from tests.form import oracle
from tests.form.oracle import Number
from tests.forms import FORM

EDITIONS = ("2019", "2021")
RULES = FORM.edit_rules


def tables(edition: str) -> list[Table]:
    return [FORM.table(table_id, edition) for table_id in FORM.table_ids]


@cache
def probes(edition: str) -> tuple[tuple[Mapping[str, Number], oracle.Broken], ...]:
    """Consistent figures, then each cell off by one up and down, negative, and not whole."""
    values = oracle.consistent(7, edition)
    changed = [
        {**values, cell: new} for cell, old in values.items() for new in (old + 1, old - 1, -old, old + 0.5)
    ]
    return tuple((one, oracle.broken(one, edition)) for one in (values, *changed))


def disagreement(rules: tuple[EditRule, ...], only: str | None = None) -> str | None:
    """Where the rules first differ from the oracle over all probes; of one rule id only, if given."""
    for edition in EDITIONS:
        try:
            relations = FORM.ruled_by(rules).relations_over(tables(edition))
        except FormError as error:
            return str(error)
        for values, expected in probes(edition):
            found = {
                (one.relation.rule, one.relation.scope, one.relation.severity)
                for one in residuals(relations, values)
                if not one.holds
            }
            wanted = {broken for broken in expected if only in (None, broken[0])}
            if found != wanted:
                return f"{edition}: {sorted(found ^ wanted)[:3]}"
    return None


def test_the_oracle_has_the_forms_cells() -> None:
    for edition in EDITIONS:
        cells = {cell for table in tables(edition) for cell in table.cell_ids()}
        assert oracle.consistent(1, edition).keys() == cells


def test_the_oracle_finds_nothing_in_consistent_figures_and_something_in_every_tied_cell() -> None:
    for edition in EDITIONS:
        (_, nothing), *rest = probes(edition)
        assert not nothing
        assert sum(not found for _, found in rest) < len(rest) / 10


def test_the_rules_agree_with_the_oracle() -> None:
    assert disagreement(RULES) is None


def mutants(rule: EditRule) -> Iterator[tuple[str, EditRule]]:
    """The rule with one thing changed: a term dropped, doubled, swapped or moved, and every other key."""
    for side, other in (("left", "right"), ("right", "left")):
        terms = list(_written_out(rule, getattr(rule, side)))
        for index, term in enumerate(terms):
            rest = terms[:index] + terms[index + 1 :]
            yield f"{side} without {term}", _with(rule, {side: rest})
            yield f"{term} twice", _with(rule, {side: [*terms, term]})
            yield (
                f"{term} on the other side",
                _with(rule, {side: rest, other: [*getattr(rule, other), term]}),
            )
            for substitute in _others(rule, terms):
                yield f"{substitute} for {term}", _with(rule, {side: [*rest, substitute]})
    for relation in get_args(Operator):
        if relation != rule.relation and (rule.for_each != "cell" or relation != "="):
            yield f"{relation} for {rule.relation}", replace(rule, relation=relation)
    yield "severity", replace(rule, severity="error" if rule.severity == "advice" else "advice")
    if rule.editions:
        yield "other edition", replace(rule, editions=tuple(set(EDITIONS) - set(rule.editions)))
    else:
        yield from ((f"{edition} only", replace(rule, editions=(edition,))) for edition in EDITIONS)
    if rule.except_kinds:
        yield "no exception", replace(rule, except_kinds=())
        for kinds in (("count",), ("signed",), ("money",)):
            if kinds != rule.except_kinds:
                yield f"except {kinds}", replace(rule, except_kinds=kinds)


def _with(rule: EditRule, sides: dict[str, list[str]]) -> EditRule:
    left, right = (tuple(sides.get(side, getattr(rule, side))) for side in ("left", "right"))
    return replace(rule, left=left, right=right)


def _written_out(rule: EditRule, terms: tuple[str, ...]) -> tuple[str, ...]:
    if terms == ("role:result",):
        return oracle.RESULTS + oracle.OTHER_RESULTS["2019"]
    return terms


def _others(rule: EditRule, terms: list[str]) -> tuple[str, ...]:
    known: dict[str, dict[str, tuple[str, ...]]] = {
        "requests": {
            "column": ("received", "carried_in", "granted"),
            "row": ("natural_person", "business", "total"),
        },
        "proceedings": {"row": ("upheld", "pending", "total")},
        "disclosure": {"row": ("disclosed_total", "repealed")},
    }
    return tuple(name for name in known.get(rule.table or "", {}).get(rule.for_each, ()) if name not in terms)


MUTANTS = [
    pytest.param(index, mutant, id=f"{rule.id}-{index}-{name}")
    for index, rule in enumerate(RULES)
    for name, mutant in mutants(rule)
]


@pytest.mark.parametrize(("index", "mutant"), MUTANTS)
def test_no_change_to_a_rule_survives(index: int, mutant: EditRule) -> None:
    same = [rule for other, rule in enumerate(RULES) if rule.id == mutant.id and other != index]
    assert disagreement((*same, mutant), only=mutant.id) is not None


@pytest.mark.parametrize("index", range(len(RULES)), ids=[rule.id for rule in RULES])
def test_no_rule_can_be_dropped(index: int) -> None:
    same = tuple(rule for other, rule in enumerate(RULES) if rule.id == RULES[index].id and other != index)
    assert disagreement(same, only=RULES[index].id) is not None


def test_the_totals_are_those_of_the_form() -> None:
    """What a blank total is told by: no value can tell it, so the cells are named here."""
    totals = {
        (relation.rule, relation.total)
        for edition in EDITIONS
        for relation in FORM.relations_over(tables(edition))
        if relation.total
    }
    rows = (
        "received",
        "carried_in",
        *oracle.RESULTS,
        *oracle.OTHER_RESULTS["2019"],
        *oracle.OTHER_RESULTS["2021"],
    )
    assert totals == {
        *(("requests.total", f"requests.{row}.total") for row in (*rows, "results_total", "carried_out")),
        *(("requests.results", f"requests.results_total.{one}") for one in (*oracle.APPLICANTS, "total")),
        *(("proceedings.total", f"proceedings.{row}.total") for row in oracle.PROCEEDINGS),
    }
