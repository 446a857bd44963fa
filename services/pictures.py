"""Pictures of people: decoded, cut to a square and written anew. Nothing of an upload is served as it came."""

import io
import warnings
from hashlib import sha256
from html import escape

from models.errors import FieldError, InvalidInput

LARGEST_BYTES = 2 * 1024 * 1024
# 40 megapixels is more than a telephone's camera takes, and 160 MB once decoded.
MOST_PIXELS = 40_000_000
SIDE = 256
FORMATS = ("PNG", "JPEG", "WEBP")
TOO_MANY = "This picture has too many pixels. Choose a smaller one."
MEDIA_TYPE = "image/webp"
# White text reads at 5.1 or more on each of them (the charts' series in the light theme).
COLORS = ("#3e63dd", "#bd3b06", "#0a7c6e", "#8e4ec6", "#8f5300", "#ca244d")


def avatar(upload: bytes) -> bytes:
    """Return an uploaded PNG, JPEG or WebP as a square WebP of 256 pixels.

    Raises:
        InvalidInput: too large, not one of these, broken, or with more pixels than a picture of a person has.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError  # a tenth of a second, and few requests need it

    if len(upload) > LARGEST_BYTES:
        raise refused("This picture is larger than 2 MB. Choose a smaller one.", "picture_too_large")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(upload), formats=FORMATS) as picture:
                # The head says how large it is; nothing is decoded before this.
                if picture.width * picture.height > MOST_PIXELS:
                    raise refused(TOO_MANY, "picture_too_large")
                picture.draft("RGB", (SIDE * 2, SIDE * 2))
                square = ImageOps.fit(ImageOps.exif_transpose(picture).convert("RGBA"), (SIDE, SIDE))
    except InvalidInput:
        raise
    except Image.DecompressionBombError as error:
        raise refused(TOO_MANY, "picture_too_large") from error
    # What a decoder makes of a broken file is no one's promise.
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        message = "This is no picture that can be read. Choose a PNG, JPEG or WebP."
        raise refused(message, "no_picture") from error
    written = io.BytesIO()
    square.save(written, "WEBP", quality=85)
    return written.getvalue()


def refused(message: str, code: str) -> InvalidInput:
    """Return the refusal of an upload, told beside its field."""
    return InvalidInput(message, code, fields=[FieldError("/picture", message)])


def color_of(row_id: str) -> int:
    """Return which of `COLORS` an id always has."""
    return sha256(row_id.encode()).digest()[0] % len(COLORS)


def initials_of(name: str) -> str:
    """Return one or two letters for a name; a dot where it has none."""
    words = ["".join(letter for letter in word if letter.isalnum()) for word in name.split()]
    letters = [word[0].upper() for word in words if word]
    return "".join([letters[0], *letters[-1:]] if len(letters) > 1 else letters) or "·"


def drawn(initials: str, color: int) -> str:
    """Return the picture of somebody who has uploaded none, as SVG."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 256 256"><rect width="256" height="256" '
        f'fill="{COLORS[color % len(COLORS)]}"/><text x="128" y="128" dy=".36em" fill="#fff" text-anchor="middle" '
        f'font-family="system-ui,sans-serif" font-size="104" font-weight="600">{escape(initials[:4])}</text></svg>'
    )
