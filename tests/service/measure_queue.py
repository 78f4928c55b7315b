"""How long a reviewer waits at a long queue: python -m tests.service.measure_queue --cells 10000

Generated reports, every cell of which is sent to review; the page in the machine's Chromium. Told are the milliseconds
to the first screen, and from a key to the picture with the next cell: the median, and the slowest but one in twenty. A
key comes a third of a second after the one before. Beside them stand the milliseconds of the processor that the page's
own thread took for each: what they would be on a machine with nothing else to do, the service's answers aside.
"""

import subprocess
import sys
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Wait:
    """The milliseconds of one thing, each time it was waited for, and those of the page's processor time for each: null
    where the browser begins to count anew."""

    waited: list[float]
    worked: float | None = None

    def __str__(self) -> str:
        slow = quantiles(self.waited, n=20)[-1] if len(self.waited) > 1 else self.waited[0]
        times = f"median {median(self.waited):.0f} ms, p95 {slow:.0f} ms, of {len(self.waited)}"
        return times if self.worked is None else f"{times}; {self.worked:.0f} ms of the processor"


class Worked:
    """The processor time of the page's own thread."""

    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page)
        self._session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def milliseconds(self) -> float:
        """So many since the page was opened."""
        metrics = self._session.send("Performance.getMetrics")["metrics"]
        return 1000 * next(float(one["value"]) for one in metrics if one["name"] == "TaskDuration")


def measured(browser: Browser, address: str, keys: int) -> dict[str, Wait]:
    """Each thing that is waited for."""
    person = Person(browser, address, "王芳").arrive()
    page = person.page
    page.wait_for_selector("#tables td.current")
    worked = Worked(page)
    first = []
    for _ in range(5):
        page.reload()
        first.append(float(page.evaluate(_FIRST)))
    page.wait_for_selector("#tables td.current")
    page.wait_for_timeout(5_000)
    page.evaluate(_WATCH)
    found = {"first screen": Wait(first)}
    found["next"] = _pressed(page, worked, "j", keys)
    found["last"] = _pressed(page, worked, "End", 1)
    page.keyboard.press("Home")
    found["accept"] = _pressed(page, worked, "a", keys)
    found["undo"] = _pressed(page, worked, "u", keys)
    print(f"{person.open()} cells are open, {page.locator('#queue .item').count()} of them drawn")
    return found


def _pressed(page: Page, worked: Worked, key: str, times: int) -> Wait:
    page.evaluate("() => { window.waited = []; }")
    before = worked.milliseconds()
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
    took = (worked.milliseconds() - before) / times
    return Wait([float(one) for one in page.evaluate("window.waited")], took)


def main(
    cells: Annotated[int, typer.Option(help="How many are open.")] = 10_000,
    keys: Annotated[int, typer.Option(help="How often each key is pressed.")] = 40,
) -> None:
    """Measure, and print a line for each thing."""
    with TemporaryDirectory() as folder:
        store = make_store(Path(folder), cells)
        with serving(store) as address, browsing() as browser:
            for name, wait in measured(browser, address, keys).items():
                print(f"{name}: {wait}")


if __name__ == "__main__":
    typer.run(main)
