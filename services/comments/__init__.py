"""Comments on ideas, one deep.

`writing` adds and changes them, `removing` takes them away for their author or a moderator, `reading` lists them,
`counting` keeps the numbers of ideas and threads true, `ending` says what becomes of them with time and with people.
"""

from services.comments.ending import forget_deleted, forget_talker
from services.comments.reading import (
    CommentState,
    CommentView,
    PastWords,
    comment_history,
    list_answers,
    list_comments,
    thread_of,
)
from services.comments.removing import bring_back, delete_comment, hide, restore_comment, show
from services.comments.writing import change_comment, write_comment

__all__ = [
    "CommentState",
    "CommentView",
    "PastWords",
    "bring_back",
    "change_comment",
    "comment_history",
    "delete_comment",
    "forget_deleted",
    "forget_talker",
    "hide",
    "list_answers",
    "list_comments",
    "restore_comment",
    "show",
    "thread_of",
    "write_comment",
]
