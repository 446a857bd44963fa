"""The test till: it says what it is, and pays or declines."""


def test_a_buyer_pays_at_the_test_till(visitor, goods, database):
    visitor.take(goods["tea"])
    till = visitor.order().location
    assert till.startswith("/pay/") and visitor.get(till).status_code == 200
    status = visitor.post(till, {"answer": "pay"}).location
    assert status.startswith("/order/") and visitor.get(status).status_code == 200
    order = database.execute("SELECT * FROM orders").fetchone()
    assert (order["state"], order["paid_cents"]) == ("paid", order["total_cents"])


def test_a_declined_payment_leaves_the_order_open_to_be_paid(visitor, place, database):
    order = place()
    answer = visitor.post(f"/pay/{order['token']}", {"answer": "decline"})
    assert 'role="alert"' in visitor.get(answer.location).text
    assert database.execute("SELECT state FROM orders").fetchone()["state"] == "placed"
    assert visitor.post(f"/order/{order['token']}/pay").location == f"/pay/{order['token']}"


def test_what_is_paid_is_not_paid_again(visitor, place, pay):
    order = pay(place())
    assert visitor.get(f"/pay/{order['token']}").location == f"/order/{order['token']}"
    assert visitor.post(f"/order/{order['token']}/pay").location == f"/order/{order['token']}"
    assert visitor.get("/pay/nothing").status_code == 404
