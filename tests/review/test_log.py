"""The log keeps every decision, whole, whatever happens around it."""

import itertools
import json
import multiprocessing
import os
import random
import signal
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from gkllm.errors import LogUnusable
from gkllm.review.log import Decision, DecisionLog, LogContent, Reason
from gkllm.review.stored_log import open_log
from tests.review.desk import make_decision, open_session, say, write_results, yinzhou

KILLS = 100


def ids(content: LogContent) -> list[str]:
    return [entry.id for entry in content.entries]


def test_what_is_appended_is_read_again(tmp_path: Path) -> None:
    log = DecisionLog(tmp_path / "log.jsonl")
    log.append([make_decision("a.b.c", 1), make_decision("a.b.d", 2)])
    assert DecisionLog(log.path).read() == LogContent((make_decision("a.b.c", 1), make_decision("a.b.d", 2)))
    assert all(json.loads(line) for line in log.path.read_text(encoding="utf-8").splitlines())


def test_a_reader_gets_what_came_since(tmp_path: Path) -> None:
    mine, theirs = DecisionLog(tmp_path / "log"), DecisionLog(tmp_path / "log")
    mine.append([make_decision("a.b.c", 1)])
    assert len(mine.read().entries) == 1
    theirs.append([make_decision("a.b.c", 2)])
    assert ids(mine.read()) == ["alice-a.b.c-2"] and mine.read().entries == ()


def test_a_torn_line_is_kept_and_warned_of_and_the_next_line_is_whole(tmp_path: Path) -> None:
    log = DecisionLog(tmp_path / "log")
    log.append([make_decision("a.b.c", 1)])
    torn = log.path.read_bytes()[:50]
    with log.path.open("ab") as stream:
        stream.write(torn)
    assert "not written to its end" in DecisionLog(log.path).read().warnings[0]
    DecisionLog(log.path).append([make_decision("a.b.c", 2)])
    content = DecisionLog(log.path).read()
    assert ids(content) == ["alice-a.b.c-1", "alice-a.b.c-2"]
    assert len(content.warnings) == 1 and torn in log.path.read_bytes()


def test_a_last_line_without_its_end_is_read_once(tmp_path: Path) -> None:
    log = DecisionLog(tmp_path / "log")
    log.path.write_text(make_decision("a.b.c", 1).model_dump_json(), encoding="utf-8")
    assert ids(log.read()) == ["alice-a.b.c-1"]
    log.append([make_decision("a.b.c", 2)])
    assert ids(log.read()) == ["alice-a.b.c-2"]
    content = DecisionLog(log.path).read()
    assert ids(content) == ["alice-a.b.c-1", "alice-a.b.c-2"] and content.warnings == ()


def test_no_line_lies_across_a_page(tmp_path: Path) -> None:
    log = DecisionLog(tmp_path / "log")
    for first in range(0, 40, 4):
        log.append([make_decision("a.b.c", first + n, note="x" * (37 * n)) for n in range(4)])
    starts, at = [], 0
    for line in log.path.read_bytes().splitlines(keepends=True):
        if line.strip():
            starts.append((at, at + len(line) - 1))
        at += len(line)
    assert len(starts) == 40 and all(start // 4096 == end // 4096 for start, end in starts)


def test_an_entry_that_another_program_wrote_behind_a_torn_one_is_not_lost(tmp_path: Path) -> None:
    whole = make_decision("a.b.c", 1).model_dump_json().encode()
    path = tmp_path / "log"
    path.write_bytes(whole[:70] + whole + b"\n")
    content = DecisionLog(path).read()
    assert ids(content) == ["alice-a.b.c-1"] and len(content.warnings) == 1


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"log_version":2,"anything":1}', "written in version 2 of the log"),
        ('{"log_version":1,"entry":"decision"}', "other fields"),
        ('{"schema_version":1}', "not a line of gkllm's review log"),
        ("notes of mine", "not a line of gkllm's review log"),
    ],
)
def test_what_is_no_log_of_this_version_is_refused_and_not_touched(
    tmp_path: Path, line: str, words: str
) -> None:
    path = tmp_path / "log"
    for text in (line + "\n", line + "\n" + make_decision("a.b.c", 1).model_dump_json() + "\n"):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(LogUnusable, match=words):
            DecisionLog(path).read()
        assert path.read_text(encoding="utf-8") == text


def test_a_log_in_a_folder_that_does_not_exist_is_unusable(tmp_path: Path) -> None:
    with pytest.raises(LogUnusable, match="--log PATH"):
        DecisionLog(tmp_path / "none" / "log").require_writable()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_said_and_nothing_stands(tmp_path: Path) -> None:
    link = tmp_path / "log"
    link.symlink_to("/dev/full")
    with pytest.raises(LogUnusable, match="decisions cannot be kept"):
        DecisionLog(link).append([make_decision("a.b.c", 1)])


def _append_many(path: str, reviewer: str, number: int) -> None:
    log = DecisionLog(Path(path))
    for value in range(number):
        log.append([make_decision("a.b.c", value, reviewer)])


def test_reviewers_at_once_do_not_clobber_each_other(tmp_path: Path) -> None:
    path, number = tmp_path / "log", 60
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    names = ("alice", "bob", "carol")
    writers = [context.Process(target=_append_many, args=(str(path), name, number)) for name in names]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    content = DecisionLog(path).read()
    assert not content.warnings and len(content.entries) == len(names) * number
    for name in names:
        own = [entry for entry in content.entries if entry.reviewer == name]
        assert [entry.after.value for entry in own if isinstance(entry, Decision)] == list(range(number))


def _decide_on_and_on(results: str, first: int, said: Connection) -> None:
    """Decide the same cell again and again, and say each value once the session has it."""
    session = open_session(Path(results), reviewer=f"reviewer {first}", independent=True)
    item = session.queue[0]
    for value in itertools.count(first):
        session.decide([item], say(value), Reason.TYPED, 1.0)
        said.send(value)


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_killed_at_any_moment_no_decision_is_lost_and_no_line_torn(tmp_path: Path) -> None:
    """A reviewer whose every decision is told once it is kept is killed at random moments, a hundred times over."""
    results, moments = write_results(tmp_path, yinzhou()), random.Random(5)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    said: list[int] = []
    for kill in range(KILLS):
        ours, theirs = context.Pipe(duplex=False)
        reviewer = context.Process(target=_decide_on_and_on, args=(str(results), 1000 * kill, theirs))
        reviewer.start()
        theirs.close()
        said.append(ours.recv())
        time.sleep(moments.uniform(0, 0.01))
        assert reviewer.pid is not None
        os.kill(reviewer.pid, signal.SIGKILL)
        said += _rest(ours)
        reviewer.join()
    content = open_log(str(results)).read()
    kept = [entry.after.value for entry in content.entries if isinstance(entry, Decision)]
    assert not content.warnings, "a line was torn"
    assert set(said) <= set(kept), "a decision was lost"
    assert len(kept) == len(set(kept)) <= len(said) + KILLS
    assert len(said) > KILLS


def _rest(connection: Connection) -> list[int]:
    """What was said before the other end was killed."""
    values: list[int] = []
    try:
        while True:
            values.append(connection.recv())
    except EOFError:
        connection.close()
        return values
