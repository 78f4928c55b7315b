"""`python -m evals.fitting` on a plan small enough for a test."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner, Result

from evals.fitting.__main__ import app
from gkllm.confidence import Calibration, Evidence, probability
from gkllm.facts import DoubtKind

FIXTURES = Path(__file__).parents[3] / "fixtures"
PLAN = """
risk = 0.001
folds = 2
fixtures = ["labelled"]

[[fit]]
source = "printed"
name = "some"
target = true
reports = 8
seed = 1

[[held_out]]
source = "printed"
name = "others"
noise = "heavy"
reports = 4
seed = 50

[[fit]]
source = "converted"
name = "files"
noise = "moderate"
reports = 1
seed = 100

[[held_out]]
source = "converted"
name = "other files"
noise = "none"
reports = 1
seed = 150
"""

LABELLED = Path(__file__).parents[2] / "statistics_2014" / "documents"
OTHER_FORM = """
form = "statistics_2014"
risk = 0.001
folds = 2
held_out_fixtures = ["{folder}"]

[[fit]]
source = "statistics"
name = "some tables"
target = true
damage = 1.0
reports = 6
seed = 1

[[held_out]]
source = "statistics"
name = "tables"
damage = 3.0
reports = 3
seed = 50
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    (tmp_path / "labelled").mkdir()
    for file in FIXTURES.glob("yinzhou-2019.*"):
        shutil.copy(file, tmp_path / "labelled")
    path = tmp_path / "plan.toml"
    path.write_text(PLAN, encoding="utf-8")
    return path


def calibrate(plan: Path, *options: str) -> Result:
    parameters = plan.with_name("parameters.json")
    arguments = ["--plan", str(plan), "--parameters", str(parameters), *options]
    return CliRunner().invoke(app, arguments)


def test_it_writes_parameters_account_and_pictures_the_same_every_time(plan: Path) -> None:
    done = calibrate(plan)
    assert done.exit_code == 0, done.output
    assert "| others | 4 |" in done.stdout
    results = plan.parent / "results"
    written = {
        path.name: path.read_bytes() for path in [*results.iterdir(), plan.with_name("parameters.json")]
    }
    assert written.keys() == {
        "parameters.json",
        "plan.json",
        "plan.md",
        "plan-reliability.svg",
        "plan-risk-coverage.svg",
    }
    model = Calibration.model_validate_json(written["parameters.json"])
    assert probability(model, Evidence(doubts=(DoubtKind.NO_COLUMNS,), gaps=1)) < probability(
        model, Evidence(supported=1)
    )
    assert model.measured["documents"] > 8 + 1 + 3
    names = [one["name"] for one in json.loads(written["plan.json"])["measured"]]
    assert names == ["cross-validation", "others", "other files"]
    for name in ("plan-reliability.svg", "plan-risk-coverage.svg"):
        assert b"others" in written[name]
        assert ElementTree.fromstring(written[name]).tag.endswith("svg")
    assert calibrate(plan, "--quiet").exit_code == 0
    assert {path.name: path.read_bytes() for path in results.iterdir()}.items() <= written.items()


def test_another_form_is_fitted_on_its_own_reports_and_measured_on_labelled_ones(plan: Path) -> None:
    plan.write_text(OTHER_FORM.format(folder=LABELLED), encoding="utf-8")
    done = calibrate(plan)
    assert done.exit_code == 0, done.output
    assert "| labelled documents | 4 |" in done.stdout and "| tables | 3 |" in done.stdout
    model = Calibration.model_validate_json(plan.with_name("parameters.json").read_bytes())
    assert model.measured["documents"] == 6


def test_what_is_shipped_is_measured_by_layout_and_nothing_is_written(plan: Path) -> None:
    before = sorted(plan.parent.rglob("*"))
    done = calibrate(plan, "--shipped", "--quiet")
    assert done.exit_code == 0, done.output
    for name, documents in {
        "others": 4,
        "pipe": 1,
        "html itself": 1,
        "trafilatura": 1,
        "pdfminer.six": 1,
    }.items():
        assert f"| {name} | {documents} |" in done.stdout
    assert sorted(plan.parent.rglob("*")) == before


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("folds = 2", "folds = 1", "folds: input should be greater than or equal to 2"),
        ("folds = 2", "folds =", "not valid TOML"),
        ('noise = "heavy"', 'noise = "loud"', "held_out.0.printed.noise: input should be 'clean'"),
        ('noise = "heavy"', "noise_kinds = { smudge = 0.1 }", "unknown kind of noise 'smudge'"),
        ('["labelled"]', '["nowhere"]', "no fixture here"),
        ("folds = 2", 'folds = 2\nform = "none such"', "none such"),
    ],
)
def test_a_plan_that_cannot_be_used_is_told_in_a_line(plan: Path, old: str, new: str, told: str) -> None:
    plan.write_text(PLAN.replace(old, new), encoding="utf-8")
    done = calibrate(plan)
    assert done.exit_code == 2
    assert told in done.stderr and done.stderr.count("\n") == 1
    assert not plan.with_name("parameters.json").exists()


def test_a_plan_that_is_not_there_is_told(tmp_path: Path) -> None:
    done = calibrate(tmp_path / "none.toml")
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "none.toml: no such file" in done.stderr


def test_the_data_s_hash_is_the_same_in_every_process(plan: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from evals.fitting.plan import load_plan\n"
        "print(load_plan(Path(sys.argv[1])).data())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code, str(plan)],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            check=True,
            timeout=60,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert len(found) == 1


def test_the_data_s_hash_changes_with_a_seed_and_with_a_fixture(plan: Path) -> None:
    from evals.fitting.plan import load_plan

    first = load_plan(plan).data()
    assert load_plan(plan).data() == first
    plan.write_text(PLAN.replace("seed = 50", "seed = 51"), encoding="utf-8")
    assert load_plan(plan).data() == first, "what is held out takes no part in the fit"
    plan.write_text(PLAN.replace("seed = 1", "seed = 2"), encoding="utf-8")
    assert load_plan(plan).data() != first
    plan.write_text(PLAN, encoding="utf-8")
    document = plan.parent / "labelled" / "yinzhou-2019.txt"
    document.write_bytes(document.read_bytes() + b"\n")
    assert load_plan(plan).data() != first
