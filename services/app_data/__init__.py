"""The data folder of an application, read with distrust: what is in it, copies of it, and the rows of its databases.

Its owner may have put anything there, and goes on writing. One reader (`reading`) serves backups and the trials of
upgrades alike. Light to import: a process that makes one archive and ends shall not load the whole product for it.
"""
