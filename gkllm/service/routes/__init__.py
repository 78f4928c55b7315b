"""The routes, a module a resource."""

from fastapi import APIRouter

from gkllm.service.routes import (
    checks,
    decisions,
    documents,
    events,
    health,
    jobs,
    page,
    parts,
    queue,
    reports,
    sessions,
    stats,
    uploads,
)

ROUTERS: tuple[APIRouter, ...] = tuple(
    module.router
    for module in (
        uploads,
        jobs,
        reports,
        documents,
        queue,
        decisions,
        events,
        stats,
        checks,
        sessions,
        health,
        page,
        parts,
    )
)
