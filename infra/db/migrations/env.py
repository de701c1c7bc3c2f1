"""How alembic runs the migrations of the read model: on the connection it is given."""

from alembic import context

from infra.db.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=context.config.attributes["version_table"],
)
context.run_migrations()
