"""Settings, read once from the environment. Every default runs with no key and no server installed."""

import functools
import hashlib
import os
import re
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, AliasChoices, Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})
RATE = re.compile(r"[1-9]\d*/([1-9]\d* )?(second|minute|hour|day)s?")


def known_rate(value: str) -> str:
    """Return a limit that can be counted by, or refuse it in a sentence."""
    if value and not RATE.fullmatch(value):
        raise ValueError('Write a limit as in "20/15 minutes" or "5/hour", or leave it empty to lift it.')
    return value


Rate = Annotated[str, AfterValidator(known_rate)]
# How long each step may take unless set otherwise: far more than it needs, and never for good.
STEP_LIMITS_S: dict[str, int] = {
    "validate": 30,
    "render": 120,
    "merge": 120,
    "install": 900,
    "before": 600,
    "test": 600,
    "scan": 300,
    "migrate": 300,
    "package": 300,
    "deploy": 180,
    "verify": 60,
}


def step_limits(value: str) -> dict[str, int]:
    """Return the limit of every step in seconds, with those that `value` sets differently."""
    limits = dict(STEP_LIMITS_S)
    for pair in value.replace(",", " ").split():
        name, _, text = pair.partition("=")
        if name not in limits or not text.isdecimal() or not 1 <= int(text) <= 86_400:
            steps = ", ".join(limits)
            raise ValueError(
                f'Write limits as in "test=600, install=1200": 1 to 86400 seconds for any of {steps}.'
            )
        limits[name] = int(text)
    return limits


def known_limits(value: str) -> str:
    """Return limits that can be read, or refuse them in a sentence."""
    step_limits(value)
    return value


StepLimits = Annotated[str, AfterValidator(known_limits)]


