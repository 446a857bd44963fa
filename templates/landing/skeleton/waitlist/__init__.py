"""A landing page and the list behind it."""
