"""What ideas are filed under, and the languages that they are written in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Category:
    """A shelf of the marketplace. A premium one has a least price, and a moderator looks at what enters it."""

    slug: str
    name: str
    premium: bool = False
    least_price_cents: int = 100


CATEGORIES = (
    Category("commerce", "Shops and commerce"),
    Category("work", "Work and productivity"),
    Category("education", "Education and learning"),
    Category("health", "Health and fitness"),
    Category("food", "Food and drink"),
    Category("home", "Home and family"),
    Category("local", "Local and community"),
    Category("travel", "Travel and mobility"),
    Category("creative", "Creative and media"),
    Category("developer", "Tools for developers"),
    Category("money", "Money and bookkeeping"),
    Category("green", "Climate and nature"),
    Category("other", "Something else"),
    Category("ventures", "Ventures", premium=True, least_price_cents=500),
    Category("regulated", "Law, health care and finance", premium=True, least_price_cents=500),
)
BY_SLUG = {one.slug: one for one in CATEGORIES}

# ISO 639-1, each by its own name.
LANGUAGES = {
    "en": "English",
    "de": "Deutsch",
    "es": "Español",
    "fr": "Français",
    "it": "Italiano",
    "nl": "Nederlands",
    "pl": "Polski",
    "pt": "Português",
    "tr": "Türkçe",
    "uk": "Українська",
    "ar": "العربية",
    "hi": "हिन्दी",
    "ja": "日本語",
    "ko": "한국어",
    "zh": "中文",
}
