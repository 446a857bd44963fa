"""Files that a browser's form sends: read as they arrive, and never more of them than is allowed."""

from collections.abc import AsyncGenerator

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from models.errors import FieldError, InvalidInput

# What a form says around its file.
AROUND = 8_192
# A browser that is answered before it has sent everything shows its own error page instead of our sentence.
READ_ON = 32 * 1024 * 1024


async def read_upload(request: Request, field: str, most: int, too_large: str) -> bytes:
    """Return the file in the field of a posted form, of at most `most` bytes.

    Raises:
        InvalidInput: there is none, it is larger (then `too_large` is the sentence), or the form is broken.
    """
    parser = MultiPartParser(
        request.headers, limited(request, most + AROUND, refused(field, too_large)), max_files=1, max_fields=4
    )
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise refused(field, "Choose a file first.")
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError) as error:
        raise refused(field, "This form did not arrive whole. Send it again.") from error
    try:
        upload = form.get(field)
        content = await upload.read() if isinstance(upload, UploadFile) else b""
    finally:
        await form.close()
    if not content:
        raise refused(field, "Choose a file first.")
    return content


async def limited(request: Request, most: int, refusal: InvalidInput) -> AsyncGenerator[bytes, None]:
    """Yield a body, and raise in place of its end when there was too much of it."""
    read = 0
    async for chunk in request.stream():
        read += len(chunk)
        if read <= most:
            yield chunk
        elif read > READ_ON:
            break
    if read > most:
        raise refusal


def refused(field: str, message: str) -> InvalidInput:
    """Return the refusal of a file, told beside its field."""
    return InvalidInput(message, "bad_upload", fields=[FieldError(f"/{field}", message)])
