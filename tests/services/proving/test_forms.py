"""What of a form is sent: what a person who fills it in and presses Enter would send."""

from services.proving.document import parse
from services.proving.forms import forms_of
from services.proving.site import Page, addresses
from services.proving.visitor import ORIGIN, Answer

CHECKOUT = """
<form method="post" action="/checkout">
<input type="hidden" name="csrf" value="t">
<button>Order</button>
<input type="email" name="email" required>
<button name="action" value="look">Look</button>
</form>
"""


def test_enter_presses_the_first_button_and_no_other() -> None:
    (form,) = forms_of(parse(CHECKOUT), "/checkout", f"{ORIGIN}/checkout")
    assert form.filled(email="ada@example.org") == {"csrf": "t", "email": "ada@example.org"}
    (named,) = forms_of(parse(CHECKOUT.replace("<button>Order</button>", "")), "/", f"{ORIGIN}/")
    assert named.filled()["action"] == "look"


def test_a_page_is_walked_in_the_order_of_its_text() -> None:
    html = '<p><a href="/one">1<img src="/two.png" alt=""></a></p><script src="/three.js"></script><a href="/four"></a>'
    page = Page("/", Answer(200, html, {"content-type": "text/html"}), "")
    assert [address for _, address in addresses(page)] == ["/one", "/two.png", "/three.js", "/four"]
