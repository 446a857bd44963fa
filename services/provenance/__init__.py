"""What can be shown of an execution afterwards, and how anybody can verify it.

`lock` is everything that its code was made of, `sbom` what the code is made of, `statement` says who made what, and
`dsse` signs it. `sealing` does so in the transactions of the walk; `verifying` holds all of it against each other, from
the database or from a `bundle`; `rerun` renders again from a lock.
"""
