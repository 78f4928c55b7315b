"""How long a reviewer waits at a long queue: python -m tests.service.measure_queue --cells 10000

Generated reports, every cell of which is sent to review; the page in the machine's Chromium. Told are the milliseconds
to the first screen, and from a key to the picture with the next cell in the queue, in its document and in its table:
the median, and the slowest but one in twenty. A key comes a third of a second after the one before. Beside them stand
the milliseconds of the processor that each took in all, what comes after the picture included: those of the page's own
thread (its script, the style, the layout), and those of the service.
"""

import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Annotated
from urllib.request import urlopen

import typer
from playwright.sync_api import Browser, Page

from tests.service.running import Person, browsing, serving

_CELLS_A_REPORT = 190
_WATCH = """() => {
  window.waited = [];
  let [began, before] = [0, ""];
  const look = () => {
    const drawn = document.querySelector("#tables td.current a.cell")?.getAttribute("href");
    if (location.hash === before || drawn !== location.hash) return requestAnimationFrame(look);
    setTimeout(() => {
      window.waited.push(performance.now() - began);
      began = 0;
    });
  };
  document.addEventListener("keydown", () => {
    if (!began) requestAnimationFrame(look);
    [began, before] = [performance.now(), location.hash];
  }, true);
}"""
_FIRST = """() => new Promise((resolve) => {
  const seen = () => (document.querySelector("#queue .item") && document.querySelector("#tables td.current")
    && document.querySelector("#cell-label").textContent ? resolve(performance.now()) : requestAnimationFrame(seen));
  seen();
})"""
_TASKS = {
    "page": "TaskDuration",
    "script": "ScriptDuration",
    "style": "RecalcStyleDuration",
    "layout": "LayoutDuration",
}
"""What Chromium counts of the page's own thread, in seconds."""


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
    """The milliseconds of one thing, each time it was waited for, and those of the processor for each, by what took
    them: none where the browser begins to count anew."""

    waited: list[float]
    worked: dict[str, float] = field(default_factory=dict)

    def __str__(self) -> str:
        slow = quantiles(self.waited, n=20)[-1] if len(self.waited) > 1 else self.waited[0]
        times = f"median {median(self.waited):.0f} ms, p95 {slow:.0f} ms, of {len(self.waited)}"
        return f"{times}; {', '.join(f'{name} {ms:.0f}' for name, ms in self.worked.items())}"


class Worked:
    """The processor time of the page's own thread, and of the service."""

    def __init__(self, page: Page, address: str) -> None:
        self._address = address
        self._session = page.context.new_cdp_session(page)
        self._session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def milliseconds(self) -> dict[str, float]:
        """So many since each began."""
        metrics = {
            one["name"]: one["value"] for one in self._session.send("Performance.getMetrics")["metrics"]
        }
        with urlopen(f"{self._address}/metrics", timeout=30) as told:
            service = re.search(r"^process_cpu_seconds_total (\S+)", told.read().decode(), re.M)
        assert service is not None
        found = {name: float(metrics[counted]) for name, counted in _TASKS.items()} | {
            "service": float(service[1])
        }
        return {name: 1000 * seconds for name, seconds in found.items()}


def measured(browser: Browser, address: str, keys: int) -> dict[str, Wait]:
    """Each thing that is waited for."""
    person = Person(browser, address, "王芳").arrive()
    page = person.page
    page.wait_for_selector("#tables td.current")
    worked = Worked(page, address)
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
    page.wait_for_timeout(2_000)
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
    page.wait_for_timeout(600)
    took = {name: (now - before[name]) / times for name, now in worked.milliseconds().items()}
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
