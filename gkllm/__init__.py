"""Checked, grounded numbers from China's yearly reports on government information disclosure."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gkllm.extraction import Extractor, extract, extract_text
    from gkllm.report import Report
    from gkllm.settings import ModelSettings, Settings

__all__ = ["Extractor", "ModelSettings", "Report", "Settings", "extract", "extract_text"]

_HOMES = {
    "Extractor": "gkllm.extraction",
    "ModelSettings": "gkllm.settings",
    "Report": "gkllm.report",
    "Settings": "gkllm.settings",
    "extract": "gkllm.extraction",
    "extract_text": "gkllm.extraction",
}


def __getattr__(name: str) -> object:
    # Loaded on first use: the command line answers --help without pydantic.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
