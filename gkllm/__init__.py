"""Checked, grounded numbers from China's yearly reports on government information disclosure."""

TYPE_CHECKING = False
"""What tools that know types take for true; the library's own takes longer to load than all of this."""

if TYPE_CHECKING:
    from gkllm import errors
    from gkllm.api import aextract, extract, extract_many, extract_text
    from gkllm.documents.source import Source
    from gkllm.errors import (
        ConfigurationError,
        DocumentError,
        GkllmError,
        LimitExceeded,
        ModelError,
        NoTablesFound,
        ResultsUnusable,
        SeveralReports,
    )
    from gkllm.export.writing import to_file
    from gkllm.extraction import Extractor, Outcome
    from gkllm.form import load_forms
    from gkllm.language import speak
    from gkllm.rechecking import recheck
    from gkllm.report import Cell, CellState, Claim, Report, Section, Verdict, Violation
    from gkllm.report.frames import to_frame
    from gkllm.report.table import ReportTable
    from gkllm.results import Results, read_results
    from gkllm.settings import ModelSettings, Settings, Spending

_HOMES = {
    "gkllm.api": ("aextract", "extract", "extract_many", "extract_text"),
    "gkllm.documents.source": ("Source",),
    "gkllm.errors": (
        "ConfigurationError",
        "DocumentError",
        "GkllmError",
        "LimitExceeded",
        "ModelError",
        "NoTablesFound",
        "ResultsUnusable",
        "SeveralReports",
    ),
    "gkllm.export.writing": ("to_file",),
    "gkllm.extraction": ("Extractor", "Outcome"),
    "gkllm.form": ("load_forms",),
    "gkllm.language": ("speak",),
    "gkllm.rechecking": ("recheck",),
    "gkllm.report": ("Cell", "CellState", "Claim", "Report", "Section", "Verdict", "Violation"),
    "gkllm.report.frames": ("to_frame",),
    "gkllm.report.table": ("ReportTable",),
    "gkllm.results": ("Results", "read_results"),
    "gkllm.settings": ("ModelSettings", "Settings", "Spending"),
}

__all__ = [
    "Cell",
    "CellState",
    "Claim",
    "ConfigurationError",
    "DocumentError",
    "Extractor",
    "GkllmError",
    "LimitExceeded",
    "ModelError",
    "ModelSettings",
    "NoTablesFound",
    "Outcome",
    "Report",
    "ReportTable",
    "Results",
    "ResultsUnusable",
    "Section",
    "Settings",
    "SeveralReports",
    "Source",
    "Spending",
    "Verdict",
    "Violation",
    "aextract",
    "errors",
    "extract",
    "extract_many",
    "extract_text",
    "load_forms",
    "read_results",
    "recheck",
    "speak",
    "to_file",
    "to_frame",
]


def __getattr__(name: str) -> object:
    # Loaded on first use: the command line answers --help without pydantic.
    from importlib import import_module

    if name == "errors":
        return import_module("gkllm.errors")
    home = next((home for home, names in _HOMES.items() if name in names), None)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return __all__
