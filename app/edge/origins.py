"""Which sites may talk to us with a visitor's cookie: our own, under each of its names."""

from urllib.parse import urlsplit, urlunsplit

from models.settings import Settings

TWINS = {"127.0.0.1": "localhost", "localhost": "127.0.0.1"}


def allowed_origins(config: Settings) -> list[str]:
    """Return the origins that are us: the public address, and on one machine its other name too.

    People type `localhost` where the line said `127.0.0.1`. To a browser these are two sites, each with its
    own cookie; both are ours.
    """
    public = urlsplit(config.public_url)
    origins = [urlunsplit((public.scheme, public.netloc, "", "", ""))]
    if twin := TWINS.get(public.hostname or ""):
        origins.append(f"{public.scheme}://{twin}" + (f":{public.port}" if public.port else ""))
    return origins
