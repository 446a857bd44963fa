"""The front: the only rooms a visitor sees."""
