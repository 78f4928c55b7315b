"""The store in numbers, its reports checked again and against each other, and how the service is."""

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from gkllm.checking.sentences import verdict_in_words
from gkllm.crosscheck import check
from gkllm.crosscheck.findings import Tree
from gkllm.crosscheck.series import checked_again
from gkllm.errors import GkllmError
from gkllm.form import Forms
from gkllm.language import spoken
from gkllm.report import Report, Verdict
from gkllm.results import as_stored
from gkllm.review.standing import Bin, compute_stats
from gkllm.service.answers import Words, ref_of_source
from gkllm.service.answers.stats import (
    BinInfo,
    BrokenInfo,
    Calibration,
    CheckedReport,
    CheckInfo,
    Checking,
    Health,
    IssuerInfo,
    Progress,
    ReviewerInfo,
    StatsInfo,
    YearInfo,
)
from gkllm.service.problems import Problem, Responses, documented
from gkllm.service.service import Here, Reader, Service
from gkllm.store.catalogue import Wanted

router = APIRouter()
_MOST = 2_000
"""Reports that are checked at once; checking one again takes 5 to 20 ms."""
_COUNTS: Responses = {200: {"content": {"text/plain": {}}}}


@router.get("/healthz", tags=["service"], responses={503: documented(503)[503]})
def health(here: Here) -> Health:
    """Whether requests can be answered: the store can be read, and nobody is stopping the service."""
    if here.reading.stopping:
        raise Problem(503, "the service is stopping", headers={"Retry-After": "5"})
    try:
        here.store.decisions.newest()
    except GkllmError:
        raise Problem(503, "the store cannot be used", headers={"Retry-After": "5"}) from None
    return Health(status="ok", version=version("gkllm"))


@router.get("/metrics", tags=["service"], response_class=Response, responses=_COUNTS | documented())
def metrics(here: Here, _asker: Reader) -> Response:
    """Counts for Prometheus."""
    return Response(here.metrics.told(), media_type=CONTENT_TYPE_LATEST)


@router.get("/v1/check", tags=["checks"], responses=documented(413))
def check_reports(here: Here, _asker: Reader, issuer: Words | None = None) -> CheckInfo:
    """An issuer's reports, or all, each checked again, and the years of each issuer against each other."""
    return _checked(here, issuer, None)


@router.post("/v1/check", tags=["checks"], responses=documented(413, 422))
def check_hierarchy(asked: Checking, here: Here, _asker: Reader) -> CheckInfo:
    """The same, and a hierarchy of issuers besides."""
    tree: Tree = {}
    for parent, child in asked.tree:
        if not parent or not child or parent == child:
            raise Problem(422, "a pair is a parent and another body under it")
        if child not in tree.setdefault(parent, []):
            tree[parent].append(child)
    return _checked(here, asked.issuer, tree or None)


@router.get("/v1/schema", tags=["checks"], responses=documented(), response_class=JSONResponse)
def schema(_asker: Reader) -> dict[str, Any]:
    """The JSON Schema of a report."""
    return Report.model_json_schema(mode="serialization")


def _checked(here: Service, issuer: str | None, tree: Tree | None) -> CheckInfo:
    wanted = Wanted(issuer=issuer)
    if here.store.catalogue.count(wanted) > _MOST:
        raise Problem(413, "more than {most} reports: name an issuer, or use gkllm check", most=_MOST)
    reports = (as_stored("", stored) for stored in here.store.catalogue.lines(wanted))
    checked = check(checked_again("", reports, here.desk.forms), tree)
    return CheckInfo(
        reports=tuple(
            CheckedReport(
                id=ref_of_source(result.report.source),
                name=result.source,
                issuer=result.report.report.issuer,
                year=result.report.report.year,
                violations=result.report.violations,
            )
            for result in checked.results
        ),
        findings=tuple(finding.model_dump(mode="json") for finding in checked.findings),
    )


@router.get("/v1/stats", tags=["numbers"], responses=documented())
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
