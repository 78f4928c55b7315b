"""Two hundred files made to break a reader: none takes over 10 s or 1 GB, and the file after it is read."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.hostile_files import hostile_files
from tests.cli.hostile_pages import Make
from tests.cli.pages import clean_page

FILES = dict(hostile_files())
_SECONDS, _BYTES = 10, 1_000_000_000
_FEW = (
    "few-claims.txt",
    "few-feeds.txt",
    "selectors.html",
    "big-chunk.docx",
    "one-merge.xlsx",
    "lzma.zip",
    "damaged-3.xls",
)
_MEASURED = """
import json, resource, sys
resource.setrlimit(resource.RLIMIT_CPU, (40, 40))
resource.setrlimit(resource.RLIMIT_DATA, (2_000_000_000, 2_000_000_000))
from typer.testing import CliRunner
from gkllm.cli import app
from gkllm.confined import end_children
done = CliRunner().invoke(app, ["extract", *sys.argv[1:], "--reader", "rules", "-o", "o.jsonl"])
end_children()
used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
seconds = sum(one.ru_utime + one.ru_stime for one in used)
print(json.dumps([seconds, max(one.ru_maxrss for one in used) * 1024, done.exit_code, done.stderr]))
"""


def assert_harmless(name: str, make: Make, folder: Path) -> None:
    (folder / name).write_bytes(make())
    (folder / "zz-good.md").write_text(clean_page(), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, name, "zz-good.md"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    seconds, held, code, said = json.loads(done.stdout)
    assert seconds < _SECONDS
    assert held < _BYTES
    assert code in (0, 1)
    assert all(line.startswith(("gkllm: ", "  ")) for line in said.splitlines())
    read = [json.loads(line)["source"]["name"] for line in (folder / "o.jsonl").read_bytes().splitlines()]
    assert read[-1] == "zz-good.md"
    assert len(read) > 1 or name in said, "neither read nor named"


def test_there_are_two_hundred() -> None:
    assert len(FILES) >= 200


@pytest.mark.parametrize("name", _FEW)
def test_a_hostile_file_is_a_line_at_most(name: str, tmp_path: Path) -> None:
    assert_harmless(name, FILES[name], tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name in FILES if name not in _FEW])
def test_every_hostile_file_is_a_line_at_most(name: str, tmp_path: Path) -> None:
    assert_harmless(name, FILES[name], tmp_path)
