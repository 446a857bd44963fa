"""What an archive holds: every table with something of a person, and the few that are left out with their reason."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select
from sqlmodel import Session, SQLModel, col, select

from models.accounts import ApiKey, Membership, OneTimeLink, Team, User, UserSession
from models.comments import Comment, CommentVersion
from models.deployment_backups import DeploymentBackup
from models.deployment_variables import DeploymentVariable
from models.deployments import Deployment, Release
from models.executions import Attempt, Event, Execution, Step, Turn
from models.follows import Follow
from models.idea_ranks import Vote
from models.idea_templates import IdeaTemplate, TemplateBuild
from models.ideas import Idea, IdeaDraft, IdeaVersion, PaidPart
from models.journal import AuditEntry, IdempotencyRecord
from models.messages import Message
from models.moderation import Appeal, Decision, Report
from models.notifications import Notification, NotificationCause, NotificationSetting
from models.provenance import Artefact
from models.purchases import Purchase
from models.ratings import Rating
from models.receipts import Receipt
from models.reviews import Review, ReviewMark, ReviewReply
from models.rings import RingVote
from models.saved_searches import SavedSearch
from models.shares import Share
from models.teams import Export, Invitation
from models.trust import TrustDay, TrustLevel
from services.ideas.paid import paid_parts_of

# Hashes and tokens open nothing for their owner and something for a thief; leases are ours.
SECRET = frozenset(
    {
        "password_hash",
        "token_hash",
        "secret",
        "lease_owner",
        "lease_until",
        "epoch",
        "slot_uid",
        "html",
        "sealed",
        "mark",
        "decided_by",
        "confirmed_by",
        "answered_by",
    }
)


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the archive: what it is called, what it is, which table, and the rows of a person in it."""

    file: str
    words: str
    table: type[SQLModel]
    rows: Callable[[str], Select[Any]]


