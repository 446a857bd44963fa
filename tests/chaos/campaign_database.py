"""How the campaign itself reaches the product's database."""

from typing import TYPE_CHECKING

from models.settings import Settings
from workers.embedded.servers import postgres_for

if TYPE_CHECKING:
    from tests.chaos.world import World


def database_of(world: "World") -> str:
    """Return the address of the product's database."""
    config = Settings(data=world.data, run_dir=world.folder / "run")
    return postgres_for(config).url.replace("+psycopg://", "://", 1)
