"""Archives that say themselves whether they are whole: of the installation, and of one application's data.

Light to import: a process that makes one archive and ends shall not load the whole product for it.
"""
