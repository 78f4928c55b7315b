"""Reports checked again, and against each other."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from gkllm.crosscheck import check
from gkllm.crosscheck.hierarchy import Tree
from gkllm.crosscheck.results import checked_again
from gkllm.report import Report
from gkllm.results import as_stored
from gkllm.service.answers.base import Words, ref_of_source
from gkllm.service.answers.stats import CheckedReport, CheckInfo, Checking
from gkllm.service.problems import Problem, documented
from gkllm.service.service import Here, Reader, Service
from gkllm.store.catalogue import Wanted

router = APIRouter(prefix="/v1", tags=["checks"])
_MOST = 2_000
"""Reports that are checked at once; checking one again takes 5 to 20 ms."""


@router.get("/check", responses=documented(413))
def check_reports(here: Here, _asker: Reader, issuer: Words | None = None) -> CheckInfo:
    """An issuer's reports, or all, each checked again, and the years of each issuer against each other."""
    return _checked(here, issuer, None)


@router.post("/check", responses=documented(413, 422))
def check_hierarchy(asked: Checking, here: Here, _asker: Reader) -> CheckInfo:
    """The same, and a hierarchy of issuers besides."""
    tree: Tree = {}
    for parent, child in asked.tree:
        if not parent or not child or parent == child:
            raise Problem(422, "a pair is a parent and another body under it")
        if child not in tree.setdefault(parent, []):
            tree[parent].append(child)
    return _checked(here, asked.issuer, tree or None)


@router.get("/schema", responses=documented(), response_class=JSONResponse)
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
