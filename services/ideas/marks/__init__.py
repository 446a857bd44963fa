"""What tells one buyer's copy of a text from another's, and how a copy that turns up elsewhere names its purchase.

`places` finds where a text can be written in two ways that read the same, `vocabulary` lists the ways; `code` says
which way a buyer's mark takes at each. `writing` makes a copy, `reading` compares one with the marks of all buyers,
and `tracing` does so for the operator.
"""
