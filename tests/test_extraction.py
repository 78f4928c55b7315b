"""The Python interface, from wherever it is called."""

import asyncio
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from threading import enumerate as threads

import pandas
import polars
import pytest

import gkllm
from gkllm.form import load_forms
from gkllm.language import Language
from gkllm.report.frames import frame

FIXTURES = Path(__file__).parents[1] / "fixtures"
YINZHOU = FIXTURES / "yinzhou-2019.txt"
RULES = gkllm.Settings(reader="rules")


@pytest.fixture(scope="module")
def report() -> gkllm.Report:
    return gkllm.extract(YINZHOU, RULES)


def test_a_thread_and_a_running_loop_get_the_report_that_a_script_gets(report: gkllm.Report) -> None:
    """A notebook's cells are run by a loop."""
    assert report.violations[0].suggestions
    found: list[gkllm.Report | None] = []

    async def cell() -> None:
        found.append(gkllm.extract(YINZHOU, RULES))
        found.append(await gkllm.aextract(YINZHOU, RULES))
        found.extend(outcome.report for outcome in gkllm.extract_many([YINZHOU], RULES))

    asyncio.run(cell())
    thread = Thread(target=lambda: found.append(gkllm.extract(YINZHOU, RULES)))
    thread.start()
    thread.join()
    assert found == [report] * 4
    assert not [thread for thread in threads() if thread.name == "gkllm-loop"]


def test_a_path_bytes_a_text_and_a_source_are_the_same_document(report: gkllm.Report) -> None:
    content = YINZHOU.read_bytes()
    documents = (str(YINZHOU), content, content.decode(), gkllm.Source("any", content=content))
    found = [gkllm.extract(document, RULES) for document in documents]
    assert [each.cells for each in found] == [report.cells] * 4
    assert [each.source.name for each in found] == [str(YINZHOU), "bytes", "text", "any"]
    assert gkllm.extract(content, RULES, name="upload").source.name == "upload"
    assert gkllm.extract_text("\ud800" + content.decode(), "torn", RULES).cells[0].raw == report.cells[0].raw


def test_many_documents_give_an_outcome_each_and_a_folder_all_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    for name in ("hewan-2020.txt", "songta-2021.txt"):
        shutil.copy(FIXTURES / name, folder)
    (folder / "letter.txt").write_text("一封信", encoding="utf-8")
    outcomes = list(gkllm.extract_many([YINZHOU, folder, tmp_path / "nowhere", b"\0\1\2"], RULES))
    assert [Path(each.source).name for each in outcomes if each.report] == [
        "yinzhou-2019.txt",
        "hewan-2020.txt",
        "songta-2021.txt",
        "songta-2021.txt",
    ]
    assert sorted(type(each.failure).__name__ for each in outcomes if each.failure) == [
        "DocumentError",
        "NoTablesFound",
        "UnsupportedFormat",
    ]
    assert len(list(gkllm.extract_many(folder, RULES))) == 4


def test_documents_are_taken_as_they_are_needed() -> None:
    taken = []

    def documents() -> Iterator[Path]:
        for _ in range(9):
            taken.append(1)
            yield YINZHOU

    outcomes = gkllm.extract_many(documents(), RULES)
    assert next(outcomes).report is not None
    assert len(taken) < 4
    outcomes.close()  # type: ignore[attr-defined]
    assert not [thread for thread in threads() if thread.name == "gkllm-loop"]


def test_settings_that_cannot_be_used_are_told_at_once() -> None:
    with pytest.raises(gkllm.ConfigurationError):
        next(gkllm.extract_many([YINZHOU], gkllm.Settings(reader="model")))


@pytest.mark.parametrize(
    ("settings", "values", "told"),
    [
        (gkllm.Settings, {"reader": "foo"}, "reader: 'foo' is not usable: input should be 'auto', 'rules'"),
        (gkllm.Settings, {"review_risk": 5}, "review_risk: 5 is not usable: input should be less than"),
        (gkllm.Settings, {"language": "fr"}, "language: 'fr' is not usable: input should be 'en' or 'zh'"),
        (gkllm.Settings, {"model": "qwen"}, "model: 'qwen' is not usable: .*ModelSettings"),
        (gkllm.ModelSettings, {"name": "m", "deadline": 0.0}, "deadline: 0.0 is not usable"),
        (
            gkllm.ModelSettings,
            {"name": "m", "api_key": ["secret"]},
            "^api_key: input should be a valid string$",
        ),
        (gkllm.Spending, {"max_cost": float("nan")}, "max_cost: nan is not usable"),
        (gkllm.to_frame, {"reports": (), "library": "foo"}, "'foo' is not one of 'pandas', 'polars'"),
    ],
)
def test_a_value_that_is_none_is_told_where_it_is_given(
    settings: Callable[..., object], values: dict[str, object], told: str
) -> None:
    with pytest.raises(gkllm.ConfigurationError, match=told):
        settings(**values)


def test_an_empty_text_and_an_archive_are_refused_for_what_they_are(tmp_path: Path) -> None:
    with pytest.raises(gkllm.DocumentError, match=r"^text: the file is empty$"):
        gkllm.extract("", RULES)
    assert [str(outcome.failure) for outcome in gkllm.extract_many([""], RULES)] == [
        "text: the file is empty"
    ]
    shutil.make_archive(str(tmp_path / "all"), "zip", FIXTURES, "songta-2021.txt")
    with pytest.raises(
        gkllm.DocumentError, match="several documents; gkllm extract and extract_many give each"
    ):
        gkllm.extract(tmp_path / "all.zip", RULES)


