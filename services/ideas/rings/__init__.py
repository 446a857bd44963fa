"""Accounts that vote as one: found by night, stopped by a second sign or by a person, counted again on appeal.

`reading` gets from the database who voted with whom and from where, `signs` says which of that is suspicious, `groups`
puts accounts together, `nightly` keeps what was found, `stopping` takes votes out of the count and puts them back.
"""
