"""Alembic's entry: runs the revisions on the connection that `bring_to_head` opened."""

from alembic import context

from purchase_assets.failpoints import Failpoint, passing
from purchase_assets.storage.reports import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.metadata,
    on_version_apply=lambda **_: passing(Failpoint.REVISION_APPLIED),
)
context.run_migrations()
