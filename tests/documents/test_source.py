"""Files, folders and standard input: what is found, in which order, and how each failure is told."""

import io
import os
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from gkllm.documents.source import MAX_BYTES, Refused, Source, discover
from gkllm.errors import DocumentError, DocumentTooLarge


def names(arguments: Sequence[str | Path]) -> list[str]:
    return [found.name for found in discover([str(argument) for argument in arguments])]


def write(path: Path, content: bytes = b"text") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_a_file_is_read_under_the_name_it_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "a.txt", b"\x01\x02")
    monkeypatch.chdir(tmp_path)
    (found,) = discover(["a.txt"])
    assert isinstance(found, Source)
    assert (found.name, found.load()) == ("a.txt", b"\x01\x02")


def test_a_folder_is_walked_in_sorted_order_for_plausible_files(tmp_path: Path) -> None:
    for name in ("b.TXT", "a.md", "c.csv", "d.tsv", "program.exe", ".hidden.txt", "sub/a.txt", ".git/a.txt"):
        write(tmp_path / name)
    assert names([tmp_path]) == [
        str(tmp_path / name) for name in ("a.md", "b.TXT", "c.csv", "d.tsv", "sub/a.txt")
    ]


def test_a_file_reached_twice_is_yielded_once_and_first(tmp_path: Path) -> None:
    first, second = write(tmp_path / "a.txt"), write(tmp_path / "b.txt")
    assert names([second, tmp_path, f"{tmp_path}/./b.txt"]) == [str(second), str(first)]


def test_a_file_named_outright_may_have_any_suffix(tmp_path: Path) -> None:
    assert names([write(tmp_path / ".report.layout")]) == [str(tmp_path / ".report.layout")]


def test_an_empty_folder_is_refused_by_name(tmp_path: Path) -> None:
    write(tmp_path / "program.exe")
    (found,) = discover([str(tmp_path)])
    assert isinstance(found, Refused)
    assert str(found.error) == f"{tmp_path}: no file of a known format in this folder"


@pytest.mark.parametrize(
    ("prepare", "reason"),
    [
        (lambda path: None, "no such file"),
        (lambda path: path.mkdir(), "is a folder, not a file"),
        (lambda path: write(path.parent / "file") and path.symlink_to("file/under"), "no such file"),
    ],
)
def test_what_cannot_be_read_says_which_and_why(tmp_path: Path, prepare, reason: str) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "report"
    prepare(path)
    with pytest.raises(DocumentError) as raised:
        Source(str(path), path).load()
    assert str(raised.value) == f"{path}: {reason}"


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_forbidden_file_says_so(tmp_path: Path) -> None:
    path = write(tmp_path / "secret.txt")
    path.chmod(0)
    with pytest.raises(DocumentError, match="no permission to read it"):
        Source("secret.txt", path).load()


def test_an_impossible_path_is_an_error_of_the_document() -> None:
    with pytest.raises(DocumentError, match="not a usable path"):
        Source("a", Path("a\0b")).load()


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as stream:
        stream.truncate(50_000_000)
    begun = time.perf_counter()
    with pytest.raises(DocumentTooLarge, match=r"huge\.txt: larger than 20 MB"):
        Source("huge.txt", path).load()
    assert time.perf_counter() - begun < 0.2


def test_an_endless_device_is_bounded_too() -> None:
    with pytest.raises(DocumentTooLarge):
        Source("/dev/zero", Path("/dev/zero")).load()


def test_standard_input_is_read_once() -> None:
    (found,) = discover(["-", "-"], io.BytesIO(b"report"))
    assert isinstance(found, Source)
    assert (found.name, found.load()) == ("standard input", b"report")


def test_standard_input_is_bounded() -> None:
    (found,) = discover(["-"], io.BytesIO(bytes(MAX_BYTES + 1)))
    assert isinstance(found, Refused)
    assert str(found.error) == "standard input: larger than 20 MB, which no report is"


def test_a_name_that_is_no_text_becomes_printable(tmp_path: Path) -> None:
    strange = os.fsdecode(os.fsencode(tmp_path) + b"/a\xff.txt")
    Path(strange).write_bytes(b"text")
    (found,) = discover([str(tmp_path)])
    assert isinstance(found, Source)
    assert found.name == f"{tmp_path}/a\\xff.txt"
    assert found.load() == b"text"