class Settings(BaseSettings):
    """What may be set from outside: `IDEASMITH_<NAME>`, and the few well-known names given as aliases."""

    # The sentence below each setting is its description in the guide.
    model_config = SettingsConfigDict(
        env_prefix="IDEASMITH_", extra="ignore", populate_by_name=True, use_attribute_docstrings=True
    )

    environment: Literal["development", "production"] = "development"
    """`production` refuses what is fine on a laptop and wrong in public."""
    log_level: str = "INFO"
    """How much the parts write to their logs: `DEBUG`, `INFO`, `WARNING` or `ERROR`."""

    data: Path = Path(".data")
    """The folder for everything that is kept. Deleting it is a clean start."""
    run_dir: Path = Path()  # unix socket paths must stay under 108 bytes
    """The folder for unix sockets. Left alone, a short one below `/tmp` that belongs to the data folder."""

    host: str = "127.0.0.1"
    """The address to listen on. Off loopback the first account needs the operator token."""
    port: int = Field(3000, ge=1, le=65535, validation_alias=AliasChoices("PORT", "IDEASMITH_PORT"))
    """The port for pages and API."""
    apps_port: int = Field(
        0, ge=0, le=65535, validation_alias=AliasChoices("APPS_PORT", "IDEASMITH_APPS_PORT")
    )
    """The port for the applications. `0`: one more than `PORT`."""
    apps_domain: str = "localhost"
    """Applications are reached as `<short name>.<this domain>`."""
    public_url: str = ""
    """The address at which browsers reach the product. Left alone, host and port. With `https`, cookies demand it."""

    database_url: str = Field("", validation_alias=AliasChoices("DATABASE_URL", "IDEASMITH_DATABASE_URL"))
    """A PostgreSQL (18 or newer) of your own, instead of the one that comes along."""
    redis_url: str = Field("", validation_alias=AliasChoices("REDIS_URL", "IDEASMITH_REDIS_URL"))
    """A Redis or Valkey of your own, instead of the one that comes along."""
    pg_bin: Path | None = None
    """The folder with PostgreSQL's programs, where they shall not be those of the wheel."""
    redis_bin: Path | None = None
    """The folder with Valkey's or Redis' programs, where they shall not be those of the wheel."""
    database_pool: int = Field(10, ge=1, le=100)
    """How many connections a process holds to the database, and on how many threads its services run."""

    build_workers: int = Field(2, ge=1, le=64)
    """How many executions run at the same time on this machine."""
    user_executions: int = Field(2, ge=1, le=64)
    """How many executions of one person run at the same time. Those beyond wait; between people it goes in turns."""
    step_limits: StepLimits = ""
    """How long a step may take, in seconds, where it shall differ: `test=600, install=1200`."""
    sandbox: Literal["auto", "bubblewrap", "weak", "none"] = "auto"
    """The sandbox for generated code. `auto` takes the best that this machine can give."""
    chromium: Path | None = None
    """The browser of the tests, where none of those on `PATH` shall be taken."""

    apps_patience_s: float = Field(10.0, ge=0, le=60)
    """How many seconds a request that only reads waits at the apps' port for an application that comes back."""

    backup_hour: int = Field(2, ge=0, le=23)
    """The hour (UTC) at which the data of the applications is backed up every night."""

    keep_logs_days: int = Field(90, ge=1)
    """How many days the log of an ended execution is kept. The execution itself stays."""
    keep_workspaces_days: int = Field(7, ge=1)
    """How many days the working folder of an ended execution is kept. Its source stays in the repository."""
    keep_releases: int = Field(5, ge=2)
    """How many releases of a deployment are kept besides the one that runs."""
    keep_environments_days: int = Field(30, ge=1)
    """How many days a template's environment is kept that nothing uses."""
    keep_sessions_days: int = Field(30, ge=1)
    """How many days the record of an ended session is kept."""
    keep_notifications_days: int = Field(90, ge=1)
    """How many days a notification is kept after it was read. One that nobody reads goes after a year."""

    operator_token: str = ""
    """Off loopback the first account has to bring it. Left alone, one is made and printed at the start."""

    trusted_proxies: int = Field(0, ge=0, le=10)
    """How many proxies of yours stand in front: so many addresses at the end of `X-Forwarded-For` are believed."""

    # How often something may be done, such as "20/15 minutes"; empty lifts a limit.
    limit_account: Rate = "20/15 minutes"
    """How often a password of one account may be tried. This and the next: `times/period`; empty lifts the limit."""
    limit_mail: Rate = "5/hour"
    """How many mails one address can be made to get by forms that anybody may send."""
    limit_address: Rate = "60/10 minutes"
    """How many such forms one network address may send."""
    limit_everybody: Rate = "3000/10 minutes"
    """How many such forms all together may send."""
    limit_api_key: Rate = "6000/minute"
    """How many requests one API key or session may make."""
    limit_api_address: Rate = "12000/minute"
    """How many requests one network address may make."""

    limit_git_account: Rate = "300/minute"
    """How many questions of `git clone` and `git fetch` one account may ask; a clone asks two or three."""
    limit_git_address: Rate = "600/minute"
    """How many of them one network address may ask."""
    limit_git_everybody: Rate = "3000/minute"
    """How many of them all together may ask."""
    limit_events_session: Rate = "1200/minute"
    """How many actions on the pages one signed-in browser may send. This and the next two: in each web process."""
    limit_events_address: Rate = "6000/minute"
    """How many actions on the pages one network address may send."""
    limit_events_everybody: Rate = "60000/minute"
    """How many actions on the pages all together may send."""
    limit_invitations_team: Rate = "50/day"
    """How many invitations one team may send."""
    limit_invitations_account: Rate = "100/day"
    """How many invitations one person may send, over all their teams."""
    limit_invitations_recipient: Rate = "10/day"
    """How many invitations one address can be sent."""
    limit_comments: Rate = "20/10 minutes"
    """How many comments, reviews and replies one account may write or change; a day holds fewer for new accounts."""
    trust_limits: bool = True
    """Whether trust levels limit how many ideas, comments, reviews and reports an account may make a day."""

    smtp_host: str = ""
    """The mail server. Without one every mail is kept, to be read by the operator at `/outbox`."""
    smtp_port: int = Field(587, ge=1, le=65535)
    """The mail server's port."""
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    """`starttls`: encrypted before anything is said (587); `tls`: from the start (465); `none`: on one machine."""
    smtp_user: str = ""
    """The account at the mail server, where it wants one."""
    smtp_password: str = ""
    """The password of that account."""
    smtp_timeout_s: float = Field(20.0, gt=0, le=60)
    """How many seconds the mail server may take to answer."""
    mail_from: str = "Ideasmith <ideasmith@localhost>"
    """The sender of every mail. With a mail server it has to be an address that the server takes."""

    @model_validator(mode="after")
    def derive(self) -> Self:
        """Fill what follows from other settings."""
        self.data = self.data.expanduser().absolute()
        if not self.apps_port:
            self.apps_port = self.port + 1 if self.port < 65535 else self.port - 1
        if self.run_dir == Path():
            self.run_dir = short_run_dir(self.data)
        if not self.public_url:
            host = f"[{self.host}]" if ":" in self.host else self.host
            self.public_url = f"http://{host}:{self.port}"
        self.public_url = self.public_url.rstrip("/")
        return self

    @model_validator(mode="after")
    def refuse_half_a_mail_server(self) -> Self:
        """Refuse a mail server without a sender that it could take mails from."""
        domain = self.mail_from.rpartition("@")[2].strip("> ") if "@" in self.mail_from else ""
        if self.smtp_host and domain in ("", "localhost"):
            raise ValueError(
                "IDEASMITH_SMTP_HOST needs a sender: set IDEASMITH_MAIL_FROM, such as 'Ideasmith <mail@example.com>'."
            )
        return self

    @model_validator(mode="after")
    def refuse_unsafe_production(self) -> Self:
        """Refuse what is fine on a laptop and wrong in public."""
        if self.environment == "production" and not self.on_loopback and not self.operator_token:
            raise ValueError(
                "In production off loopback the first account needs a token: set IDEASMITH_OPERATOR_TOKEN."
            )
        return self

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach the product."""
        return self.host in LOOPBACK_HOSTS

    @property
    def secure_cookies(self) -> bool:
        """Whether browsers reach the product over TLS, so that cookies may demand it."""
        return self.public_url.startswith("https://")


def short_run_dir(data: Path) -> Path:
    """Return the folder for unix sockets that belongs to a data folder: short, and the same at every start."""
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:10]
    return Path("/tmp") / f"ism-{os.getuid()}-{digest}"  # noqa: S108 - its owner and mode are checked by who makes it


@functools.cache
def settings() -> Settings:
    """Return the settings of this process."""
    return Settings()


def reset_settings() -> None:
    """Forget what was read, so that the next `settings()` reads the environment again."""
    settings.cache_clear()
