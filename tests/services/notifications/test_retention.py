"""What was read long ago goes, and so does what nobody ever reads."""

from sqlmodel import Session, select

from models.ids import new_id
from models.notifications import Notification, NotificationCause
from services.accounts import Actor
from services.ideas import IdeaView
from services.notifications import mark_all_read, notify
from services.retention import notifications
from tests.services.notifications.conftest import later


def test_read_ones_go_after_90_days_and_unread_ones_after_a_year(
    session: Session, people: list[Actor], idea: IdeaView
) -> None:
    for reader in people[:2]:
        notify(session, reader.user_id, "answer", idea.id, {"by": people[2].user_id, "cause": new_id("comm")})
    mark_all_read(session, people[0])
    with later(days=89):
        assert notifications.find(session) == []
    with later(days=91):
        [candidate] = notifications.find(session)
        assert candidate.count == 1
        notifications.remove(session, candidate.id)
    assert [row.user_id for row in session.scalars(select(Notification))] == [people[1].user_id]
    assert len(session.scalars(select(NotificationCause)).all()) == 1
    with later(days=366):
        notifications.remove(session, candidate.id)
        assert notifications.find(session) == []
