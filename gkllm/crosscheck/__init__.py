"""Several reports held against each other: years of one issuer, and issuers above and below one another."""

from collections.abc import Sequence
from dataclasses import dataclass

from gkllm.crosscheck.findings import Tree, tree_findings, year_findings
from gkllm.crosscheck.series import Finding, Result, order


@dataclass(frozen=True, slots=True)
class Checked:
    """The results by issuer and year, those that are in no order last; and what was found between them.

    `compared` is whether any belong together: two years of an issuer, or offices of a tree.
    """

    results: tuple[Result, ...]
    findings: tuple[Finding, ...]
    compared: bool

    @property
    def has_errors(self) -> bool:
        """Whether a relation is broken, within a report or between several."""
        return any(finding.severity == "error" for finding in self.findings) or any(
            violation.severity == "error" for result in self.results for violation in result.report.violations
        )


def check(results: Sequence[Result], tree: Tree | None = None) -> Checked:
    """The results in order, with the findings between them."""
    series, findings = order(results)
    for one in series:
        findings += year_findings(one)
    if tree is not None:
        findings += tree_findings(tree, series)
    compared = tree is not None or any(len(one.by_year) > 1 for one in series)
    return Checked(tuple(sorted(results, key=_place)), tuple(findings), compared)


def _place(result: Result) -> tuple[bool, str, int]:
    about = result.report.report
    return about.issuer is None or about.year is None, about.issuer or "", about.year or 0
