"""A suite that measures some tables only: the others are neither asked about nor scored."""

from pathlib import Path

import pytest

from evals.generator.generator import generate
from evals.generator.levels import NoiseLevel
from gkllm import Settings, extract_text
from gkllm.errors import ConfigurationError
from gkllm.evaluation.scoring import score_report
from gkllm.evaluation.suite import load_suite
from gkllm.evaluation.truth import restricted_report, restricted_truth
from tests.forms import FORM

FIXTURES = Path(__file__).parents[2] / "fixtures"


def table_of(cell_id: str) -> str:
    return cell_id.split(".")[0]


def test_only_the_named_tables_are_scored() -> None:
    made = generate(7, layout="pipe", noise=NoiseLevel(0.0, 0.0, 1.0))
    truth = made.truth()
    report = extract_text(made.text, "made", Settings(reader="rules"))
    assert {table_of(rule) for rule, _ in truth.broken} == {"requests"}, (
        "the planted mistake is in section 三"
    )
    for tables, broken in ((("requests",), len(truth.broken)), (("disclosure", "proceedings"), 0)):
        score = score_report(restricted_truth(truth, tables), restricted_report(report, tables), FORM)
        assert {table_of(cell.cell) for cell in score.cells} == set(tables)
        assert len(score.broken_found) == broken and score.exact
    assert restricted_truth(truth, None) is truth and restricted_report(report, None) is report


def test_a_suite_may_name_tables_and_systems(tmp_path: Path) -> None:
    suite = tmp_path / "suite.toml"
    suite.write_text(
        f'fixtures = ["{FIXTURES}/yinzhou-2019"]\ntables = ["proceedings"]\n'
        'readers = ["rules", "model"]\nprompts = ["rows-v1"]\n'
        '[[systems]]\nreader = "auto"\nprompts = ["open-v1"]\n'
        '[[models]]\nlabel = "m"\nname = "m"\n',
        encoding="utf-8",
    )
    loaded = load_suite(suite)
    assert [system.name for system in loaded.systems] == ["rules", "model rows-v1 m", "auto open-v1 m"]
    (document,) = loaded.documents
    assert {table_of(cell) for cell in document.truths[0].cells} == {"proceedings"}


def test_an_unknown_table_is_refused(tmp_path: Path) -> None:
    suite = tmp_path / "suite.toml"
    suite.write_text(
        f'fixtures = ["{FIXTURES}"]\ntables = ["annex"]\nreaders = ["rules"]\n', encoding="utf-8"
    )
    with pytest.raises(ConfigurationError, match="tables: no table 'annex'; there are disclosure, requests"):
        load_suite(suite)
