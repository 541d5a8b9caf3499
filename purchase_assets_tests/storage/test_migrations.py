"""The migrations give exactly the tables that the program describes."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.storage.reports import migrations, promotions, published_weeks, tables
from purchase_assets.storage.reports.database import Reports
from purchase_assets.text import Text
from purchase_assets_tests.rows import plant, row

ADDED = ("expected_items", "items_low", "items_high", "mean_items")
PROMISED = (
    *("hits_low", "hits_high", "precision_low", "precision_high"),
    *("expected_f1", "f1_low", "f1_high"),
)
"""What was not promised of the weeks of an earlier version."""
CHANGED = ("product_trend", *ADDED)
KEPT = [column for column in tables.weekly_predictions.columns if column.name not in CHANGED]
"""What every migration leaves as it was; an earlier trend compared with a span that held it."""


def test_migrations_give_the_tables_that_are_described(database_url: str) -> None:
    with Reports(database_url).engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []
        view = connection.execute(sa.text(f"SELECT * FROM {tables.LATEST_VIEW}"))
        assert list(view.keys()) == [column.name for column in tables.weekly_predictions.columns]


def test_the_program_knows_the_newest_revision() -> None:
    scripts = ScriptDirectory(migrations.__path__[0])
    assert scripts.get_heads() == [migrations.HEAD]


def as_then(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows without the columns that later revisions added."""
    return [{name: of for name, of in row.items() if name not in ADDED} for row in rows]


def at_revision(url: str, revision: str) -> sa.Engine:
    """A database as an earlier version of the program left it."""
    engine, config = sa.create_engine(url), Config()
    config.set_main_option("script_location", migrations.__path__[0])
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    return engine


def test_the_weeks_of_an_earlier_version_are_found_in_their_rows(
    database_url: str, rows_of: Any
) -> None:
    engine = at_revision(database_url, "0001")
    assert "published_weeks" not in sa.inspect(engine).get_table_names()
    weeks = {
        monday: rows_of(monday, version, status, customers)
        for monday, version, status, customers in (
            (date(2024, 12, 30), "6", "STALE", 20),
            (date(2025, 1, 6), "6", "DEGRADED", 30),
            (date(2025, 1, 13), "7", "FRESH", 40),
        )
    }
    unlisted = [{**row, "will_buy": False} for row in weeks[date(2024, 12, 30)]]
    weeks[date(2024, 12, 30)] = unlisted
    with engine.begin() as connection:
        for rows in weeks.values():
            connection.execute(tables.weekly_predictions.insert(), as_then(rows))
        before = connection.execute(sa.select(*KEPT)).all()
    engine.dispose()

    reports = Reports(database_url)

    assert [week.week_start for week in published_weeks.in_order(reports)] == sorted(weeks)
    for monday, rows in weeks.items():
        week, chosen = (
            published_weeks.find(reports, monday),
            [row for row in rows if row["will_buy"]],
        )
        assert week is not None
        found = asdict(week)
        assert found.pop("expected_hits") == pytest.approx(
            sum(row["probability"] for row in chosen)
        )
        assert found == {
            **{name: rows[0][name] for name in published_weeks.OF_THE_WEEK},
            "pairs": len(rows),
            "customers": len({row["customer_id"] for row in rows}),
            "pairs_predicted": len(chosen),
            **dict.fromkeys(PROMISED),
            "content": None,
            "expected_precision": week.expected_hits / len(chosen) if chosen else None,
        }
    with reports.engine.connect() as connection:
        assert connection.execute(sa.select(*KEPT)).all() == before
        view = connection.execute(sa.text(f"SELECT * FROM {tables.LATEST_VIEW}")).all()
    assert len(view) == len(weeks[date(2025, 1, 13)])
    assert [*sa.inspect(reports.engine).get_columns("uploads")][-1]["name"] == "answer_reason"


def test_a_week_that_was_made_afterwards_is_not_the_latest(database_url: str, rows_of: Any) -> None:
    reports = Reports(database_url)
    published_weeks.publish(reports, rows_of(date(2025, 1, 13), status="BACKFILLED"))
    assert reports.rows(f"SELECT * FROM {tables.LATEST_VIEW}") == []
    published_weeks.publish(reports, rows_of(date(2025, 1, 6)))
    found = reports.rows(f"SELECT DISTINCT week_start FROM {tables.LATEST_VIEW}")
    assert [str(row["week_start"]) for row in found] == ["2025-01-06"]
    newest = published_weeks.newest(reports)
    assert newest is not None
    assert newest.week_start == date(2025, 1, 6)


def test_many_may_come_first_at_once(database_url: str) -> None:
    def count(_: int) -> int:
        reports = Reports(database_url)
        return reports.rows("SELECT COUNT(*) AS n FROM weekly_predictions")[0]["n"]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(count, range(8))) == [0] * 8


def test_a_database_of_a_newer_program_is_left_alone(database_url: str) -> None:
    with Reports(database_url).transaction() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(PurchaseAssetsError, match=r"revision '9999'.*knows, up to"):
        Reports(database_url).rows("SELECT 1")


def test_a_database_at_head_is_used_without_alembic(database_url: str) -> None:
    Reports(database_url).rows("SELECT 1")
    code = (
        "import sys; from purchase_assets.storage.reports.database import Reports;"
        "Reports(sys.argv[1]).rows('SELECT * FROM latest_weekly_predictions');"
        "assert 'alembic' not in sys.modules; print('done')"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, database_url], capture_output=True, text=True, timeout=60
    )
    assert ran.stdout == "done\n", ran.stderr


def test_trends_that_were_counted_otherwise_are_emptied(
    database_url: str, rows_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade = command.upgrade
    with monkeypatch.context() as then:
        then.setattr(migrations, "HEAD", "0002")
        then.setattr(command, "upgrade", lambda config, _: upgrade(config, "0002"))
        rows = rows_of()
        with Reports(database_url).transaction() as transaction:
            transaction.execute(tables.weekly_predictions.insert(), as_then(rows))
    kept = Reports(database_url).frame(tables.weekly_predictions)
    assert len(kept) == len(rows)
    assert kept["product_trend"].isna().all()
    assert kept["usual_gap_days"].notna().any()


def test_earlier_reasons_of_promotions_are_kept_in_both_columns(database_url: str) -> None:
    engine = at_revision(database_url, "0003")
    whys = {"1": "Promoted: first model.", "2": "Promoted: better.", "3": "hacía falta"}
    earlier = [
        row(tables.promotions, model_version=version, reason=why) for version, why in whys.items()
    ]
    for made in earlier:
        del made["reason_es"]
    with engine.begin() as connection:
        connection.execute(tables.promotions.insert(), earlier)
    engine.dispose()

    reports = Reports(database_url)
    kept = promotions.newest_first(reports)
    assert [(one.id, one.model_version) for one in kept] == [(3, "3"), (2, "2"), (1, "1")]
    assert [one.reason for one in kept[::-1]] == [Text.same(made["reason"]) for made in earlier]

    said = Text("Promoted: better still.", "Se promueve: mejor aún.")
    plant(reports, tables.promotions, reason=said.en, reason_es=said.es)
    newest = promotions.newest(reports)
    assert newest is not None
    assert (newest.id, newest.reason) == (4, said)
