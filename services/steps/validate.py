"""Check the options again, and that the template is still the one that was launched."""

from models.errors import InvalidInput
from models.templates import TemplateVersion
from services.catalog import validate_config
from services.steps.base import StepContext, StepFailed, StepResult


def run(context: StepContext) -> StepResult:
    """Compare the folder with the launched version and the options with its schema."""
    with context.transaction() as session:
        version = session.get(TemplateVersion, context.template_version_id)
    if version is None or context.template.content_hash != version.content_hash:
        raise StepFailed(
            "template_changed",
            f"The template {context.template_slug!r} has changed since this was launched.",
            "Launch it again: the new version is used then.",
        )
    try:
        validate_config(version.config_schema, context.config)
    except InvalidInput as refusal:
        places = ", ".join(field.path for field in refusal.fields) or "the options"
        raise StepFailed(
            "invalid_options", f"{refusal.message} ({places})", "Launch again with other options."
        ) from refusal
    data = {"version": version.version, "options": len(context.config)}
    return StepResult(f"{len(context.config)} options fit {context.template_slug} {version.version}", data)
