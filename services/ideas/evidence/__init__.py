"""What speaks for an idea, in parts that are each computed from what really happened, and each say how.

`parts` asks the database and puts them together; `scores` are the pure functions; `builds` keeps what was built from an
idea and how it does. There is no sum of the parts: nobody knows how much one of them should weigh.
"""
