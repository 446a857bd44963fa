"""Which idea was taken from another: their words compared, what is sold included, and nothing of it told to anybody.

`normal` and `overlap` compare two texts; `sketches` keeps a keyed sample of each version by which `candidates` finds
those worth comparing. `judging` does it after an idea was published, `resale` before that for what its author bought.
`look_alikes` is another thing: what an author is shown while typing, of published titles and teasers alone.
"""
