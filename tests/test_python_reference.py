"""The reference of the Python interface and the notebook, run as they stand."""

import doctest
import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

import gkllm

ROOT = Path(__file__).parents[1]
REFERENCES = ["python.md", "python.zh.md"]


@pytest.mark.parametrize("page", REFERENCES)
def test_every_public_name_has_a_heading_and_an_example_that_uses_it(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    parts = dict(re.findall(r"^### `(\w+)`\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL))
    assert parts.keys() == set(gkllm.__all__)
    for name, part in parts.items():
        examples = "\n".join(re.findall(r"^(?:>>>|\.\.\.) (.*)$", part, re.MULTILINE))
        assert re.search(rf"\b{name}\b", examples), name


@pytest.mark.parametrize("page", REFERENCES)
def test_the_reference_runs(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    try:
        done = doctest.testfile(str(ROOT / "docs" / page), module_relative=False)
    finally:
        gkllm.speak("en")
    assert done.attempted > 60 and done.failed == 0


def test_completion_shows_every_name_before_it_is_loaded() -> None:
    code = "import gkllm; print(*[name for name in dir(gkllm) if name in gkllm.__all__])"
    assert _python(code).split() == sorted(gkllm.__all__)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'extrct'"):
        gkllm.extrct  # noqa: B018


def test_the_import_loads_nothing_else() -> None:
    loaded = _python("import sys; old = {*sys.modules}; import gkllm; print(*({*sys.modules} - old))")
    assert loaded.split() == ["gkllm"]


@pytest.mark.filterwarnings("ignore")
def test_the_notebook_runs_in_a_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    if not _loopback():
        pytest.skip("a kernel is spoken to over the loopback")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    notebook = _read(ROOT / "docs" / "notebook.ipynb")
    client = NotebookClient(notebook, timeout=120, kernel_name="python3", resources=_in(ROOT / "docs"))
    client.execute()
    shown = [_shown(cell) for cell in notebook.cells if cell.cell_type == "code"]
    assert "<table>" in shown[1] and "background:#f5b5b5" in shown[1]
    assert len(shown[2]) < 200
    assert "()" in shown[5]
    assert "requests.received.total" in shown[6]
    assert "2023" in shown[8]


def test_the_notebook_is_kept_without_what_it_shows() -> None:
    notebook = _read(ROOT / "docs" / "notebook.ipynb")
    assert all(not cell.get("outputs") for cell in notebook.cells)


def _read(path: Path) -> Any:
    return nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)  # type: ignore[no-untyped-call]


def _shown(cell: Any) -> str:
    return "\n".join(
        str(output.get("text") or output.get("data", {}).get("text/html") or output["data"]["text/plain"])
        for output in cell.outputs
    )


def _in(folder: Path) -> dict[str, dict[str, str]]:
    return {"metadata": {"path": str(folder)}}


def _loopback() -> bool:
    with socket.socket() as server:
        try:
            server.bind(("127.0.0.1", 0))
        except OSError:
            return False
    return True


def _python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", timeout=60, check=True
    )
    return done.stdout
