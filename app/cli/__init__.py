"""The `ideasmith` command: one module a noun, each of which loads what it needs when it is called.

Exit codes: 0 fine, 1 the work failed, 2 wrong usage, 3 not allowed, 4 server unreachable.
"""

import sys
from typing import Any

import typer

from app.cli import (
    authors,
    deployment_backups,
    deployment_care,
    deployment_upgrade,
    deployments,
    execution_control,
    idea_fairness,
    idea_grants,
    idea_proofs,
    idea_talk,
    idea_templates,
    ideas,
    keys,
    launch,
    moderation,
    notifications,
    operators,
    provenance,
    run,
    teams,
    templates,
    variables,
)
from app.cli.output import Failed

app = typer.Typer(
    name="ideasmith",
    help="Launch templates, watch them being built, keep what runs.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
run.register(app)
launch.register(app)
deployment_care.register(deployments.app)
deployment_backups.register(deployments.app)
deployment_upgrade.register(deployments.app)
app.add_typer(templates.app, name="templates")
app.add_typer(execution_control.app, name="executions")
provenance.register(execution_control.app)
app.add_typer(provenance.keys_app, name="signing-keys")
app.add_typer(deployments.app, name="deployments")
idea_grants.register(ideas.app)
idea_proofs.register(ideas.app)
idea_templates.register(ideas.app)
idea_fairness.register(ideas.app)
idea_talk.register(ideas.app)
app.add_typer(ideas.app, name="ideas")
app.add_typer(authors.app, name="authors")
app.add_typer(notifications.app, name="notifications")
app.add_typer(variables.app, name="variables")
app.add_typer(teams.app, name="teams")
app.add_typer(keys.app, name="keys")
app.add_typer(operators.app, name="operators")
app.add_typer(moderation.app, name="moderation")


def main(arguments: list[str] | None = None) -> Any:
    """Run the command and end the process with its exit code."""
    try:
        app(arguments)
    except Failed as failure:
        failure.show()
        sys.exit(failure.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # `ideasmith … | head` has seen enough
        sys.stderr.close()
        sys.exit(0)
