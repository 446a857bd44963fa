"""Every table, imported once, so that `SQLModel.metadata` is whole."""

from sqlmodel import SQLModel

from models import (
    accounts,
    deployment_backups,
    deployment_minutes,
    deployment_variables,
    deployments,
    executions,
    idea_lists,
    idea_ranks,
    ideas,
    installation,
    journal,
    messages,
    moderation,
    proofs,
    provenance,
    purchases,
    ratings,
    saved_searches,
    shares,
    teams,
    templates,
    trust,
)

MODULES = (
    accounts,
    templates,
    executions,
    deployments,
    deployment_minutes,
    deployment_variables,
    deployment_backups,
    journal,
    messages,
    teams,
    proofs,
    provenance,
    ratings,
    shares,
    installation,
    ideas,
    idea_ranks,
    purchases,
    trust,
    idea_lists,
    saved_searches,
    moderation,
)
metadata = SQLModel.metadata
