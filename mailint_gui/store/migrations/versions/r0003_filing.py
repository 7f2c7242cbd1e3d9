"""Records, rules, trails, POP3 and what filing needs beside the log."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
ENUM = sa.String(64)


def upgrade() -> None:
    _create_search("message_search")
    _create_search("record_search")
    op.create_table(
        "rule",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("addresses", sa.Text(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("actions", sa.Text(), nullable=False),
        sa.Column("continue_with_later", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule")),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_rule_name_key", "rule", ["name_key"], unique=True)
    op.create_table(
        "filing_settings",
        sa.Column("integration_id", ROW_ID, nullable=False),
        sa.Column("ignore_senders", sa.Text(), nullable=False),
        sa.Column("ignore_subjects", sa.Text(), nullable=False),
        sa.Column("automatic_mail", ENUM, nullable=False),
        sa.Column("record_matching", ENUM, nullable=False),
        sa.Column("status_after_reply", sa.Text(), nullable=False),
        sa.Column("closed_records", ENUM, nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("assignee", sa.Text(), nullable=False),
        sa.Column("group", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["integration_id"], ["integration.id"], name=op.f("fk_filing_settings_integration_id")
        ),
        sa.PrimaryKeyConstraint("integration_id", name=op.f("pk_filing_settings")),
    )
    op.create_table(
        "loop_stop",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("integration_id", ROW_ID, nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        sa.Column("messages", sa.Text(), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["integration_id"], ["integration.id"], name=op.f("fk_loop_stop_integration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loop_stop")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_loop_stop_pair",
        "loop_stop",
        ["integration_id", "sender"],
        unique=True,
        sqlite_where=sa.text("released_at IS NULL"),
        postgresql_where=sa.text("released_at IS NULL"),
    )
    op.create_table(
        "pop3_listing",
        sa.Column("integration_id", ROW_ID, nullable=False),
        sa.Column("generation", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("uidl", sa.Text(), nullable=False),
        sa.Column("message_id", ROW_ID, nullable=True),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["integration_id"], ["integration.id"], name=op.f("fk_pop3_listing_integration_id")
        ),
        sa.PrimaryKeyConstraint("integration_id", "generation", "uidl", name=op.f("pk_pop3_listing")),
    )
    op.create_table(
        "send_log",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("integration_id", ROW_ID, nullable=False),
        sa.Column("outbox_id", ROW_ID, nullable=False),
        sa.Column("state", ENUM, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("problem_kind", ENUM, nullable=True),
        sa.Column("problem_facts", sa.Text(), nullable=False),
        sa.Column("problem_detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["integration_id"], ["integration.id"], name=op.f("fk_send_log_integration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_send_log")),
    )
    op.create_index("ix_send_log_finished", "send_log", ["finished_at"])
    op.create_index("ix_send_log_integration", "send_log", ["integration_id", "id"])
    op.create_table(
        "service_record",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("integration_id", ROW_ID, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("requester", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("impact", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("assignee", sa.Text(), nullable=False),
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("linked_to", ROW_ID, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["integration_id"], ["integration.id"], name=op.f("fk_service_record_integration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_record")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_service_record_changed_at", "service_record", ["changed_at"])
    op.create_index("ix_service_record_status", "service_record", ["status", "id"])
    op.create_index(
        "ix_service_record_linked_to",
        "service_record",
        ["linked_to", "id"],
        sqlite_where=sa.text("linked_to IS NOT NULL"),
        postgresql_where=sa.text("linked_to IS NOT NULL"),
    )
    op.create_table(
        "message_trail",
        sa.Column("message_id", ROW_ID, nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_message_trail_message_id")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_message_trail")),
    )
    op.create_table(
        "protocol_trace",
        sa.Column("check_id", ROW_ID, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["check_id"], ["check_log.id"], name=op.f("fk_protocol_trace_check_id")),
        sa.PrimaryKeyConstraint("check_id", name=op.f("pk_protocol_trace")),
    )
    op.add_column("message", sa.Column("uidl", sa.Text(), nullable=False, server_default=""))
    op.add_column("message", sa.Column("acknowledge_to", sa.Text(), nullable=False, server_default=""))
    op.add_column("message", sa.Column("content_digest", sa.Text(), nullable=False, server_default=""))
    op.add_column("message", sa.Column("automatic", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column(
        "message", sa.Column("file_anyway", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("message", sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_message_automatic",
        "message",
        ["integration_id", "received_at"],
        sqlite_where=sa.text("automatic"),
        postgresql_where=sa.text("automatic"),
    )
    op.create_index(
        "ix_message_content_digest",
        "message",
        ["content_digest"],
        sqlite_where=sa.text("content_digest <> ''"),
        postgresql_where=sa.text("content_digest <> ''"),
    )
    op.create_index("ix_message_integration", "message", ["integration_id", "id"])
    op.create_index(
        "ix_message_received_at",
        "message",
        ["received_at", "id"],
        sqlite_where=sa.text("forgotten_at IS NULL"),
        postgresql_where=sa.text("forgotten_at IS NULL"),
    )
    op.create_index(
        "ix_raw_message_unpacked",
        "raw_message",
        ["message_id"],
        sqlite_where=sa.text("codec = ''"),
        postgresql_where=sa.text("codec = ''"),
    )
    op.create_index("ix_outbox_state", "outbox", ["state", "log_id"])
    op.create_index("ix_message_message_id", "message", ["message_id"])
    op.create_index(
        "ix_message_record",
        "message",
        ["record", "id"],
        sqlite_where=sa.text("record IS NOT NULL"),
        postgresql_where=sa.text("record IS NOT NULL"),
    )
    op.create_index("ix_message_state", "message", ["state", "id"])
    op.create_index(
        "uq_message_pop3_identity",
        "message",
        ["integration_id", "uidl", "sha256", "generation"],
        unique=True,
        sqlite_where=sa.text("uidl <> ''"),
        postgresql_where=sa.text("uidl <> ''"),
    )

    op.execute(
        "INSERT INTO filing_settings SELECT integration_id, '[]', '[]', 'ignore', 'both', '', 'reopen', "
        "'', '', '', '', '' FROM incoming_settings"
    )


def _create_search(name: str) -> None:
    """An index of ``store.full_text``. What was filed before gets its words later, in small steps."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"CREATE VIRTUAL TABLE {name} USING fts5(content, tokenize='ascii', prefix='1 2 3')")
    else:
        op.execute(f"CREATE TABLE {name} (row_id BIGINT PRIMARY KEY, content TSVECTOR NOT NULL)")
        op.execute(f"CREATE INDEX ix_{name}_content ON {name} USING gin (content)")


