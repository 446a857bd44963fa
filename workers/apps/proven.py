"""What an app was started with when it served well."""

from dataclasses import dataclass, field

from services.deployments.keeping import WantedApp
from services.variables.carrying import Variables


@dataclass(frozen=True, slots=True)
class Proven:
    """The variables of the release that stood its probation last: where newer ones keep it from serving, those help."""

    release_id: str = ""
    variables: Variables = field(default_factory=Variables)

    def variables_of(self, target: WantedApp) -> Variables | None:
        """Return them if they are of this release, else None: then it starts with the newest."""
        return self.variables if target.release_id == self.release_id else None
