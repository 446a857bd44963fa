"""Every route and every public handler, for everybody who may come: nothing of another team is read or changed."""

import asyncio
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import reflex as rx
from fastapi.testclient import TestClient
from reflex.istate.data import RouterData

import app.app
from app.edge.bundle import bundle
from app.routes import create_routes
from app.session import cookie_name
from models.errors import IdeasmithError
from models.settings import Settings
from tests.app.conftest import write_front_end
from tests.app.rights.table import HANDLERS, ROUTES
from tests.app.rights.world import EVERYBODY, SECRET, Things, World, build, everything_of, restored, things

assert app.app.app  # every page, and with it every State, is imported


def routes_of(routes: Any, prefix: str = "") -> Iterator[str]:
    """Yield every route by method and address, those of routers inside routers too."""
    for route in routes:
        if hasattr(route, "original_router"):
            yield from routes_of(route.original_router.routes, prefix + route.include_context.prefix)
        else:
            for method in sorted(getattr(route, "methods", None) or {"ANY"}):
                if method != "HEAD":
                    yield f"{method} {prefix}{route.path}"


def states_below(parent: type[rx.State]) -> Iterator[type[rx.State]]:
    """Yield every State of ours."""
    for state in parent.__subclasses__():
        if state.__module__.startswith("app."):
            yield state
        yield from states_below(state)


STATES = {state.__name__: state for state in states_below(rx.State)}


def handlers_of(state: type[rx.State]) -> set[str]:
    """Return the public handlers that a State adds to those of every State."""
    return {
        f"{state.__name__}.{name}" for name in state.event_handlers.keys() - rx.State.event_handlers.keys()
    }


