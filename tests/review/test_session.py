"""One reviewer's session: the order of the queue, groups, samples, and what other reviewers do meanwhile."""

from pathlib import Path

import pytest

import gkllm
from gkllm.report import CellState, Report
from gkllm.review.log import Reason
from gkllm.review.plain import NotAValue, typed_content
from tests.cli.pages import clean_page
from tests.forms import FORM
from tests.review.desk import (
    FIXTURES,
    LAST_YEAR,
    RESULT_TOTAL,
    YINZHOU_QUEUE,
    logged,
    open_session,
    say,
    write_results,
    yinzhou,
)

RULES = gkllm.Settings(reader="rules")


def hongze() -> Report:
    return gkllm.extract(FIXTURES / "hongze-2023.txt", RULES)


def test_the_most_valuable_come_first_and_groups_stay_together(tmp_path: Path) -> None:
    session = open_session(write_results(tmp_path, hongze(), yinzhou()))
    groups = [item.group for item in session.queue]
    assert groups == sorted(groups, key=groups.index), "a group is torn apart"
    worth = {group: sum(i.worth for i in session.queue if i.group == group) for group in groups}
    assert list(dict.fromkeys(groups)) == sorted(worth, key=lambda group: -worth[group])
    cells = [item.ref.cell for item in session.queue]
    assert cells.index(RESULT_TOTAL) < cells.index(LAST_YEAR) and len(set(groups)) < len(groups)
    for item in session.queue:
        inside = [i.worth for i in session.queue if i.group == item.group]
        assert inside == sorted(inside, reverse=True)


def test_the_cells_of_a_table_that_was_not_found_are_one_group(tmp_path: Path) -> None:
    page = clean_page().rpartition("四、")[0]
    report = gkllm.extract_text(page, "page.txt", RULES)
    assert not report.tables["proceedings"].found
    session = open_session(write_results(tmp_path, report))
    group = session.group(next(item for item in session.queue if item.ref.cell.startswith("proceedings.")))
    assert {item.ref.cell.split(".")[0] for item in group} == {"proceedings"} and len(group) == 15
    session.decide(group, session.proposal, Reason.ACCEPTED, 15.0)
    assert not [item for item in session.queue if item.ref.cell.startswith("proceedings.")]
    decisions = logged(tmp_path / "results.jsonl")
    assert len(decisions) == 15 and {d.after.state for d in decisions} == {CellState.MISSING}
    assert {d.seconds for d in decisions} == {1.0}


def test_a_sample_is_random_the_same_again_and_grows(tmp_path: Path) -> None:
    path = write_results(tmp_path, yinzhou())
    drawn = [[i.ref for i in open_session(path, sample=n).queue if i.sampled] for n in (5, 5, 20)]
    assert drawn[0] == drawn[1] and set(drawn[0]) < set(drawn[2]) and len(drawn[2]) == 20
    confident = {c.id for c in yinzhou().cells if not c.needs_review}
    assert {cell for _, cell in drawn[2]} <= confident
    session = open_session(path, sample=5)
    item = next(i for i in session.queue if i.sampled)
    session.decide([item], session.proposal, Reason.ACCEPTED, 1.0)
    assert [(d.cell, d.sampled) for d in logged(path)] == [(item.ref.cell, True)]
    left = [i.ref for i in open_session(path, sample=5).queue if i.sampled]
    assert set(left) == set(drawn[0]) - {item.ref}


def test_another_reviewers_decisions_leave_the_queue_unless_both_are_wanted(tmp_path: Path) -> None:
    path = write_results(tmp_path, yinzhou())
    alice, bob = open_session(path, "alice"), open_session(path, "bob")
    alice.decide([alice.queue[0]], say(3), Reason.TYPED, 1.0)
    assert len(bob.queue) == 3
    bob.note(bob.queue[-1], "seen")
    assert [item.ref.cell for item in bob.queue] == YINZHOU_QUEUE[1:]
    carol = open_session(path, "carol", independent=True)
    assert [item.ref.cell for item in carol.queue] == YINZHOU_QUEUE
    carol.decide([carol.queue[0]], say(6), Reason.TYPED, 1.0)
    dave = open_session(path, "dave")
    assert dave.queue[0].ref.cell == RESULT_TOTAL and len(dave.conflict(dave.queue[0])) == 2
    dave.decide([dave.queue[0]], say(6), Reason.CONFIRMED, 1.0)
    assert logged(path)[-1].overrules == ("alice", "carol")
    assert [item.ref.cell for item in open_session(path, "erin").queue] == YINZHOU_QUEUE[1:]


def test_undo_reaches_back_before_a_crash_but_only_to_ones_own(tmp_path: Path) -> None:
    path = write_results(tmp_path, yinzhou())
    alice = open_session(path, "alice")
    alice.decide([alice.queue[0]], say(3), Reason.TYPED, 1.0)
    assert open_session(path, "bob").undo() is None
    again = open_session(path, "alice")
    assert again.undo() == (yinzhou().source.id, RESULT_TOTAL) and again.undo() is None
    assert [item.ref.cell for item in again.queue] == YINZHOU_QUEUE


@pytest.mark.parametrize(
    ("cell", "text", "value"),
    [
        (RESULT_TOTAL, "66", 66),
        (RESULT_TOTAL, " １２ ", 12),
        (RESULT_TOTAL, "1,234", 1234),
        (RESULT_TOTAL, "007", 7),
        ("disclosure.licensing.change", "-3", -3),
        ("disclosure.procurement.amount", "1.5万元", 15000.0),
    ],
)
def test_what_is_typed_is_one_plain_number(cell: str, text: str, value: float) -> None:
    assert typed_content(yinzhou(), FORM, cell, text).value == value


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (RESULT_TOTAL, ""),
        (RESULT_TOTAL, "six"),
        (RESULT_TOTAL, "1 2"),
        (RESULT_TOTAL, "-3"),
        (RESULT_TOTAL, "1.5"),
        (RESULT_TOTAL, "9" * 20),
        (RESULT_TOTAL, "无"),
    ],
)
def test_anything_else_is_refused(cell: str, text: str) -> None:
    with pytest.raises(NotAValue):
        typed_content(yinzhou(), FORM, cell, text)
