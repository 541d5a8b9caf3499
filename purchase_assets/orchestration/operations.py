"""What people change: release and discard rows, answer a refused file, roll a model back.

The command line, the monitoring page and the Dagster jobs all come here; Dagster is told of each.
"""

from dataclasses import dataclass

import dagster as dg

from purchase_assets.failpoints import Failpoint, passing
from purchase_assets.orchestration import shown_checks
from purchase_assets.orchestration.daemons import daemon_lives
from purchase_assets.orchestration.describe import DATA_VERSION
from purchase_assets.orchestration.failed_work import failed_work
from purchase_assets.project import Project
from purchase_assets.storage.reports import uploads
from purchase_assets.text import Text
from purchase_assets.workflows import answer_refusals, promote_model, reconcile


@dataclass(frozen=True)
class Operations:
    """A person's changes to one project."""

    project: Project
    instance: dg.DagsterInstance

    def release(self, upload_key: str, row_numbers: list[int] | None, by: str, reason: str) -> str:
        """Validate quarantined rows again and take them in; None means all that wait."""
        from purchase_assets.workflows import quarantine

        said = quarantine.release(self.project, upload_key, row_numbers, by, reason)
        passing(Failpoint.RELEASE_DONE)
        upload = uploads.find(self.project.reports, upload_key)
        assert upload is not None
        self._materialized(
            upload.kind.asset,
            reconcile.data_version(upload_key, upload.accepted),
            said,
            partition=None if upload.kind.is_master else upload_key,
        )
        shown_checks.tell(self.project, self.instance)
        return said

    def discard(self, upload_key: str, row_numbers: list[int] | None, by: str, reason: str) -> str:
        """Close quarantined rows for good; None means all that wait."""
        from purchase_assets.workflows import quarantine

        said = quarantine.discard(self.project, upload_key, row_numbers, by, reason)
        passing(Failpoint.DISCARD_DONE)
        shown_checks.tell(self.project, self.instance)
        return said

    def seen(self, upload_key: str, by: str, reason: str) -> str:
        """Answer a refused file: a person has seen it, and nothing more will come of it."""
        said = answer_refusals.seen(self.project, upload_key, by, reason)
        shown_checks.tell(self.project, self.instance)
        return said

    def rollback(self, version: str, by: str, reason: str) -> str:
        """Make an earlier champion champion again; the running week is then forecast again."""
        said = promote_model.rollback(self.project, version, by=by, reason=reason)
        passing(Failpoint.ROLLBACK_DONE)
        champion = promote_model.need_champion(self.project)
        self._materialized("trained_model", champion.data_version, said)
        return said

    def failed_work(self) -> list[Text]:
        """What was tried and failed, and the command that tries it again."""
        return failed_work(self.instance)

    def follows_by_itself(self) -> bool:
        """Whether a Dagster daemon is alive, which computes what rests on a change."""
        return daemon_lives(self.instance)

    def _materialized(
        self, asset: str, version: str, said: str, *, partition: str | None = None
    ) -> None:
        """Tell Dagster, so that what is downstream counts as out of date."""
        self.instance.report_runless_asset_event(
            dg.AssetMaterialization(
                asset,
                description=said,
                partition=partition,
                metadata={"what": said},
                tags={DATA_VERSION: version},
            )
        )
