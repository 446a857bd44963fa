"""What belongs to a person: taken home as one archive, and erased."""

from services.privacy.erasing import Farewell, erase, farewell
from services.privacy.exports import ExportView, archive_file, latest_export, request_export

__all__ = [
    "ExportView",
    "Farewell",
    "archive_file",
    "erase",
    "farewell",
    "latest_export",
    "request_export",
]
