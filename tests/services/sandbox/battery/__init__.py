"""The abuse battery: what foreign code tries in a box, and how the host sees whether it was stopped.

`inside/` is what runs in the box; `table` names each attempt and its judge; `modes` the ways a box can be had here;
`play` runs one against the other; `mutants` spoil our own code to show that the judges see it.
"""
