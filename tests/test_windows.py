"""What is otherwise on Windows, tried without one: locks by bytes, and how paths are written there.

The modules are loaded again as that system would load them, over a stand-in for its library that keeps its rule: a byte
belongs to the descriptor that locked it first, until that one lets go or is closed.
"""

import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import gkllm.locking
import gkllm.store.holding
from gkllm.service.uploads import shown_name


class _Library(ModuleType):
    LK_NBLCK, LK_UNLCK = 2, 0

    def __init__(self) -> None:
        super().__init__("msvcrt")
        self.held: dict[tuple[int, int, int], int] = {}

    def locking(self, descriptor: int, mode: int, number: int) -> None:
        assert number == 1
        about = os.fstat(descriptor)
        byte = (about.st_dev, about.st_ino, os.lseek(descriptor, 0, os.SEEK_CUR))
        if mode == self.LK_UNLCK:
            assert self.held.pop(byte) == descriptor
        elif self.held.get(byte, descriptor) != descriptor and _is_open(self.held[byte]):
            raise PermissionError(13, "Permission denied")
        else:
            self.held[byte] = descriptor


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> Iterator[_Library]:
    library = _Library()
    with monkeypatch.context() as patched:
        patched.setitem(sys.modules, "msvcrt", library)
        patched.setattr(sys, "platform", "win32")
        importlib.reload(gkllm.locking)
        importlib.reload(gkllm.store.holding)
        yield library
    importlib.reload(gkllm.locking)
    importlib.reload(gkllm.store.holding)


def test_a_file_is_held_by_one_and_its_content_stays_readable(windows: _Library, tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"one\n")
    with path.open("r+b") as first, path.open("r+b") as second:
        gkllm.locking.hold(first.fileno())
        (place,) = windows.held
        assert place[2] > 2**30, "locks are mandatory there: no byte that anybody reads"
        with pytest.raises(OSError, match="another program holds it"):
            gkllm.locking.hold(second.fileno(), 0.05)
        first.close()
        gkllm.locking.hold(second.fileno())


def test_documents_of_a_store_are_taken_in_hand_one_by_one(windows: _Library, tmp_path: Path) -> None:
    holds = [gkllm.store.holding._FileHolds(tmp_path / "reports.db-held") for _ in range(2)]
    assert holds[0].take(7) and not holds[1].take(7) and holds[1].take(8)
    holds[0].release(7)
    assert holds[1].take(7) and not holds[0].take(8)
    holds[1].close()
    assert holds[0].take(7) and holds[0].take(8)
    holds[0].close()


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (r"C:\Users\我\报告\2019.docx", "C/Users/我/报告/2019.docx"),
        (r"..\..\windows\system32\report.txt", "windows/system32/report.txt"),
        (r"\\server\share\report.pdf", "server/share/report.pdf"),
        ('rep<or>t?.txt"', "report.txt"),
        ("report.txt:stream", "report.txtstream"),
    ],
)
def test_a_path_of_windows_is_shown_as_any_other_and_names_no_place_above(given: str, shown: str) -> None:
    assert shown_name(given) == shown
