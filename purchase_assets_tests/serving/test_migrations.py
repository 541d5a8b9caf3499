"""The migrations give exactly the tables that the program describes."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from purchase_assets.storage import migrations, tables
from purchase_assets.storage.reports import Reports


def test_migrations_give_the_tables_that_are_described(database_url: str) -> None:
    with Reports(database_url).engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []
        view = connection.execute(sa.text(f"SELECT * FROM {tables.LATEST_VIEW}"))
        assert list(view.keys()) == [column.name for column in tables.weekly_predictions.columns]


def test_the_program_knows_the_newest_revision() -> None:
    scripts = ScriptDirectory(migrations.__path__[0])
    assert scripts.get_heads() == [migrations.HEAD]


def test_many_may_come_first_at_once(database_url: str) -> None:
    def count(_: int) -> int:
        reports = Reports(database_url)
        return reports.rows("SELECT COUNT(*) AS n FROM weekly_predictions")[0]["n"]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(count, range(8))) == [0] * 8


def test_a_database_of_a_newer_program_is_left_alone(database_url: str) -> None:
    with Reports(database_url).transaction() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(RuntimeError, match=r"revision '9999'.*knows revisions up to"):
        Reports(database_url).rows("SELECT 1")


def test_a_database_at_head_is_used_without_alembic(database_url: str) -> None:
    Reports(database_url).rows("SELECT 1")
    code = (
        "import sys; from purchase_assets.storage.reports import Reports;"
        "Reports(sys.argv[1]).rows('SELECT * FROM latest_weekly_predictions');"
        "assert 'alembic' not in sys.modules; print('done')"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, database_url], capture_output=True, text=True, timeout=60
    )
    assert ran.stdout == "done\n", ran.stderr


def test_trends_that_were_counted_otherwise_are_emptied(
    database_url: str, rows_of: Any, publish_rows: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade = command.upgrade
    with monkeypatch.context() as then:
        then.setattr(migrations, "HEAD", "0002")
        then.setattr(command, "upgrade", lambda config, _: upgrade(config, "0002"))
        rows = rows_of()
        publish_rows(Reports(database_url), rows)
    kept = Reports(database_url).frame(tables.weekly_predictions)
    assert len(kept) == len(rows)
    assert kept["product_trend"].isna().all()
    assert kept["usual_gap_days"].notna().any()
