"""Checked results on a terminal: each report's own broken relations, then what was found between reports."""

from collections.abc import Iterator

from rich.text import Text

from gkllm.crosscheck import Checked
from gkllm.crosscheck.series import Result
from gkllm.language import said, spoken
from gkllm.report import Verdict
from gkllm.terminal.grid import REVIEW_STYLE, Indented
from gkllm.terminal.words import printable, table_of

_STYLES = {"error": REVIEW_STYLE, "advice": "yellow", "note": "dim"}


def render_checked(checked: Checked) -> Iterator[Text | Indented]:
    """One entry a report and one a finding."""
    for result in checked.results:
        yield from _result(result)
    yield Text()
    if not checked.findings:
        if checked.compared:
            yield Text(said("Between the reports nothing is amiss."), style="green")
        else:
            yield Text(said("No two reports are of one issuer: none was compared with another."))
        return
    yield Text(said("Between reports ({count})", count=len(checked.findings)), style="bold")
    for finding in checked.findings:
        line = Text(finding.rule, style=_STYLES[finding.severity])
        line.append(f"  {printable(getattr(finding.message, spoken()))}", style="not bold default")
        yield Indented(line, 2)


def _result(result: Result) -> Iterator[Text | Indented]:
    about = result.report.report
    name = " · ".join(str(fact) for fact in (about.issuer, about.year, result.source) if fact)
    violations = [v for v in result.report.violations if v.verdict is not Verdict.NOT_ASSESSABLE]
    errors = sum(violation.severity == "error" for violation in violations)
    if result.report.violations:
        told = said(
            "{errors} broken relations, {advice} advice, {open} that cannot be checked",
            errors=errors,
            advice=len(violations) - errors,
            open=len(result.report.violations) - len(violations),
        )
    else:
        told = said("every relation holds")
    missing = [
        table_of(result.report, result.form, t).section
        for t, info in result.report.tables.items()
        if not info.found
    ]
    if len(missing) == len(result.report.tables):
        told = said("no table is in the document, so nothing could be checked")
    elif missing:
        told = said(
            "{told}; not in the document, so not checked: {tables}", told=told, tables="、".join(missing)
        )
    yield Text.assemble((printable(name), "bold"), f": {told}")
    for violation in violations:
        line = Text(violation.rule, style=_STYLES[violation.severity])
        line.append(f"  {printable(getattr(violation.message, spoken()))}", style="not bold default")
        yield Indented(line, 2)
