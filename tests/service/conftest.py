"""What the tests of the page share: the machine's Chromium, and a service on a store of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.service.running import browsing, serving


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as found:
        yield found


@pytest.fixture
def service(tmp_path: Path) -> Iterator[str]:
    with serving(tmp_path / "reports.db") as address:
        yield address
