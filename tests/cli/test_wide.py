"""`--wide`: of a run and of its results alike, files beside the output, and what is said where it cannot be."""

import csv
from pathlib import Path

import pandas
import pyreadstat
import pytest

from tests.cli.process import ROOT, gkllm

FIXTURES = [ROOT / "fixtures" / f"{name}.txt" for name in ("yinzhou-2019", "songta-2021")]
OLD = ROOT / "tests" / "statistics_2014" / "documents" / "hekou-2018.html"
BESIDE = ("claims", "columns", "review", "violations")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("suffix", ["csv", "parquet", "xlsx", "dta"])
def test_a_run_and_its_results_give_the_same_files(suffix: str, tmp_path: Path) -> None:
    at_once, later = tmp_path / "at_once", tmp_path / "later"
    at_once.mkdir()
    later.mkdir()
    chinese = {"GKLLM_LANG": "zh"}
    done = gkllm("extract", *FIXTURES, OLD, "--wide", "-o", at_once / f"r.{suffix}", variables=chinese)
    assert done.returncode == 0, done.stderr
    done = gkllm("extract", *FIXTURES, OLD, "-o", tmp_path / "r.jsonl", variables=chinese)
    assert done.returncode == 0, done.stderr
    wide = ["--wide"] if suffix != "dta" else []
    done = gkllm("export", tmp_path / "r.jsonl", *wide, "-o", later / f"r.{suffix}", variables=chinese)
    assert done.returncode == 0, done.stderr
    beside = [] if suffix == "xlsx" else [f"r.{name}.{suffix}" for name in (*BESIDE, "statistics_2014")]
    assert names(at_once) == names(later) == sorted([f"r.{suffix}", *beside])
    if suffix in ("csv", "parquet"):
        assert [(at_once / name).read_bytes() for name in names(at_once)] == [
            (later / name).read_bytes() for name in names(later)
        ]
    if suffix == "dta":
        _, about = pyreadstat.read_dta(at_once / "r.dta")
        assert about.column_names_to_labels["req_received_total"] == "一、本年新收政府信息公开申请数量 / 总计"
    if beside:
        said = done.stderr.decode()
        assert said.count("\n") == 2 and all(name in said for name in beside), said


def test_a_run_again_in_the_same_folder_does_not_read_what_it_wrote(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(FIXTURES[0].read_bytes())
    for _ in range(2):
        done = gkllm("extract", tmp_path, "--wide", "-o", tmp_path / "r.csv")
        assert done.returncode == 0, done.stderr
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == 1
    done = gkllm("extract", tmp_path / "r.claims.csv", "-o", tmp_path / "r.csv")
    assert (done.returncode, done.stderr.decode().count("\n")) == (2, 1)


def test_standard_output_has_the_table_of_reports_alone(tmp_path: Path) -> None:
    done = gkllm("extract", *FIXTURES, OLD, "--wide", "--format", "csv", "-o", "-", cwd=tmp_path)
    lines = list(csv.DictReader(done.stdout.decode("utf-8-sig").splitlines()))
    assert [line["form"] for line in lines] == ["disclosure"] * 3 + ["statistics_2014"]
    assert names(tmp_path) == []
    done = gkllm("extract", *FIXTURES, "--format", "dta", cwd=tmp_path)
    (tmp_path / "out.dta").write_bytes(done.stdout)
    assert pandas.read_stata(tmp_path / "out.dta")["req_received_total"].tolist() == [3, 4, 3]


def test_an_earlier_output_stands_whole_where_a_file_beside_cannot_be_written(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    assert gkllm("extract", FIXTURES[0], "--wide", "-o", path).returncode == 0
    before = {name: (tmp_path / name).read_bytes() for name in names(tmp_path)}
    (tmp_path / "r.review.csv").unlink()
    (tmp_path / "r.review.csv").mkdir()
    done = gkllm("extract", FIXTURES[1], "--wide", "-o", path)
    assert done.returncode == 2 and done.stderr.decode().count("\n") == 1, done.stderr
    assert path.read_bytes() == before["r.csv"]
    assert names(tmp_path) == sorted(before)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--wide"], "--wide is for data: add --format, or -o PATH"),
        (["--wide", "--format", "json"], "json has no wide layout: take one of csv, xlsx, parquet, dta"),
        (["--wide", "-o", "r.jsonl"], "jsonl has no wide layout: take one of csv, xlsx, parquet, dta"),
        (["--wide", "-o", "r.db"], "--wide and --explain are not for a store"),
        (["--wide", "--resume", "-o", "r.csv"], "--resume needs -o PATH with JSON lines"),
    ],
)
def test_what_cannot_be_is_one_line(options: list[str], told: str, tmp_path: Path) -> None:
    done = gkllm("extract", FIXTURES[0], *options, cwd=tmp_path)
    said = done.stderr.decode()
    assert (done.returncode, said.count("\n"), done.stdout) == (2, 1, b"")
    assert told in said
    assert names(tmp_path) == []
