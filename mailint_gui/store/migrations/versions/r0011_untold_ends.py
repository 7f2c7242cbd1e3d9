"""What became of mail that did not get there is told once."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

UNTOLD = sa.text("end_untold")


def upgrade() -> None:
    op.add_column("outbox", sa.Column("end_untold", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index("ix_outbox_end_untold", "outbox", ["id"], sqlite_where=UNTOLD, postgresql_where=UNTOLD)


def downgrade() -> None:
    op.drop_index("ix_outbox_end_untold", table_name="outbox")
    op.drop_column("outbox", "end_untold")
