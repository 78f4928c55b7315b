"""Hand-labelled claims beside their reports, and how a reader's claims compare with them."""

import json
from dataclasses import dataclass
from pathlib import Path

from gkllm.report import Claim, Report

REPORTS = Path(__file__).with_name("reports")


@dataclass(frozen=True)
class LabelledClaim:
    """What a person read in a sentence. `quote` is part of it, white space left out."""

    meaning: str
    value: float
    quote: str
    certainty: str
    agrees: bool | None


@dataclass(frozen=True)
class Labelled:
    """A report's text and every claim in it."""

    name: str
    path: Path
    claims: tuple[LabelledClaim, ...]


@dataclass(frozen=True)
class Comparison:
    """The labelled claims that were found as they are, found with another scope, and missed; and claims that are
    no labelled ones. `errors` are violations of severity error that the labels do not confirm.
    """

    right: tuple[LabelledClaim, ...]
    wrong_scope: tuple[LabelledClaim, ...]
    missed: tuple[LabelledClaim, ...]
    unlabelled: tuple[Claim, ...]
    errors: tuple[str, ...]


def load(name: str) -> Labelled:
    """The labels of one report."""
    stored = json.loads((REPORTS / f"{name}.claims.json").read_text(encoding="utf-8"))
    claims = tuple(LabelledClaim(**claim) for claim in stored["claims"])
    return Labelled(name, (REPORTS / stored["text"]).resolve(), claims)


def names() -> list[str]:
    """Every labelled report."""
    return sorted(path.name.removesuffix(".claims.json") for path in REPORTS.glob("*.claims.json"))


def compare(labelled: Labelled, report: Report) -> Comparison:
    """A report's claims held against the labels; each is used once."""
    rest = list(report.claims)
    right: list[LabelledClaim] = []
    wrong_scope: list[LabelledClaim] = []
    missed: list[LabelledClaim] = []
    for label in labelled.claims:
        claim = next((one for one in rest if _same(label, one)), None)
        if claim is None:
            missed.append(label)
            continue
        rest.remove(claim)
        sure = (label.certainty == "unsure") == (claim.certainty == "unsure")
        (right if sure and claim.agrees == label.agrees else wrong_scope).append(label)
    denied = {_solid(label.quote) for label in labelled.claims if label.agrees is False}
    errors = tuple(
        str(violation.quote)
        for violation in report.violations
        if violation.rule == "prose.agrees"
        and violation.severity == "error"
        and not any(quote in _solid(violation.quote or "") for quote in denied)
    )
    return Comparison(tuple(right), tuple(wrong_scope), tuple(missed), tuple(rest), errors)


def _same(label: LabelledClaim, claim: Claim) -> bool:
    quotes = _solid(label.quote), _solid(claim.quote)
    told = quotes[0] in quotes[1] or quotes[1] in quotes[0]
    return (label.meaning, label.value) == (claim.meaning, claim.value) and told


def _solid(text: str) -> str:
    return "".join(text.split())
