"""Alembic's entry: runs the revisions on the connection that `bring_to_head` opened."""

from alembic import context

from purchase_assets.storage.reports import tables

context.configure(
    connection=context.config.attributes["connection"], target_metadata=tables.metadata
)
context.run_migrations()
