"""How long a reviewer waits at a long queue: python -m tests.service.measure_queue --cells 10000

Generated reports, every cell of which is sent to review; the page in the machine's Chromium. Told are the milliseconds
to the first screen, and from a key to the picture with the next cell: the median, and the slowest but one in twenty. A
key comes a third of a second after the one before.
"""

import subprocess
import sys
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from playwright.sync_api import Browser, Page

from tests.service.running import Person, browsing, serving

_CELLS_A_REPORT = 190
_WATCH = """() => {
  window.waited = [];
  let pressed = 0;
  document.addEventListener("keydown", () => (pressed = performance.now()), true);
  new MutationObserver(() => {
    if (!pressed) return;
    const began = pressed;
    pressed = 0;
    requestAnimationFrame(() => setTimeout(() => window.waited.push(performance.now() - began)));
  }).observe(document.getElementById("queue"), { attributeFilter: ["aria-activedescendant"] });
}"""
_FIRST = """() => new Promise((resolve) => {
  const seen = () => (document.querySelector("#queue .item") && document.querySelector("#cell-label").textContent
    ? resolve(performance.now()) : requestAnimationFrame(seen));
  seen();
})"""


def make_store(folder: Path, cells: int) -> Path:
    """A store of generated reports with so many cells that are open."""
    reports, store = cells // _CELLS_A_REPORT + 1, folder / "reports.db"
    _run("evals.generator", "-o", str(folder / "texts"), "--reports", str(reports), "--layout", "pipe")
    _run(
        "gkllm", "extract", str(folder / "texts"), "-o", str(store), "--review-risk", "0", "--reader", "rules"
    )
    return store


def _run(module: str, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr)


def measured(browser: Browser, address: str, keys: int) -> dict[str, list[float]]:
    """The milliseconds of each thing that is waited for."""
    person = Person(browser, address, "王芳").arrive()
    page = person.page
    page.wait_for_selector("#tables td.current")
    first = []
    for _ in range(5):
        page.reload()
        first.append(float(page.evaluate(_FIRST)))
    page.wait_for_selector("#tables td.current")
    page.wait_for_timeout(5_000)
    page.evaluate(_WATCH)
    found = {"first screen": first, "j": _pressed(page, "j", keys), "End": _pressed(page, "End", 1)}
    page.keyboard.press("Home")
    found["accept"] = _pressed(page, "a", keys)
    found["undo"] = _pressed(page, "u", keys)
    print(f"{person.open()} cells are open, {page.locator('#queue .item').count()} of them drawn")
    return found


def _pressed(page: Page, key: str, times: int) -> list[float]:
    page.evaluate("() => { window.waited = []; }")
    for count in range(1, times + 1):
        page.wait_for_timeout(330)
        page.keyboard.press(key)
        page.wait_for_selector("body:not([data-working]), dialog[open]")
        if page.locator("dialog[open]").count():
            page.keyboard.press("y")
        for _ in range(200):
            if len(page.evaluate("window.waited")) >= count:
                break
            page.wait_for_timeout(20)
    return [float(one) for one in page.evaluate("window.waited")]


def main(
    cells: Annotated[int, typer.Option(help="How many are open.")] = 10_000,
    keys: Annotated[int, typer.Option(help="How often each key is pressed.")] = 40,
) -> None:
    """Measure, and print a line for each thing."""
    with TemporaryDirectory() as folder:
        store = make_store(Path(folder), cells)
        with serving(store) as address, browsing() as browser:
            for name, waited in measured(browser, address, keys).items():
                slow = quantiles(waited, n=20)[-1] if len(waited) > 1 else waited[0]
                print(f"{name}: median {median(waited):.0f} ms, p95 {slow:.0f} ms, of {len(waited)}")


if __name__ == "__main__":
    typer.run(main)
