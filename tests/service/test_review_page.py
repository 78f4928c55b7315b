"""The page in the machine's Chromium, as a person uses it."""

import json
from io import BytesIO
from pathlib import Path
from urllib.request import urlopen

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, expect

from evals.generator.drawn import draw
from tests.rendering.pdf import Style, render_pdf
from tests.service.running import Person
from tests.show.browser import CHROMIUM
from tests.show.test_page import hostile_report

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: the page is not tried")
ROOT = Path(__file__).parents[2]
YINZHOU = ROOT / "fixtures" / "yinzhou-2019.txt"
LICENSING = "disclosure.licensing.last_year_items"
_SEED = 5
"""A generated report whose broken relations blame two cells."""


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pdf") / "drawn.pdf"
    path.write_bytes(render_pdf(draw(_SEED), Style("strokes")))
    return path


def hand_over_yinzhou(person: Person) -> str:
    """Hand over 鄞州's report; its id."""
    person.upload(YINZHOU)
    person.page.click("#uploads-close")
    person.page.wait_for_selector("#tables td.current")
    return person.page.url.split("/")[-2]


def test_reports_are_handed_over_settled_by_keyboard_and_taken_away_corrected(
    browser: Browser, service: str, pdf: Path
) -> None:
    person = Person(browser, service, "王芳").arrive()
    person.upload(YINZHOU, pdf)
    page = person.page
    with urlopen(f"{service}/v1/queue?limit=1") as answer:
        expected = json.load(answer)["open"]
    assert expected > 3
    expect(page.locator("#open-count")).to_have_text(f"{expected} open")
    page.click("#uploads-close")
    # The drawn report's document is its pages, the cell boxed.
    page.locator("#queue .item", has_text="（七）总计/自然人").last.click()
    page.wait_for_selector("#source svg .place.current rect")
    person.page.keyboard.press("Home")
    # The second candidate of the first cell, then a typed value that mends relations, then what is proposed.
    page.wait_for_selector("#candidates button")
    cell = person.cell()
    person.press("2")
    assert person.cell() != cell
    expect(page.locator("#open-count")).to_have_text(f"{expected - 1} open")
    person.press("u")
    assert person.cell() == cell
    person.press("n")
    person.say("查纸质件")
    expect(page.locator("#cell-facts .note")).to_have_text("note by 王芳: 查纸质件")
    person.press("2")
    for _ in range(expected + 5):
        if not person.open():
            break
        person.press("a")
        if page.locator("dialog[open]").count():
            person.press("Enter")  # is no answer
            assert page.locator("dialog[open]").count() == 1
            person.press("y")
    expect(page.locator("#open-count")).to_have_text("0 open")
    expect(page.locator("#queue-empty")).to_be_visible()
    page.goto(f"{service}/#/reports")
    page.locator("#reports-list a", has_text="鄞州区教育局").click()
    page.wait_for_selector(f"#tables td.settled[data-cell='{LICENSING}']")
    with page.expect_download() as download:
        page.click("#export-xlsx")
    book = load_workbook(BytesIO(download.value.path().read_bytes()), read_only=True)
    rows = [row for sheet in book for row in sheet.iter_rows(values_only=True)]
    assert any(LICENSING in row and 2 in row for row in rows)
    assert person.complaints == []
    assert {address.partition("/")[0] for address in person.asked} <= {"http:", "blob:", "data:"}
    assert all(a.startswith((service, "blob:", "data:")) for a in person.asked)


def test_two_people_see_each_others_decisions_and_their_conflict(browser: Browser, service: str) -> None:
    one, other = Person(browser, service, "王芳").arrive(), Person(browser, service, "李明").arrive()
    report = hand_over_yinzhou(one)
    expect(other.page.locator("#open-count")).to_have_text("3 open")
    for person in (one, other):
        person.go(report, LICENSING)
    one.press("1")
    # The other sees it without asking, and says otherwise.
    expect(other.page.locator("#open-count")).to_have_text("2 open")
    expect(other.page.locator("#cell-facts .says")).to_have_text("王芳 says 22")
    other.press("2")
    expect(other.page.locator("dialog[open]")).to_contain_text("王芳 says 22")
    other.press("y")
    for person in (one, other):
        expect(person.page.locator("#queue .item .mark.conflict")).to_have_count(1)
        expect(person.page.locator("#open-count")).to_have_text("3 open")
        person.go(report, LICENSING)
        expect(person.page.locator("#cell-facts .says")).to_have_text(["王芳 says 22", "李明 says 2"])
        expect(person.page.locator(f"#tables td.conflict[data-cell='{LICENSING}']")).to_have_count(1)
    one.press("1")
    for person in (one, other):
        expect(person.page.locator("#queue .item .mark.conflict")).to_have_count(0)
    assert one.complaints == other.complaints == []


