"""`python -m tests.bench.render_by_hand TEMPLATE INTO`: render with the bench's configuration."""

import sys
from pathlib import Path

from services import catalog, rendering
from tests.bench.tree import LANDING, ROOT

folder = catalog.load_folder(ROOT / "templates" / sys.argv[1])
rendering.render(folder, catalog.validate_config(folder.schema, dict(LANDING)), Path(sys.argv[2]))
