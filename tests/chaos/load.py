"""The load: people who launch one execution after the other through the API, and mails and exports on demand."""

import itertools
import threading
import time
from collections.abc import Callable, Collection

import httpx

from tests.chaos.upgraders import Upgraders
from tests.chaos.world import World

POLL_S = 0.25
ENDED = ("succeeded", "failed", "cancelled")


class Load:
    """Some people at work. Each replaces the application that its first execution has made; owners upgrade theirs."""

    def __init__(self, world: World, people: int = 4, owners: int = 5) -> None:
        self.world = world
        self.stopping = threading.Event()
        self.numbers = itertools.count(1)
        self.ended: dict[str, int] = {}
        workers = [threading.Thread(target=self.work, args=(one,), daemon=True) for one in range(people)]
        self.threads = [*workers, *Upgraders(self, owners).threads]

    def __enter__(self) -> "Load":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()

    def done(self, within_s: float) -> bool:
        """Stop launching, and wait until what was launched has ended."""
        self.stopping.set()
        until = time.monotonic() + within_s
        for thread in self.threads:
            thread.join(max(0.1, until - time.monotonic()))
        return not any(thread.is_alive() for thread in self.threads)

    def work(self, person: int) -> None:
        """Launch, wait for the end, launch again."""
        deployment = None
        while not self.stopping.is_set():
            number = next(self.numbers)
            name = f"p{person}-n{number}"
            body = {
                "template": "tiny",
                "config": {"app_name": name, "slug": f"p{person}"},
                "deployment_id": deployment,
            }
            made = self.ask("POST", "/api/v1/executions", f"launch-{name}", body)
            if made is None:
                continue
            self.world.write("launches", id=made["id"], name=name)
            if seen := self.end_of(made["id"]):
                self.ended[seen["state"]] = self.ended.get(seen["state"], 0) + 1
                deployment = deployment or (seen["deployment_id"] if seen["state"] == "succeeded" else None)

    def end_of(self, execution_id: str) -> dict | None:
        """Wait for the end of an execution, and return it."""
        while (seen := self.ask("GET", f"/api/v1/executions/{execution_id}")) and seen["state"] not in ENDED:
            time.sleep(POLL_S)
        return seen

    def ask(
        self,
        method: str,
        path: str,
        key: str = "",
        body: object = None,
        for_good: Collection[str] = (),
    ) -> dict | None:
        """Ask until there is an answer, with the same key each time. None: refused, which is written down.

        A conflict passes, but for the codes in `for_good`.
        """
        headers = {"Idempotency-Key": key} if key else {}
        until = time.monotonic() + 120
        while time.monotonic() < until:
            try:
                with self.world.client() as client:
                    answer = client.request(method, path, headers=headers, json=body)
                if answer.status_code < 400:
                    return answer.json()
                passes = answer.status_code in (409, 429) and answer.json().get("code") not in for_good
                if answer.status_code < 500 and not passes:
                    self.world.write("refusals", path=path, status=answer.status_code, said=answer.text[:300])
                    return None
            except (httpx.HTTPError, FileNotFoundError, ValueError):
                pass
            time.sleep(0.3)
        self.world.write("refusals", path=path, status=0, said="no answer in 120 s")
        return None

    def launch(self, name: str) -> str:
        """Launch one execution and return its id."""
        body = {"template": "tiny", "config": {"app_name": name, "slug": name}}
        made = self.ask("POST", "/api/v1/executions", f"launch-{name}", body)
        if made is None:
            raise RuntimeError("the launch was refused")
        self.world.write("launches", id=made["id"], name=name)
        return str(made["id"])

    def state(self, execution_id: str) -> str:
        """Return the state of an execution."""
        seen = self.ask("GET", f"/api/v1/executions/{execution_id}")
        return str(seen["state"]) if seen else ""

    def mail(self) -> None:
        """Sign somebody up, who is sent a mail."""
        number = next(self.numbers)
        form = {"email": f"person-{number}@example.com", "password": "a long enough password", "name": "P"}
        url = self.world.product.url
        if self.patiently(
            lambda: httpx.post(f"{url}/auth/sign-up", data=form, headers={"origin": url}, timeout=20)
        ):
            self.world.write("letters", to=form["email"])

    def export(self) -> None:
        """Ask for an export of the account."""
        self.ask("POST", "/api/v1/account/export", f"export-{next(self.numbers)}")

    def patiently(self, send: Callable[[], httpx.Response]) -> bool:
        """Send until there is an answer, and say whether it was a yes: a form that was refused leads back to itself."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                answer = send()
                if answer.status_code < 500:
                    refused = answer.headers.get("location", "").startswith(
                        answer.request.url.path.removeprefix("/auth")
                    )
                    return answer.status_code < 400 and not refused
            except httpx.HTTPError:
                pass
            time.sleep(0.3)
        return False
