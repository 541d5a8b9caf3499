"""What people change: rows that were set aside, refused and withdrawn files, the champion.

The command line, the monitoring page and the Dagster jobs all come here; Dagster is told of each.
"""

import dagster as dg

from purchase_assets.failpoints import Failpoint, passing
from purchase_assets.kinds import MASTERS, Kind
from purchase_assets.orchestration import shown_checks
from purchase_assets.orchestration.console import Console
from purchase_assets.orchestration.describe import DATA_VERSION
from purchase_assets.orchestration.partitions import UPLOADS
from purchase_assets.storage.reports import uploads, withdrawals
from purchase_assets.workflows import (
    accepted_rows,
    answer_refusals,
    forecast_week,
    promote_model,
    quarantine,
    reconcile,
    sum_sales,
    withdraw_upload,
)

STANDS = "As it stood when the project was moved here."


class Operations(Console):
    """A person's changes to one project."""

    def release(self, upload_key: str, row_numbers: list[int] | None, by: str, reason: str) -> str:
        """Validate quarantined rows again and take them in; None means all that wait."""
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
        said = quarantine.discard(self.project, upload_key, row_numbers, by, reason)
        passing(Failpoint.DISCARD_DONE)
        shown_checks.tell(self.project, self.instance)
        return said

    def seen(self, upload_key: str, by: str, reason: str) -> str:
        """Answer a refused file: a person has seen it, and nothing more will come of it."""
        said = answer_refusals.seen(self.project, upload_key, by, reason)
        shown_checks.tell(self.project, self.instance)
        return said

    def withdraw(self, upload_key: str, by: str, reason: str) -> str:
        """Take an accepted upload's rows out again; what rests on them is computed again."""
        withdraw_upload.withdraw(self.project, upload_key, by, reason)
        self.finish_withdrawals()
        return withdraw_upload.said(self.project, upload_key)

    def restore(self, upload_key: str, by: str, reason: str) -> str:
        """Bring a withdrawn upload back; what rests on it is computed again."""
        withdraw_upload.restore(self.project, upload_key, by, reason)
        self.finish_withdrawals()
        return withdraw_upload.said(self.project, upload_key)

    def finish_withdrawals(self) -> list[str]:
        """Carry out what was decided and is not done yet; returns what was done, in sentences.

        Whatever a dead process left half done is done from the start, which changes nothing that
        it had done.
        """
        decisions = withdrawals.unfinished(self.project.reports)
        if not decisions:
            return []
        done = []
        for decided in decisions:
            withdraw_upload.carry_out(self.project, decided)
            done.append(withdraw_upload.said(self.project, decided.upload_key))
            self._tell_of_sales()
            self._tell_of_upload(decided.upload_key, done[-1])
            withdrawals.finish(self.project.reports, decided)
        shown_checks.tell(self.project, self.instance)
        return done

    def tell_what_stands(self) -> None:
        """Tell a Dagster that knows nothing of it what is in the tables; a restored one knows.

        What is made of the week to forecast is left out: it is made again, as it was.
        """
        self._tell_of_sales()
        for kind in MASTERS:
            known = uploads.of_kinds(self.project.reports, [kind])
            newest = next((one for one in known if one.verdict.taken), None)
            if newest and self._knows_nothing_of(kind.asset):
                self._materialized(kind.asset, f"{newest.key}/{newest.accepted}", STANDS)
        sales = "daily_sales"
        if self.project.lake.exists(sales) and self._knows_nothing_of(sales):
            through = str(forecast_week.data_through(self.project))
            _, _, version = sum_sales.known_sales(self.project)
            facts = {
                "data_through": through,
                "lake_version": str(self.project.lake.version(sales)),
            }
            lines = Kind.TRANSACTIONS.table
            if self.project.lake.made_of(sales).get(lines) == self.project.lake.version(lines):
                accepted = accepted_rows.of_sales(self.project)
                facts["uploads"] = accepted_rows.fingerprint(accepted)
            self._materialized(sales, version, STANDS, **facts)
        champion = promote_model.champion(self.project)
        if champion and self._knows_nothing_of("trained_model"):
            self._materialized("trained_model", champion.data_version, STANDS)
        shown_checks.tell(self.project, self.instance)

    def _knows_nothing_of(self, asset: str) -> bool:
        return self.instance.get_latest_materialization_event(dg.AssetKey(asset)) is None

    def _tell_of_sales(self) -> None:
        """Tell Dagster how many rows of the sales files are in the tables, where it differs."""
        asset = Kind.TRANSACTIONS.asset
        for upload in uploads.of_kinds(self.project.reports, [Kind.TRANSACTIONS])[::-1]:
            version = f"{upload.key}/{upload.accepted}"
            if upload.verdict.taken and self._version_of(asset, upload.key) != version:
                self._tell_of_upload(upload.key, f"{upload.file_name}: {upload.message.en}")

    def _tell_of_upload(self, key: str, said: str) -> None:
        """Tell Dagster of a sales file whose rows have come, changed or gone."""
        upload = uploads.find(self.project.reports, key)
        rows = upload.accepted if upload and upload.verdict.taken else 0
        self.instance.add_dynamic_partitions(str(UPLOADS.name), [key])
        self._materialized(Kind.TRANSACTIONS.asset, f"{key}/{rows}", said, partition=key)

    def _version_of(self, asset: str, partition: str) -> str | None:
        """Data version of a partition, as Dagster has it."""
        chosen = dg.AssetRecordsFilter(dg.AssetKey(asset), asset_partitions=[partition])
        newest = self.instance.fetch_materializations(chosen, limit=1).records
        event = newest[0].asset_materialization if newest else None
        return event.tags.get(DATA_VERSION) if event and event.tags else None

    def rollback(self, version: str, by: str, reason: str) -> str:
        """Make an earlier champion champion again; the running week is then forecast again."""
        said = promote_model.rollback(self.project, version, by=by, reason=reason)
        passing(Failpoint.ROLLBACK_DONE)
        champion = promote_model.need_champion(self.project)
        self._materialized("trained_model", champion.data_version, said)
        return said

    def _materialized(
        self, asset: str, version: str, said: str, *, partition: str | None = None, **facts: str
    ) -> None:
        """Tell Dagster, so that what is downstream counts as out of date."""
        self.instance.report_runless_asset_event(
            dg.AssetMaterialization(
                asset,
                description=said,
                partition=partition,
                metadata={"what": said, **facts},
                tags={DATA_VERSION: version},
            )
        )
