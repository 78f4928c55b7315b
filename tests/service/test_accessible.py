"""The page to those who do not see it as others do: axe finds nothing, wide or narrow, light or dark; and no mouse is
needed."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.service.running import DESK, TELEPHONE, Person, serving
from tests.service.test_review_page import LICENSING, YINZHOU
from tests.show.browser import CHROMIUM

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: the page is not tried")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("store") / "reports.db") as address:
        Person(browser, address, "李明").arrive().upload(YINZHOU)
        yield address


def _faults(person: Person) -> list[tuple[str, list[str]]]:
    found = Axe().run(person.page).response["violations"]
    return [(fault["id"], [node["html"][:200] for node in fault["nodes"]]) for fault in found]


@pytest.mark.parametrize("size", [DESK, TELEPHONE], ids=["1440", "390"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(browser: Browser, service: str, scheme: str, size: tuple[int, int]) -> None:
    person = Person(browser, service, "王芳", color_scheme=scheme, size=size, locale="zh-CN").arrive()
    page = person.page
    page.wait_for_selector("#tables td.current", state="attached")
    expect(page.locator("#sides li").first).to_be_attached()
    found = {"review": _faults(person)}
    if size == TELEPHONE:
        for pane in ("document", "table"):
            page.click(f"[data-shows={pane}]")
            found[pane] = _faults(person)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= size[0], "nothing is scrolled sideways but tables"
    page.keyboard.press("?")
    page.wait_for_selector("dialog[open]")
    found["help"] = _faults(person)
    page.keyboard.press("Escape")
    for view in ("reports", "overview"):
        page.goto(f"{service}/#/{view}")
        page.wait_for_selector(f"#view-{view} tbody tr")
        found[view] = _faults(person)
    assert {view: faults for view, faults in found.items() if faults} == {}


@pytest.mark.parametrize("size", [DESK, TELEPHONE], ids=["1440", "390"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_none_where_something_is_asked_or_disputed(
    browser: Browser, tmp_path: Path, scheme: str, size: tuple[int, int]
) -> None:
    with serving(tmp_path / "reports.db") as address:
        person, other = (
            Person(browser, address, name, color_scheme=scheme, size=size) for name in ("王芳", "李明")
        )
        page, dialog = person.page, person.page.locator("dialog[open]")
        page.goto(address)
        expect(dialog).to_be_visible()
        found = {"login": _faults(person)}
        person.say("王芳")
        page.wait_for_selector("body[data-reviewer]")
        person.upload(YINZHOU)
        found["uploads"] = _faults(person)
        page.click("#uploads-close")
        page.wait_for_selector("#tables td.current", state="attached")
        report = page.url.split("/")[-2]
        other.arrive(f"#/reports/{report}/{LICENSING}")
        other.page.wait_for_selector("#tables td.current", state="attached")
        person.go(report, LICENSING)
        person.press("1")
        expect(other.page.locator("#cell-facts .says")).to_be_attached()
        other.press("2")
        found["somebody decided"] = _faults(other)
        other.press("y")
        expect(page.locator("#queue .mark.conflict")).to_be_attached()
        person.go(report, LICENSING)
        found["conflict"] = _faults(person)
        person.go(report, "requests.results_total.natural_person")
        expect(page.locator("#sides .broken")).to_have_count(2)
        person.press("a")
        found["broken"] = _faults(person)
    assert {view: faults for view, faults in found.items() if faults} == {}


def test_a_screen_reader_is_told_where_it_is(browser: Browser, service: str) -> None:
    person = Person(browser, service, "王芳").arrive()
    page = person.page
    page.wait_for_selector("#tables td.current")
    queue = page.get_by_role("listbox", name="Queue")
    expect(queue.get_by_role("option", selected=True)).to_have_count(1)
    person.press("j")
    named = queue.get_attribute("aria-activedescendant")
    selected = queue.get_by_role("option", selected=True)
    assert named == selected.get_attribute("id")
    expect(selected).to_have_attribute("aria-posinset", "2")
    doubtful = page.locator(f"td[data-cell='{LICENSING}']")
    expect(doubtful.get_by_role("link")).to_have_accessible_name(re.compile("^22 ?, needs review$"))
    for name in ("Queue", "Document", "Relations"):
        expect(page.get_by_role("heading", name=name, exact=True)).to_have_count(1)


def test_everything_is_reached_by_tab_and_the_focus_is_seen(browser: Browser, service: str) -> None:
    person = Person(browser, service, "王芳").arrive()
    page = person.page
    page.wait_for_selector("#tables td.current")
    page.evaluate("document.activeElement.blur()")
    reached = list[str]()
    for _ in range(40):
        page.keyboard.press("Tab")
        name, outline = page.evaluate(
            "[document.activeElement.id || document.activeElement.textContent.trim(),"
            " getComputedStyle(document.activeElement).outlineStyle]"
        )
        assert outline != "none" or name == "", name
        reached.append(name)
    wanted = ["upload", "language", "theme", "queue", "cell-about", "typed", "relations-pane", "source"]
    # What is asked comes before the document, whose every number is a link.
    assert [name for name in dict.fromkeys(reached) if name in wanted] == wanted


def test_the_page_that_stands_alone_has_no_violation_either(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    command = [sys.executable, "-m", "gkllm", "show", str(YINZHOU), "--html", "-o", str(path)]
    subprocess.run(command, check=True, timeout=120)
    for scheme in ("light", "dark"):
        for width, height in (DESK, TELEPHONE):
            context = browser.new_context(
                viewport={"width": width, "height": height}, color_scheme=scheme, bypass_csp=True
            )
            page = context.new_page()
            page.goto(path.as_uri())
            found = Axe().run(page).response["violations"]
            assert [(one["id"], [n["html"][:200] for n in one["nodes"]]) for one in found] == []
            context.close()
