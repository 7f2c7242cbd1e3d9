"""A cursor names the account that it counts in: an integration may be pointed at another one."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COLUMNS = ("server", "user_name")


def upgrade() -> None:
    for column in COLUMNS:
        op.add_column("folder_cursor", sa.Column(column, sa.Text(), nullable=False, server_default=""))
        op.execute(
            f"UPDATE folder_cursor SET {column} = coalesce((SELECT lower({column}) FROM incoming_settings "  # noqa: S608  names of ours
            "WHERE incoming_settings.integration_id = folder_cursor.integration_id), '')"
        )


def downgrade() -> None:
    for column in COLUMNS:
        op.drop_column("folder_cursor", column)
