"""Where the tests of every application look: pages that anybody may open, and addresses that take a form."""

PUBLIC = ["/", "/docs/books", "/docs/authors"]
FORMS = ["/admin/sign-in"]
