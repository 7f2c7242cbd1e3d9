"""Mail whose delivery is to be reported."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("outbox", "draft"):
        op.add_column(
            table, sa.Column("report_delivery", sa.Boolean(), nullable=False, server_default=sa.false())
        )


def downgrade() -> None:
    for table in ("draft", "outbox"):
        op.drop_column(table, "report_delivery")
