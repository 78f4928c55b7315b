"""PDF files are read alike whatever fonts a machine has."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from gkllm.documents.formats import open_document
from tests.documents.boxes_font import PATH, boxes_font
from tests.documents.pdfs import FONT, lattice, opened, pdf, texts

_ROOT = Path(__file__).parents[2]
_HIDDEN = ("/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/X11/fonts")
_CELLS = (("规章", "无", "０", "１"), ("行政许可", "12", "-", "／"))


def _lone_characters(canvas: Canvas) -> None:
    """A table in a font that is not embedded, every character a piece of text of its own, some drawn sideways."""
    lattice(canvas, (100, 180, 260, 340, 420), (600, 640, 680))
    for row, cells in enumerate(_CELLS):
        for column, text in enumerate(cells):
            for index, character in enumerate(text):
                x = 110 + 80 * column + stringWidth(text[:index], FONT, 10)
                canvas.drawString(x, 655 - 40 * row, character)
    canvas.saveState()
    canvas.translate(60, 500)
    canvas.rotate(90)
    canvas.setFont(FONT, 10)
    canvas.drawString(0, 0, "旁")
    canvas.restoreState()


def test_the_font_is_what_its_script_makes() -> None:
    assert PATH.read_bytes() == boxes_font()
    assert len(boxes_font()) < 1_000


def test_lone_characters_of_a_font_that_is_not_embedded_are_read() -> None:
    document = opened(_lone_characters)
    assert texts(document.grids[0]) == [list(cells) for cells in _CELLS]
    assert "旁" in document.text


_READ = """
import sys
from pathlib import Path
from gkllm.documents.formats import open_document
print(ascii(open_document(Path(sys.argv[1]).read_bytes(), "test.pdf")))
"""


@pytest.mark.skipif(shutil.which("unshare") is None, reason="fonts cannot be hidden without unshare")
def test_a_machine_without_any_font_reads_the_same(tmp_path: Path) -> None:
    path = tmp_path / "test.pdf"
    path.write_bytes(pdf(_lone_characters))
    hide = " && ".join(f"{{ [ ! -d {folder} ] || mount -t tmpfs none {folder}; }}" for folder in _HIDDEN)
    command = f'{hide} && ! find {" ".join(_HIDDEN)} -type f 2>/dev/null | grep -q . && exec "$@"'
    alone = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", command, "sh"]
    done = subprocess.run(
        [*alone, sys.executable, "-c", _READ, str(path)],
        capture_output=True,
        text=True,
        cwd=_ROOT,
        timeout=60,
    )
    if done.returncode and "unshare" in done.stderr:
        pytest.skip("this machine does not let fonts be hidden")
    assert done.stdout == ascii(open_document(path.read_bytes(), "test.pdf")) + "\n", done.stderr
