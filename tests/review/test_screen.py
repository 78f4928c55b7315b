"""The review screen, by its keys."""

import gc
import json
import time
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot
from typer.testing import CliRunner

import gkllm
from gkllm.cli import app
from gkllm.evaluation.fixture import find_fixtures, load_fixture, load_truth
from gkllm.report import CellState
from gkllm.results import read_results
from gkllm.review.corrected import apply_decisions
from gkllm.review.log import Note, Reason, Undo
from gkllm.review.screen.queue_view import QueueView
from gkllm.review.standing import fold
from gkllm.review.stored_log import open_log
from tests.forms import FORMS
from tests.review.desk import (
    LAST_YEAR,
    RESULT_TOTAL,
    WHOLE_TOTAL,
    YINZHOU,
    YINZHOU_QUEUE,
    copies,
    logged,
    open_session,
    write_results,
    yinzhou,
)
from tests.review.driving import drawn, drive, press

SIZES = [(80, 24), (200, 50)]


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """The report of 鄞州, and its document beside it."""
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "fixtures" / YINZHOU.name).write_bytes(YINZHOU.read_bytes())
    named = yinzhou().source.model_copy(update={"name": f"fixtures/{YINZHOU.name}"})
    return write_results(tmp_path, yinzhou().model_copy(update={"source": named}))


def test_the_report_is_reviewed_to_an_empty_queue(results: Path) -> None:
    session = open_session(results)
    assert [item.ref.cell for item in session.queue] == YINZHOU_QUEUE

    async def keys(pilot: Pilot[None]) -> None:
        await press(pilot, "a")
        assert any("although a relation is broken" in line for line in drawn(pilot))
        await press(pilot, "y")
        await press(pilot, "c")
        await press(pilot, "t", "2", "2", "enter")
        assert any("Nothing is open" in line for line in drawn(pilot))

    drive(results, session, keys)
    assert session.queue == []
    assert [(d.cell, d.after.value, d.reason) for d in logged(results)] == [
        (RESULT_TOTAL, 6, Reason.CONFIRMED),
        (WHOLE_TOTAL, 6, Reason.CONFIRMED),
        (LAST_YEAR, 22, Reason.TYPED),
    ]
    assert all(d.seconds >= 0 and d.reviewer == "alice" and not d.sampled for d in logged(results))


def test_a_fresh_extraction_is_reviewed_to_a_settled_report(tmp_path: Path) -> None:
    results = write_results(tmp_path, gkllm.extract(YINZHOU, gkllm.Settings(reader="rules")))
    session = open_session(results)
    number = len(session.queue)

    async def keys(pilot: Pilot[None]) -> None:
        await press(pilot, *"c" * number)

    drive(results, session, keys)
    assert session.queue == [] and 0 < len(logged(results)) <= number
    (applied,) = apply_decisions(read_results(results), fold(logged(results)), FORMS)
    assert applied.open == 0 and applied.report.violations


def test_what_was_reviewed_becomes_a_corrected_report_and_a_labelled_document(tmp_path: Path) -> None:
    document = tmp_path / YINZHOU.name
    document.write_bytes(YINZHOU.read_bytes())
    results = write_results(tmp_path, gkllm.extract(document, gkllm.Settings(reader="rules")))

    async def keys(pilot: Pilot[None]) -> None:
        await press(pilot, *"c" * 5)

    drive(results, open_session(results), keys)
    corrected, fixtures = tmp_path / "corrected.json", tmp_path / "fixtures"
    for arguments in (
        ["review", str(results), "--apply", "-o", str(corrected)],
        ["fixture", "new", str(corrected), "-o", str(fixtures)],
        ["fixture", "check", str(fixtures)],
    ):
        done = CliRunner().invoke(app, arguments)
        assert done.exit_code == 0, done.output
    [made] = find_fixtures(fixtures)
    [truth] = load_fixture(made).truth.reports
    [published] = load_truth(YINZHOU.with_suffix(".truth.json")).reports
    assert {cell: true.value for cell, true in truth.cells.items()} == {
        cell: true.value for cell, true in published.cells.items()
    }
    assert truth.broken == published.broken != frozenset()


def test_a_typed_value_that_breaks_a_relation_says_so_and_is_entered_twice(results: Path) -> None:
    session = open_session(results)

    async def keys(pilot: Pilot[None]) -> None:
        await press(pilot, "t", "7")
        assert any("requests.total" in line and "≠ 7" in line for line in drawn(pilot))
        await press(pilot, "enter")
        assert any("Enter again" in line for line in drawn(pilot))
        assert logged(results) == []
        await press(pilot, "backspace", "x", "enter")
        assert any("no number" in line for line in drawn(pilot))
        await press(pilot, "backspace", "8", "enter", "enter")

    drive(results, session, keys)
    assert [(d.cell, d.after.value, d.reason) for d in logged(results)] == [(RESULT_TOTAL, 8, Reason.TYPED)]


