"""Noisy reports with known truth, to measure the reader by. Nothing here knows how the reader works."""

from tests.synthetic.generator import generate
from tests.synthetic.levels import CELL_WEIGHTS, LABEL_WEIGHTS, LAYOUTS, TABLE_KINDS, Layout, NoiseLevel
from tests.synthetic.truth import PrintedLabel, SyntheticReport, TrueCell, collapse

__all__ = [
    "CELL_WEIGHTS",
    "LABEL_WEIGHTS",
    "LAYOUTS",
    "TABLE_KINDS",
    "Layout",
    "NoiseLevel",
    "PrintedLabel",
    "SyntheticReport",
    "TrueCell",
    "collapse",
    "generate",
]
