"""Every table, imported once, so that `SQLModel.metadata` is whole."""

from sqlmodel import SQLModel

from models import accounts, deployments, executions, journal, proofs, templates

MODULES = (accounts, templates, executions, deployments, journal, proofs)
metadata = SQLModel.metadata
