"""Payment by Stripe, against a small stand-in that speaks as Stripe's published API does."""

import hashlib
import hmac
import json
import secrets
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from shop import orders, refunds

SECRET = secrets.token_urlsafe()  # signs messages to a test


class StandIn(BaseHTTPRequestHandler):
    """Answers as Stripe would, and remembers by idempotency key what it was asked."""

    def do_POST(self):
        length = int(self.headers.get("Content-Length", "0"))
        form = dict(urllib.parse.parse_qsl(self.rfile.read(length).decode()))
        key = self.headers.get("Idempotency-Key", "")
        if self.server.refuse:
            return self.answer(402, {"error": {"message": "Your card was declined."}})
        if key not in self.server.asked:
            self.server.asked[key] = (self.path, form)
        if self.server.breaks:
            return self.answer(500, {})
        return self.answer(200, self.server.session(self.server.asked[key][1]))

    def do_GET(self):
        form = next(form for path, form in self.server.asked.values() if path.endswith("/sessions"))
        return self.answer(200, self.server.session(form))

    def answer(self, code, value):
        body = json.dumps(value).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """The stand-in with what it knows."""

    refuse = False
    # What was asked for is done, and the answer is lost.
    breaks = False
    is_paid = False

    def __init__(self):
        super().__init__(("127.0.0.1", 0), StandIn)
        self.asked = {}

    def session(self, form):
        amounts = [int(value) for name, value in form.items() if name.endswith("[unit_amount]")]
        return {
            "id": "cs_1",
            "url": "https://checkout.stripe.example/cs_1",
            "client_reference_id": form.get("client_reference_id"),
            "payment_status": "paid" if self.is_paid else "unpaid",
            "amount_total": sum(amounts),
            "currency": form.get("line_items[0][price_data][currency]"),
            "payment_intent": "pi_1",
        }


