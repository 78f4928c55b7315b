"""The routes, a module a resource."""

from fastapi import APIRouter

from gkllm.service.routes import decisions, documents, jobs, page, reports, review, sessions, stats

ROUTERS: tuple[APIRouter, ...] = tuple(
    module.router for module in (jobs, reports, documents, review, decisions, stats, sessions, page)
)
