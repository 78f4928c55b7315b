"""Noisy reports with known truth, to measure the reader by. Nothing here knows how the reader works."""

from collections.abc import Iterator

from pydantic import ValidationError

from evals.generator.generator import generate
from evals.generator.levels import (
    CELL_WEIGHTS,
    LABEL_WEIGHTS,
    LAYOUTS,
    LEVELS,
    TABLE_KINDS,
    Layout,
    NoiseLevel,
)
from evals.generator.request import SyntheticRequest
from evals.generator.truth import PrintedLabel, SyntheticReport
from gkllm.data_file import first_flaw
from gkllm.errors import ConfigurationError
from gkllm.evaluation.truth import TrueCell, TrueReport

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
    "SyntheticRequest",
    "TrueCell",
    "documents",
    "generate",
]


def documents(**options: object) -> Iterator[tuple[str, str, TrueReport]]:
    """What a suite's `[[generated]]` asks for: each report's name, text and truth. The options are those of
    `SyntheticRequest`.

    Raises ConfigurationError where an option is none of them or cannot be.
    """
    try:
        request = SyntheticRequest.model_validate(options)
    except ValidationError as error:
        raise ConfigurationError(first_flaw(error)) from None
    for report in request.generate():
        yield f"{request.noise}-{report.layout}-{report.seed}", report.text, report.truth()
