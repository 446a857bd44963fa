"""Upgrades: what a template's newer version brings is merged with what the owner of an application has written.

`origin` finds what the repository was last rendered from, `merging` lets git merge three trees, `preview` says what
would come of it, `order` starts the execution that does it; `data` counts the rows of the data that it is tried on.
"""
