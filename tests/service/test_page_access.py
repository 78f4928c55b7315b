"""Who may do what at the page: tokens that are wrong, that may only look, and that are taken back at work."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.service.running import Person, serving
from tests.service.test_review_page import LICENSING, YINZHOU, hand_over_yinzhou
from tests.show.browser import CHROMIUM

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: the page is not tried")


class Tokens:
    """The tokens of a store, given out and taken back by the command line."""

    def __init__(self, store: Path) -> None:
        self._store = store

    def add(self, name: str, *options: str) -> str:
        """A new one."""
        return self._asked("add", name, *options).strip()

    def revoke(self, name: str) -> None:
        """Take one back."""
        self._asked("revoke", name)

    def _asked(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "gkllm", "serve", "token", *arguments, "--db", str(self._store)]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.fixture
def tokens(tmp_path: Path) -> Tokens:
    return Tokens(tmp_path / "reports.db")


@pytest.fixture
def service(tmp_path: Path, tokens: Tokens) -> Iterator[str]:
    tokens.add("someone")
    with serving(tmp_path / "reports.db", "--require-token") as address:
        yield address


def test_only_a_token_that_is_known_lets_in_and_decisions_are_by_its_name(
    browser: Browser, service: str, tokens: Tokens
) -> None:
    person = Person(browser, service, "王芳")
    page = person.page
    page.goto(service)
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("A token is needed here.")
    page.keyboard.press("Escape")
    person.say("gk_wrong")
    expect(dialog.get_by_role("alert")).to_have_text("a token is needed")
    assert page.locator("#queue .item").count() == 0
    person.say(tokens.add("王芳"))
    expect(page.locator("#who")).to_have_text("王芳")
    report = hand_over_yinzhou(person)
    expect(page.locator("#open-count")).to_have_text("3 open")
    person.go(report, LICENSING)
    person.press("1")
    person.go(report, LICENSING)
    expect(page.locator("#cell-facts .says")).to_have_text("王芳 says 22")
    # Whoever leaves is asked for a token again.
    page.click("#who")
    expect(dialog).to_contain_text("A token is needed here.")
    assert person.complaints == []


def test_a_token_that_may_only_look_is_shown_everything_and_decides_nothing(
    browser: Browser, service: str, tokens: Tokens
) -> None:
    Person(browser, service, "王芳").arrive(token=tokens.add("王芳")).upload(YINZHOU)
    visitor = Person(browser, service, "统计").arrive(token=tokens.add("统计", "--read-only"))
    page = visitor.page
    page.wait_for_selector("#tables td.current")
    expect(page.locator("#who")).to_have_text("统计, read only")
    expect(page.locator("#candidates button").first).to_be_disabled()
    for hidden in ("#upload", "#typing", "[data-action=accept]", "[data-action=blank]"):
        expect(page.locator(hidden)).to_be_hidden()
    sent = [address for address in visitor.asked if "decisions" in address]
    for key in ("a", "1", "b", "u"):
        visitor.press(key)
        expect(page.locator(".notice.warning").last).to_contain_text("may look")
    assert sent == [address for address in visitor.asked if "decisions" in address] == []
    before = visitor.cell()
    visitor.press("j")
    assert visitor.cell() != before
    expect(page.locator("#open-count")).to_have_text("3 open")
    assert visitor.complaints == []


def test_a_token_taken_back_at_work_asks_again_and_no_decision_is_lost(
    browser: Browser, service: str, tokens: Tokens
) -> None:
    person = Person(browser, service, "王芳").arrive(token=tokens.add("王芳"))
    page = person.page
    hand_over_yinzhou(person)
    expect(page.locator("#sides li").first).to_be_attached()
    tokens.revoke("王芳")
    page.keyboard.press("1")
    expect(page.locator("dialog[open]")).to_contain_text("A token is needed here.")
    person.say(tokens.add("李明"))
    expect(page.locator("#who")).to_have_text("李明")
    expect(page.locator("#open-count")).to_have_text("2 open")
    person.settle()
    other = Person(browser, service, "张伟").arrive(token=tokens.add("张伟"))
    expect(other.page.locator("#open-count")).to_have_text("2 open")
    assert person.complaints == []
