"""The web page of `gkllm show --html` in a real browser, and what a hostile document makes of it."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evals.generator.drawn import draw
from gkllm.cli import app
from tests.rendering.pdf import Style, render_pdf
from tests.show.browser import CHROMIUM, chromium

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
_HOSTILE = (
    "<script>document.title='owned'</script>",
    '"><img src=x onerror="document.title=\'owned\'">',
    "<a href=\"javascript:document.title='owned'\">x</a>",
    "</pre></div><style>*{display:none}</style>",
    "{{ 7 * 7 }}",
)


def _show(source: Path, folder: Path) -> Path:
    page = folder / "page.html"
    result = CliRunner().invoke(app, ["show", str(source), "--html", "-o", str(page)])
    assert result.exit_code == 0, result.output
    return page


def _report(folder: Path) -> Path:
    path = folder / "report.pdf"
    path.write_bytes(render_pdf(draw(4), Style("strokes")))
    return path


def hostile_report(folder: Path) -> Path:
    """A Markdown report whose title, labels, prose and one cell are attacks, as is its name."""
    rows = "\n".join(
        f"| 规章{attack} | 1 | 2 | 3 |\n| 行政规范性文件 | {attack} | 5 | 6 |" for attack in _HOSTILE
    )
    text = f"{_HOSTILE[0]}某局2023年政府信息公开年度报告{_HOSTILE[1]}\n\n{' '.join(_HOSTILE)}\n\n"
    text += "| 信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |\n|---|---|---|---|\n"
    path = folder / "\"><script>document.title='owned'<script>.md"
    path.write_text(f"{text}{rows}\n| 行政许可 | 4 |\n| 行政处罚 | 4 |\n| 行政强制 | 4 |\n", encoding="utf-8")
    return path


@needs_chromium
@pytest.mark.parametrize("kind", ["pdf", "text"])
def test_cells_and_their_places_are_linked_both_ways(kind: str, tmp_path: Path) -> None:
    fixture = Path(__file__).parents[2] / "fixtures" / "hongze-2023.txt"
    page = _show(_report(tmp_path) if kind == "pdf" else fixture, tmp_path)
    with chromium(tmp_path / "profile") as tab:
        tab.open(page.as_uri())
        assert tab.value("document.querySelectorAll('.source a').length") > 100
        for cell in ("r0c3", "r0c60"):
            tab.click(cell)
            assert tab.value("location.hash") == f"#{cell}s"
            assert tab.value("document.querySelector('.source a:target').id") == f"{cell}s"
            assert tab.value(_IN_VIEW) is True
            tab.click(f"{cell}s")
            assert tab.value("document.querySelector('.cells a:target').id") == cell
            assert tab.value(_IN_VIEW) is True


_IN_VIEW = (
    "(() => { const b = document.querySelector(':target').getBoundingClientRect();"
    " return b.top >= -2 && b.bottom <= innerHeight + 2 && b.width > 0; })()"
)


@needs_chromium
def test_nothing_in_a_hostile_document_executes(tmp_path: Path) -> None:
    page = _show(hostile_report(tmp_path), tmp_path)
    with chromium(tmp_path / "profile") as tab:
        tab.open(page.as_uri())
        assert "<script>document.title='owned'" in tab.value("document.title")
        assert tab.value("document.querySelectorAll('script, img, iframe, object').length") == 0
        assert tab.value("document.querySelectorAll('style').length") == 1
        assert tab.value(
            "[...document.querySelectorAll('a[href]')].every(a => a.hash && a.href.startsWith('file:'))"
        )
        assert tab.value(
            "[...document.querySelectorAll('*')].every(e => [...e.attributes].every(a => !a.name.startsWith('on')))"
        )
        assert "{{ 7 * 7 }}" in tab.value("document.querySelector('.source').innerText")


@needs_chromium
def test_a_number_stands_under_its_headings_and_doubts_lead_to_each_other(tmp_path: Path) -> None:
    fixture = Path(__file__).parents[2] / "fixtures" / "yinzhou-2019.txt"
    page = _show(fixture, tmp_path)
    with chromium(tmp_path / "profile") as tab:
        tab.open(page.as_uri())
        assert tab.value(_HEADINGS.replace("CELL", "requests.results_total.legal_service")) == [
            "法律服务机构",
            "法人或其他组织",
        ]
        assert tab.value(_HEADINGS.replace("CELL", "disclosure.fees.change")) == ["本年增/减"]
        doubts = tab.value("[...document.querySelectorAll('.doubt')].map(d => d.id)")
        assert len(doubts) == 3
        walked = [doubts[0]]
        while after := tab.value(f"document.querySelector('#{walked[-1]} [rel=next]')?.hash"):
            walked.append(after[1:])
        assert walked == doubts
        assert tab.value("document.querySelectorAll('.finding .cells a').length") >= 4
        assert "6 → 3" in tab.value("document.querySelector('.suggestions').innerText")
        assert tab.value(
            "[...document.querySelectorAll('.doubt a, .finding a, td a')].every(a => document.querySelector(a.hash))"
        )


_HEADINGS = """(() => {
  const cell = document.querySelector('td[data-cell="CELL"]').getBoundingClientRect(), x = (cell.left + cell.right) / 2;
  const heads = document.querySelector('td[data-cell="CELL"]').closest('table').querySelectorAll('thead th');
  return [...heads].filter(h => h.getBoundingClientRect().left < x && x < h.getBoundingClientRect().right)
    .map(h => h.textContent).reverse();
})()"""


def test_the_page_asks_for_nothing_from_outside(tmp_path: Path) -> None:
    page = _show(_report(tmp_path), tmp_path).read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert "<script" not in page
    for address in re.findall(r'(?:src|href)="([^"]*)"', page):
        assert address.startswith(("#", "data:image/png;base64,"))


def test_the_text_view_says_which_labels_were_found(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["show", str(_report(tmp_path))])
    assert result.exit_code == 0
    assert re.search(r"\n  grid 1, lattice, page 1\n", result.stdout)
    assert "    = " in result.stdout.split("GRIDS")[1]
    assert re.search(r"四、.+: edition \d+, 3 of 3 rows found\n", result.stdout)


def test_a_document_cannot_steer_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "escape.txt"
    path.write_text("某局\x1b[2J2023年\n规章\x1b]0;owned\x07 1 2 3\n" + "本局。\n" * 200, encoding="utf-8")
    shown = CliRunner().invoke(app, ["show", str(path)])
    assert shown.exit_code == 0
    assert "\x1b" not in shown.stdout
    assert "三、收到和处理政府信息公开申请情况: not found" in shown.stdout


def test_what_cannot_be_shown_is_told_in_a_line(tmp_path: Path) -> None:
    missing = CliRunner().invoke(app, ["show", str(tmp_path / "missing.txt")])
    assert (missing.exit_code, missing.stdout) == (1, "")
    assert missing.stderr.count("\n") == 1
    prose = tmp_path / "prose.txt"
    prose.write_text("本局今年没有这些表格。\n", encoding="utf-8")
    page = CliRunner().invoke(app, ["show", str(prose), "--html", "-o", str(tmp_path / "x.html")])
    assert (page.exit_code, (tmp_path / "x.html").exists()) == (1, False)


@needs_chromium
def test_a_doubt_is_shown_as_in_the_review_with_its_relations_linked_to_their_cells(tmp_path: Path) -> None:
    fixture = Path(__file__).parents[2] / "fixtures" / "yinzhou-2019.txt"
    with chromium(tmp_path / "profile") as tab:
        tab.open(_show(fixture, tmp_path).as_uri())
        doubt = "document.querySelectorAll('.doubt')[1]"
        assert (
            tab.value(f"{doubt}.querySelector('.question').textContent")
            == '"66" is printed; read as 6, not as 66?'
        )
        assert (
            tab.value(f"[...{doubt}.querySelectorAll('.candidates b')].map(b => b.textContent).join()")
            == "6,66"
        )
        assert tab.value(f"{doubt}.querySelectorAll('.sides .broken').length") == 2
        assert tab.value(f"{doubt}.querySelector('.sides .suggestion').textContent.includes('6 → 3')") is True
        tab.value(f"{doubt}.querySelector('.sides .broken .terms a').click()")
        named = tab.value("document.querySelector('.cells td :target').closest('td').dataset.cell")
        assert named == "requests.received.natural_person"


def test_a_table_that_is_missing_is_one_doubt_with_an_empty_table_beside_it(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "fixtures" / "yinzhou-2019.txt").read_text("utf-8")
    path = tmp_path / "without.txt"
    without = text[: text.index("三、收到和处理")] + text[text.index("四、政府信息公开行政复议") :]
    path.write_text(without, encoding="utf-8")
    page = _show(path, tmp_path).read_text("utf-8")
    assert page.count('class="doubt"') == 2
    assert "The document does not print this table (161 cells): is it so?" in page
    shown = page[page.index('data-table="requests"') :]
    assert shown.count('class="missing" data-cell="requests.') == 161 and "自然人</th>" in shown
