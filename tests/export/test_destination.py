"""Where data goes, and what an interrupted run leaves there."""

import os
from pathlib import Path

import pytest

from gkllm.errors import ConfigurationError
from gkllm.export import Format, open_destination, resume
from tests.terminal.reports import make_report, noisy_report


def test_a_file_appears_whole_at_commit(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("before", encoding="utf-8")
    destination = open_destination(path, "csv")
    destination.stream.write(b"after")
    destination.stream.flush()
    assert path.read_bytes() == b"before"
    destination.commit()
    assert path.read_bytes() == b"after"
    assert list(tmp_path.iterdir()) == [path]


def test_a_discarded_file_leaves_no_trace(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    destination = open_destination(path, "json")
    destination.stream.write(b"half")
    destination.discard()
    assert list(tmp_path.iterdir()) == []


def test_a_link_still_stands_after_its_file_was_replaced(tmp_path: Path) -> None:
    target, link = tmp_path / "target.csv", tmp_path / "link.csv"
    target.write_bytes(b"before")
    link.symlink_to(target)
    destination = open_destination(link, "csv")
    destination.stream.write(b"after")
    destination.commit()
    assert link.is_symlink()
    assert target.read_bytes() == b"after"


def test_a_device_is_written_to_and_stays_a_device() -> None:
    destination = open_destination(Path(os.devnull), "csv")
    destination.stream.write(b"gone")
    destination.commit()
    assert not Path(os.devnull).is_file()


@pytest.mark.parametrize("format_", ["csv", "jsonl"])
def test_a_missing_folder_is_named_at_once(tmp_path: Path, format_: Format) -> None:
    path = tmp_path / "nowhere" / "out"
    with pytest.raises(ConfigurationError) as raised:
        open_destination(path, format_)
    assert str(raised.value) == f"cannot write {path}: the folder {path.parent} does not exist"


def test_a_folder_is_no_place_for_data(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="it is a folder"):
        open_destination(tmp_path, "csv")


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
@pytest.mark.parametrize("format_", ["csv", "jsonl"])
def test_a_read_only_folder_is_named_at_once(tmp_path: Path, format_: Format) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(ConfigurationError, match="permission denied"):
        open_destination(tmp_path / "out", format_)


def line(name: str = "a.txt") -> bytes:
    return make_report(name=name).to_json().encode() + b"\n"


def test_json_lines_grow_in_place(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_bytes(b"first\n")
    destination = open_destination(path, "jsonl", append=True)
    destination.stream.write(b"second\n")
    destination.stream.flush()
    assert path.read_bytes() == b"first\nsecond\n"
    destination.discard()
    assert path.read_bytes() == b"first\nsecond\n"


def test_json_lines_begin_anew_unless_continued(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_bytes(b"old\n")
    open_destination(path, "jsonl").commit()
    assert path.read_bytes() == b""


def test_what_stands_is_known_by_name_hash_and_findings(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_bytes(line() + noisy_report().to_json().encode() + b"\n")
    standing = resume(path)
    source = noisy_report().source
    assert standing.holds(source) and standing.holds_all_of(f"./{source.name}", "ab" * 32)
    assert not standing.holds(source.model_copy(update={"name": "copy.txt"}))
    assert not standing.holds(source.model_copy(update={"sha256": "cd" * 32}))
    assert (standing.broken, standing.to_review) == (1, 2)


@pytest.mark.parametrize("kept", [1, 40, -1])
def test_a_torn_last_line_is_cut_off(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "out.jsonl"
    path.write_bytes(line() + line("b.txt")[:kept])
    assert len(resume(path).reports) == 1
    assert path.read_bytes() == line()


def test_a_file_that_holds_only_a_torn_line_is_emptied(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_bytes(line()[:100])
    assert resume(path).reports == frozenset()
    assert path.read_bytes() == b""


@pytest.mark.parametrize("content", [b"notes\n", b"notes", b'{"a": 1}\n', b"\n"])
def test_somebody_elses_file_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "out.jsonl"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match="its line 1 is not a report of gkllm"):
        resume(path)
    assert path.read_bytes() == content


def test_a_line_in_the_middle_that_is_no_report_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_bytes(line() + b"torn\n" + line())
    with pytest.raises(ConfigurationError, match="its line 2 is not a report of gkllm"):
        resume(path)
    assert path.stat().st_size == 2 * len(line()) + 5


def test_nothing_to_resume_is_a_fresh_start(tmp_path: Path) -> None:
    assert resume(tmp_path / "out.jsonl").reports == frozenset()
