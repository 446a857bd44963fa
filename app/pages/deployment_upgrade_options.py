"""The options of an application as its template's new version asks for them, while somebody looks at the upgrade."""

from dataclasses import dataclass
from typing import Any

from app.pages.template_form import Form
from models.errors import InvalidInput
from services.upgrades.preview import Target


@dataclass
class Offered:
    """The form as it stands, the options that differ from those of now, and why they cannot be taken."""

    form: Form
    options: dict[str, Any]
    refusal: str = ""

    @property
    def labels(self) -> dict[str, str]:
        """What people call the options."""
        return {field.name: field.label for field in self.form.fields}


def offered(target: Target, typed: dict[str, Any], change: tuple[str, str] | None = None) -> Offered:
    """Return the form after a change. It begins with what the application has, and the defaults of what is new."""
    config = target.origin.config
    form = Form(target.version.config_schema, typed or dict(config))
    if change is not None:
        form.change(*change)
    found = Offered(form, {})
    try:
        found.options = {
            name: value
            for name, value in form.config().items()
            if name not in config or value != config[name]
        }
        form.check()
    except InvalidInput as error:
        form.refuse(error)
        found.refusal = "Some options cannot be like this. Look at the form."
    return found
