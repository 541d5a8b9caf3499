"""How the reports database becomes what `purchase_assets.storage.reports.tables` says.

A change of tables.py needs a new file in versions/ and its revision as `HEAD` here; a test holds
the two equal. Alembic is imported only when there is something to do.
"""

from pathlib import Path

import sqlalchemy as sa

from purchase_assets.errors import PurchaseAssetsError

HEAD = "0010"
"""Revision that this version of the program reads and writes."""

LOCK = 7_260_131
"""Any number; PostgreSQL lets one process at a time hold it."""


def bring_to_head(engine: sa.Engine) -> None:
    """Make or change the tables where they are not at `HEAD`; safe for several processes at once.

    Raises
    ------
    PurchaseAssetsError
        When the database was already changed by a newer version of the program.
    """
    with engine.connect() as connection:
        if _revision(connection) == HEAD:
            return
    bring_to(engine, HEAD)


def bring_to(engine: sa.Engine, revision: str) -> None:
    """Make the tables as a revision has them, or change those of an earlier one.

    Raises
    ------
    PurchaseAssetsError
        When this version of the program does not know the revision, or that of the database.
    """
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        if _revision(connection) != revision:  # nobody else did it while this one waited
            _upgrade(connection, revision)


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: sa.Connection, revision: str) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, revision)
    except CommandError as error:
        raise PurchaseAssetsError(
            f"the reports database is at revision {_revision(connection)!r} ({error})",
            f"one of those that this version of purchase_assets knows, up to {HEAD!r}",
            "install the newer version again or give another PURCHASE_ASSETS_REPORTS_URL",
        ) from error
