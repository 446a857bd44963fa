"""`python -m app.edge.export`: compile the pages and build the front end into `.web/build/client`.

The same as `reflex export --frontend-only --no-zip`, without what its first run does besides: writing a
`.gitignore` and a `requirements.txt` of its own and asking the network for newer versions. Run it from the
project's root with the environment of `services.registries.npm_environment`.
"""

import os
import shutil
import sys
from pathlib import Path

# Read by Reflex at import. Repeated here so that a build by hand is the same as one by `make run`.
REFLEX_ENVIRONMENT = {
    "REFLEX_USE_NPM": "1",
    "REFLEX_CHECK_LATEST_VERSION": "false",
    "REFLEX_TELEMETRY_ENABLED": "false",
    "REFLEX_ENV_MODE": "prod",
    # Without it `reflex.lock/` names the registry that happened to be used.
    "NPM_CONFIG_OMIT_LOCKFILE_REGISTRY_RESOLVED": "true",
}
# Settings of the run that must not reach the build: the bundle serves any host, and holds no secret.
NOT_FOR_THE_BUILD = ("REDIS_URL", "REFLEX_REDIS_URL", "DATABASE_URL", "PORT", "__REFLEX_SKIP_COMPILE")


def prepare_environment(cache: Path) -> None:
    """Set what Reflex reads from the environment, before it is imported."""
    for name in NOT_FOR_THE_BUILD:
        os.environ.pop(name, None)
    os.environ.update(REFLEX_ENVIRONMENT)
    os.environ.setdefault("REFLEX_DIR", str(cache / "reflex"))
    # Node and npm lie beside this interpreter; a machine's own are often too old.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


def export() -> Path:
    """Build the front end and return the folder that is served.

    Raises:
        SystemExit: when npm or vite fails; their words are on standard error.
    """
    from reflex.utils import export as reflex_export
    from reflex.utils import frontend_skeleton, prerequisites
    from reflex_base import constants
    from reflex_base.environment import environment

    environment.REFLEX_COMPILE_CONTEXT.set(constants.CompileContext.EXPORT)
    prerequisites.initialize_reflex_user_directory()
    web = prerequisites.get_web_dir()
    # Pages that are gone would be built again from what an older build left.
    shutil.rmtree(web / "app" / "routes", ignore_errors=True)
    shutil.rmtree(web / "public", ignore_errors=True)
    # Always: what a plugin that is gone wrote into the build's configuration would stay otherwise.
    frontend_skeleton.initialize_web_directory()
    reflex_export.export(zipping=False, backend=False, env=constants.Env.PROD)
    return web / "build" / "client"


if __name__ == "__main__":
    prepare_environment(Path(".cache").absolute())
    sys.stdout.write(f"Built {export()}\n")
