"""What a list of ideas is asked for, in the words that the pages' addresses have too."""

from typing import Annotated

from fastapi import Depends, Query

YES_OR_NO = "^(yes|no)?$"


def asked_for(
    tab: Annotated[
        str, Query(max_length=20, description="top, new, rising, featured or mine; top when left out.")
    ] = "",
    q: Annotated[
        str, Query(max_length=200, description="Words to look for: the list is a search then.")
    ] = "",
    category: Annotated[str, Query(max_length=40, description="Only this category.")] = "",
    tag: Annotated[str, Query(max_length=200, description="Only with these tags, commas between them.")] = "",
    language: Annotated[str, Query(max_length=8, description="Only in this language, such as `en`.")] = "",
    least: Annotated[str, Query(max_length=4, description="From this price on, in whole dollars.")] = "",
    most: Annotated[str, Query(max_length=4, description="Up to this price, in whole dollars.")] = "",
    built: Annotated[
        str, Query(pattern=YES_OR_NO, description="yes: only what is built; no: only the rest.")
    ] = "",
    premium: Annotated[
        str, Query(pattern=YES_OR_NO, description="yes: only premium categories; no: only the others.")
    ] = "",
    author: Annotated[str, Query(max_length=40, description="Only of this author, by id.")] = "",
    mine: Annotated[
        str, Query(max_length=20, description="With tab=mine: written, bought or voted; all when left out.")
    ] = "",
) -> dict[str, str]:
    """Return what a request asks for, by name; `services.ideas.feed.read_query` reads it."""
    given = {
        "tab": tab, "q": q, "category": category, "tag": tag, "language": language, "least": least, "most": most,
        "built": built, "premium": premium, "author": author, "mine": mine,
    }  # fmt: skip
    return {name: value for name, value in given.items() if value}


Asked = Annotated[dict[str, str], Depends(asked_for)]
