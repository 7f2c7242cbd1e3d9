"""Run by Alembic for each migration. The connection, its transaction and its locks are the caller's."""

from alembic import context

from mailint_gui.store.schema import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
