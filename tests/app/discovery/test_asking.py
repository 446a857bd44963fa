"""What is sent to machines of others depends on nobody: no module asks who is there."""

import ast
from pathlib import Path

import app.discovery

FOLDER = Path(str(app.discovery.__file__)).parent
ASKING = {
    "actor_from_cookie",
    "optional_actor",
    "current_actor",
    "cookies",
    "set_cookie",
    "actor_for_session",
}


def named_in(source: str) -> set[str]:
    """Return every name that a module uses."""
    tree = ast.parse(source)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return names | {
        alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names
    }


def test_no_module_of_discovery_asks_who_is_there() -> None:
    files = sorted(FOLDER.glob("*.py"))
    assert len(files) > 8
    assert {file.name: found for file in files if (found := named_in(file.read_text()) & ASKING)} == {}


def test_one_that_did_would_be_seen() -> None:
    assert named_in("async def page(request):\n    return await actor_from_cookie(request.cookies)") & ASKING