@pytest.fixture
def stripe(monkeypatch):
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("STRIPE_SECRET_KEY", "sk_for_tests")
    monkeypatch.setenv("STRIPE_API_BASE", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRET", SECRET)
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def message(server, kind="checkout.session.completed", number="evt_1", **more):
    form = next(form for path, form in server.asked.values() if path.endswith("/sessions"))
    session = {**server.session(form), "payment_status": "paid", **more}
    return json.dumps({"id": number, "type": kind, "data": {"object": session}}).encode()


def tell(person, body, secret=SECRET, at=None):
    sent = str(int(at or time.time()))
    signature = hmac.new(secret.encode(), sent.encode() + b"." + body, hashlib.sha256).hexdigest()
    headers = {"Stripe-Signature": f"t={sent},v0=old,v1={signature}"}
    return person.client.post("/stripe/hook", data=body, headers=headers)


def test_a_buyer_goes_to_stripe_with_the_sum_of_the_order(visitor, goods, database, stripe):
    visitor.take(goods["tea"], 2)
    assert visitor.order().location == "https://checkout.stripe.example/cs_1"
    order = database.execute("SELECT * FROM orders").fetchone()
    path, form = stripe.asked[f"order-{order['token']}"]
    assert path == "/v1/checkout/sessions" and form["mode"] == "payment"
    assert stripe.session(form)["amount_total"] == order["total_cents"]
    assert form["success_url"].endswith(f"/order/{order['token']}/paid")
    assert not order["is_trial"]
    assert visitor.post(f"/order/{order['token']}/pay").location == "https://checkout.stripe.example/cs_1"
    assert len(stripe.asked) == 1


def test_a_signed_message_settles_the_order_once(visitor, place, database, stripe, inbox):
    order = place()
    body = message(stripe)
    assert [tell(visitor, body).status_code for _ in range(3)] == [200, 200, 200]
    assert tell(visitor, message(stripe, number="evt_2")).status_code == 200
    found = orders.find(database, order["id"])
    assert (found["state"], found["paid_cents"], found["payment"]) == ("paid", order["total_cents"], "pi_1")
    assert len(inbox(order["email"])) == 2


@pytest.mark.parametrize("trick", ["secret", "old", "changed", "none"])
def test_a_message_that_is_not_stripes_is_refused(visitor, place, database, stripe, trick):
    order = place()
    body = message(stripe)
    if trick == "secret":
        answer = tell(visitor, body, secret="guess")  # noqa: S106
    elif trick == "old":
        answer = tell(visitor, body, at=time.time() - 3600)
    elif trick == "none":
        answer = visitor.client.post("/stripe/hook", data=body)
    else:
        answer = visitor.client.post("/stripe/hook", data=body, headers={"Stripe-Signature": "t=1,v1=é"})
    assert answer.status_code == 400
    assert orders.find(database, order["id"])["state"] == "placed"


def test_without_a_secret_no_message_is_believed(visitor, place, stripe, monkeypatch):
    place()
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRET", "")
    assert tell(visitor, message(stripe), secret="").status_code == 400


@pytest.mark.parametrize(
    "more",
    [
        {"amount_total": 1},
        {"currency": "jpy"},
        {"payment_status": "unpaid"},
        {"client_reference_id": "x"},
        {"id": "cs_other"},
    ],
)
def test_a_payment_that_does_not_fit_settles_nothing(visitor, place, database, stripe, more):
    order = place()
    assert tell(visitor, message(stripe, **more)).status_code == 200
    assert orders.find(database, order["id"])["state"] == "placed"


def test_other_messages_are_taken_and_change_nothing(visitor, place, database, stripe):
    order = place()
    assert tell(visitor, message(stripe, kind="customer.created")).status_code == 200
    assert orders.find(database, order["id"])["state"] == "placed"


def test_a_buyer_who_is_back_first_is_believed_only_after_asking(visitor, place, database, stripe):
    order = place()
    visitor.get(f"/order/{order['token']}/paid")
    assert orders.find(database, order["id"])["state"] == "placed"
    stripe.is_paid = True
    visitor.get(f"/order/{order['token']}/paid")
    assert orders.find(database, order["id"])["state"] == "paid"


def test_money_goes_back_through_stripe_once_for_each_refund(owner, visitor, place, database, stripe):
    order = place()
    tell(visitor, message(stripe))
    owner.post(f"/admin/orders/{order['id']}/refund", {"amount": "1.00"})
    asked = [form for path, form in stripe.asked.values() if path == "/v1/refunds"]
    assert asked == [{"payment_intent": "pi_1", "amount": "100"}]
    assert refunds.refunded(database, order["id"]) == 100


def test_a_refund_that_stripe_refuses_is_not_written_down(owner, visitor, place, database, stripe):
    order = place()
    tell(visitor, message(stripe))
    stripe.refuse = True
    answer = owner.post(f"/admin/orders/{order['id']}/refund", {"amount": "1.00"})
    assert answer.status_code == 502 and "Your card was declined." in answer.text
    assert refunds.refunded(database, order["id"]) == 0


def test_a_refund_without_an_answer_stays_open_and_is_finished_without_paying_twice(
    owner, visitor, place, database, stripe, monkeypatch
):
    order = place()
    tell(visitor, message(stripe))
    monkeypatch.setattr(stripe, "breaks", True)
    answer = owner.post(f"/admin/orders/{order['id']}/refund", {"amount": "1.00"})
    assert answer.status_code == 502 and "/admin/refunds/1/finish" in answer.text
    assert refunds.refunded(database, order["id"]) == 100
    assert owner.post("/admin/refunds/1/finish").status_code == 502
    monkeypatch.setattr(stripe, "breaks", False)
    for _ in range(2):
        assert owner.post("/admin/refunds/1/finish").status_code == 303
    assert [path for path, _ in stripe.asked.values()].count("/v1/refunds") == 1
    assert refunds.refunded(database, order["id"]) == 100 and not refunds.unfinished(database, order["id"])
    told = database.execute("SELECT COUNT(*) FROM order_events WHERE kind = 'given_back'").fetchone()[0]
    assert told == 1


def test_an_order_is_kept_when_stripe_does_not_answer(visitor, goods, database, stripe):
    stripe.refuse = True
    visitor.take(goods["tea"])
    answer = visitor.order()
    assert 'role="alert"' in visitor.get(answer.location).text
    assert database.execute("SELECT state FROM orders").fetchone()["state"] == "placed"


def test_without_a_key_there_is_the_test_till_and_it_says_so(visitor, goods, database):
    visitor.take(goods["tea"])
    assert 'class="notice"' in visitor.get("/checkout").text
    till = visitor.order().location
    assert till.startswith("/pay/")
    visitor.post(till, {"answer": "pay"})
    order = database.execute("SELECT * FROM orders").fetchone()
    assert order["state"] == "paid" and order["is_trial"]


def test_what_costs_money_is_never_paid_at_the_test_till(visitor, place, database, stripe):
    order = place()
    assert visitor.get(f"/pay/{order['token']}").status_code == 404
    assert visitor.post(f"/pay/{order['token']}", {"answer": "pay"}).status_code == 404
    assert orders.find(database, order["id"])["state"] == "placed"


def test_the_key_goes_nowhere_but_to_stripe(visitor, goods, stripe, monkeypatch, database):
    monkeypatch.setenv("STRIPE_API_BASE", "http://evil.example")
    visitor.take(goods["tea"])
    assert visitor.order().location.endswith("failed=1")
