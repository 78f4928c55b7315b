"""A result as a Markdown table, every share with its n/N."""

from collections.abc import Iterator, Sequence

from gkllm.evaluation.results import SuiteResult, SystemResult
from gkllm.evaluation.scoring import Counts

_HEADINGS = (
    "system",
    "cells right",
    "silent",
    "flagged",
    "printed string",
    "place",
    "broken found",
    "false",
    "reports exact",
    "failed",
)
_COSTS = ("system", "calls", "prompt tokens", "completion tokens", "seconds", "tokens/report", "cost")


def render_table(result: SuiteResult) -> str:
    """What a run prints: the systems, and the baselines to see them by."""
    reports = sum(document.reports for document in result.documents)
    lines = [
        f"Suite {result.suite}: {len(result.documents)} documents, {reports} reports. "
        "silent = wrong and not marked for review.",
        "",
        *_table(_HEADINGS, [*_baseline_rows(result), *(_row(system) for system in result.systems)]),
    ]
    if any(system.model for system in result.systems):
        rows = [_cost_row(system) for system in result.systems]
        lines += ["", *_table(_COSTS, rows)]
    return "\n".join(lines)


def render_markdown(result: SuiteResult) -> str:
    """The whole result to be read: the table, groups, wrong cells, and what reproduces it."""
    lines = [f"# {result.suite}", "", render_table(result), ""]
    for system in result.systems:
        lines += [f"## {system.name}", ""]
        for by, named in system.groups.items():
            rows = [(name, *_shares(counts)) for name, counts in named.items()]
            lines += [*_table((by, *_HEADINGS[1:6]), rows), ""]
        lines += [*_spread(system), *_wrong_cells(system), ""]
    lines += ["## To reproduce", "", f"`gkllm eval` on the suite with sha256 `{result.suite_sha256}`", ""]
    lines += [f"- form: `{result.form}`", f"- seed: {result.seed}"]
    for system in result.systems:
        if system.prompt:
            lines.append(
                f"- {system.name}: prompt `{system.prompt}`, schemas `{system.schemas}`, {system.model_settings}"
            )
    return "\n".join(lines) + "\n"


def share(part: int, whole: int) -> str:
    """Such as `95.0% (19/20)`; a share of nothing has no percentage."""
    return f"{part / whole:.2%} ({part}/{whole})" if whole else f"({part}/{whole})"


def _shares(counts: Counts) -> tuple[str, ...]:
    return (
        share(counts.right, counts.cells),
        f"{counts.silent}/{counts.cells}",
        share(counts.flagged, counts.cells),
        share(counts.raw_right, counts.cells),
        share(counts.grounded, counts.placed),
    )


def _row(system: SystemResult) -> tuple[str, ...]:
    return (
        system.name,
        *_shares(system.counts),
        f"{system.broken_found}/{system.broken}",
        str(system.broken_false),
        f"{system.exact}/{system.reports}",
        f"{system.failures}/{system.reports}",
    )


def _baseline_rows(result: SuiteResult) -> Iterator[tuple[str, ...]]:
    for one in result.baselines:
        exact = f"{one.exact}/{one.reports}"
        yield (f"({one.name})", *_shares(one.counts), f"0/{one.broken}", "0", exact, f"0/{one.reports}")


def _cost_row(system: SystemResult) -> tuple[str, ...]:
    tokens = system.prompt_tokens + system.completion_tokens
    cost = "no price" if system.cost is None else f"{system.cost:g} {system.currency}"
    return (
        system.name,
        str(system.calls),
        str(system.prompt_tokens),
        str(system.completion_tokens),
        f"{system.seconds:.1f} ({system.seconds / system.reports:.1f}/report)" if system.reports else "0",
        f"{tokens / system.reports:.0f} ({tokens}/{system.reports})" if system.reports else "0",
        cost if system.model else "0",
    )


def _spread(system: SystemResult) -> Iterator[str]:
    """How far repeats of the same questions differ."""
    if system.repeats == 1:
        return
    right, cells = [0] * system.repeats, [0] * system.repeats
    for record in system.records:
        right[record.sample] += sum(report.counts.right for report in record.reports)
        cells[record.sample] += sum(report.counts.cells for report in record.reports)
    yield "Cells right in each repeat: " + ", ".join(map(share, right, cells))
    yield ""


def _wrong_cells(system: SystemResult) -> Iterator[str]:
    rows = [
        (
            record.document,
            wrong.cell,
            wrong.noise or "",
            _said(wrong.truth),
            _said(wrong.got) if wrong.got else "no such cell",
            "" if wrong.flagged else "silent",
        )
        for record in system.records
        for report in record.reports
        if report.failure is None
        for wrong in report.wrong
    ]
    failures = [
        (record.document, report.failure)
        for record in system.records
        for report in record.reports
        if report.failure
    ]
    yield f"{len(rows)} wrong cells{f', the first {_LISTED}' if len(rows) > _LISTED else ''}:"
    yield ""
    yield from _table(("document", "cell", "noise", "truth", "got", ""), rows[:_LISTED])
    for document, reason in failures:
        yield f"- {document}: {reason}"


_LISTED = 100
"""The JSON result holds them all."""


def _said(said: tuple[object, object, str]) -> str:
    value, state, raw = said
    shown = value if value is not None else state
    return f"{shown} `{raw}`" if raw else str(shown)


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(headings) + " |"
    yield "|" + " --- |" * len(headings)
    for row in rows:
        yield "| " + " | ".join(text.replace("|", "\\|").replace("\n", " ") for text in row) + " |"
