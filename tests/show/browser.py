"""A headless Chromium, steered through its debugging pipe."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""It starts as root, draws without a screen, and asks nothing of the network."""
_STEERED = ("--remote-debugging-pipe", "--window-size=1200,800")


class Tab:
    """One page. Commands are those of the DevTools protocol."""

    def __init__(self, writer: int, reader: int) -> None:
        self._writer, self._reader = writer, reader
        self._buffer = b""
        self._number = 0
        self._session: str | None = None
        self.events: list[str] = []

    def open(self, url: str) -> None:
        """Go to a page and wait until it is loaded."""
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.send("Page.enable")
        self.send("Page.navigate", url=url)
        while "Page.loadEventFired" not in self.events:
            self._receive()

    def send(self, method: str, **params: object) -> dict[str, Any]:
        """The answer to one command."""
        self._number += 1
        message: dict[str, object] = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._writer, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(answer["error"])
                return dict(answer["result"])

    def _receive(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            chunk = os.read(self._reader, 1 << 16)
            if not chunk:
                raise RuntimeError("the browser has gone")
            self._buffer += chunk
        message, self._buffer = self._buffer.split(b"\0", 1)
        answer: dict[str, Any] = json.loads(message)
        self.events.append(answer.get("method", ""))
        return answer

    def value(self, expression: str) -> Any:
        """What a JavaScript expression gives in the page."""
        return self.send("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def click(self, element: str) -> None:
        """Press the mouse on the middle of the element with this id, scrolled into view first."""
        x, y = self.value(
            f"(() => {{ const e = document.getElementById({element!r}); e.scrollIntoView({{block: 'center'}});"
            " const b = e.getClientRects()[0]; return [b.x + b.width / 2, b.y + b.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)


@contextmanager
def chromium(profile: Path) -> Iterator[Tab]:
    """A browser with a profile of its own, ended with the block."""
    assert CHROMIUM is not None
    to_browser, from_here = os.pipe()
    to_here, from_browser = os.pipe()
    # The browser reads commands from its descriptor 3 and writes answers to 4.
    command = f'exec "$@" 3<&{to_browser} 4>&{from_browser}'
    process = subprocess.Popen(
        ["/bin/bash", "-c", command, "browser", CHROMIUM, *FLAGS, *_STEERED, f"--user-data-dir={profile}"],
        pass_fds=(to_browser, from_browser),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(to_browser)
    os.close(from_browser)
    try:
        yield Tab(from_here, to_here)
    finally:
        process.kill()
        process.wait(timeout=30)
        os.close(from_here)
        os.close(to_here)
