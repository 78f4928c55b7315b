"""Noisy reports with known truth, to measure the reader by. Nothing here knows how the reader works."""

from gkllm.evaluation.synthetic.generator import generate
from gkllm.evaluation.synthetic.levels import (
    CELL_WEIGHTS,
    LABEL_WEIGHTS,
    LAYOUTS,
    LEVELS,
    TABLE_KINDS,
    Layout,
    NoiseLevel,
)
from gkllm.evaluation.synthetic.truth import PrintedLabel, SyntheticReport
from gkllm.evaluation.truth import TrueCell

__all__ = [
    "CELL_WEIGHTS",
    "LABEL_WEIGHTS",
    "LAYOUTS",
    "LEVELS",
    "TABLE_KINDS",
    "Layout",
    "NoiseLevel",
    "PrintedLabel",
    "SyntheticReport",
    "TrueCell",
    "generate",
]
