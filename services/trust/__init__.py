"""How far an account is trusted: a level from 0 to 4, what a vote of that level weighs, and how much it may do a day.

`levels` says what each level asks for, `counting` counts it, `computing` brings the two together, by night and at
events that matter. `limits` is what an account may do a day; `days` keeps what it did.
"""

from services.trust.computing import TrustView, get_trust, refresh
from services.trust.levels import WEIGHTS, level_of, weight_of
from services.trust.limits import require_room

__all__ = ["WEIGHTS", "TrustView", "get_trust", "level_of", "refresh", "require_room", "weight_of"]