def test_every_other_key(results: Path) -> None:
    session = open_session(results)

    async def keys(pilot: Pilot[None]) -> None:
        queue = pilot.app.query_one(QueueView)
        await press(pilot, "end", "2", "u")
        assert queue.item is not None and queue.item.ref.cell == LAST_YEAR
        await press(pilot, "x", "u", "b", "u", "o", "u", "minus", "u", "d", "u", "home")
        await press(pilot, "n", "w", "h", "y", "enter")
        assert any("note by alice: why" in line for line in drawn(pilot))
        await press(pilot, "slash", *"licensing", "enter")
        assert queue.cursor == 2
        await press(pilot, "home", "s")
        assert [item.ref.cell for item in session.queue] == [WHOLE_TOTAL, LAST_YEAR, RESULT_TOTAL]
        await press(pilot, "r", "9", "g", "n", "question_mark")
        assert any("take back the last decision" in line for line in drawn(pilot))
        await press(pilot, "escape", "l", "down", "u", "u")

    drive(results, session, keys, (100, 40))
    decided = [(d.cell, d.after.value, d.after.state) for d in logged(results)]
    states = ["unreadable", "blank", "none", "not_applicable", "missing"]
    assert decided == [
        (LAST_YEAR, 2, CellState.REPORTED),
        *((LAST_YEAR, None, CellState(state)) for state in states),
    ]
    entries = [
        json.loads(line)
        for line in Path(open_log(str(results)).place).read_bytes().splitlines()
        if line.strip()
    ]
    assert [e["entry"] for e in entries].count(Undo.model_fields["entry"].default) == 6
    assert [e["text"] for e in entries if e["entry"] == Note.model_fields["entry"].default] == ["why"]
    assert len(session.queue) == 3


def test_enter_opens_the_cell_and_accepts_nothing(results: Path) -> None:
    async def keys(pilot: Pilot[None]) -> None:
        await press(pilot, "enter")
        lines = drawn(pilot)
        assert any('"66" is printed; read as 6, not as 66?' in line for line in lines)
        assert any("- 66  as printed" in line for line in lines)
        assert any("Escape goes back" in line for line in lines)
        await press(pilot, "enter", "enter", "escape")

    session = open_session(results)
    drive(results, session, keys)
    assert logged(results) == [] and len(session.queue) == 3


@pytest.mark.parametrize("size", SIZES)
def test_what_is_asked_and_every_answer_are_in_sight(results: Path, size: tuple[int, int]) -> None:
    async def keys(pilot: Pilot[None]) -> None:
        lines = drawn(pilot)
        text = " ".join(line.split("│")[0].strip() for line in lines)
        assert '"66" is printed; read as 6, not as 66?' in text
        assert "1 6  the digits are printed twice" in text and "2 66  as printed" in text
        assert "6 → 3" in text.replace("6 →  3", "6 → 3")
        assert "v holds, x broken, ? open" in " ".join(lines)
        for key in (
            "1-9 Reading",
            "a Accept",
            "g Accept group",
            "↵ Open",
            "b Blank",
            "u Undo",
            "? Help",
            "q Quit",
        ):
            assert key in lines[-1], key

    drive(results, open_session(results), keys, size)


def test_the_headings_of_the_columns_stay_above_the_marked_row(results: Path) -> None:
    async def keys(pilot: Pilot[None]) -> None:
        view = pilot.app.query_one("#source")
        assert "自然人" in view.render_line(0).text and "总计" in view.render_line(0).text
        assert "column 自然人" in str(view.border_title)

    drive(results, open_session(results), keys)


def test_a_missing_table_is_one_question_and_one_step_back(tmp_path: Path) -> None:
    text = YINZHOU.read_text(encoding="utf-8")
    without = text[: text.index("三、收到和处理")] + text[text.index("四、政府信息公开行政复议") :]
    results = write_results(
        tmp_path, gkllm.extract_text(without, "without.txt", gkllm.Settings(reader="rules"))
    )
    session = open_session(results)
    missing = [item for item in session.queue if item.ref.cell.startswith("requests.")]
    assert len(missing) > 150
    assert len(session.asked) == len(session.queue) - len(missing) + 1
    place = next(n for n, item in enumerate(session.asked) if item.whole)

    async def keys(pilot: Pilot[None]) -> None:
        await press(pilot, *["down"] * place)
        text = " ".join(line.split("│")[0].strip() for line in drawn(pilot))
        assert f"does not print this table ({len(missing)} cells)" in text
        await press(pilot, "a")
        assert not any(item.whole for item in session.asked)
        await press(pilot, "u")
        assert sum(item.whole for item in session.asked) == 1
        await press(pilot, "a")

    drive(results, session, keys)
    assert len(logged(results)) == 2 * len(missing)
    assert not [item for item in session.queue if item.ref.cell.startswith("requests.")]


