"""Outputs that are full, of another encoding, shared or locked: a line at most, and nothing is lost."""

import json
import os
from pathlib import Path

import pytest

from gkllm.export import open_destination
from gkllm.report import Report
from tests.cli.process import FIXTURE, gkllm

FULL = Path("/dev/full")
COMMANDS = [
    ("extract", FIXTURE),
    ("extract", FIXTURE, "--format", "json"),
    ("extract", FIXTURE, "--format", "xlsx"),
    ("extract", FIXTURE, "--format", "parquet"),
    ("show", FIXTURE),
    ("show", FIXTURE, "--html"),
    ("rules",),
    ("schema",),
    ("config",),
    ("--help",),
    ("--version",),
]


@pytest.mark.skipif(not FULL.exists(), reason="no full device here")
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(map(str, command))[-30:])
def test_a_full_standard_output_is_a_line(command: tuple[str | Path, ...]) -> None:
    with FULL.open("wb") as full:
        done = gkllm(*command, stdout=full)
    assert done.returncode == 1
    assert done.stderr == b"gkllm: cannot write standard output: no space left on device\n"


@pytest.mark.skipif(not FULL.exists(), reason="no full device here")
@pytest.mark.parametrize("format_", ["json", "jsonl", "csv", "xlsx", "parquet"])
def test_a_full_device_is_a_line(format_: str) -> None:
    done = gkllm("extract", FIXTURE, "-o", FULL, "--format", format_)
    assert done.returncode == 1
    assert done.stderr == b"gkllm: cannot write /dev/full: no space left on device\n"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "gbk", "shift_jis", "utf-16"])
@pytest.mark.parametrize(
    "command", [("extract", FIXTURE), ("show", FIXTURE), ("rules",), ("extract", "--help"), ("nonsense",)]
)
def test_text_is_printed_in_any_encoding(command: tuple[str | Path, ...], encoding: str) -> None:
    done = gkllm(*command, variables={"PYTHONIOENCODING": encoding, "GKLLM_LANG": "zh"})
    assert b"Traceback" not in done.stderr
    assert done.returncode == (2 if command == ("nonsense",) else 0)


@pytest.mark.parametrize("encoding", ["ascii", "gbk"])
def test_data_is_utf_8_whatever_the_terminal_is(encoding: str) -> None:
    schema = gkllm("schema", variables={"PYTHONIOENCODING": encoding})
    assert json.loads(schema.stdout.decode("utf-8"))
    page = gkllm("show", FIXTURE, "--html", variables={"PYTHONIOENCODING": encoding})
    assert "鄞州区教育局" in page.stdout.decode("utf-8")


def test_a_dash_is_standard_output(tmp_path: Path) -> None:
    done = gkllm("extract", FIXTURE, "-o", "-", cwd=tmp_path)
    assert Report.model_validate_json(done.stdout).report.year == 2019
    kept = tmp_path / "r.jsonl"
    kept.write_bytes(done.stdout)
    assert gkllm("extract", FIXTURE, "-o", "-", "--format", "csv", cwd=tmp_path).stdout.startswith(
        b"\xef\xbb\xbfsource"
    )
    assert gkllm("export", kept, "-o", "-", cwd=tmp_path).stdout == done.stdout
    applied = gkllm("review", kept, "--apply", "-o", "-", cwd=tmp_path)
    assert Report.model_validate_json(applied.stdout).cells == Report.model_validate_json(done.stdout).cells
    shown = gkllm("show", FIXTURE, "-o", "-", cwd=tmp_path)
    assert shown.stdout == gkllm("show", FIXTURE, cwd=tmp_path).stdout
    assert {path.name for path in tmp_path.iterdir()} <= {"r.jsonl", "r.review.jsonl"}


def test_every_name_of_an_output_has_what_is_written(tmp_path: Path) -> None:
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    one.write_bytes(b"before, and longer than what comes after")
    os.link(one, other)
    destination = open_destination(one, "csv")
    destination.stream.write(b"after")
    destination.commit()
    assert one.read_bytes() == other.read_bytes() == b"after"
    assert one.samefile(other) and len(list(tmp_path.iterdir())) == 2


def test_two_programs_do_not_write_one_file(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_bytes(b"")
    held = open_destination(path, "jsonl", append=True)
    held.stream.write(b"first\n")
    held.stream.flush()
    for options in ((), ("--resume",)):
        done = gkllm("extract", FIXTURE, "-o", path, *options)
        assert done.returncode == 2
        assert done.stderr.count(b"\n") == 1 and b"another program holds it" in done.stderr
    held.commit()
    assert path.read_bytes() == b"first\n"
