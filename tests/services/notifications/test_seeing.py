"""What many people see of many ideas is what each of them would be shown of each."""

import itertools
from dataclasses import replace

from sqlmodel import Session

from models.accounts import Role, User
from models.ideas import Idea, IdeaState
from services import purchases
from services.accounts import Actor
from services.ideas.access import may_read_teaser, titles_seen
from tests.market import publish
from tests.services.teams.people import again, joined, person, shared


def test_it_is_the_same_rule_for_one_and_for_many(session: Session) -> None:
    author, team_id = shared(session, person(session, "Author"))
    readers = [
        author,
        *(joined(session, team_id, role.capitalize(), role) for role in (Role.ADMIN, Role.VIEWER)),
    ]
    readers += [person(session, name) for name in ("Stranger", "Buyer")]
    host = person(session, "Operator")
    session.get_one(User, host.user_id).is_operator = True
    session.flush()
    ideas = []
    for state in IdeaState:
        idea = publish(session, author, f"Idea {state}")
        purchases.grant(session, again(session, host), readers[-1].user_id, idea.id)
        session.get_one(Idea, idea.id).state = state
        ideas.append(idea)
    session.flush()
    pairs = [(one.user_id, idea.id) for one, idea in itertools.product(readers, ideas)]
    for reads_bought in (True, False):
        seen = titles_seen(session, pairs, reads_bought=reads_bought)
        alone = {
            (one.user_id, idea.id)
            for one, idea in itertools.product(readers, ideas)
            if may_read_teaser(session, limited(one, reads_bought), session.get_one(Idea, idea.id))
        }
        assert set(seen) == alone
    assert titles_seen(session, []) == {}


def limited(actor: Actor, reads_bought: bool) -> Actor:
    return actor if reads_bought else replace(actor, scopes=frozenset({"ideas:read"}))
