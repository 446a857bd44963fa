"""Which device a session belongs to, in words, and whether it was seen before."""

from sqlmodel import Session, col, select

from models.accounts import UserSession

# In this order: each of the later ones is named by some of those before, to be let in by old sites.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("FxiOS", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS", "Chrome"),
    ("HeadlessChrome/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)
LOOKED_AT = 500


def device_words(user_agent: str) -> str:
    """Return what a person calls the device: "Firefox on Linux". Versions are left out: they change by the week."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or (f"A program on {system}" if system else "An unknown program")


def is_new(session: Session, user_id: str, user_agent: str, address: str) -> bool:
    """Whether an account has been used before, and never by this device from this address."""
    statement = (
        select(UserSession.user_agent, UserSession.address)
        .where(UserSession.user_id == user_id)
        .order_by(col(UserSession.created_at).desc())
        .limit(LOOKED_AT)
    )
    seen = {(device_words(agent), place) for agent, place in session.execute(statement)}
    return bool(seen) and (device_words(user_agent), address) not in seen
