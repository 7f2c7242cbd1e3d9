"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
ENUM = sa.String(64)

TABLES = (
    "account_property",
    "integration",
    "check_log",
    "direction_health",
    "folder_cursor",
    "incoming_settings",
    "message",
    "outgoing_settings",
    "secret",
    "outbox",
    "raw_message",
    "outbox_recipient",
)


def upgrade() -> None:
    op.create_table(
        "account_property",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_account_property")),
    )
    op.create_table(
        "integration",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("responsible_admin", sa.Text(), nullable=False),
        sa.Column("last_modified_by", sa.Text(), nullable=False),
        sa.Column("last_modified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_integration")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_integration_default",
        "integration",
        ["is_default"],
        unique=True,
        sqlite_where=sa.text("is_default AND deleted_at IS NULL"),
        postgresql_where=sa.text("is_default AND deleted_at IS NULL"),
    )
    op.create_index(
        "uq_integration_name_key",
        "integration",
        ["name_key"],
        unique=True,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "check_log",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("integration_id", ROW_ID, nullable=False),
        sa.Column("result", ENUM, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("filed", sa.BigInteger(), nullable=False),
        sa.Column("ignored", sa.BigInteger(), nullable=False),
        sa.Column("quarantined", sa.BigInteger(), nullable=False),
        sa.Column("already_known", sa.BigInteger(), nullable=False),
        sa.Column("too_large", sa.BigInteger(), nullable=False),
        sa.Column("waiting", sa.BigInteger(), nullable=False),
        sa.Column("skipped_existing", sa.BigInteger(), nullable=False),
        sa.Column("problem_kind", ENUM, nullable=True),
        sa.Column("problem_facts", sa.Text(), nullable=False),
        sa.Column("problem_detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["integration_id"], ["integration.id"], name=op.f("fk_check_log_integration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_log")),
    )
    op.create_index(
        "ix_check_log_finished",
        "check_log",
        ["finished_at"],
        unique=False,
        sqlite_where=None,
        postgresql_where=None,
    )
    op.create_index(
        "ix_check_log_integration",
        "check_log",
        ["integration_id", "id"],
        unique=False,
        sqlite_where=None,
        postgresql_where=None,
    )
    op.create_table(
        "direction_health",
        sa.Column("integration_id", ROW_ID, nullable=False),
        sa.Column("direction", ENUM, nullable=False),
        sa.Column("consecutive_errors", sa.BigInteger(), nullable=False),
        sa.Column("first_error_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error_kind", ENUM, nullable=True),
        sa.Column("last_error_facts", sa.Text(), nullable=False),
        sa.Column("last_error_detail", sa.Text(), nullable=False),
        sa.Column("last_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_success_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_mail_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notified", sa.Boolean(), nullable=False),
        sa.Column("incident_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_by_errors_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["integration_id"], ["integration.id"], name=op.f("fk_direction_health_integration_id")
        ),
        sa.PrimaryKeyConstraint("integration_id", "direction", name=op.f("pk_direction_health")),
    )
    op.create_table(
        "folder_cursor",
        sa.Column("integration_id", ROW_ID, nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.Column("baseline_uid", sa.BigInteger(), nullable=False),
        sa.Column("baseline_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("recheck_until", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["integration_id"], ["integration.id"], name=op.f("fk_folder_cursor_integration_id")
        ),
        sa.PrimaryKeyConstraint("integration_id", "folder", name=op.f("pk_folder_cursor")),
    )
    op.create_table(
        "incoming_settings",
        sa.Column("integration_id", ROW_ID, nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("protocol", ENUM, nullable=False),
        sa.Column("authentication", ENUM, nullable=False),
        sa.Column("server", sa.Text(), nullable=False),
        sa.Column("port", sa.BigInteger(), nullable=False),
        sa.Column("security", ENUM, nullable=False),
        sa.Column("allow_insecure", sa.Boolean(), nullable=False),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("check_every", sa.BigInteger(), nullable=False),
        sa.Column("push", sa.Boolean(), nullable=False),
        sa.Column("first_check", ENUM, nullable=False),
        sa.Column("after_processing", ENUM, nullable=False),
        sa.Column("move_to", sa.Text(), nullable=False),
        sa.Column("delete_after_days", sa.BigInteger(), nullable=False),
        sa.Column("largest_message_mb", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["integration_id"], ["integration.id"], name=op.f("fk_incoming_settings_integration_id")
        ),
        sa.PrimaryKeyConstraint("integration_id", name=op.f("pk_incoming_settings")),
    )
    op.create_table(
        "message",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("integration_id", ROW_ID, nullable=False),
        sa.Column("direction", ENUM, nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=True),
        sa.Column("uid", sa.BigInteger(), nullable=True),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("state", ENUM, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("acknowledgement", ENUM, nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.Column("date", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("record", sa.BigInteger(), nullable=True),
        sa.Column("attachments", sa.Text(), nullable=False),
        sa.Column("defects", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["integration_id"], ["integration.id"], name=op.f("fk_message_integration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_message_debt",
        "message",
        ["integration_id", "folder", "uidvalidity", "uid", "generation"],
        unique=False,
        sqlite_where=sa.text("acknowledgement <> ''"),
        postgresql_where=sa.text("acknowledgement <> ''"),
    )
    op.create_index(
        "ix_message_digest",
        "message",
        ["integration_id", "sha256"],
        unique=False,
        sqlite_where=None,
        postgresql_where=None,
    )
    op.create_index(
        "ix_message_quarantined",
        "message",
        ["integration_id"],
        unique=False,
        sqlite_where=sa.text("state = 'quarantined'"),
        postgresql_where=sa.text("state = 'quarantined'"),
    )
    op.create_index(
        "ix_message_too_large",
        "message",
        ["integration_id", "folder", "uidvalidity", "uid", "generation"],
        unique=False,
        sqlite_where=sa.text("state = 'too_large'"),
        postgresql_where=sa.text("state = 'too_large'"),
    )
    op.create_index(
        "ix_message_unfiled",
        "message",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'received'"),
        postgresql_where=sa.text("state = 'received'"),
    )
    op.create_index(
        "uq_message_identity",
        "message",
        ["integration_id", "folder", "uidvalidity", "uid", "generation"],
        unique=True,
        sqlite_where=None,
        postgresql_where=None,
    )
    op.create_table(
        "outgoing_settings",
        sa.Column("integration_id", ROW_ID, nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("reply_to", sa.Text(), nullable=False),
        sa.Column("authentication", ENUM, nullable=False),
        sa.Column("sasl_mechanism", ENUM, nullable=False),
        sa.Column("server", sa.Text(), nullable=False),
        sa.Column("port", sa.BigInteger(), nullable=False),
        sa.Column("security", ENUM, nullable=False),
        sa.Column("allow_insecure", sa.Boolean(), nullable=False),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("message_format", ENUM, nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("messages_per_minute", sa.BigInteger(), nullable=False),
        sa.Column("largest_message_mb", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["integration_id"], ["integration.id"], name=op.f("fk_outgoing_settings_integration_id")
        ),
        sa.PrimaryKeyConstraint("integration_id", name=op.f("pk_outgoing_settings")),
    )
    op.create_table(
        "secret",
        sa.Column("integration_id", ROW_ID, nullable=False),
        sa.Column("purpose", ENUM, nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["integration_id"], ["integration.id"], name=op.f("fk_secret_integration_id")
        ),
        sa.PrimaryKeyConstraint("integration_id", "purpose", name=op.f("pk_secret")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("log_id", ROW_ID, nullable=False),
        sa.Column("integration_id", ROW_ID, nullable=False),
        sa.Column("purpose", ENUM, nullable=False),
        sa.Column("state", ENUM, nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_awaited", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["integration_id"], ["integration.id"], name=op.f("fk_outbox_integration_id")
        ),
        sa.ForeignKeyConstraint(["log_id"], ["message.id"], name=op.f("fk_outbox_log_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_outbox_unsettled",
        "outbox",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state IN ('queued', 'waiting', 'sending')"),
        postgresql_where=sa.text("state IN ('queued', 'waiting', 'sending')"),
    )
    op.create_index(
        "uq_outbox_message", "outbox", ["log_id"], unique=True, sqlite_where=None, postgresql_where=None
    )
    op.create_table(
        "raw_message",
        sa.Column("message_id", ROW_ID, nullable=False),
        sa.Column("codec", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_raw_message_message_id")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_raw_message")),
    )
    op.create_table(
        "outbox_recipient",
        sa.Column("outbox_id", ROW_ID, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("state", ENUM, nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_outbox_recipient_outbox_id")),
        sa.PrimaryKeyConstraint("outbox_id", "position", name=op.f("pk_outbox_recipient")),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
