"""A service of its own process, as `gkllm serve` starts it, and a person's browser at its page."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.show.browser import CHROMIUM, FLAGS

_PATIENCE = 60.0
"""Seconds; a machine that does much else is slow, not wrong."""
expect.set_options(timeout=1000 * _PATIENCE)
DESK, TELEPHONE = (1440, 900), (390, 844)


@contextmanager
def serving(store: Path, *options: str) -> Iterator[str]:
    """`gkllm serve` on a store, at a free port of this machine; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gkllm", "serve", "--db", str(store), "--port", str(port), "--jobs", "1"]
    command += options
    errors = store.with_suffix(".log")
    with errors.open("wb") as log:
        process = subprocess.Popen(
            command, stdout=log, stderr=log, env={**os.environ, "GKLLM_READER": "rules"}
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, process, errors)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=20)


def _wait(address: str, process: "subprocess.Popen[bytes]", errors: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            with urlopen(f"{address}/healthz", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(errors.read_text(encoding="utf-8", errors="replace"))


@contextmanager
def browsing() -> Iterator[Browser]:
    """The machine's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


class Person:
    """Somebody at the page, in a browser of their own. `complaints` are the page's errors and what the policy
    refused, `asked` every address that was asked for."""

    def __init__(self, browser: Browser, address: str, name: str, **options: Any) -> None:
        size = options.pop("size", DESK)
        self.context: BrowserContext = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, **({"locale": "en-US"} | options)
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(1000 * _PATIENCE)
        self.address, self.name = address, name
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._heard)
        self.page.on("request", lambda request: self.asked.append(request.url))

    def _heard(self, message: Any) -> None:
        refused = any(f"status of {status}" in message.text for status in (401, 409, 422))
        if message.type == "error" and not refused:
            self.complaints.append(message.text)

    def arrive(self, at: str = "", token: str | None = None) -> "Person":
        """Open the page and say who one is, by a token where it takes one."""
        self.page.goto(f"{self.address}/{at}")
        self.say(token or self.name)
        self.page.wait_for_selector("body[data-reviewer]")
        return self

    def say(self, words: str) -> None:
        """Answer a dialog that asks for words."""
        self.page.wait_for_selector("dialog[open] input")
        self.page.keyboard.type(words)
        self.page.keyboard.press("Enter")

    def press(self, key: str) -> None:
        """Press a key, and wait until what it began is done."""
        self.page.keyboard.press(key)
        self.settle()

    def settle(self) -> None:
        """Wait until the page waits for the person: no decision is on its way."""
        self.page.wait_for_selector("body:not([data-working]), dialog[open]")

    def upload(self, *files: Path) -> None:
        """Hand over files, and wait until they are read."""
        self.page.set_input_files("#files", list(files))
        job = self.page.locator("#upload-list .job").first
        job.locator("a, .broken").first.wait_for(timeout=_PATIENCE * 1000)

    def open(self) -> int:
        """How many cells are open."""
        found = re.search(r"\d+", self.page.inner_text("#open-count"))
        return int(found[0]) if found else 0

    def cell(self) -> str:
        """The id of the cell that the address names."""
        return self.page.url.rpartition("/")[2]

    def go(self, report: str, cell: str) -> None:
        """Go to a cell's own address."""
        self.page.goto(f"{self.address}/#/reports/{report}/{cell}")
        self.page.wait_for_selector(f"#tables td.current[data-cell='{cell}']", state="attached")
