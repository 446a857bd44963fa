"""What an upgrade would do, said before anybody decides, and done exactly so by its `merge` step."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session

from models.errors import Conflict as Refused
from models.errors import FieldError, InvalidInput
from models.templates import TemplateVersion
from services.accounts import Actor
from services.catalog import validate_config
from services.catalog.versions import load_version
from services.deployments.views import find_deployment
from services.executions.comparing import FileChange, changes
from services.provenance.trees import Files
from services.upgrades.changelog import news_since
from services.upgrades.conflicts import Conflict
from services.upgrades.merging import Merged, merge
from services.upgrades.origin import Origin, current_version, find_origin
from services.upgrades.trees import committed, rendered


@dataclass(frozen=True, slots=True)
class Target:
    """Where an upgrade leads: the version that a launch takes now."""

    origin: Origin
    version: TemplateVersion

    @property
    def up_to_date(self) -> bool:
        """Whether there is nothing newer."""
        return self.version.content_hash == self.origin.version.content_hash


@dataclass(frozen=True, slots=True)
class OptionChange:
    """An option that would have another value than now."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Preview:
    """What an upgrade would do. `refusal` is why it cannot be started as it stands, "" when it can."""

    deployment_id: str
    up_to_date: bool
    from_version: str
    to_version: str
    head: str
    refusal: str = ""
    refused_options: list[FieldError] = field(default_factory=list)
    new_options: dict[str, Any] = field(default_factory=dict)  # with the value that they get
    changed_options: list[OptionChange] = field(default_factory=list)
    changelog: str = ""
    changes: list[FileChange] = field(default_factory=list)  # to the code as it is in the repository
    kept: list[str] = field(default_factory=list)  # edited by the owner, and kept
    conflicts: list[Conflict] = field(default_factory=list)

    @property
    def words(self) -> str:
        """Say it in a sentence."""
        if self.up_to_date:
            return f"Version {self.from_version} is the newest there is. Nothing to upgrade."
        count = len(self.changes)
        touched = (
            "No file changes" if not count else "1 file changes" if count == 1 else f"{count} files change"
        )
        return f"{touched}. {kept_words(len(self.kept))}".strip()


@dataclass(frozen=True, slots=True)
class Trees:
    """The trees of one upgrade and what git made of them."""

    base: Files
    ours: Files
    theirs: Files
    merged: Merged

    @property
    def edited(self) -> list[str]:
        """What the owner has changed, added or deleted."""
        return differing(self.base, self.ours)

    @property
    def kept(self) -> list[str]:
        """What of it is in the result. Where a conflict is not decided, or for the template, it is not."""
        given_up = {path for one in self.merged.conflicts if one.take != "ours" for path in one.paths}
        return [path for path in self.edited if path not in given_up]


def find_target(
    session: Session, actor: Actor, deployment_id: str, permission: str = "deployments:read"
) -> Target:
    """Return what a deployment comes from and where an upgrade would lead.

    Raises:
        NotFound: no such deployment, or of another team.
        Conflict: nothing was released yet, or the template was withdrawn.
    """
    origin = find_origin(session, find_deployment(session, actor, permission, deployment_id))
    version = current_version(session, origin.slug)
    if version is None:
        raise Refused(
            "The template of this application was withdrawn, so there is no newer version.", "withdrawn"
        )
    return Target(origin, version)


def preview(
    target: Target, take: Mapping[str, str] | None = None, options: Mapping[str, Any] | None = None
) -> Preview:
    """Return what an upgrade would do, with `take` deciding conflicts and `options` given other values.

    Needs no database, and takes a moment.

    Raises:
        InvalidInput: `take` names a file that is in no conflict.
        Conflict: the old version is not kept, or the repository holds what cannot be released.
    """
    origin, said = target.origin, heading(target)
    if target.up_to_date:
        return Preview(**said)
    try:
        config = options_for(target, options)
    except InvalidInput as refusal:
        return Preview(**said, refusal=refusal.message, refused_options=refusal.fields)
    trees = merge_trees(origin, target.version, config, take)
    template = load_version(target.version, origin.slug)
    return Preview(
        **said,
        refusal=undecided(trees.merged.open),
        new_options={name: value for name, value in config.items() if name not in origin.config},
        changed_options=changed_options(origin.config, config),
        changelog=news_since(template, origin.version.version),
        changes=list(changes(contents(trees.ours), contents(trees.merged.files))),
        kept=trees.kept,
        conflicts=list(trees.merged.conflicts),
    )


def heading(target: Target) -> dict[str, Any]:
    """Return what every preview says."""
    return {
        "deployment_id": target.origin.deployment_id,
        "up_to_date": target.up_to_date,
        "from_version": target.origin.version.version,
        "to_version": target.version.version,
        "head": target.origin.head,
    }


def changed_options(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[OptionChange]:
    """Return the options of the application that would not be as they are."""
    return [
        OptionChange(name, before[name], value)
        for name, value in after.items()
        if name in before and before[name] != value
    ]


def options_for(target: Target, options: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the application's options as the new version takes them; new ones have their defaults.

    `options` are those that shall have another value, or that are new and have none.

    Raises:
        InvalidInput: one is not there any more, or its value does not fit; the message names it.
    """
    given = dict(options or {})
    try:
        return validate_config(target.version.config_schema, {**target.origin.config, **given})
    except InvalidInput as refusal:
        if all(error.path.strip("/").split("/")[0] in given for error in refusal.fields):
            raise  # it is about what was given just now
        named = (
            ", ".join(dict.fromkeys(error.path.strip("/").split("/")[0] for error in refusal.fields)) or "?"
        )
        message = (
            f"Version {target.version.version} does not take the options of this application ({named}). "
            f"{refusal.fields[0].message if refusal.fields else refusal.message} Nothing was changed."
        )
        raise InvalidInput(message, "options_refused", fields=refusal.fields) from refusal


def merge_trees(
    origin: Origin, version: TemplateVersion, config: Mapping[str, Any], take: Mapping[str, str] | None
) -> Trees:
    """Render both versions, read the head, and merge."""
    base = rendered(load_version(origin.version, origin.slug), origin.config)
    theirs = rendered(load_version(version, origin.slug), config)
    ours = committed(origin.repository, origin.head)
    return Trees(base, ours, theirs, merge(base, ours, theirs, take))


def undecided(conflicts: list[Conflict]) -> str:
    """Say that files are in conflict, "" when none is."""
    if not conflicts:
        return ""
    named = ", ".join(one.path for one in conflicts[:3])
    more = f" and {len(conflicts) - 3} more" if len(conflicts) > 3 else ""
    return f"Decide for each file in conflict whether yours or the template's is taken: {named}{more}."


def differing(before: Files, after: Files) -> list[str]:
    """Return the paths that are not the same in two trees, sorted."""
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


def contents(files: Files) -> dict[str, bytes]:
    """Return the bytes alone."""
    return {path: content for path, (content, _) in files.items()}


def kept_words(count: int) -> str:
    """Say how much of the owner's work stays."""
    if not count:
        return ""
    return (
        "1 file was edited by you and is kept."
        if count == 1
        else f"{count} files were edited by you and are kept."
    )
