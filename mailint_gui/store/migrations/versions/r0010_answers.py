"""Automatic answers are found by an index, however much else is sent."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

AUTOMATIC_ANSWERS = sa.text("purpose = 'auto_reply'")


def upgrade() -> None:
    op.create_index(
        "ix_outbox_automatic_answer",
        "outbox",
        ["created_at"],
        sqlite_where=AUTOMATIC_ANSWERS,
        postgresql_where=AUTOMATIC_ANSWERS,
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_automatic_answer", table_name="outbox")
