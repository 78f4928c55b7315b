"""Checked results on a terminal: each report's own broken relations, then what was found between reports."""

from collections.abc import Iterator

from rich.text import Text

from gkllm.crosscheck import Checked
from gkllm.crosscheck.results import Result
from gkllm.report import Verdict
from gkllm.settings import Language
from gkllm.terminal.cells import REVIEW_STYLE
from gkllm.terminal.grid import Indented
from gkllm.terminal.words import printable, table_of

_STYLES = {"error": REVIEW_STYLE, "advice": "yellow", "note": "dim"}
_WORDS = {
    "en": {
        "holds": "every relation holds",
        "missing": "; not in the document, so not checked: {tables}",
        "nothing": "no table is in the document, so nothing could be checked",
        "broken": "{errors} broken relations, {advice} advice, {open} that cannot be checked",
        "findings": "Between reports ({count})",
        "none": "Between the reports nothing is amiss.",
    },
    "zh": {
        "holds": "各项关系均成立",
        "missing": "；文中缺表，未核对：{tables}",
        "nothing": "文中没有表格，无从核对",
        "broken": "不成立的关系 {errors} 条，提示 {advice} 条，无法核对 {open} 条",
        "findings": "各报告之间（{count}）",
        "none": "各报告之间未发现问题。",
    },
}


def render_checked(checked: Checked, language: Language) -> Iterator[Text | Indented]:
    """One entry a report and one a finding."""
    words = _WORDS[language]
    for result in checked.results:
        yield from _result(result, language)
    yield Text()
    if not checked.findings:
        yield Text(words["none"], style="green")
        return
    yield Text(words["findings"].format(count=len(checked.findings)), style="bold")
    for finding in checked.findings:
        line = Text(finding.rule, style=_STYLES[finding.severity])
        line.append(f"  {printable(getattr(finding.message, language))}", style="not bold default")
        yield Indented(line, 2)


def _result(result: Result, language: Language) -> Iterator[Text | Indented]:
    words, about = _WORDS[language], result.report.report
    name = " · ".join(str(fact) for fact in (about.issuer, about.year, result.source) if fact)
    violations = [v for v in result.report.violations if v.verdict is not Verdict.NOT_ASSESSABLE]
    errors = sum(violation.severity == "error" for violation in violations)
    if result.report.violations:
        said = words["broken"].format(
            errors=errors,
            advice=len(violations) - errors,
            open=len(result.report.violations) - len(violations),
        )
    else:
        said = words["holds"]
    missing = [
        table_of(result.report, result.form, t).section
        for t, info in result.report.tables.items()
        if not info.found
    ]
    if len(missing) == len(result.report.tables):
        said = words["nothing"]
    elif missing:
        said += words["missing"].format(tables=", ".join(missing))
    yield Text.assemble((printable(name), "bold"), f": {said}")
    for violation in violations:
        line = Text(violation.rule, style=_STYLES[violation.severity])
        line.append(f"  {printable(getattr(violation.message, language))}", style="not bold default")
        yield Indented(line, 2)
