"""Runs the steps inside the transaction that `binrelay.store.migrate` opened."""

from __future__ import annotations

from alembic import context

# SQLite alters a table by copying it: batch mode.
context.configure(connection=context.config.attributes["connection"], render_as_batch=True)
context.run_migrations()