def test_who_did_not_hear_of_a_decision_is_told_before_contradicting_it(
    browser: Browser, service: str
) -> None:
    one, deaf = Person(browser, service, "王芳").arrive(), Person(browser, service, "李明")
    report = hand_over_yinzhou(one)
    deaf.page.route("**/v1/events*", lambda route: route.abort())
    deaf.arrive()
    for person in (one, deaf):
        person.go(report, LICENSING)
    one.press("1")
    expect(one.page.locator("#open-count")).to_have_text("2 open")
    deaf.press("2")
    expect(deaf.page.locator("dialog[open]")).to_contain_text("王芳 says 22")
    deaf.press("n")
    expect(one.page.locator("#open-count")).to_have_text("2 open")
    deaf.press("2")
    deaf.press("y")
    expect(one.page.locator("#queue .item .mark.conflict")).to_have_count(1)


def test_a_typed_value_shows_what_becomes_of_its_relations(browser: Browser, service: str) -> None:
    person = Person(browser, service, "王芳").arrive()
    report = hand_over_yinzhou(person)
    person.go(report, "requests.results_total.natural_person")
    sides = person.page.locator("#sides")
    expect(sides.locator(".broken")).to_have_count(2)
    person.page.keyboard.press("t")
    person.page.keyboard.type("３")
    expect(sides.locator(".broken")).to_have_count(1)
    expect(sides.locator(".holds")).to_have_count(2)
    person.page.keyboard.type("x")
    expect(sides.locator(".broken")).to_contain_text("is no number")
    person.page.keyboard.press("Backspace")
    expect(sides.locator(".holds")).to_have_count(2)
    person.press("Enter")
    expect(sides.locator(".broken").first).to_contain_text("Enter again")
    person.press("Enter")
    expect(person.page.locator("#open-count")).not_to_have_text("3 open")
    cell = person.page.locator("td[data-cell='requests.results_total.natural_person']")
    expect(cell).to_contain_text("3")
    expect(cell).to_have_class("settled")
    assert person.complaints == []


def test_a_table_that_the_document_lacks_is_one_question_with_a_place_in_the_forms(
    browser: Browser, service: str, tmp_path: Path
) -> None:
    text, path = YINZHOU.read_text("utf-8"), tmp_path / "without.txt"
    without = text[: text.index("三、收到和处理")] + text[text.index("四、政府信息公开行政复议") :]
    path.write_text(without, encoding="utf-8")
    person = Person(browser, service, "王芳").arrive()
    person.upload(path)
    page = person.page
    page.click("#uploads-close")
    question = page.locator("#queue .item", has_text="三、收到和处理")
    expect(question).to_have_count(1)
    question.click()
    expect(page.locator("#cell-question")).to_contain_text("does not print this table (161 cells)")
    current = page.locator("section[data-table='requests'] td.current")
    expect(current).to_be_in_viewport()
    expect(page.locator("section[data-table='requests'] thead th").first).to_have_text("自然人")
    before = person.open()
    person.press("d")
    expect(page.locator("#open-count")).to_have_text(f"{before - 161} open")
    expect(page.locator("section[data-table='requests'] td.settled")).to_have_count(161)
    person.press("u")
    expect(question).to_have_count(1)
    assert person.open() == before and person.complaints == []


def test_nothing_in_a_hostile_document_executes(browser: Browser, service: str, tmp_path: Path) -> None:
    person = Person(browser, service, "<img src=x onerror=\"document.title='owned'\">").arrive()
    person.upload(hostile_report(tmp_path))
    page = person.page
    page.wait_for_selector("#tables td.current")
    page.goto(f"{service}/#/reports")
    page.wait_for_selector("#reports-list a")
    page.goto(f"{service}/#/overview")
    page.wait_for_selector("#overview .panel")
    assert page.title() == "gkllm"
    assert (
        page.evaluate("document.querySelectorAll('main img, main script, main iframe, main style').length")
        == 0
    )
    assert person.complaints == []
