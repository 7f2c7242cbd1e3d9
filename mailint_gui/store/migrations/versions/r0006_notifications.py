"""Monitoring notifications: how each kind is told, what is to be delivered, what was told already."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UNTOLD = sa.text("told_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "notification_setting",
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("channels", sa.Text(), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("breaks_quiet", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_notification_setting")),
    )
    op.create_table(
        "notification_delivery",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("integration_id", ROW_ID, nullable=False),
        sa.Column("direction", sa.String(64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_delivery")),
    )
    op.create_index(
        "ix_notification_delivery_untold",
        "notification_delivery",
        ["due_at"],
        sqlite_where=UNTOLD,
        postgresql_where=UNTOLD,
    )
    op.create_index("ix_notification_delivery_told", "notification_delivery", ["told_at"])
    _create_marks()
    op.create_table(
        "profile_secret",
        sa.Column("purpose", sa.String(64), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("purpose", name=op.f("pk_profile_secret")),
    )


def _create_marks() -> None:
    op.create_table(
        "notification_mark",
        sa.Column("integration_id", ROW_ID, nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("mark", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["integration_id"], ["integration.id"], name=op.f("fk_notification_mark_integration_id")
        ),
        sa.PrimaryKeyConstraint("integration_id", "kind", name=op.f("pk_notification_mark")),
    )
    op.create_table(
        "incident_mark",
        sa.Column("integration_id", ROW_ID, nullable=False),
        sa.Column("direction", sa.String(64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_by", sa.Text(), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["integration_id"], ["integration.id"], name=op.f("fk_incident_mark_integration_id")
        ),
        sa.PrimaryKeyConstraint("integration_id", "direction", name=op.f("pk_incident_mark")),
    )


def downgrade() -> None:
    op.drop_table("profile_secret")
    op.drop_table("incident_mark")
    op.drop_table("notification_mark")
    op.drop_index("ix_notification_delivery_told", table_name="notification_delivery")
    op.drop_index("ix_notification_delivery_untold", table_name="notification_delivery")
    op.drop_table("notification_delivery")
    op.drop_table("notification_setting")
