"""Addresses at which the build draws a page once for all of its kind: only the server knows their names.

The server writes the words into the drawn page; at these addresses themselves there is nothing.
"""

IDEA, EDIT, WHY, AUTHOR = "/ideas/0", "/ideas/0/edit", "/ideas/0/why", "/authors/0"
PLACEHOLDERS = (IDEA, EDIT, WHY, AUTHOR)
