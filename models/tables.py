"""Every table, imported once, so that `SQLModel.metadata` is whole."""

from sqlmodel import SQLModel

from models import (
    accounts,
    deployment_backups,
    deployment_minutes,
    deployment_variables,
    deployments,
    executions,
    installation,
    journal,
    messages,
    proofs,
    provenance,
    ratings,
    shares,
    teams,
    templates,
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
)
metadata = SQLModel.metadata
