"""Mail whose delivery is to be reported; drafts that a window has."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NEW = (("outbox", "report_delivery"), ("draft", "report_delivery"), ("draft", "is_open"))


def upgrade() -> None:
    for table, name in NEW:
        op.add_column(table, sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    for table, name in reversed(NEW):
        op.drop_column(table, name)
