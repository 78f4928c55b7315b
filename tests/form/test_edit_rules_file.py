"""A user's rules file: what it may state, and what is said of one that is broken."""

from pathlib import Path

import pytest

from gkllm.errors import RulesError
from tests.forms import FORM, FORMS

GOOD = """# our own
[[rules]]
id = "own.granted"
table = "requests"
for_each = "column"
left = ["received", "carried_in"]
relation = ">="
right = ["role:result"]
severity = "error"
message = "more results than requests"

[[rules]]
id = "own.lawsuits"
for_each = "report"
left = ["proceedings.review.total"]
relation = "<="
right = ["requests.results_total.total"]
severity = "advice"
message = { en = "few go to review", zh = "复议少于申请" }
source = "experience"
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "own.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_own_rules_come_after_the_built_in_ones(tmp_path: Path) -> None:
    file = written(tmp_path, GOOD)
    rules = FORMS.with_rules(file).first.edit_rules
    assert rules[: len(FORM.edit_rules)] == FORM.edit_rules
    granted, lawsuits = rules[len(FORM.edit_rules) :]
    assert granted.source == f"{file}, line 2"
    assert dict(granted.message) == dict.fromkeys(("en", "zh"), "more results than requests")
    assert (lawsuits.source, dict(lawsuits.message)["zh"]) == ("experience", "复议少于申请")


def test_own_rules_are_ground_to_cells(tmp_path: Path) -> None:
    form = FORMS.with_rules(written(tmp_path, GOOD)).first
    tables = [FORM.table("requests", "2019"), FORM.table("proceedings", "2021")]
    own = [relation for relation in form.relations_over(tables) if relation.rule.startswith("own.")]
    assert [(relation.rule, relation.scope) for relation in own][-2:] == [
        ("own.granted", "total"),
        ("own.lawsuits", "proceedings"),
    ]
    assert own[-1].cells == ("proceedings.review.total", "requests.results_total.total")
    assert len(own[0].right) == 19


def test_a_rule_over_the_report_needs_all_its_tables(tmp_path: Path) -> None:
    form = FORMS.with_rules(written(tmp_path, GOOD)).first
    relations = form.relations_over([FORM.table("proceedings", "2021")])
    assert not any(relation.rule == "own.lawsuits" for relation in relations)


def test_own_rules_may_tie_cells_that_the_form_does_not(tmp_path: Path) -> None:
    text = (
        '[[rules]]\nid = "own.stock"\ntable = "disclosure"\nfor_each = "row"\nleft = ["repealed"]\n'
        'relation = "<="\nright = ["in_force"]\nseverity = "advice"\n'
    )
    table = FORM.table("disclosure", "2021")
    tied = set(FORM.unrelated_cells(table)) - set(
        FORMS.with_rules(written(tmp_path, text)).first.unrelated_cells(table)
    )
    assert tied == {"disclosure.regulations.repealed", "disclosure.normative_documents.repealed"}


def replaced(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (replaced('relation = ">="', "relation = >="), 7, "not valid TOML"),
        ("[[rules]]\nid = 'x", 2, "not valid TOML"),
        (replaced('"carried_in"]', '"carried"]'), 6, "names 'carried', which table 'requests' does not have"),
        (replaced('"role:result"', '"role:results"'), 8, "names 'role:results'"),
        (replaced('"role:result"', '"other_misc"'), 8, "table 'requests' does not have in edition 2019"),
        (replaced("severity", "severty"), 9, "unknown key 'severty'; allowed are id, for_each"),
        (replaced('"error"', '"fatal"'), 9, "severity is 'fatal'; it must be one of error, advice"),
        (replaced('"requests"\n', '"request"\n'), 4, "table is 'request'"),
        (replaced('">="', '">"'), 7, "relation is '>'"),
        (replaced('id = "own.granted"\n', ""), 2, "the rule has no 'id'"),
        (replaced('id = "own.granted"', 'id = "requests.balance"'), 3, "'requests.balance' is a built-in rule"),
        (replaced('id = "own.lawsuits"', 'id = "own.granted"'), 13, "the rule 'own.granted' is stated twice"),
        (replaced("proceedings.review.total", "proceedings.review.sum"), 15, "'proceedings.review.sum' is no cell"),
        (replaced('["role:result"]', '"granted"'), 8, "right must be a list of texts"),
        (replaced('table = "requests"\n', ""), 2, "a rule for each column needs a table"),
        (replaced('for_each = "column"', 'for_each = "row"'), 6, "'received' is no column of table 'requests'"),
        (replaced('for_each = "column"', 'for_each = "cell"'), 6, "has no left and right"),
        (replaced('relation = "<="', 'relation = "whole"'), 16, "only a rule for each cell can ask for whole"),
        (replaced('id = "own.lawsuits"', 'id = "own.lawsuits"\ntotal = "x"'), 14, "the total 'x' is on neither side"),
        (replaced('for_each = "report"', 'for_each = "report"\ntable = "requests"'), 15, "names whole cells"),
        (replaced("message = \"", "editions = [\"2020\"]\nmessage = \""), 10, "editions is '2020'"),
        (replaced('{ en = "few go to review", zh', '{ fr = "few go to review", zh'), 19, "message must be"),
        ("rule = 1\n", 1, "unknown key 'rule'; a rules file holds [[rules]]"),
        ("", 1, "no [[rules]] in the file"),
        ("rules = 3\n", 1, "no [[rules]] in the file"),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_with_its_line(tmp_path: Path, text: str, line: int, reason: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(RulesError) as caught:
        FORMS.with_rules(file)
    message = str(caught.value)
    assert message.startswith(f"{file}: line {line}: ")
    assert reason in message
    assert "\n" not in message


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match=r"none\.toml: no such file"):
        FORMS.with_rules(tmp_path / "none.toml")
    file = tmp_path / "gb.toml"
    file.write_bytes("[[rules]] # 规则".encode("gb18030"))
    with pytest.raises(RulesError, match=r"gb\.toml: not UTF-8"):
        FORMS.with_rules(file)
