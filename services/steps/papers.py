"""The papers of an application: its lock file and its bill of materials, made and kept by the package step."""

from typing import Any

from models.executions import Execution
from models.provenance import ArtefactName
from services import environments
from services.deployments.slugs import slug_of
from services.provenance import artefacts
from services.provenance.encoding import readable, sha256
from services.provenance.lock import make_lock, result_of
from services.provenance.sbom import bill
from services.provenance.trees import Files
from services.steps.base import StepContext


def keep_papers(context: StepContext, files: Files, commit: str, slug: str) -> dict[str, Any]:
    """Write both into the execution's folder and the database, and return their hashes and those of the code."""
    documents = {
        ArtefactName.LOCK: make_lock(context.template, context.config, files),
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


def bill_of_materials(context: StepContext, files: Files, commit: str, slug: str) -> dict[str, Any]:
    """Return the CycloneDX document about this application."""
    environment = environments.ensure(context.template.lock, on_line=context.line, cancelled=context.stopped)
    installed = [bind.source for bind in environment.binds if bind.target == environments.TARGET]
    manifest = context.template.manifest
    application = {
        "type": "application",
        "bom-ref": f"application:{slug_of(slug)}",
        "name": slug_of(slug),
        "version": commit[:12],
        "description": context.name,
        "licenses": [{"license": {"name": manifest["licence"]}}],
        "properties": [
            {"name": "ideasmith:template", "value": f"{context.template_slug}@{manifest['version']}"},
            {"name": "ideasmith:commit", "value": commit},
            {"name": "ideasmith:tree", "value": result_of(files)["git_tree"]},
        ],
    }
    made_at = context.created_at.isoformat()
    tool = {"type": "application", "name": "Ideasmith"}
    lock = context.template.lock.read_text("utf-8")
    return bill(application, lock, installed, timestamp=made_at, tools={"components": [tool]})
