"""The promises: what is kept for how long. The overview and the command line show them as they are here."""

from dataclasses import dataclass

from models.settings import settings


@dataclass(frozen=True, slots=True)
class Rule:
    """One promise. `setting` is the variable that changes it, empty where it is fixed."""

    name: str
    title: str
    keep: str
    spares: str
    setting: str = ""


def rules() -> list[Rule]:
    """Return every promise with its present length."""
    config = settings()
    return [
        Rule(
            "logs",
            "Events and logs of executions",
            f"{config.keep_logs_days} days after the end",
            "The execution itself, its steps, their results and the signed end of the log stay.",
            "IDEASMITH_KEEP_LOGS_DAYS",
        ),
        Rule(
            "workspaces",
            "Working folders of executions",
            f"{config.keep_workspaces_days} days after the end",
            "The code stays in the repository of its deployment.",
            "IDEASMITH_KEEP_WORKSPACES_DAYS",
        ),
        Rule(
            "releases",
            "Releases of a deployment",
            f"the last {config.keep_releases} good ones",
            "What serves, and what shall serve, always stays; every commit stays in the repository.",
            "IDEASMITH_KEEP_RELEASES",
        ),
        Rule(
            "environments",
            "Template environments",
            f"{config.keep_environments_days} days after their last use",
            "What a deployment needs stays. A removed one is built again when it is needed.",
            "IDEASMITH_KEEP_ENVIRONMENTS_DAYS",
        ),
        Rule(
            "versions",
            "Versions of templates",
            "as long as an execution was made of them",
            "An upgrade starts from the version that an application was made of.",
        ),
        Rule(
            "sessions",
            "Ended sessions",
            f"{config.keep_sessions_days} days after the end",
            "",
            "IDEASMITH_KEEP_SESSIONS_DAYS",
        ),
        Rule(
            "app_backups",
            "Backups of an application's data",
            "7 nightly and 4 weekly ones, 10 by hand, 5 each before restores and releases",
            "What a restore works with stays. With its deployment all of them go.",
        ),
        Rule(
            "notifications",
            "Notifications",
            f"{config.keep_notifications_days} days after they were read",
            "One that nobody reads goes a year after the last that happened.",
            "IDEASMITH_KEEP_NOTIFICATIONS_DAYS",
        ),
        Rule("sign_ups", "Sign-ups that were not finished", "3 days", ""),
        Rule("idempotency", "Answers to repeated requests", "24 hours", ""),
        Rule("part_logs", "Logs of the parts", "10 MB each, and the 10 MB before", ""),
        Rule("audit", "Audit trail", "for good", ""),
    ]
