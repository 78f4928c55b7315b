"""The store by itself: schema, exactly one result, views, decisions, JSON lines in and out."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import TableClause, create_engine, inspect
from typer.testing import CliRunner

import gkllm
from gkllm.cli import app
from gkllm.errors import StoreUnusable
from gkllm.report import Report
from gkllm.results import read_results
from gkllm.review.corrected import apply_decisions
from gkllm.review.log import Reason
from gkllm.review.standing import fold
from gkllm.review.stored_log import open_log
from gkllm.store import Failure, FileKey, Reading, open_store, tables
from gkllm.store.tables import VERSION
from tests.forms import FORMS
from tests.review.desk import make_decision, say
from tests.review.desk import open_session as open_review
from tests.store.documents import asked, assert_sound

FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.fixture(scope="module")
def report() -> Report:
    return gkllm.extract(FIXTURES / "yinzhou-2019.txt")


def fill(path: Path, *reports: Report) -> Path:
    with open_store(path, create=True) as store:
        run = store.begin({"reader": "rules"})
        for report in reports:
            key = FileKey(f"/in/{report.source.name}", report.source.sha256, report.source.name)
            (file,) = store.register(run, [key])
            assert store.write(run, Reading(file.document, [(report, report.to_json().encode())]))
    return path


def gkllm_command(*arguments: object) -> str:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_tables_are_those_that_the_migrations_make(tmp_path: Path) -> None:
    open_store(tmp_path / "a.db", create=True).close()
    found = inspect(create_engine(f"sqlite:///{tmp_path / 'a.db'}"))
    named = [one for one in vars(tables).values() if isinstance(one, TableClause)]
    kept = [one for one in named if one.name in found.get_table_names()]
    assert {one.name for one in kept} == {*found.get_table_names()} - {"schema_version"}
    for table in kept:
        names = [column["name"] for column in found.get_columns(table.name)]
        assert names == [column.name for column in table.columns], table.name
    assert asked(tmp_path / "a.db", "SELECT version FROM schema_version") == [(VERSION,)]
    assert asked(tmp_path / "a.db", "PRAGMA journal_mode") == [("wal",)]


def test_a_result_is_there_once_for_path_bytes_part_and_settings(tmp_path: Path, report: Report) -> None:
    line = report.to_json().encode()
    with open_store(tmp_path / "a.db", create=True) as store:
        run, other = store.begin({"reader": "rules"}), store.begin({"reader": "both"})
        key = FileKey("/in/a.txt", "0" * 64, "a.txt")
        (file,) = store.register(run, [key])
        assert file.standing is None
        assert store.write(run, Reading(file.document, [(report, line)]))
        assert not store.write(run, Reading(file.document, [(report, line)]))
        (again,) = store.register(run, [key])
        assert again.document == file.document
        assert again.standing is not None and again.standing.reports == 1
        assert store.register(other, [key])[0].standing is None
        assert store.write(other, Reading(file.document, [(report, line)]))
        # Of a path, what was read last is given.
        assert [stored.line for stored in store.lines()] == [line]
    assert asked(tmp_path / "a.db", "SELECT count(*) FROM readings") == [(2,)]


def test_a_failure_is_named_and_gives_way_to_a_result(tmp_path: Path, report: Report) -> None:
    with open_store(tmp_path / "a.db", create=True) as store:
        run = store.begin({})
        (file,) = store.register(run, [FileKey("/in/a.txt", "0" * 64, "a.txt")])
        failure = Failure("a.txt", "LimitExceeded", "a.txt: too long")
        assert store.write(run, Reading(file.document, [], [failure]))
        assert asked(tmp_path / "a.db", "SELECT path, name, kind, message FROM unread") == [
            ("/in/a.txt", "a.txt", "LimitExceeded", "a.txt: too long")
        ]
        assert store.register(run, [FileKey("/in/a.txt", "0" * 64, "a.txt")])[0].standing is None
        assert store.write(run, Reading(file.document, [(report, report.to_json().encode())]))
    assert asked(tmp_path / "a.db", "SELECT * FROM unread") == []
    assert_sound(tmp_path / "a.db", [report.source.name])


def test_sql_alone_reads_what_the_report_says(tmp_path: Path, report: Report) -> None:
    path = fill(tmp_path / "a.db", report)
    long = asked(path, "SELECT cell, label, raw, value, state, confidence, needs_review FROM cells_long")
    assert long == [
        (c.id, c.label, c.raw, c.value, c.state, c.confidence, c.needs_review) for c in report.cells
    ]
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    (wide,) = connection.execute("SELECT * FROM reports_wide").fetchall()
    connection.close()
    assert {cell.id: wide[cell.id] for cell in report.cells} == {c.id: c.value for c in report.cells}
    assert (wide["issuer"], wide["year"]) == (report.report.issuer, report.report.year)
    open_ = asked(path, "SELECT cell, opinions FROM open_review")
    assert open_ == [(cell.id, 0) for cell in report.cells if cell.needs_review]
    broken = asked(
        path, "SELECT rule, scope, left_side, right_side, difference, message FROM broken_relations"
    )
    assert broken == [
        (v.rule, v.scope, v.left, v.right, v.difference, v.message.en)
        for v in report.violations
        if v.verdict != "not_assessable"
    ]
    suggested = asked(path, "SELECT count(*) FROM suggestions")
    assert suggested == [(sum(len(v.suggestions) for v in report.violations),)]
    doubted = asked(path, "SELECT count(*) FROM doubts")
    assert doubted == [(sum(len(cell.doubts) for cell in report.cells),)]


def test_json_lines_go_in_and_come_out_as_they_were(tmp_path: Path) -> None:
    direct = tmp_path / "direct.jsonl"
    gkllm_command("extract", FIXTURES, "--reader", "rules", "-o", direct, "-q")
    lines = direct.read_bytes()
    # Also of a version that wrote other fields: a line is kept, not written anew.
    older = lines.replace(b',"language":"en"', b"", 1)
    for content in (lines, older):
        (tmp_path / "in.jsonl").write_bytes(content)
        (tmp_path / "a.db").unlink(missing_ok=True)
        gkllm_command("export", tmp_path / "in.jsonl", "-o", tmp_path / "a.db")
        gkllm_command("export", tmp_path / "a.db", "-o", tmp_path / "out.jsonl")
        assert (tmp_path / "out.jsonl").read_bytes() == content
    for format_ in ("json", "csv"):
        assert gkllm_command("export", tmp_path / "a.db", "--format", format_) == gkllm_command(
            "export", tmp_path / "in.jsonl", "--format", format_
        )


def test_check_and_review_say_of_a_store_what_they_say_of_the_file(tmp_path: Path, report: Report) -> None:
    (tmp_path / "a.jsonl").write_bytes(report.to_json().encode() + b"\n")
    store = fill(tmp_path / "a.db", report)
    assert gkllm_command("check", store) == gkllm_command("check", tmp_path / "a.jsonl")
    queue = gkllm_command("review", "--list", store)
    assert queue and queue == gkllm_command("review", "--list", tmp_path / "a.jsonl")


def test_decisions_are_kept_in_the_store_and_settle_what_sql_sees(tmp_path: Path, report: Report) -> None:
    path = fill(tmp_path / "a.db", report)
    session, other = open_review(path, reviewer="alice"), open_review(path, reviewer="bob")
    item = session.queue[0]
    session.decide([item], say(3), Reason.TYPED, 1.0)
    assert item.ref.cell not in {cell for (cell,) in asked(path, "SELECT cell FROM open_review")}
    (theirs,) = [found for found in other.queue if found.ref == item.ref]
    other.decide([theirs], say(4), Reason.TYPED, 1.0)
    opinions = f"SELECT opinions FROM open_review WHERE cell = '{item.ref.cell}'"
    assert asked(path, opinions) == [(2,)]
    other.undo()
    assert asked(path, opinions) == []
    assert [entry.entry for entry in open_log(str(path)).read().entries] == ["decision", "decision", "undo"]
    (applied,) = apply_decisions(read_results(path), fold(open_log(str(path)).read().entries), FORMS)
    (cell,) = [cell for cell in applied.report.cells if cell.id == item.ref.cell]
    assert (cell.value, cell.confidence, cell.needs_review) == (3, 1.0, False)


def test_an_overruled_decision_no_longer_counts(tmp_path: Path, report: Report) -> None:
    path = fill(tmp_path / "a.db", report)
    cell = next(cell.id for cell in report.cells if cell.needs_review)
    about = {"document": report.source.sha256}
    log = open_log(str(path))
    log.append([make_decision(cell, 3, "alice", **about), make_decision(cell, 4, "bob", **about)])
    assert asked(path, "SELECT count(*) FROM standing_decisions") == [(2,)]
    log.append([make_decision(cell, 3, "carol", overrules=("bob",), **about)])
    assert asked(path, "SELECT reviewer FROM standing_decisions") == [("alice",), ("carol",)]
    assert cell not in {found for (found,) in asked(path, "SELECT cell FROM open_review")}


def test_nothing_decided_is_ever_changed(tmp_path: Path) -> None:
    open_store(tmp_path / "a.db", create=True).close()
    open_log(str(tmp_path / "a.db")).append([make_decision("a.b.c", 1)])
    for statement in ("UPDATE decisions SET reviewer = 'eve'", "DELETE FROM decisions"):
        with pytest.raises(sqlite3.IntegrityError, match="only added to"):
            asked(tmp_path / "a.db", statement)


def test_what_is_no_store_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable, match="no such file"):
        open_store(tmp_path / "none.db")
    (tmp_path / "text.db").write_text("not a database " * 100)
    with pytest.raises(StoreUnusable, match="not a database"):
        open_store(tmp_path / "text.db", create=True)
    asked(tmp_path / "other.db", "CREATE TABLE songs (title TEXT)")
    with pytest.raises(StoreUnusable, match="another program's database"):
        open_store(tmp_path / "other.db", create=True)
    fresh = open_store(tmp_path / "new.db", create=True)
    fresh.close()
    connection = sqlite3.connect(tmp_path / "new.db")
    connection.execute(f"UPDATE schema_version SET version = {VERSION + 1}")
    connection.commit()
    connection.close()
    with pytest.raises(StoreUnusable, match="knows version"):
        open_store(tmp_path / "new.db")


def test_an_address_is_told_without_its_password() -> None:
    with pytest.raises(StoreUnusable) as refused:
        open_store("mysql://alice:secret@127.0.0.1/reports")
    assert "secret" not in str(refused.value)
