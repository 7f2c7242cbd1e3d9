"""How an integration signs in at its provider."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = ("incoming_settings", "outgoing_settings")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("oauth", sa.Text(), nullable=False, server_default="{}"))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "oauth")
