"""What people change: rows that were set aside, refused and withdrawn files, the champion.

The command line, the monitoring page and the Dagster jobs all come here; Dagster is told of each.
"""

import time
from dataclasses import dataclass

import dagster as dg

from purchase_assets.kinds import Kind
from purchase_assets.orchestration import shown_checks
from purchase_assets.orchestration.describe import DATA_VERSION
from purchase_assets.orchestration.partitions import UPLOADS
from purchase_assets.project import Project
from purchase_assets.storage.reports import uploads
from purchase_assets.storage.reports import withdrawals as withdrawals_kept
from purchase_assets.workflows import answer_refusals, promote_model

HEARTBEAT_S = 120
"""A daemon says every 30 s that it is alive."""


@dataclass(frozen=True)
class Operations:
    """A person's changes to one project."""

    project: Project
    instance: dg.DagsterInstance

    def release(self, upload_key: str, row_numbers: list[int] | None, by: str, reason: str) -> str:
        """Validate quarantined rows again and take them in; None means all that wait."""
        from purchase_assets.workflows import quarantine

        said = quarantine.release(self.project, upload_key, row_numbers, by, reason)
        upload = uploads.find(self.project.reports, upload_key)
        assert upload is not None
        self._materialized(
            upload.kind.asset,
            f"{upload_key}/{upload.accepted}",
            said,
            partition=None if upload.kind.is_master else upload_key,
        )
        shown_checks.tell(self.project, self.instance)
        return said

    def discard(self, upload_key: str, row_numbers: list[int] | None, by: str, reason: str) -> str:
        """Close quarantined rows for good; None means all that wait."""
        from purchase_assets.workflows import quarantine

        said = quarantine.discard(self.project, upload_key, row_numbers, by, reason)
        shown_checks.tell(self.project, self.instance)
        return said

    def seen(self, upload_key: str, by: str, reason: str) -> str:
        """Answer a refused file: a person has seen it, and nothing more will come of it."""
        said = answer_refusals.seen(self.project, upload_key, by, reason)
        shown_checks.tell(self.project, self.instance)
        return said

    def withdraw(self, upload_key: str, by: str, reason: str) -> str:
        """Take an accepted upload's rows out again; what rests on them is computed again."""
        from purchase_assets.workflows import withdrawals

        withdrawals.withdraw(self.project, upload_key, by, reason)
        self.finish_withdrawals()
        return withdrawals.said(self.project, upload_key)

    def restore(self, upload_key: str, by: str, reason: str) -> str:
        """Bring a withdrawn upload back; what rests on it is computed again."""
        from purchase_assets.workflows import withdrawals

        withdrawals.restore(self.project, upload_key, by, reason)
        self.finish_withdrawals()
        return withdrawals.said(self.project, upload_key)

    def finish_withdrawals(self) -> list[str]:
        """Carry out what was decided and is not done yet; returns what was done, in sentences.

        Whatever a dead process left half done is done from the start, which changes nothing that
        it had done.
        """
        decisions = withdrawals_kept.unfinished(self.project.reports)
        if not decisions:
            return []
        from purchase_assets.workflows import withdrawals

        done = []
        for decided in decisions:
            withdrawals.carry_out(self.project, decided)
            done.append(withdrawals.said(self.project, decided.upload_key))
            self._tell_of_sales(decided.upload_key, done[-1])
            withdrawals_kept.finish(self.project.reports, decided)
        shown_checks.tell(self.project, self.instance)
        return done

    def _tell_of_sales(self, changed: str, said: str) -> None:
        """Tell Dagster how many rows of the sales files are in the tables, where it differs.

        Of the one that was `changed` in any case, and last: what is downstream follows from it.
        """
        asset, store = Kind.TRANSACTIONS.asset, str(UPLOADS.name)
        for upload in uploads.of_kinds(self.project.reports, [Kind.TRANSACTIONS]):
            version = f"{upload.key}/{upload.accepted}"
            if upload.key == changed:
                rows = upload.accepted if upload.verdict.taken else 0
                last = f"{changed}/{rows}"
            elif upload.verdict.taken and self._version_of(asset, upload.key) != version:
                self.instance.add_dynamic_partitions(store, [upload.key])
                what = f"Judged again: {upload.message_en}"
                self._materialized(asset, version, what, partition=upload.key)
        self.instance.add_dynamic_partitions(store, [changed])
        self._materialized(asset, last, said, partition=changed)

    def _version_of(self, asset: str, partition: str) -> str | None:
        """Data version of a partition, as Dagster has it."""
        chosen = dg.AssetRecordsFilter(dg.AssetKey(asset), asset_partitions=[partition])
        newest = self.instance.fetch_materializations(chosen, limit=1).records
        event = newest[0].asset_materialization if newest else None
        return event.tags.get(DATA_VERSION) if event and event.tags else None

    def rollback(self, version: str, by: str, reason: str) -> str:
        """Make an earlier champion champion again; the running week is then forecast again."""
        said = promote_model.rollback(self.project, version, by=by, reason=reason)
        champion = promote_model.need_champion(self.project)
        self._materialized("trained_model", champion.data_version, said)
        return said

    def follows_by_itself(self) -> bool:
        """Whether a Dagster daemon is alive, which computes what rests on a change."""
        beats = self.instance.get_daemon_heartbeats().values()
        newest = max((beat.timestamp for beat in beats), default=0.0)
        return time.time() - newest < HEARTBEAT_S

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
