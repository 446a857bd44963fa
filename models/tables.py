"""Every table, imported once, so that `SQLModel.metadata` is whole."""

from sqlmodel import SQLModel

from models import accounts, deployments, executions, journal, messages, teams, templates

MODULES = (accounts, templates, executions, deployments, journal, messages, teams)
metadata = SQLModel.metadata
