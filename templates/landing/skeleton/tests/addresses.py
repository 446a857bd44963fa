"""Where the tests of every application look: pages that anybody may open, and addresses that take a form."""

PUBLIC = ["/", "/thanks", "/goodbye", "/privacy"]
FORMS = ["/join"]
