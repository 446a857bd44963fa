"""One archive of one application's data, taken or brought back by a process of its own.

A process, because the folder belongs to whoever wrote the application: a file that is made to hold a reader up, or to
break SQLite, costs this process and not the keeper of all apps. The keeper ends it when it takes too long.
"""
