"""How the service is."""

from importlib.metadata import version

from fastapi import APIRouter, Response
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from gkllm.errors import GkllmError
from gkllm.service.answers.stats import Health
from gkllm.service.problems import Problem, Responses, documented
from gkllm.service.service import Here, Reader

router = APIRouter(tags=["service"])
_COUNTS: Responses = {200: {"content": {"text/plain": {}}}}


@router.get("/healthz", responses={503: documented(503)[503]})
def health(here: Here) -> Health:
    """Whether requests can be answered: the store can be read, and nobody is stopping the service."""
    if here.reading.stopping:
        raise Problem(503, "the service is stopping", headers={"Retry-After": "5"})
    try:
        here.store.decisions.newest()
    except GkllmError:
        raise Problem(503, "the store cannot be used", headers={"Retry-After": "5"}) from None
    return Health(status="ok", version=version("gkllm"))


@router.get("/metrics", response_class=Response, responses=_COUNTS | documented())
def metrics(here: Here, _asker: Reader) -> Response:
    """Counts for Prometheus."""
    return Response(here.metrics.told(), media_type=CONTENT_TYPE_LATEST)
