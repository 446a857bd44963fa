"""One try to send one message: claimed in one transaction, sent outside of any, settled in another."""

import structlog

from models.db import transaction
from services.crashpoints import AFTER_CLAIM, AFTER_EFFECT, crashpoint
from services.messages import sending
from services.messages.base import MailDelayed, MailRefused

log = structlog.get_logger()


def send(message_id: str) -> bool:
    """Try to send a message. False when there is nothing to do: sent, not due, kept, or another worker has it."""
    way_out = sending.mailer()
    if way_out is None:
        return False
    with transaction() as session:
        mail = sending.claim(session, message_id)
    if mail is None:
        return False
    crashpoint(AFTER_CLAIM, "mail")
    try:
        way_out.send(mail)
    except MailDelayed as delay:
        log.warning("mail.delayed", message_id=message_id, why=str(delay))
        with transaction() as session:
            sending.mark_delayed(session, message_id, str(delay))
        return True
    except MailRefused as refusal:
        log.warning("mail.refused", message_id=message_id, why=str(refusal))
        with transaction() as session:
            sending.mark_refused(session, message_id, str(refusal))
        return True
    crashpoint(AFTER_EFFECT, "mail")
    with transaction() as session:
        sending.mark_sent(session, message_id)
    return True
