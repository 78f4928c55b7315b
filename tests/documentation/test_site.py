"""The documentation as a site: it is built strictly, and what it shows is what the program says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.documentation.made import DOCS, made
from tests.documentation.pictures import ROOT


def test_what_is_made_is_up_to_date() -> None:
    stale = [path.name for path, text in made() if path.read_text(encoding="utf-8") != text]
    assert not stale, "python -m tests.documentation.made"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert built.returncode == 0, built.stderr
    return folder


def test_every_page_is_there_in_both_languages(site: Path) -> None:
    for page in DOCS.glob("*.md"):
        name, _, language = page.stem.partition(".")
        folder = site / language if language else site
        built = folder / ("index.html" if name == "index" else f"{name}/index.html")
        assert built.is_file(), page.name
        assert (DOCS / f"{name}.md").is_file() and (DOCS / f"{name}.zh.md").is_file(), page.name


def test_no_page_fetches_anything_from_elsewhere(site: Path) -> None:
    loads = re.compile(
        r"<(?:script|img|iframe)[^>]+src=\"https?:|<link[^>]+rel=\"?stylesheet[^>]+href=\"?https?:"
    )
    pages = list(site.rglob("*.html"))
    assert pages
    assert [page for page in pages if loads.search(page.read_text(encoding="utf-8"))] == []
