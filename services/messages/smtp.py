"""Mails by SMTP, from the standard library."""

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, parseaddr

from models.clock import now
from models.settings import Settings
from services.messages.base import Mail, MailDelayed, MailRefused

# RFC 3207: a server that does not offer TLS, or no longer, is not spoken to in the clear.
LONGEST_LINE = 998  # RFC 5322, 2.1.1
NO_TLS = "the mail server offers no TLS; see IDEASMITH_SMTP_SECURITY"


class SmtpMailer:
    """Hands each mail to one mail server, over a connection of its own."""

    def __init__(self, config: Settings) -> None:
        self.config = config

    def send(self, mail: Mail) -> None:
        """Hand a mail over. A 4xx answer, no answer and no connection delay it; a 5xx answer refuses it."""
        try:
            with self.connect() as server:
                self.deliver(server, mail)
        except (smtplib.SMTPNotSupportedError, smtplib.SMTPAuthenticationError) as error:
            # Wrong settings: they may be put right while the mail waits.
            raise MailDelayed(words(error)) from error
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = next(iter(error.recipients.values()))
            raise outcome(code, answer) from error
        except smtplib.SMTPResponseException as error:
            raise outcome(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            raise MailDelayed(words(error)) from error
        except ValueError as error:  # an address or a subject that no mail can carry
            raise MailRefused(words(error)) from error

    def connect(self) -> smtplib.SMTP:
        """Return an open connection, encrypted unless the settings say otherwise."""
        config, context = self.config, ssl.create_default_context()
        if config.smtp_security == "tls":
            return smtplib.SMTP_SSL(
                config.smtp_host, config.smtp_port, timeout=config.smtp_timeout_s, context=context
            )
        server = smtplib.SMTP(config.smtp_host, config.smtp_port, timeout=config.smtp_timeout_s)
        if config.smtp_security == "starttls":
            try:
                server.starttls(context=context)
            except BaseException as error:
                server.close()
                if isinstance(error, smtplib.SMTPNotSupportedError):
                    raise smtplib.SMTPNotSupportedError(NO_TLS) from error
                raise
        return server

    def deliver(self, server: smtplib.SMTP, mail: Mail) -> None:
        """Sign in if there is a name to do so, and send."""
        if self.config.smtp_user:
            server.login(self.config.smtp_user, self.config.smtp_password)
        server.send_message(composed(mail, self.config.mail_from))


def composed(mail: Mail, sender: str) -> EmailMessage:
    """Return a mail in the form of RFC 5322: plain text, and HTML for those who show it.

    Raises:
        ValueError: an address cannot be one.
    """
    policy = SMTP if mail.recipient.isascii() else SMTPUTF8
    name, address = parseaddr(sender)
    message = EmailMessage(policy)
    message["From"] = head_address(name, address)
    message["To"] = head_address(mail.recipient_name, mail.recipient)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(now())
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notes back
    if mail.unsubscribe:  # RFC 2369, and RFC 8058 for the one click
        message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    # An address that is longer than a line would be folded into encoded words, which no mail program follows.
    message.policy = policy.clone(max_line_length=LONGEST_LINE)
    return message


def head_address(name: str, address: str) -> Address:
    """Return an address for the head of a mail. The part before the @ may be in any script (RFC 6531)."""
    before, _, domain = address.rpartition("@")
    return Address(name, before, domain)


def outcome(code: int, answer: bytes | str) -> MailDelayed | MailRefused:
    """Return what an answer of the mail server means: 5yz is for good, all else may change (RFC 5321, 4.2.1)."""
    told = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    kind = MailRefused if 500 <= code < 600 else MailDelayed
    return kind(f"{code} {told}")


def words(error: Exception) -> str:
    """Return an error as words for the operator."""
    return f"{type(error).__name__}: {error}"