def downgrade() -> None:
    op.drop_table("record_search")
    op.drop_table("message_search")
    op.drop_index("uq_message_pop3_identity", table_name="message")
    op.drop_index("ix_message_state", table_name="message")
    op.drop_index("ix_raw_message_unpacked", table_name="raw_message")
    op.drop_index("ix_outbox_state", table_name="outbox")
    op.drop_index("ix_message_received_at", table_name="message")
    op.drop_index("ix_message_record", table_name="message")
    op.drop_index("ix_message_message_id", table_name="message")
    op.drop_index("ix_message_integration", table_name="message")
    op.drop_index("ix_message_content_digest", table_name="message")
    op.drop_index("ix_message_automatic", table_name="message")
    op.drop_column("message", "forgotten_at")
    op.drop_column("message", "file_anyway")
    op.drop_column("message", "automatic")
    op.drop_column("message", "content_digest")
    op.drop_column("message", "acknowledge_to")
    op.drop_column("message", "uidl")
    op.drop_table("protocol_trace")
    op.drop_table("message_trail")
    op.drop_index("ix_service_record_linked_to", table_name="service_record")
    op.drop_index("ix_service_record_status", table_name="service_record")
    op.drop_index("ix_service_record_changed_at", table_name="service_record")
    op.drop_table("service_record")
    op.drop_index("ix_send_log_integration", table_name="send_log")
    op.drop_index("ix_send_log_finished", table_name="send_log")
    op.drop_table("send_log")
    op.drop_table("pop3_listing")
    op.drop_index("uq_loop_stop_pair", table_name="loop_stop")
    op.drop_table("loop_stop")
    op.drop_table("filing_settings")
    op.drop_index("uq_rule_name_key", table_name="rule")
    op.drop_table("rule")
