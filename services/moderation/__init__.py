"""Moderation: reports and other signs become cases, cases become decisions, and decisions can be appealed.

`cases.open_case` brings something before a moderator, `reporting.report` does it for people. `listing` is the queue and
`context` what stands beside a case. `deciding` decides, `effects` does it, `telling` tells whom it concerns. `appeals`
are answered by somebody else. `subjects` says what all of that can be about.
"""
