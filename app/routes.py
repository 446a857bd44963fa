"""Every route that is no prerendered page, in one FastAPI application: the API, the forms, the finished pages."""

from fastapi import FastAPI

from app import auth, credentials, discovery, observability
from app.api import create_api
from app.edge import injection


def create_routes() -> FastAPI:
    """Return the API with our own routes beside it. Reflex mounts its own behind them."""
    application = create_api()
    for router in (auth.router, credentials.router, discovery.router, injection.router, observability.router):
        application.include_router(router)
    return application
