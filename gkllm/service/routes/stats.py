"""The dashboard's numbers."""

from collections.abc import Mapping, Sequence

from fastapi import APIRouter

from gkllm.checking.sentences import verdict_in_words
from gkllm.form import Forms
from gkllm.language import spoken
from gkllm.report import Verdict
from gkllm.review.stats import Bin, compute_stats
from gkllm.service.answers.stats import (
    BinInfo,
    BrokenInfo,
    Calibration,
    IssuerInfo,
    Progress,
    ReviewerInfo,
    StatsInfo,
    YearInfo,
)
from gkllm.service.problems import documented
from gkllm.service.service import Here, Reader

router = APIRouter(prefix="/v1", tags=["numbers"])


@router.get("/stats", responses=documented())
def stats(here: Here, _asker: Reader) -> StatsInfo:
    """Reports by year and issuer, broken relations by rule, how far the review is, how often the program was right."""
    catalogue, queue = here.store.catalogue, here.store.queue
    here.desk.refresh()
    standing = here.desk.everything()
    years, issuers = queue.open_by("year"), queue.open_by("issuer")
    told = compute_stats(standing)
    totals = catalogue.totals()
    statements = _statements(here.desk.forms)
    return StatsInfo(
        reports=totals.reports,
        documents=totals.documents,
        failures=totals.failures,
        cells=totals.cells,
        by_year=tuple(
            YearInfo(year=g.value, reports=g.reports, open=years.get(g.value, 0), broken=g.broken)
            for g in catalogue.by_year()
        ),
        by_issuer=tuple(
            IssuerInfo(
                issuer=g.value,
                reports=g.reports,
                open=issuers.get(g.value, 0),
                broken=g.broken,
                years=g.years,
            )
            for g in catalogue.by_issuer()
        ),
        broken=tuple(
            BrokenInfo(
                rule=one.rule,
                words=statements.get(one.rule, one.rule),
                verdict=one.verdict,
                verdict_words=verdict_in_words(Verdict(one.verdict), spoken()),
                count=one.count,
            )
            for one in catalogue.broken()
        ),
        review=Progress(
            open=queue.counted().cells,
            decided=sum(standing.settled(ref) is not None for ref in standing.decisions),
            conflicts=told.conflicts,
            reviewers=tuple(
                ReviewerInfo(name=p.reviewer, decisions=p.decisions, seconds=p.seconds, median=p.median)
                for p in told.pace
            ),
        ),
        calibration=Calibration(queued=_bins(told.queued), sampled=_bins(told.sampled)),
    )


def _statements(forms: Forms) -> Mapping[str, str]:
    return {rule.id: dict(rule.message).get(spoken(), rule.id) for form in forms for rule in form.edit_rules}


def _bins(bins: Sequence[Bin]) -> tuple[BinInfo, ...]:
    return tuple(
        BinInfo(low=b.low, high=b.high, right=b.right, total=b.total, mean=round(b.mean, 4)) for b in bins
    )
