"""What applications write, and what their keeper says of them: one numbered log each, over all starts and releases.

`records` is how a line is stored; `writing` is the keeper's side. `reading`, `searching` and `following` answer in
the form of an execution's events, so that the same view shows both.
"""
