"""A whole report on a terminal."""

import io
import re

import pytest
from rich.cells import cell_len
from rich.console import Console, RenderableType

from gkllm.checking.evaluate import reported_residuals
from gkllm.language import speak
from gkllm.report import CellState, Report, Usage, Verdict
from gkllm.terminal.explain import render_explanation
from gkllm.terminal.report import Summary, render_report, render_summaries, summarise
from gkllm.terminal.words import printable
from tests.forms import FORM
from tests.terminal.reports import balance_violation, make_cell, make_report, noisy_report


def shown(renderable: RenderableType, width: int = 80, *, terminal: bool = False) -> str:
    console = Console(
        width=width,
        file=io.StringIO(),
        force_terminal=terminal,
        color_system="standard" if terminal else None,
        markup=False,
        highlight=False,
        emoji=False,
    )
    with console.capture() as capture:
        console.print(renderable)
    return capture.get()


@pytest.mark.parametrize("width", [80, 120, 200])
def test_nothing_exceeds_the_width(width: int) -> None:
    assert (
        max(cell_len(line) for line in shown(render_report(noisy_report(), FORM), width).splitlines())
        <= width
    )


def test_the_three_tables_stand_in_the_forms_order() -> None:
    text = shown(render_report(noisy_report(), FORM))
    titles = [f"{section}、" for section in "二三四"]
    positions = [text.index(f"\n{title}") for title in titles]
    assert positions == sorted(positions)


def test_a_broken_relation_states_rule_scope_sides_and_verdict() -> None:
    text = shown(render_report(noisy_report(), FORM))
    assert "requests.balance  Column 自然人: 3 on one side, 6 on the other." in text
    assert "would be reconciled by 三/（七）总计/自然人 6 → 3 (one digit differs)" in text
    speak("zh")
    chinese = shown(render_report(noisy_report(), FORM))
    assert "requests.balance  自然人栏：一边为 3，另一边为 6。" in chinese
    assert "最小改动：三/（七）总计/自然人 6 → 3（一位数字不同）" in chinese


def test_a_cell_to_review_states_value_print_place_and_reasons() -> None:
    document = "line\nline\n66\n"
    cell = make_cell("requests.results_total.natural_person", "66", 6, reading="duplicated_run",
                     reasons=("first reason", "second reason"), start=document.index("66"))  # fmt: skip
    text = shown(render_report(make_report(cell), FORM, document))
    assert (
        'Needs review (1 of 198 cells)\n  三/（七）总计/自然人: 6, printed "66", confidence 60%, line 3\n'
        in text
    )
    assert "      first reason\n      second reason\n" in text


def test_without_the_text_no_line_is_claimed() -> None:
    assert ", line " not in shown(render_report(noisy_report(), FORM))


def test_markup_in_a_document_prints_as_it_is() -> None:
    report = make_report(
        make_cell(
            "requests.granted.total", "[red]x[/]", state=CellState.UNREADABLE, reasons=("[bold]why[/]",)
        ),
        title="[link=http://127.0.0.1]title[/link] :smile:",
        warnings=("[blink]careful[/]",),
    )
    text = shown(render_report(report, FORM), terminal=True)
    for literal in (
        "[red]x[/]",
        "[bold]why[/]",
        "[link=http://127.0.0.1]title[/link] :smile:",
        "[blink]careful[/]",
    ):
        assert literal in text


def test_escape_sequences_in_a_document_do_not_reach_the_terminal() -> None:
    escape = "\x1b]0;owned\x07"
    report = make_report(
        make_cell("requests.granted.total", escape, state=CellState.UNREADABLE, reasons=(f"read {escape}",)),
        name=f"{escape}.txt",
        title=escape,
        warnings=(escape,),
    )
    text = shown(render_report(report, FORM)) + shown(render_summaries([summarise(report)] * 2))
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "␛]0;owned" in text


def test_marks_survive_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    text = shown(render_report(noisy_report(), FORM), terminal=True)
    assert "\x1b[31m" not in text
    assert "6!" in text
    assert '⟵"66"' in text


def test_cells_to_review_are_coloured_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert re.search(r"\x1b\[1;31m *6!", shown(render_report(noisy_report(), FORM), terminal=True))


def test_only_marks_that_occur_are_explained() -> None:
    assert "needs review" not in shown(render_report(make_report(), FORM)).split("Every relation")[0]
    assert "! needs review" in shown(render_report(noisy_report(), FORM))


def test_a_clean_report_says_so() -> None:
    assert shown(render_report(make_report(), FORM)).endswith(
        "Every relation holds, and no cell needs review.\n"
    )


def test_a_table_that_was_not_found_is_named_and_its_cells_are_counted() -> None:
    text = shown(render_report(make_report(missing=("proceedings",)), FORM))
    assert "四、政府信息公开行政复议、行政诉讼情况\nnot found in the document\n" in text
    assert "四、政府信息公开行政复议、行政诉讼情况: 15 cells are not in the document" in text
    assert "every relation holds" not in text.lower()


def test_a_long_list_says_how_many_it_leaves_out() -> None:
    ids = [cell.id for cell in make_report().cells][:100]
    text = shown(render_report(make_report(*(make_cell(cell_id, reasons=("why",)) for cell_id in ids)), FORM))
    assert "Needs review (100 of 198 cells)" in text
    assert text.count("      why\n") == 40
    assert "and 60 more cells" in text


def test_relations_that_cannot_be_checked_are_counted_by_rule() -> None:
    open_ = [
        balance_violation().model_copy(
            update={"verdict": Verdict.NOT_ASSESSABLE, "left": None, "right": None, "scope": scope}
        )
        for scope in ("natural_person", "total")
    ]
    text = shown(render_report(make_report(violations=tuple(open_)), FORM))
    assert (
        "Relations that cannot be checked (2)\n  requests.balance (2): a cell is missing or unreadable"
        in text
    )
    assert "Broken relations" not in text


def test_line_breaks_and_control_characters_become_visible() -> None:
    assert printable("a\nb\tc\x1b\x00\x9b\u202e") == "a b c␛␀\ufffd\ufffd"
    assert printable("鄞州　６") == "鄞州　６"


def test_usage_is_shown_where_a_model_was_asked() -> None:
    used = Usage(model="m", calls=2, cached_answers=1, prompt_tokens=10, completion_tokens=5)
    assert "m: 2 requests, 1 cached answers, 10 + 5 tokens" in shown(
        render_report(make_report(usage=used), FORM)
    )
    assert "tokens" not in shown(render_report(make_report(), FORM))


def test_several_reports_have_a_line_each() -> None:
    lines = shown(
        render_summaries([summarise(noisy_report()), Summary("b.txt", failure="no such file")])
    ).splitlines()
    assert any(
        line.split() == ["yinzhou-2019.txt", "鄞州区教育局", "2019", "198", "2", "1"] for line in lines
    )
    assert any(line.split() == ["b.txt", "not", "read"] for line in lines)


def residual_lines(report: Report) -> list[str]:
    return shown(render_explanation((), report, FORM), 120).splitlines()


def test_the_explanation_lists_every_relation_with_its_difference() -> None:
    lines = residual_lines(noisy_report())
    assert "No request was made to a model." in lines
    assert len(reported_residuals(noisy_report(), FORM)) == len(lines) - 2
    assert "requests.balance natural_person: 3 = 6, difference -3 (broken)" in lines
    assert "requests.balance business: 0 = 0, difference 0" in lines
    assert "requests.total granted: cannot be assessed" in lines