def test_the_language_spoken_by_the_caller_is_spoken_on_the_loop() -> None:
    from gkllm.language import speaking

    with speaking("zh"), pytest.raises(gkllm.DocumentError, match="没有"):
        gkllm.extract("nowhere.txt")
    with pytest.raises(gkllm.DocumentError, match="no such file"):
        gkllm.extract("nowhere.txt")


def test_a_report_is_shown_in_a_line_and_its_cells_too(report: gkllm.Report) -> None:
    assert len(repr(report)) < 200 and len(str(report)) < 200
    assert len(repr(report.cells[0])) < 200
    assert "to_review=3" in repr(report)


def test_results_read_back_are_shown_in_a_line(report: gkllm.Report, tmp_path: Path) -> None:
    (file := tmp_path / "results.jsonl").write_text(report.to_json() + "\n", encoding="utf-8")
    results = gkllm.read_results(file)
    assert len(repr(results)) < 200 and len(repr(results.reports[0])) < 400


def test_a_cell_is_found_by_its_id_and_none_by_another(report: gkllm.Report) -> None:
    assert all(report.cell(cell.id) is cell for cell in report.cells)
    with pytest.raises(KeyError):
        report.cell("requests.received.nobody")
    with pytest.raises(KeyError):
        report["nothing"]


@pytest.mark.parametrize("name", ["yinzhou-2019.txt", "beiyuan-2022.txt", "hongze-2023.txt"])
def test_a_table_has_the_forms_rows_columns_and_headings(name: str) -> None:
    report = gkllm.extract(FIXTURES / name, RULES)
    form = load_forms()[report.form]
    shown = []
    for table_id, info in report.tables.items():
        table, printed = report[table_id], form.table(table_id, info.edition)
        assert [(row.id, row.headings) for row in table.rows] == [
            (row.id, row.headings) for row in printed.rows
        ]
        for row in printed.rows:
            assert list(table[row.id]) == [column.id for column in row.columns]
        shown += [cell for row in table.rows for cell in row.cells.values()]
    assert tuple(shown) == report.cells


def test_a_notebook_shows_every_value_and_marks_what_is_to_be_looked_at(report: gkllm.Report) -> None:
    page = report._repr_html_()
    assert page.count("background:#f5b5b5") == len(report.to_review)
    assert page.count("<td") == len(report.cells)
    assert "<script" not in page.lower()
    hostile = report.model_copy(
        update={"report": report.report.model_copy(update={"title": "<script>alert(1)</script>"})}
    )
    assert "<script" not in hostile._repr_html_()


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ("Broken relations (4)", "Cells to review (3)", "the digits are printed twice")),
        ("zh", ("不成立的勾稽关系 (4)", "需要复核的单元格 (3)", "数字重复印刷")),
    ],
)
def test_a_notebook_speaks_the_reports_language(language: Language, told: tuple[str, ...]) -> None:
    report = gkllm.extract(FIXTURES / "yinzhou-2019.txt", gkllm.Settings(reader="rules", language=language))
    page = report._repr_html_()
    assert all(words in page for words in told)
    assert ("Broken" in page) == (language == "en")


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_frames_hold_every_value_and_keep_whole_numbers_whole(library: str) -> None:
    reports = [each.report for each in gkllm.extract_many(FIXTURES, RULES) if each.report]
    long = gkllm.to_frame(reports, library)  # type: ignore[arg-type]
    wide = gkllm.to_frame(reports, library, wide=True)  # type: ignore[arg-type]
    cells = [cell for each in reports for cell in each.cells]
    assert _list(long["value"]) == [cell.value for cell in cells]
    assert _list(long["state"]) == [cell.state.value for cell in cells]
    assert _list(long["needs_review"]) == [cell.needs_review for cell in cells]
    assert _list(wide["issuer"]) == [each.report.issuer for each in reports]
    for number, each in enumerate(reports):
        for cell in each.cells:
            assert _list(wide[cell.id])[number] == cell.value
    received = wide["requests.received.total"]
    assert str(received.dtype) == "Int64"


def _list(column: pandas.Series | polars.Series) -> list[object]:
    if isinstance(column, polars.Series):
        return column.to_list()
    return [None if value is pandas.NA else value for value in column.tolist()]


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_number_that_no_machine_word_holds_stays_exact(library: str) -> None:
    huge = 9_007_199_254_740_993
    made = frame({"big": [10**27, None], "mixed": [huge, 0.5], "text": [None, None]}, library, ["text"])  # type: ignore[arg-type]
    assert _list(made["big"]) == [10**27, None]
    assert _list(made["mixed"]) == [huge, 0.5]
    assert list(made["text"]) == [None, None]


def test_a_library_that_is_missing_is_named(report: gkllm.Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(gkllm.ConfigurationError, match=r"gkllm\[polars\]"):
        report.to_frame("polars")


def test_a_report_checked_again_by_its_own_form_is_the_same(report: gkllm.Report) -> None:
    assert gkllm.recheck(report) == report


def test_the_shipped_forms_are_read_once() -> None:
    # What is remembered of a form is remembered for each object that stands for it: a megabyte a report otherwise.
    assert all(one is other for one, other in zip(load_forms(), load_forms(), strict=True))
