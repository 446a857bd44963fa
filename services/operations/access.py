"""Who may see the overview: the operator, and keys of the operator that name its scope."""

from models.errors import NotAllowed
from services.accounts import Actor, require_scope

SCOPE = "operations:read"


def require_operator(actor: Actor) -> None:
    """Refuse everybody else.

    Raises:
        NotAllowed: not the operator of this installation, or a key without the scope.
    """
    if not actor.is_operator:
        raise NotAllowed("This is for the operator of this installation.", "operator_only")
    require_scope(actor, SCOPE)
