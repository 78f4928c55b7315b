"""Evidence about a cell to a calibrated probability that its value and state are what the document prints."""

from gkllm.confidence.evidence import Evidence, features
from gkllm.confidence.logistic import (
    Calibration,
    RiskPoint,
    calibration,
    confidence,
    probability,
    review_threshold,
)

__all__ = [
    "Calibration",
    "Evidence",
    "RiskPoint",
    "calibration",
    "confidence",
    "features",
    "probability",
    "review_threshold",
]
