"""What answers look like: shown in the documentation, and held to the models by tests/app/api/test_contract.py."""

from app.api.examples.deployments import DEPLOYMENT, QUARTER, RATING, RELEASE, UPGRADE
from app.api.examples.executions import (
    ATTEMPT,
    EXECUTION,
    FILE,
    FILE_CHANGE,
    FILE_TEXT,
    FROM,
    OTHER,
    PLAN,
    STEP,
)
from app.api.examples.installation import HIT, OPERATIONS
from app.api.examples.logs import EVENT, FOUND, OUTLINE, SHARE, SHARED, SHARED_STEP
from app.api.examples.people import ACCOUNT, EXPORT, INVITATION, KEY, ME, MEMBER, MESSAGE, SESSION, TEAM
from app.api.examples.provenance import LOCK, PROVENANCE_CHECK, RERUN, SIGNING_KEY, TREE, VERIFICATION
from app.api.examples.shared import AT, CONFIG, DEPLOYMENT_ID, EXECUTION_ID, LATER, TEAM_ID, URL
from app.api.examples.templates import CHECK, ESTIMATE, PROOF, PROOF_ROW, TEMPLATE

__all__ = [
    "ACCOUNT",
    "AT",
    "ATTEMPT",
    "CHECK",
    "CONFIG",
    "DEPLOYMENT",
    "DEPLOYMENT_ID",
    "ESTIMATE",
    "EVENT",
    "EXECUTION",
    "EXECUTION_ID",
    "EXPORT",
    "FILE",
    "FILE_CHANGE",
    "FILE_TEXT",
    "FOUND",
    "FROM",
    "HIT",
    "INVITATION",
    "KEY",
    "LATER",
    "LOCK",
    "ME",
    "MEMBER",
    "MESSAGE",
    "OPERATIONS",
    "OTHER",
    "OUTLINE",
    "PLAN",
    "PROOF",
    "PROOF_ROW",
    "PROVENANCE_CHECK",
    "QUARTER",
    "RATING",
    "RELEASE",
    "RERUN",
    "SESSION",
    "SHARE",
    "SHARED",
    "SHARED_STEP",
    "SIGNING_KEY",
    "STEP",
    "TEAM",
    "TEAM_ID",
    "TEMPLATE",
    "TREE",
    "UPGRADE",
    "URL",
    "VERIFICATION",
]
