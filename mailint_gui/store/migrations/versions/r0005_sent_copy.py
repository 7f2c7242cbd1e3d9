"""Copies of what is sent, in a folder of the mailbox; since when a message is tried."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OWED = sa.text("state = 'owed'")


def upgrade() -> None:
    op.add_column("outgoing_settings", sa.Column("sent_folder", sa.Text(), nullable=False, server_default=""))
    op.add_column("outbox", sa.Column("tried_from", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "sent_copy",
        sa.Column("outbox_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("integration_id", ROW_ID, nullable=False),
        sa.Column("state", sa.String(64), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=True),
        sa.Column("uid", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("owed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_sent_copy_outbox_id")),
        sa.ForeignKeyConstraint(
            ["integration_id"], ["integration.id"], name=op.f("fk_sent_copy_integration_id")
        ),
        sa.PrimaryKeyConstraint("outbox_id", name=op.f("pk_sent_copy")),
    )
    op.create_index("ix_sent_copy_owed", "sent_copy", ["outbox_id"], sqlite_where=OWED, postgresql_where=OWED)


def downgrade() -> None:
    op.drop_table("sent_copy")
    op.drop_column("outbox", "tried_from")
    op.drop_column("outgoing_settings", "sent_folder")
