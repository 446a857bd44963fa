"""What machines of others read of the marketplace: crawlers, feed readers, link previews, frames of other sites.

Plain routes over public text. None asks who is there: what they send is what a visitor reads, so any cache may keep it.
"""

from fastapi import APIRouter

from app.discovery import crawlers, embed, feeds, oembed, pictures

router = APIRouter(include_in_schema=False)
for part in (crawlers, feeds, oembed, embed, pictures):
    router.include_router(part.router)
