"""What RQ calls: one thin function a job. Each may run twice, late, or at the same moment as its double."""

from models.db import transaction
from services import accounts, credentials, follows, queue
from services.crashpoints import AFTER_COMMIT, AFTER_ENQUEUE, crashpoint
from services.ideas.likeness import cases
from services.ideas.rings import nightly
from workers import exports
from workers.mails import send
from workers.walk import walk_next


def advance(execution_id: str) -> bool:
    """Take the execution whose turn it is as far as it goes. False when there is none.

    The id is the one that was rung for. Which one is worked on the rows decide: see services/executions/turns.py.
    """
    crashpoint(AFTER_ENQUEUE)
    return walk_next()


def send_message(message_id: str) -> bool:
    """Try to send one message. False when it is not due, or another worker has it."""
    return send(message_id)


def export_account(export_id: str) -> bool:
    """Write the archive of an account. False when it is made, or another worker makes it."""
    return exports.make(export_id)


def mail_reset_link(email: str, link_id: str) -> None:
    """Mail the link that sets a new password, if there is an account with that address."""
    crashpoint(AFTER_ENQUEUE, "letter")
    with transaction() as session:
        credentials.mail_reset_link(session, email, link_id)
        queue.strike_off(session, "mail_reset_link", {"email": email, "link_id": link_id})


def mail_sign_up(sign_up_id: str) -> None:
    """Mail whoever owns the address of a sign-up: the link that finishes it, or that there is an account."""
    crashpoint(AFTER_ENQUEUE, "letter")
    with transaction() as session:
        accounts.mail_sign_up(session, sign_up_id)
        queue.strike_off(session, "mail_sign_up", {"sign_up_id": sign_up_id})


def compare_idea(idea_id: str) -> bool:
    """Compare an idea with the earlier ones of others. True where it is held for a moderator now."""
    with transaction() as session:
        return cases.compare_idea(session, idea_id)


def find_rings() -> int:
    """Look for accounts that vote as one, and return how many rings are new."""
    with transaction() as session:
        return nightly.find_rings(session)


def tell_followers(idea_id: str) -> None:
    """Tell the followers of an author of a new idea, bit by bit: killed in between, the next one begins anew."""
    told, more = "", True
    while more:
        with transaction() as session:
            told = follows.tell_some(session, idea_id, told)
            more = bool(told)
        crashpoint(AFTER_COMMIT, "followers")
    with transaction() as session:
        queue.strike_off(session, "tell_followers", {"idea_id": idea_id})


def prove(proof_id: str) -> bool:
    """Prove what is left of a proof. False when another worker has it or it has ended."""
    from workers import prover  # seldom, and all the checks with it

    return prover.work_on(proof_id)
