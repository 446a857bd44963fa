"""The edge: what happens to every request before and after the pages and the API see it."""