def test_the_group_is_accepted_at_once_after_it_was_shown(results: Path) -> None:
    session = open_session(results)

    async def keys(pilot: Pilot[None]) -> None:
        await press(pilot, "g")
        assert any("Accept these 2 cells" in line for line in drawn(pilot))
        assert any("although relations" in line for line in drawn(pilot))
        await press(pilot, "y")

    drive(results, session, keys)
    assert [(d.cell, d.reason) for d in logged(results)] == [
        (RESULT_TOTAL, Reason.CONFIRMED),
        (WHOLE_TOTAL, Reason.CONFIRMED),
    ]


def test_a_decision_that_cannot_be_kept_does_not_move_the_screen(results: Path) -> None:
    session = open_session(results)
    log = Path(open_log(str(results)).place)

    async def keys(pilot: Pilot[None]) -> None:
        log.unlink(missing_ok=True)
        log.mkdir()
        await press(pilot, "c")
        assert any("decisions cannot be" in line for line in drawn(pilot))
        assert [item.ref.cell for item in session.queue] == YINZHOU_QUEUE
        log.rmdir()
        await press(pilot, "c")

    drive(results, session, keys)
    assert [d.cell for d in logged(results)] == [RESULT_TOTAL]


@pytest.mark.parametrize("size", SIZES)
def test_the_cell_stands_marked_in_its_row_of_the_document(results: Path, size: tuple[int, int]) -> None:
    async def keys(pilot: Pilot[None]) -> None:
        view = pilot.app.query_one("#source")
        lines = [view.render_line(y) for y in range(view.size.height)]
        style = view.get_component_rich_style("source--cell")
        marked = [(y, s.text) for y, line in enumerate(lines) for s in line if s.style == style]
        assert [text for _, text in marked] == ["66"]
        assert "（七）总计" in lines[marked[0][0]].text

    drive(results, open_session(results), keys, size)


@pytest.mark.parametrize("size", SIZES)
def test_every_line_fills_the_screen_and_panes_stand_one_under_the_other(
    results: Path, size: tuple[int, int]
) -> None:
    async def keys(pilot: Pilot[None]) -> None:
        lines = drawn(pilot)
        borders = {cell_len(line[: line.index("│")]) for line in lines if "│" in line}
        assert len(borders) == 1
        assert lines[0].lstrip().startswith("gkllm review")
        assert "Cell" in lines[2] and "read ⟵ printed, sure" in lines[2]
        assert "三/（七）总计/自然人" in lines[3] and '6 ⟵"66"' in lines[3] and "79%" in lines[3]

    drive(results, open_session(results), keys, size)


@pytest.mark.parametrize("kept", ["gone", "changed"])
def test_without_its_document_a_report_is_reviewed_from_the_stored_strings(results: Path, kept: str) -> None:
    document = results.parent / "fixtures" / YINZHOU.name
    document.unlink() if kept == "gone" else document.write_text("another", encoding="utf-8")
    stranger = yinzhou().source.model_copy(update={"name": f"here/{YINZHOU.name}"})
    write_results(results.parent, yinzhou().model_copy(update={"source": stranger}))
    if kept == "changed":
        (results.parent / "here").mkdir()
        document.rename(results.parent / "here" / YINZHOU.name)

    async def keys(pilot: Pilot[None]) -> None:
        assert any(f"the document is {kept}" in line for line in drawn(pilot))
        view = pilot.app.query_one("#source")
        style = view.get_component_rich_style("source--cell")
        lines = [view.render_line(y) for y in range(view.size.height)]
        assert [s.text for line in lines for s in line if s.style == style] == ["66"]
        await press(pilot, "c")

    session = open_session(results)
    drive(results, session, keys, (120, 30))
    assert len(session.queue) == 2


def test_a_click_on_the_queue_chooses_the_cell(results: Path) -> None:
    async def keys(pilot: Pilot[None]) -> None:
        await pilot.click("#queue", offset=(5, 4))
        assert pilot.app.query_one(QueueView).cursor == 1

    drive(results, open_session(results), keys)


def test_ten_thousand_cells_open_within_a_second_and_keys_answer_within_50_ms(tmp_path: Path) -> None:
    """Processor time, so that a busy machine fails nothing; the limits leave room for a slow one.

    A key's time has in it what the pilot needs to find out that the screen is at rest.
    """
    path = write_results(tmp_path, *copies(yinzhou(), 51, needing=198))
    began = time.process_time()
    session = open_session(path)
    gc.freeze()
    opened, taken = 0.0, {}

    async def keys(pilot: Pilot[None]) -> None:
        nonlocal opened
        opened = time.process_time() - began
        for key in ("down", "c", "pagedown", "end", "u", "home", "s", "r", "k", "c", "b", "n"):
            pressed = time.process_time()
            await pilot.press(key)
            taken[key] = time.process_time() - pressed

    try:
        drive(path, session, keys)
    finally:
        gc.unfreeze()
    assert len(session.queue) > 10_000
    assert opened < 2
    assert sorted(taken.values())[len(taken) // 2] < 0.1
    assert max(taken.values()) < 0.25