@pytest.fixture(scope="module")
def world(database: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One team with its people, a stranger, and a built front end for the pages."""
    folder = tmp_path_factory.mktemp("web")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REFLEX_WEB_WORKDIR", str(folder))
        bundle.cache_clear()
        write_front_end(folder / "build" / "client")
        yield build(tmp_path_factory.mktemp("templates"))
    bundle.cache_clear()


@pytest.fixture(scope="module")
def http(world: World) -> Iterator[TestClient]:
    """Every route of the product."""
    with TestClient(create_routes(), raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert set(routes_of(create_routes().routes)) == set(ROUTES)


def test_every_public_handler_has_a_row_and_every_row_a_handler() -> None:
    assert set().union(*map(handlers_of, STATES.values())) == set(HANDLERS)


def test_a_new_handler_would_be_missed() -> None:
    class Another(rx.State):
        @rx.event
        async def unheard_of(self) -> None:
            """Nobody has said who may."""

    assert handlers_of(Another) - set(HANDLERS) == {"Another.unheard_of"}


@dataclass
class Scene:
    """The team's things and all that is stored of it, made anew once somebody has changed them."""

    world: World
    fresh: Things
    stored: dict[str, Any]

    @classmethod
    def of(cls, world: World) -> "Scene":
        """Set everything up."""
        fresh = things(restored(world))
        return cls(world, fresh, everything_of(world))

    def changed(self) -> list[str]:
        """Return the tables in which something of the team is not as it was."""
        return [name for name, rows in everything_of(self.world).items() if rows != self.stored[name]]


@pytest.mark.parametrize("label", ROUTES)
def test_a_route_lets_in_whom_it_shall(label: str, world: World, http: TestClient) -> None:
    scene = Scene.of(world)
    reads = label.startswith("GET")
    for who, expected in zip(EVERYBODY, ROUTES[label].who.split(), strict=True):
        answer = send(http, label, who, world, scene.fresh)
        place = f"{label} as {who}: {answer.status_code} {answer.text[:300]}"
        assert fits(answer, expected), place
        outside = who in ("visitor", "stranger")
        changed = scene.changed()
        assert not changed or not (reads or outside or expected != "ok"), (place, changed)
        if outside or expected in ("401", "403", "404"):
            assert SECRET not in told(answer, scene.fresh), place
        if changed or (not reads and expected == "ok"):
            scene = Scene.of(world)


def told(answer: Any, fresh: Things) -> str:
    """Return what an answer says, without the name that whoever asked has said themselves."""
    return (answer.text + str(answer.headers)).replace(fresh.slug, "").replace("team=" + SECRET, "")


def send(http: TestClient, label: str, who: str, world: World, fresh: Things) -> Any:
    """Send one request as somebody, about the team's things."""
    row, (method, path) = ROUTES[label], label.split(" ")
    http.cookies.clear()
    headers = {"Authorization": f"Bearer {world.key}"} if who == "key" else {}
    if who in world.cookies:
        headers["Cookie"] = f"{cookie_name()}={world.cookies[who]}"
    more: dict[str, Any] = {"headers": headers}
    for name, given in (("json", row.json), ("data", row.form), ("params", row.query)):
        if given is not None:
            more[name] = given(world, fresh)
    return http.request("GET" if method == "ANY" else method, address(path, world, fresh), **more)


def address(path: str, world: World, fresh: Things) -> str:
    """Return an address with the team's own things in it."""
    named = path.split("/")[3] if path.startswith("/api/v1/") and len(path.split("/")) > 3 else ""
    named = path.split("/")[4] if named == "moderation" else named
    execution = fresh.failed if path.endswith("retry") else fresh.execution
    ids = {
        "executions": execution, "deployments": fresh.deployment, "keys": fresh.key, "teams": world.team,
        "invitations": fresh.invitation, "sessions": fresh.session, "outbox": fresh.message,
        "shares": fresh.share, "backups": fresh.backup, "restores": fresh.restore,
        "ideas": fresh.idea, "idea-drafts": fresh.draft, "vote-rings": "ring_" + "0" * 26,
        "comments": fresh.comment, "reviews": fresh.review, "cases": fresh.case,
        "decisions": fresh.decision, "appeals": fresh.appeal,
        "notifications": fresh.notification,
        "saved-searches": fresh.search, "authors": world.actors["owner"].user_id,
    }  # fmt: skip
    for name, value in {
        "{id}": ids.get(named, ""), "{slug}": "tiny", "{user_id}": fresh.user, "{name}": fresh.slug,
        "{color}": "1", "{letters}": "AL", "{digest}": "0" * 64, "{rest:path}": "nowhere",
        "{execution_id}": fresh.execution, "{deployment_id}": fresh.deployment, "{message_id}": fresh.message,
        "{idea_id}": fresh.idea, "{case_id}": fresh.case,
        "{token}": "ism_share_unknown",
        "{kind}": "comment", "{first}": fresh.idea, "{form}": "atom",
    }.items():  # fmt: skip
        path = path.replace(name, value)
    return path


def fits(answer: Any, expected: str) -> bool:
    """Whether an answer is what a row says."""
    to_sign_in = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")
    if expected == "in":
        return to_sign_in
    if expected == "ok":
        return answer.status_code not in (401, 403, 404, 500) and not (
            to_sign_in
            and "deleted" not in answer.headers["location"]
            and "next" in answer.headers["location"]
        )
    return answer.status_code == int(expected.replace("-", "404"))


@pytest.mark.parametrize("label", HANDLERS)
def test_a_handler_changes_only_for_whom_it_shall_and_shows_strangers_nothing(
    label: str, world: World
) -> None:
    scene = Scene.of(world)
    for who in EVERYBODY[:-1]:
        shown = asyncio.run(call(label, who, world, scene.fresh))
        changed = scene.changed()
        assert bool(changed) == (who in HANDLERS[label].changes), (label, who, changed)
        if who in ("visitor", "stranger"):
            assert SECRET not in shown.replace(scene.fresh.slug, ""), (label, who)
        if changed:
            scene = Scene.of(world)


async def call(label: str, who: str, world: World, fresh: Things) -> str:
    """Call one handler in a tab of somebody's, and return all that the tab holds afterwards."""
    row, (name, handler) = HANDLERS[label], label.split(".")
    root = rx.State(_reflex_internal_init=True)  # type: ignore[call-arg]
    state: Any = root.get_substate(STATES[name].get_full_name().split("."))
    cookie = f"{cookie_name()}={world.cookies[who]}" if who in world.cookies else ""
    root.router = RouterData.from_router_data(
        {
            "headers": {"cookie": cookie, "origin": "http://127.0.0.1:3000"},
            "pathname": row.path(fresh),
            "asPath": row.path(fresh),
        }
    )
    for field, value in row.held(fresh).items():
        setattr(state, field, value)
    try:
        result = STATES[name].event_handlers[handler].fn(state, *row.arguments(world, fresh))
        if inspect.isasyncgen(result):
            async for _ in result:
                pass
        else:
            await result
    except IdeasmithError as refusal:
        return refusal.message
    return repr(root.dict())
