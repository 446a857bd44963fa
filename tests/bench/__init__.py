"""`make bench`: every number of the design, measured beside a raw reference in the same run."""
