"""The catalogue of templates: read their folders, check a config, draw its form, estimate its time.

`dialect` → `options` → `kinds` → `schema` and `form` say what a config may be; `folder` reads `templates/<slug>/` with
`files`, `manifest` and the `parts` that templates share; `index` puts them into the tables, `gallery` answers from
there, `estimate` looks at past executions.
"""

from services.catalog.estimate import Estimate, estimate
from services.catalog.files import BrokenTemplate
from services.catalog.folder import TemplateFolder, load_folder
from services.catalog.form import FormField, config_from_form, form_fields, visible
from services.catalog.gallery import (
    CurrentSchema,
    TemplateCard,
    TemplateDetail,
    categories,
    current_schema,
    current_schemas,
    find_template,
    list_templates,
    template_names,
)
from services.catalog.index import SyncReport, sync, templates_folder
from services.catalog.kinds import Option
from services.catalog.manifest import Manifest
from services.catalog.parts import Part
from services.catalog.readme import readme_html
from services.catalog.schema import validate_config

__all__ = [
    "BrokenTemplate",
    "CurrentSchema",
    "Estimate",
    "FormField",
    "Manifest",
    "Option",
    "Part",
    "SyncReport",
    "TemplateCard",
    "TemplateDetail",
    "TemplateFolder",
    "categories",
    "config_from_form",
    "current_schema",
    "current_schemas",
    "estimate",
    "find_template",
    "form_fields",
    "list_templates",
    "load_folder",
    "readme_html",
    "sync",
    "template_names",
    "templates_folder",
    "validate_config",
    "visible",
]
