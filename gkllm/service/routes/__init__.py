"""The routes, a module a resource."""

from fastapi import APIRouter

from gkllm.service.routes import decisions, jobs, page, reports, review, stats

ROUTERS: tuple[APIRouter, ...] = tuple(
    module.router for module in (jobs, reports, review, decisions, stats, page)
)
