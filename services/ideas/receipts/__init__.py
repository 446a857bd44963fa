"""Receipts of authorship: signed proof of who published which words when, and the public log that they stand in.

`making` signs one for each published version, `days` closes a day of the log, `handing_out` gives an author the file,
and `verifying` checks it anywhere, with nothing but a public key. `merkle` is the tree (RFC 6962), `documents` says
what is signed.
"""
