"""Who comes to the page by a link, by touch, or with files in hand."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.service.running import TELEPHONE, Person
from tests.service.test_review_page import LICENSING, YINZHOU, hand_over_yinzhou
from tests.show.browser import CHROMIUM

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: the page is not tried")


def test_an_address_names_a_cell_and_the_page_is_told_in_chinese(browser: Browser, service: str) -> None:
    person = Person(browser, service, "王芳").arrive()
    report = hand_over_yinzhou(person)
    visitor = Person(browser, service, "李明", locale="zh-CN")
    visitor.arrive(f"#/reports/{report}/requests.received.total")
    page = visitor.page
    expect(page.locator("#heading-row")).to_have_text("三 / 一、本年新收政府信息公开申请数量")
    expect(page.locator("#heading-column")).to_have_text("总计")
    expect(page.locator("#tables td.current")).to_have_attribute("data-cell", "requests.received.total")
    english = "[data-said]:not(:empty)"
    untold = [text for text in page.locator(english).all_inner_texts() if text.isascii() and text.strip()]
    assert untold == []
    page.click("#language")
    expect(page.locator("nav a").first).to_have_text("Review")
    assert page.evaluate("document.documentElement.lang") == "en"


def test_a_report_is_linked_to_and_one_that_is_not_there_is_told(browser: Browser, service: str) -> None:
    report = hand_over_yinzhou(Person(browser, service, "王芳").arrive())
    visitor = Person(browser, service, "李明").arrive(f"#/reports/{report}")
    page = visitor.page
    # Its first open cell is shown, at an address of its own.
    page.wait_for_selector(f"#tables td.current[data-cell='{LICENSING}']")
    assert visitor.cell() == LICENSING
    expect(page.locator("#report-title")).to_contain_text("鄞州区教育局2019年")
    page.go_back()
    nowhere = Person(browser, service, "李明").arrive(f"#/reports/{'0' * 64}")
    expect(nowhere.page.locator(".notice.error").first).to_contain_text("there is no report")


def test_a_queue_is_settled_by_touch_on_a_telephone(browser: Browser, service: str) -> None:
    hand_over_yinzhou(Person(browser, service, "王芳").arrive())
    person = Person(browser, service, "李明", size=TELEPHONE, has_touch=True, is_mobile=True).arrive()
    page = person.page
    expect(page.locator("[data-shows=queue]")).to_have_text("Queue 3")
    page.locator("#queue .item", has_text="（七）总计/自然人").tap()
    # The document comes forward, the value marked, its headings over it.
    expect(page.locator("#source .place.current")).to_be_in_viewport()
    expect(page.locator("#heading-column")).to_be_in_viewport()
    page.locator("[data-shows=table]").tap()
    expect(page.locator("#tables td.current")).to_be_in_viewport()
    for _ in range(3):
        expect(page.locator("#candidates button, [data-action=accept]").first).to_be_attached()
        page.locator("[data-action=accept]").tap()
        person.settle()
        if page.locator("dialog[open]").count():
            page.locator("dialog[open] button", has_text="Yes").tap()
            person.settle()
    expect(page.locator("[data-shows=queue]")).to_have_text("Queue 0")
    page.locator(".acts [data-action=undo]").tap()
    expect(page.locator("[data-shows=queue]")).to_have_text("Queue 1")
    sizes = page.locator("#cell-choice button:visible").evaluate_all(
        "found => found.map(one => one.offsetHeight)"
    )
    assert min(sizes) >= 36, "a finger finds every button"
    assert person.complaints == []


def test_files_are_dropped_anywhere_and_what_cannot_be_read_is_told(
    browser: Browser, service: str, tmp_path: Path
) -> None:
    person = Person(browser, service, "王芳").arrive()
    drop = """(files) => {
      window.told = [];
      new MutationObserver(() => {
        const bar = document.querySelector("#upload-list progress");
        window.told.push([bar?.value ?? -1, document.querySelector("#upload-list .muted").textContent]);
      }).observe(document.getElementById("upload-list"),
        { childList: true, subtree: true, attributes: true, characterData: true });
      const carried = new DataTransfer();
      for (const [name, text] of files) carried.items.add(new File([text], name));
      for (const kind of ["dragenter", "dragover", "drop"]) {
        document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true }));
      }
    }"""
    files = [["鄞州.txt", YINZHOU.read_text(encoding="utf-8")], ["notes.txt", "没有表格。"]]
    person.page.evaluate(drop, files)
    uploads = person.page.locator("#upload-list")
    expect(uploads.locator("a", has_text="鄞州.txt")).to_be_visible(timeout=60_000)
    expect(uploads.locator(".broken")).to_have_count(1)
    expect(person.page.locator("#open-count")).to_have_text("3 open")
    # It was told how far they were, and what came of them.
    told = person.page.evaluate("window.told")
    shares = [share for share, _ in told]
    assert shares == sorted(shares) and shares[0] < 0.5 and shares[-1] == 1
    words = list(dict.fromkeys(said for _, said in told))
    assert words[0] == "sending" and words[-1] == "1 read, 3 to review"
    expect(person.page.locator("#drop")).to_be_hidden()
