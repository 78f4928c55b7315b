"""PDFium as reading wants it: alike on every machine, whatever fonts are installed."""

import ctypes
import os
from functools import cache
from pathlib import Path

import pypdfium2  # noqa: F401 - starts PDFium, which is here started anew
import pypdfium2.raw as raw

_FONTS = Path(__file__).parent / "fonts"
"""One font in which every character is a box. PDFium leaves out characters that a font lacks, and what a file does not
embed it looks for among its fonts. Widths are the file's own, so that nothing else of the font matters."""


@cache
def use_own_fonts() -> None:
    """Start PDFium anew, once a process, with the package's font in place of the machine's."""
    # A list of folders that ends with null.
    folders = (ctypes.c_char_p * 2)(os.fsencode(_FONTS))
    listed = ctypes.cast(folders, ctypes.POINTER(ctypes.POINTER(ctypes.c_char)))
    config = raw.FPDF_LIBRARY_CONFIG(version=2, m_pUserFontPaths=listed)
    raw.FPDF_DestroyLibrary()
    raw.FPDF_InitLibraryWithConfig(config)
