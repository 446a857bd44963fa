"""A template as it was in one of its versions."""

from models.errors import Conflict
from models.templates import TemplateVersion
from services.catalog.files import BrokenTemplate
from services.catalog.folder import TemplateFolder, load_folder
from services.catalog.index import templates_folder
from services.catalog.kept import kept_folder


def load_version(version: TemplateVersion, slug: str) -> TemplateFolder:
    """Return a template as it was in `version`: from `templates/` while it is the same there, else what was kept.

    Raises:
        Conflict: it is not here, or is not any more what it was.
    """
    for path in (templates_folder.get() / slug, kept_folder(version.content_hash) / slug):
        try:
            folder = load_folder(path)
        except (BrokenTemplate, OSError):
            continue
        if folder.content_hash == version.content_hash:
            return folder
    raise Conflict(
        f"The files of {slug} {version.version} are not here any more, so nothing can be compared with them. "
        "Redeploy to render the application anew.",
        "version_gone",
    )
