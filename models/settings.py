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


class Settings(BaseSettings):
    """What may be set from outside: `IDEASMITH_<NAME>`, and the few well-known names given as aliases."""

    model_config = SettingsConfigDict(env_prefix="IDEASMITH_", extra="ignore", populate_by_name=True)

    environment: Literal["development", "production"] = "development"
    log_level: str = "INFO"

    data: Path = Path(".data")
    run_dir: Path = Path()  # derived from `data` unless set: unix socket paths must stay under 108 bytes

    host: str = "127.0.0.1"
    port: int = Field(3000, ge=1, le=65535, validation_alias=AliasChoices("PORT", "IDEASMITH_PORT"))
    apps_port: int = Field(
        0, ge=0, le=65535, validation_alias=AliasChoices("APPS_PORT", "IDEASMITH_APPS_PORT")
    )
    apps_domain: str = "localhost"
    public_url: str = ""

    database_url: str = Field("", validation_alias=AliasChoices("DATABASE_URL", "IDEASMITH_DATABASE_URL"))
    redis_url: str = Field("", validation_alias=AliasChoices("REDIS_URL", "IDEASMITH_REDIS_URL"))
    pg_bin: Path | None = None
    redis_bin: Path | None = None
    database_pool: int = Field(10, ge=1, le=100)

    build_workers: int = Field(2, ge=1, le=64)
    sandbox: Literal["auto", "bubblewrap", "weak", "none"] = "auto"
    chromium: Path | None = None

    # Off loopback the first account needs this token; the supervisor makes one and prints it.
    operator_token: str = ""

    # How many proxies of ours stand in front: so many addresses at the end of X-Forwarded-For are believed, no more.
    trusted_proxies: int = Field(0, ge=0, le=10)

    # How often something may be done, such as "20/15 minutes"; empty lifts a limit. What is meant by each:
    # guesses at one account's password; mails that one address can be made to get; forms sent from one network
    # address; forms sent by everybody together; requests with one key or session; requests from one address.
    limit_account: Rate = "20/15 minutes"
    limit_mail: Rate = "5/hour"
    limit_address: Rate = "60/10 minutes"
    limit_everybody: Rate = "3000/10 minutes"
    limit_api_key: Rate = "6000/minute"
    limit_api_address: Rate = "12000/minute"

    # Mail. Without a host every mail is kept, to be read by the operator at /outbox.
    smtp_host: str = ""
    smtp_port: int = Field(587, ge=1, le=65535)
    # starttls: plain, then encrypted before anything is said (587); tls: encrypted from the start (465); none:
    # in the clear, for a mail server on the same machine.
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_timeout_s: float = Field(20.0, gt=0, le=60)
    mail_from: str = "Ideasmith <ideasmith@localhost>"

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
