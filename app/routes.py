"""Every route that is no prerendered page, in one FastAPI application: the API, the forms, the finished pages."""

from fastapi import FastAPI

from app import (
    auth,
    credentials,
    discovery,
    farewell,
    observability,
    profile,
    teams,
    template_pictures,
    unsubscribing,
)
from app.api import create_api
from app.edge import injection
from app.ideas import following, pages, writing


def create_routes() -> FastAPI:
    """Return the API with our own routes beside it. Reflex mounts its own behind them."""
    application = create_api()
    for part in (
        auth,
        credentials,
        profile,
        teams,
        farewell,
        discovery,
        injection,
        observability,
        template_pictures,
        writing,
        pages,
        following,
        unsubscribing,
    ):
        application.include_router(part.router)
    return application
