"""When the password of a log-in expires."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = ("incoming_settings", "outgoing_settings")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("password_expires_on", sa.Date(), nullable=True))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "password_expires_on")
