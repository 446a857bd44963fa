"""Where the tests of every application look: pages that anybody may open, and addresses that take a form."""

PUBLIC = [
    "/", "/p/green-tea", "/p/last-cup", "/category/kitchen", "/search", "/search?q=tea", "/search?q=nothing",
    "/cart", "/imprint", "/terms", "/withdrawal", "/privacy",
]  # fmt: skip
FORMS = ["/cart", "/checkout", "/cart/1"]
