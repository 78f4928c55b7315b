"""The review screen in a real terminal, settled by a reader who sees nothing but the screen."""

import re
import sys
from functools import partial
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.cli.test_language import ENGLISH
from tests.review.desk import YINZHOU, YINZHOU_QUEUE, logged, write_results, yinzhou
from tests.review.terminal import Terminal

SIZES = [(80, 24), (120, 40)]
QUESTION = re.compile(
    r"印作 \"(?P<printed>[^\"]+)\"，读作 (?P<read>\d+)(?:（而不是 (?P<others>.+?)）)?，对吗？"
)


def _opened(folder: Path, size: tuple[int, int], locale: str = "zh_CN.UTF-8") -> Terminal:
    """The screen over the report, whose doubts were told in English when it was extracted."""
    results = write_results(folder, yinzhou())
    variables = {"LANG": locale, "LC_ALL": "", "GKLLM_LANG": "", "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-m", "gkllm", "review", str(results), "--reviewer", "alice"]
    return Terminal(command, size, variables, folder)


def _panes(shown: str) -> tuple[str, str, str, str]:
    """What the queue, the document, the cell and its relations show, lines joined where they were wrapped."""
    lines = shown.splitlines()[1:-1]
    middle = next(number for number, line in enumerate(lines) if line.startswith("─单元格"))
    left = [
        "".join(line.partition("│")[0] for line in part) for part in (lines[1:middle], lines[middle + 1 :])
    ]
    right = [
        "".join(line.partition("│")[2] for line in part) for part in (lines[1:middle], lines[middle + 1 :])
    ]
    return left[0], right[0], re.sub(r"\s+", " ", left[1]), re.sub(r"\s+", " ", right[1])


def _asked(shown: str) -> re.Match[str] | None:
    """The question, where the screen has what answering it takes: the item in the queue, the columns' names, what is
    printed in the document, and the row that it stands in."""
    queue, document, cell, _ = _panes(shown)
    asked = QUESTION.search(cell)
    if asked is None:
        return None
    label = cell.split()[0]
    told = label in queue and "把握" in queue and asked["printed"] in document
    return asked if told and label.split("/")[1] in document else None


def _is_asked(left: int, shown: str) -> bool:
    heading, *_, footer = shown.splitlines()
    named = all(key in footer for key in ("a 接受", "g 接受整组", "↵ 打开", "? 帮助", "q 退出"))
    return f"共 {left} 问" in heading and named and "\n─单元格" in shown and _asked(shown) is not None


def _is_answered(left: int, shown: str) -> bool:
    return "仍读作" in shown or f"共 {left} 问" not in shown


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
def test_the_queue_is_settled_by_what_the_screen_says(tmp_path: Path, size: tuple[int, int]) -> None:
    """Whoever takes the footer's word for the keys, and the question's for what is asked, gets to the end."""
    settled: list[str] = []
    with _opened(tmp_path, size) as terminal:
        for left in range(len(YINZHOU_QUEUE), 0, -1):
            shown = terminal.wait_until(partial(_is_asked, left), "a question with its row and column")
            assert max(cell_len(line) for line in shown.splitlines()) <= size[0]
            assert ENGLISH.findall(shown.replace("gkllm review", "")) == []
            asked = _asked(shown)
            assert asked
            settled.append(asked["read"])
            terminal.press("a")
            if "仍读作" in terminal.wait_until(partial(_is_answered, left), "an answer"):
                terminal.press("y")
        assert "--apply" in terminal.wait_for("没有待复核的。每个决定都已保存。"), "what comes next is said"
        terminal.press("q")
        assert terminal.end() == 0
    kept = [(decision.cell, str(decision.after.value)) for decision in logged(tmp_path / "results.jsonl")]
    assert kept == list(zip(YINZHOU_QUEUE, settled, strict=True))


def test_where_the_screen_would_go_into_a_file_it_is_asked_line_by_line(tmp_path: Path) -> None:
    results, errors = write_results(tmp_path, yinzhou()), tmp_path / "errors"
    command = f'exec "{sys.executable}" -m gkllm review "{results}" --reviewer alice 2>"{errors}"'
    variables = {"GKLLM_LANG": "en", "PYTHONPATH": str(Path(__file__).parents[2])}
    with Terminal(["sh", "-c", command], (80, 24), variables, tmp_path) as terminal:
        terminal.wait_for("[1 of 3]", "\n>")
        terminal.press("q", "enter")
        assert terminal.end() == 0
    assert "\x1b" not in errors.read_text(encoding="utf-8")


def test_enter_opens_and_what_is_typed_is_weighed_before_it_is_kept(tmp_path: Path) -> None:
    with _opened(tmp_path, (80, 24), "C.UTF-8") as terminal:
        terminal.wait_for("1 of 3 questions", "（七）总计 ", YINZHOU.name)
        terminal.press("enter")
        terminal.wait_for("Escape goes back", "would be reconciled")
        terminal.press("7")
        terminal.wait_for("≠ 7")
        terminal.press("enter")
        terminal.wait_for("Enter again if it is what is printed")
        terminal.press("escape")
        terminal.wait_until(lambda shown: "Escape goes back" not in shown, "the queue")
        terminal.press("enter")
        terminal.wait_for("Escape goes back")
        terminal.press("6")
        terminal.wait_for("≠ 6")
        terminal.press("enter", "enter")
        terminal.wait_for("1 of 2 questions")
        terminal.press("u")
        terminal.wait_for("1 of 3 questions")
        terminal.press("q")
        assert terminal.end() == 0
    assert [decision.after.value for decision in logged(tmp_path / "results.jsonl")] == [6]