PARTS = (
    Part("account.json", "your account", User, lambda user: select(User).where(User.id == user)),
    Part(
        "teams.json",
        "the teams that you are in",
        Team,
        lambda user: (
            select(Team)
            .join(Membership, col(Membership.team_id) == Team.id)
            .where(Membership.user_id == user)
        ),
    ),
    Part(
        "memberships.json",
        "your role in each team",
        Membership,
        lambda user: select(Membership).where(Membership.user_id == user),
    ),
    Part(
        "sessions.json",
        "the browsers that you signed in with",
        UserSession,
        lambda user: select(UserSession).where(UserSession.user_id == user),
    ),
    Part(
        "api_keys.json",
        "your API keys, without the keys themselves",
        ApiKey,
        lambda user: select(ApiKey).where(ApiKey.user_id == user),
    ),
    Part(
        "messages.json",
        "what was written to you",
        Message,
        lambda user: select(Message).where(Message.user_id == user),
    ),
    Part(
        "invitations.json",
        "the invitations that you sent",
        Invitation,
        lambda user: select(Invitation).where(Invitation.invited_by == user),
    ),
    Part(
        "deployments.json",
        "the applications that you deployed",
        Deployment,
        lambda user: own(user, Deployment),
    ),
    Part(
        "variables.json",
        "the names of the variables that you set, without their values",
        DeploymentVariable,
        lambda user: own(user, DeploymentVariable),
    ),
    Part(
        "releases.json",
        "their releases",
        Release,
        lambda user: select(Release).where(col(Release.execution_id).in_(own(user, Execution, Execution.id))),
    ),
    Part(
        "deployment_backups.json",
        "the backups of their data, which each deployment's page offers for download",
        DeploymentBackup,
        lambda user: select(DeploymentBackup).where(
            col(DeploymentBackup.deployment_id).in_(own(user, Deployment, Deployment.id))
        ),
    ),
    Part(
        "ratings.json",
        "how you rated your applications",
        Rating,
        lambda user: select(Rating).where(Rating.user_id == user),
    ),
    Part("ideas.json", "your ideas, as everybody reads them", Idea, lambda user: own(user, Idea)),
    Part(
        "idea_versions.json",
        "what they said before",
        IdeaVersion,
        lambda user: select(IdeaVersion).where(col(IdeaVersion.idea_id).in_(own(user, Idea, Idea.id))),
    ),
    Part("paid_parts.json", "what they sell", PaidPart, paid_parts_of),
    Part(
        "receipts.json",
        "your receipts of authorship",
        Receipt,
        lambda user: select(Receipt).where(Receipt.user_id == user),
    ),
    Part(
        "idea_drafts.json",
        "the ideas that you are writing",
        IdeaDraft,
        lambda user: select(IdeaDraft).where(IdeaDraft.user_id == user),
    ),
    Part(
        "saved_searches.json",
        "the searches that you keep",
        SavedSearch,
        lambda user: select(SavedSearch).where(SavedSearch.user_id == user),
    ),
    Part(
        "idea_templates.json",
        "the templates that you made of your ideas",
        IdeaTemplate,
        lambda user: own(user, IdeaTemplate),
    ),
    Part(
        "template_builds.json",
        "what others built from them, and your share",
        TemplateBuild,
        lambda user: (
            select(TemplateBuild)
            .where(TemplateBuild.author_id == user)
            .order_by(col(TemplateBuild.created_at))
        ),
    ),
    Part(
        "follows.json",
        "whom you follow",
        Follow,
        lambda user: select(Follow).where(Follow.user_id == user),
    ),
    Part(
        "notifications.json",
        "what you were told of, by ids",
        Notification,
        lambda user: select(Notification).where(Notification.user_id == user),
    ),
    Part(
        "notification_settings.json",
        "how you want to be told",
        NotificationSetting,
        lambda user: select(NotificationSetting).where(NotificationSetting.user_id == user),
    ),
    Part("votes.json", "what you voted for", Vote, lambda user: select(Vote).where(Vote.user_id == user)),
    Part(
        "comments.json",
        "what you said about ideas",
        Comment,
        lambda user: select(Comment).where(Comment.user_id == user),
    ),
    Part(
        "comment_versions.json",
        "what you said before you changed your words",
        CommentVersion,
        lambda user: select(CommentVersion).where(
            col(CommentVersion.comment_id).in_(select(Comment.id).where(Comment.user_id == user))
        ),
    ),
    Part(
        "reviews.json",
        "your reviews of what you bought",
        Review,
        lambda user: select(Review).where(Review.user_id == user),
    ),
    Part(
        "review_replies.json",
        "what you replied to reviews of your ideas",
        ReviewReply,
        lambda user: select(ReviewReply).where(ReviewReply.user_id == user),
    ),
    Part(
        "review_marks.json",
        "the reviews that you found helpful",
        ReviewMark,
        lambda user: select(ReviewMark).where(ReviewMark.user_id == user),
    ),
    Part(
        "purchases.json",
        "the ideas that you bought",
        Purchase,
        lambda user: select(Purchase).where(Purchase.user_id == user),
    ),
    Part(
        "trust.json",
        "how far the marketplace trusts you",
        TrustLevel,
        lambda user: select(TrustLevel).where(TrustLevel.user_id == user),
    ),
    Part(
        "trust_days.json",
        "on how many ideas a day that rests",
        TrustDay,
        lambda user: select(TrustDay).where(TrustDay.user_id == user),
    ),
    Part(
        "reports.json",
        "what you reported",
        Report,
        lambda user: select(Report).where(Report.user_id == user),
    ),
    Part(
        "decisions.json",
        "what moderators decided about you",
        Decision,
        lambda user: select(Decision).where(
            col(Decision.subject_user_id) == user, col(Decision.state) != "proposed"
        ),
    ),
    Part(
        "appeals.json",
        "how you appealed",
        Appeal,
        lambda user: select(Appeal).where(Appeal.user_id == user),
    ),
    Part("shares.json", "links to your executions", Share, lambda user: own(user, Share)),
    Part("executions.json", "what you launched", Execution, lambda user: own(user, Execution)),
    Part("steps.json", "the steps of that", Step, lambda user: of_executions(user, Step)),
    Part(
        "attempts.json",
        "what it was before each retry",
        Attempt,
        lambda user: select(Attempt).where(col(Attempt.execution_id).in_(own(user, Execution, Execution.id))),
    ),
    Part("events.jsonl", "everything that it said", Event, lambda user: of_executions(user, Event)),
    Part(
        "artefacts.json",
        "its lock files, bills of materials and signed statements",
        Artefact,
        lambda user: select(Artefact).where(
            col(Artefact.execution_id).in_(own(user, Execution, Execution.id))
        ),
    ),
    Part(
        "audit.json",
        "the audit trail of what you did",
        AuditEntry,
        lambda user: select(AuditEntry).where(AuditEntry.user_id == user).order_by(col(AuditEntry.at)),
    ),
    Part(
        "exports.json",
        "exports like this one",
        Export,
        lambda user: select(Export).where(Export.user_id == user),
    ),
)
LEFT_OUT: dict[type[SQLModel], str] = {
    OneTimeLink: "links that work once; the mails that held them are in messages.json",
    NotificationCause: "the ids that notifications join, which name what others did",
    Turn: "when a worker last took one of your executions, so that it goes in turns",
    RingVote: "what groups of voters are found by; votes.json says which of your votes are counted",
    IdempotencyRecord: "answers kept for a day in case a request is repeated",
}


def own(user_id: str, table: Any, *columns: Any) -> Select[Any]:
    """Return what a person made in teams that they are still in: what they may see, and no more."""
    teams = select(Membership.team_id).where(Membership.user_id == user_id)
    chosen = select(*columns) if columns else select(table)
    return chosen.where(table.user_id == user_id, col(table.team_id).in_(teams))


def of_executions(user_id: str, table: Any) -> Select[Any]:
    """Return rows that hang on a person's executions, in their order."""
    order: tuple[Any, Any] = (table.execution_id, table.seq if table is Event else table.position)
    return select(table).where(table.execution_id.in_(own(user_id, Execution, Execution.id))).order_by(*order)


def rows_of(session: Session, part: Part, user_id: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a part as plain values, without what is nobody's business."""
    statement = part.rows(user_id).execution_options(yield_per=500)
    for row in session.scalars(statement):
        yield row.model_dump(mode="json", exclude=set(SECRET))
