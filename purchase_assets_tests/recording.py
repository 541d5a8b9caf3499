"""A person's changes as a page asks for them, kept in a planted database."""

from datetime import datetime

from purchase_assets.alerting.graph_facts import Figures, GraphFacts, RunFigures
from purchase_assets.errors import Conflict, NotFound
from purchase_assets.storage.reports import tables
from purchase_assets.storage.reports.database import Reports
from purchase_assets.text import Text
from purchase_assets_tests.planted import promotion, publish, week_rows

NOW = datetime(2025, 1, 14, 12)


class Recording:
    """Actions that leave in the database what the project's own would leave there."""

    def __init__(self, reports: Reports) -> None:
        self.reports = reports
        self.begin()

    def begin(self) -> None:
        """Nothing has failed, and a daemon runs."""
        self.daemon_runs = True
        self.facts = GraphFacts(NOW, NOW)
        runs = {"training": RunFigures(1.7e9, 41.5, 2.7e9), "week": RunFigures(1.7e9, 9.25, None)}
        self.measured = Figures(2, 1.7e9, {"new_uploads": 1.7e9}, runs)

    def decisions(self) -> "Recording":
        return self

    def graph_facts(self) -> GraphFacts:
        return self.facts

    def figures(self) -> Figures:
        return self.measured

    def follows_by_itself(self) -> bool:
        return self.daemon_runs

    def release(self, upload_key: str, row_numbers: list[int] | None, by: str, reason: str) -> str:
        return f"{self._close('RELEASED', upload_key, row_numbers, by, reason)} rows were released."

    def discard(self, upload_key: str, row_numbers: list[int] | None, by: str, reason: str) -> str:
        count = self._close("DISCARDED", upload_key, row_numbers, by, reason)
        return f"{count} rows were discarded."

    def seen(self, upload_key: str, by: str, reason: str) -> str:
        answer = {"answer": "SEEN", "answered_by": by, "answer_reason": reason}
        uploads = tables.uploads
        with self.reports.transaction() as connection:
            connection.execute(
                uploads.update()
                .where(uploads.c.key == upload_key)
                .values(**answer, answered_at=datetime.now())
            )
        return f"{upload_key} seen by {by}."

    def rollback(self, version: str, by: str, reason: str) -> str:
        if version not in ("5", "6", "7"):
            raise NotFound(f"no version {version!r}", "5, 6 or 7", "give one")
        self.reports.append(
            tables.promotions, promotion(version, 9, "rollback", by, reason=Text.same(reason))
        )
        if self.daemon_runs:
            publish(self.reports, week_rows(version=version))
        return f"Version {version} is champion again."

    def _close(
        self, status: str, upload_key: str, row_numbers: list[int] | None, by: str, reason: str
    ) -> int:
        rows = tables.quarantine
        statement = rows.update().where(rows.c.upload_key == upload_key, rows.c.status == "WAITING")
        if row_numbers is not None:
            statement = statement.where(rows.c.row_number.in_(row_numbers))
        with self.reports.transaction() as connection:
            closed = connection.execute(
                statement.values(
                    status=status, decided_by=by, decision_reason=reason, decided_at=datetime.now()
                )
            )
        if closed == 0:
            raise Conflict(f"no row of {upload_key!r} waits", "rows that do", "look at the inbox")
        return closed
