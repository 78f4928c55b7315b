"""`gkllm rules`, and rules of the user's own in `gkllm extract`."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gkllm.cli import app
from gkllm.form import load_forms
from tests.forms import FORM

HONGZE = Path(__file__).parents[2] / "fixtures" / "hongze-2023.txt"
OWN = """[[rules]]
id = "own.results"
for_each = "report"
left = ["proceedings.review.upheld"]
relation = "<="
right = ["proceedings.review.total"]
severity = "error"
message = "no more upheld than there are"
"""


def gkllm(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200"})


@pytest.fixture
def own(tmp_path: Path) -> str:
    file = tmp_path / "own.toml"
    file.write_text(OWN, encoding="utf-8")
    return str(file)


def test_every_rule_is_listed_with_its_source(own: str) -> None:
    done = gkllm("rules", "--rules", own)
    assert done.exit_code == 0
    for rule in (*FORM.edit_rules, *FORM.across_years.rules):
        assert f"{rule.id}  {rule.severity}  for each {rule.for_each}" in done.stdout
        assert f"    source: {rule.source}" in done.stdout
    assert "    received + carried_in = results_total + carried_out\n" in done.stdout
    assert "own.results  error  for each report\n" in done.stdout
    assert f"    source: {own}, line 1\n" in done.stdout


def test_the_cells_no_relation_sees_are_listed() -> None:
    lines = gkllm("rules").stdout.splitlines()
    assert "    requests, edition 2021: none" in lines
    [unseen] = [line for line in lines if line.startswith("    disclosure, edition 2021: ")]
    assert "licensing.decisions" in unseen and "regulations.made" not in unseen


def test_rules_as_data(own: str) -> None:
    listed = json.loads(gkllm("rules", "--rules", own, "--format", "json").stdout)
    over_years = [rule.id for rule in FORM.across_years.rules]
    assert [rule["id"] for rule in listed if rule["form"] == FORM.id] == [
        *(rule.id for rule in FORM.edit_rules),
        "own.results",
        *over_years,
    ]
    assert {rule["form"] for rule in listed} == {form.id for form in load_forms()}
    assert listed[0]["left"] == ["received", "carried_in"]
    assert listed[0]["message"].keys() == {"en", "zh"}


def test_a_broken_file_is_one_line_and_status_2(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(OWN.replace("review.total", "review.sum"), encoding="utf-8")
    for arguments in (("rules",), ("extract", str(HONGZE), "--format", "json")):
        done = gkllm(*arguments, "--rules", str(file))
        assert (done.exit_code, done.stdout) == (2, "")
        assert done.stderr == f"gkllm: {file}: line 6: 'proceedings.review.sum' is no cell of the form\n"


def test_own_rules_are_checked_and_their_words_shown(own: str) -> None:
    arguments = ("extract", str(HONGZE), "--reader", "rules", "--rules", own)
    violations = json.loads(gkllm(*arguments, "--format", "json").stdout)["violations"]
    [found] = [violation for violation in violations if violation["rule"] == "own.results"]
    assert (found["left"], found["right"], found["severity"]) == (10, 0, "error")
    [suggestion] = found["suggestions"]
    [change] = suggestion["changes"]
    assert change == {"cell": "proceedings.review.total", "from": 0, "to": 11, "slip": "total_not_filled"}
    shown = gkllm(*arguments)
    assert "Rule: no more upheld than there are." in shown.stdout
    assert "own.results proceedings: 10 <= 0, difference 10 (broken)" in gkllm(*arguments, "--explain").stdout


def test_broken_relations_are_told_in_either_language() -> None:
    english = gkllm("extract", str(HONGZE), "--reader", "rules").stdout
    assert "总计 0, but 结果维持 5 + 3 others 0 = 5 (difference 5)" in english
    assert "would be reconciled by 四/复议后起诉/总计 0 → 5 (the total was not filled in)" in english
    chinese = gkllm("extract", str(HONGZE), "--reader", "rules", "--lang", "zh").stdout
    assert "总计 0，而结果维持 5 + 其余 3 项为 0 = 5，相差 5" in chinese
    assert "最小改动：四/复议后起诉/总计 0 → 5（合计未填）" in chinese
