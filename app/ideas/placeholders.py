"""Addresses at which the build draws a page once for all of its kind: only the server knows their names.

The server writes the words into the drawn page; at these addresses themselves there is nothing.
"""

IDEA, EDIT, AUTHOR = "/ideas/0", "/ideas/0/edit", "/authors/0"
PLACEHOLDERS = (IDEA, EDIT, AUTHOR)
