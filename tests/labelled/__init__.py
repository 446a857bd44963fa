"""A labelled set of pairs of ideas: which of the two was taken from the other. Frozen before the detector was tuned."""
