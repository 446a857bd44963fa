"""The workshop: where services run later, elsewhere."""
