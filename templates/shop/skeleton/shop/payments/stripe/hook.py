"""Where Stripe tells of payments."""

import json
import os

from flask import Blueprint, abort, request

from shop import payment, stripe
from shop.database import get_database, now, stamp
from shop.security import csrf_exempt

LARGEST_BYTES = 256 * 1024
PAID = ("checkout.session.completed", "checkout.session.async_payment_succeeded")

hook = Blueprint("hook", __name__)


@hook.post("/stripe/hook")
@csrf_exempt
def receive() -> tuple[str, int]:
    """Take a message, if it is signed by Stripe. Told twice, or in another order, it counts once."""
    request.max_content_length = LARGEST_BYTES
    body = request.get_data()
    secret = os.environ.get("STRIPE_WEBHOOK_SECRET", "")
    if not stripe.is_signed(body, request.headers.get("Stripe-Signature", ""), secret):
        abort(400)
    event = json.loads(body)
    database = get_database()
    if database.execute("SELECT 1 FROM hooks WHERE id = ?", (event["id"],)).fetchone():
        return "known\n", 200
    if event["type"] in PAID:
        payment.take(database, event["data"]["object"])
    # Only now: when something broke before, Stripe sends it again.
    database.execute(
        "INSERT INTO hooks (id, created_at) VALUES (?, ?) ON CONFLICT (id) DO NOTHING",
        (event["id"], stamp(now())),
    )
    return "ok\n", 200
