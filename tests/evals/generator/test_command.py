"""`python -m evals.generator` writes fixtures, the same every time, and every kind says where it was seen."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from evals.generator import NoiseLevel, generate
from evals.generator.__main__ import app
from evals.generator.kinds import KINDS
from gkllm.documents.document import collapse
from gkllm.evaluation.fixture import dump_truth, find_fixtures, load_fixture

FIXTURES = Path(__file__).parents[3] / "fixtures"


def _synth(*arguments: object) -> Result:
    return CliRunner().invoke(app, [*map(str, arguments)])


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_reports_and_truths_are_written_in_every_layout(tmp_path: Path) -> None:
    assert _synth("-o", tmp_path, "--reports", 5, "--seed", 40).exit_code == 0
    found = [load_fixture(path) for path in find_fixtures(tmp_path)]
    assert [fixture.id for fixture in found] == [
        "delimited-00043", "fixed_width-00042", "pipe-00041", "word_dump-00040", "word_dump-00044",
    ]  # fmt: skip
    for fixture in found:
        text = fixture.document.read_bytes().decode()
        (report,) = fixture.truth.reports
        printed = [cell for cell in report.cells.values() if cell.span]
        assert all(collapse(text[slice(*cell.span)]) == cell.raw for cell in printed if cell.span)
        assert len(printed) > 10
        assert dump_truth(fixture.truth).encode() == (tmp_path / f"{fixture.id}.truth.json").read_bytes()


def test_same_options_same_files(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        assert _synth("-o", tmp_path / folder, "--reports", 3, "--noise", "heavy").exit_code == 0
    assert _contents(tmp_path / "a") == _contents(tmp_path / "b")


def test_one_kind_can_be_given_a_rate_and_another_left_out(tmp_path: Path) -> None:
    arguments = ("--reports", 6, "--layout", "pipe", "--noise-kind", "lookalike=0.5", "--without", "blank")
    assert _synth("-o", tmp_path, *arguments).exit_code == 0
    truths = [json.loads(path.read_bytes()) for path in find_fixtures(tmp_path)]
    cells = [cell for truth in truths for cell in truth["reports"][0]["cells"].values()]
    lookalike = [cell for cell in cells if cell.get("noise") == "lookalike"]
    clean = [cell for cell in cells if "noise" not in cell and set(cell["raw"]) & set("01")]
    assert lookalike and all(set(cell["raw"]) & set("Ol") for cell in lookalike)
    assert 0.35 < len(lookalike) / (len(lookalike) + len(clean)) < 0.65
    assert not any(cell.get("noise") == "blank" for cell in cells)


def test_an_own_rate_leaves_the_other_kinds_at_theirs() -> None:
    level = NoiseLevel(0.0, 0.0, 0.0, own_rates={"unit": 1.0, "list_mark": 1.0})
    report = generate(3, layout="pipe", noise=level)
    noises = {cell.noise for cell in report.cells.values() if cell.value is not None}
    assert noises <= {"unit", None} and "unit" in noises
    assert {label.damage for label in report.labels} == {None, "list_mark"}


@pytest.mark.parametrize(("rate", "broken"), [("0", 0), ("1", 8)])
def test_the_share_of_mistaken_reports_can_be_chosen(tmp_path: Path, rate: str, broken: int) -> None:
    assert _synth("-o", tmp_path, "--reports", 8, "--noise", "clean", "--mistakes", rate).exit_code == 0
    truths = [load_fixture(path).truth for path in find_fixtures(tmp_path)]
    assert sum(bool(truth.reports[0].broken) for truth in truths) == broken


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((), "--output"),
        (("-o", "x", "--without", "smudge"), "unknown kind of noise 'smudge'"),
        (("-o", "x", "--noise-kind", "blank=2"), "'blank=2' is not NAME=RATE"),
        (("-o", "x", "--noise-kind", "blank"), "'blank' is not NAME=RATE"),
        (("-o", "x", "--noise-kind", "blank=0.1", "--without", "blank"), "both given a rate and left out"),
    ],
)
def test_wrong_usage_is_one_line_and_writes_nothing(
    arguments: tuple[str, ...], reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = _synth(*arguments)
    assert done.exit_code == 2
    assert reason in done.stderr and done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = _synth("-o", tmp_path / "file" / "folder")
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert str(tmp_path / "file") in done.stderr


def test_every_kind_says_where_it_was_seen() -> None:
    listed = _synth("--list").stdout.splitlines()
    assert [line.partition(":")[0] for line in listed] == [kind.name for kind in KINDS]
    for kind in KINDS:
        assert bool(kind.fixture) != bool(kind.ground), kind.name
        if kind.fixture:
            assert kind.printed in (FIXTURES / f"{kind.fixture}.txt").read_text(encoding="utf-8"), kind.name
