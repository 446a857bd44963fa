"""The papers of an application: its lock file and its bill of materials, made and kept by the package step."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from models.executions import Execution
from models.provenance import ArtefactName
from services import environments
from services.catalog import TemplateFolder
from services.deployments.slugs import slug_of
from services.provenance import artefacts
from services.provenance.encoding import readable, sha256
from services.provenance.lock import make_lock, result_of
from services.provenance.sbom import bill
from services.provenance.trees import Files, git_tree
from services.steps.base import StepContext


def keep_papers(context: StepContext, files: Files, commit: str, slug: str) -> dict[str, Any]:
    """Write both into the execution's folder and the database, and return their hashes and those of the code."""
    documents = {
        ArtefactName.LOCK: make_lock(
            context.template, context.config, files, packages=context.lock, merged=merged_from(context)
        ),
        ArtefactName.SBOM: readable(bill_of_materials(context, files, commit, slug)),
    }
    for name, content in documents.items():
        (context.workspace / name).write_bytes(content)
        context.line(f"{name} {sha256(content)}")
    with context.transaction() as session:
        artefacts.keep(session, session.get_one(Execution, context.execution_id), documents)
    code = result_of(files)
    return {
        "tree_sha256": code["tree_sha256"],
        "git_tree": code["git_tree"],
        "lock_sha256": sha256(documents[ArtefactName.LOCK]),
        "sbom_sha256": sha256(documents[ArtefactName.SBOM]),
    }


def merged_from(context: StepContext) -> dict[str, Any] | None:
    """Return what the code was merged from. None: it is what the template and the options give."""
    if not context.edited:
        return None
    ordered = context.upgrade
    return {
        "from_version": ordered["from_version"],
        "from_content_sha256": ordered["from_content_sha256"],
        "commit": context.results["merge"]["head"],
        "take": ordered["take"],
    }


def bill_of_materials(context: StepContext, files: Files, commit: str, slug: str) -> dict[str, Any]:
    """Return the CycloneDX document about this application."""
    environment = environments.ensure(context.lock, on_line=context.line, cancelled=context.stopped)
    installed = [bind.source for bind in environment.binds if bind.target == environments.TARGET]
    return bill_of(
        context.template,
        installed,
        name=context.name,
        slug=slug_of(slug),
        commit=commit,
        git_tree=git_tree(files),
        made_at=context.created_at.isoformat(),
        packages=context.lock,
    )


def bill_of(
    template: TemplateFolder,
    installed: Iterable[Path],
    *,
    name: str,
    slug: str,
    commit: str,
    git_tree: str,
    made_at: str,
    packages: Path | None = None,
) -> dict[str, Any]:
    """Return the document about an application that was made of `template`; `packages` is its own lock, if any."""
    made_of = f"{template.slug}@{template.manifest['version']}"
    application = {
        "type": "application",
        "bom-ref": f"application:{slug}",
        "name": slug,
        "version": commit[:12],
        "description": name,
        "licenses": [{"license": {"name": template.manifest["licence"]}}],
        "properties": [
            {"name": "ideasmith:template", "value": made_of},
            {"name": "ideasmith:commit", "value": commit},
            {"name": "ideasmith:tree", "value": git_tree},
        ],
    }
    tool = {"type": "application", "name": "Ideasmith"}
    lock = (packages or template.lock).read_text("utf-8")
    return bill(application, lock, installed, timestamp=made_at, tools={"components": [tool]})
