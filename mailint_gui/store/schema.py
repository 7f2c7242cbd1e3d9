"""The tables. A change here needs a new revision in ``migrations/versions``; a test compares the two."""

import enum
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from sqlalchemy import (
    BigInteger,
    Enum,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    false,
    func,
    select,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from mailint_gui.domain.check import CheckResult
from mailint_gui.domain.filing import AutomaticMail, ClosedRecords, RecordMatching
from mailint_gui.domain.integration import (
    AfterProcessing,
    Direction,
    FirstCheck,
    IncomingAuthentication,
    MessageFormat,
    OutgoingAuthentication,
    Protocol,
    SaslMechanism,
    Security,
)
from mailint_gui.domain.message import Acknowledgement, MessageState
from mailint_gui.domain.notification import Channel, EventKind
from mailint_gui.domain.oauth import OAuthSettings
from mailint_gui.domain.outbox import OutboxPurpose, OutboxState, RecipientState
from mailint_gui.domain.problem import ProblemKind
from mailint_gui.domain.secret import SecretPurpose, SecretReference
from mailint_gui.domain.sent_copy import SentCopyState
from mailint_gui.store.oauth_json import OAuthJson
from mailint_gui.store.types import Json, Reference, StorableText, UtcDateTime, WholeSeconds

ENUM_LENGTH = 64


def _values(kind: type[enum.Enum]) -> Sequence[str]:
    return [member.value for member in kind]


# SQLite numbers rows by itself only for a key of exactly INTEGER.
_ROW_ID = BigInteger().with_variant(Integer, "sqlite")
RowId = Annotated[int, mapped_column(_ROW_ID, primary_key=True)]
_ENUM = Enum(enum.Enum, native_enum=False, length=ENUM_LENGTH, values_callable=_values)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012  SQLAlchemy declares it as an instance attribute
        str: StorableText(),
        int: BigInteger(),
        bytes: LargeBinary(),
        datetime: UtcDateTime(),
        timedelta: WholeSeconds(),
        SecretReference: Reference(),
        OAuthSettings: OAuthJson(),
        enum.Enum: _ENUM,
        Any: Json(),
    }


def _index(name: str, *columns: str, where: str | None = None, unique: bool = False) -> Index:
    condition = text(where) if where else None
    return Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


_IDENTITY = ("integration_id", "folder", "uidvalidity", "uid", "generation")
_POP3_IDENTITY = ("integration_id", "uidl", "sha256", "generation")

# Conditions of partial indexes. A query says them in the same words: with a bound value SQLite would scan.
UNFILED = "state = 'received'"
IN_DEBT = "acknowledgement <> ''"
TOO_LARGE = "state = 'too_large'"
QUARANTINED = "state = 'quarantined'"
IN_RECORD = "record IS NOT NULL"
LINKED = "linked_to IS NOT NULL"
BY_POP3 = "uidl <> ''"
UNTOLD = "told_at IS NULL"
WITH_CONTENT_DIGEST = "content_digest <> ''"
AUTOMATIC = "automatic"
PRESENT = "forgotten_at IS NULL"
UNPACKED = "codec = ''"
OWED = "state = 'owed'"
REFUSED = "state = 'refused'"
UNSETTLED = "state IN ('queued', 'waiting', 'sending')"
AUTOMATIC_ANSWERS = "purpose = 'auto_reply'"
END_UNTOLD = "end_untold"

# An id is never given out twice, even after its row is gone: people and logs refer to it.
_NEVER_REUSED = {"sqlite_autoincrement": True}


class IntegrationTable(Base):
    """A deleted one keeps its row: the message log goes on naming it."""

    __tablename__ = "integration"
    __table_args__ = (
        _index("uq_integration_name_key", "name_key", where="deleted_at IS NULL", unique=True),
        _index(
            "uq_integration_default", "is_default", where="is_default AND deleted_at IS NULL", unique=True
        ),
        _NEVER_REUSED,
    )

    id: Mapped[RowId]
    name: Mapped[str]
    name_key: Mapped[str]
    description: Mapped[str]
    is_default: Mapped[bool]
    enabled: Mapped[bool]
    responsible_admin: Mapped[str]
    last_modified_by: Mapped[str]
    last_modified_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]


IntegrationKey = Annotated[int, mapped_column(_ROW_ID, ForeignKey(IntegrationTable.id), primary_key=True)]
IntegrationId = Annotated[int, mapped_column(_ROW_ID, ForeignKey(IntegrationTable.id))]


class IncomingTable(Base):
    """Column by column ``domain.integration.IncomingSettings``."""

    __tablename__ = "incoming_settings"

    integration_id: Mapped[IntegrationKey]
    enabled: Mapped[bool]
    address: Mapped[str]
    protocol: Mapped[Protocol]
    authentication: Mapped[IncomingAuthentication]
    server: Mapped[str]
    port: Mapped[int]
    security: Mapped[Security]
    allow_insecure: Mapped[bool]
    user_name: Mapped[str]
    password: Mapped[SecretReference]
    password_expires_on: Mapped[date | None]
    folder: Mapped[str]
    check_every: Mapped[timedelta]
    push: Mapped[bool]
    first_check: Mapped[FirstCheck]
    after_processing: Mapped[AfterProcessing]
    move_to: Mapped[str]
    delete_after_days: Mapped[int]
    largest_message_mb: Mapped[int]
    oauth: Mapped[OAuthSettings]


class OutgoingTable(Base):
    """Column by column ``domain.integration.OutgoingSettings``."""

    __tablename__ = "outgoing_settings"

    integration_id: Mapped[IntegrationKey]
    enabled: Mapped[bool]
    address: Mapped[str]
    display_name: Mapped[str]
    reply_to: Mapped[str]
    authentication: Mapped[OutgoingAuthentication]
    sasl_mechanism: Mapped[SaslMechanism]
    server: Mapped[str]
    port: Mapped[int]
    security: Mapped[Security]
    allow_insecure: Mapped[bool]
    user_name: Mapped[str]
    password: Mapped[SecretReference]
    password_expires_on: Mapped[date | None]
    message_format: Mapped[MessageFormat]
    signature: Mapped[str]
    messages_per_minute: Mapped[int]
    largest_message_mb: Mapped[int]
    sent_folder: Mapped[str]
    oauth: Mapped[OAuthSettings]


class FilingTable(Base):
    """Column by column ``domain.filing.FilingSettings``."""

    __tablename__ = "filing_settings"

    integration_id: Mapped[IntegrationKey]
    ignore_senders: Mapped[Any]
    ignore_subjects: Mapped[Any]
    automatic_mail: Mapped[AutomaticMail]
    record_matching: Mapped[RecordMatching]
    status_after_reply: Mapped[str]
    closed_records: Mapped[ClosedRecords]
    category: Mapped[str]
    urgency: Mapped[str]
    priority: Mapped[str]
    assignee: Mapped[str]
    group: Mapped[str]


class HealthTable(Base):
    """``domain.health.DirectionHealth``, its last error laid flat."""

    __tablename__ = "direction_health"

    integration_id: Mapped[IntegrationKey]
    direction: Mapped[Direction] = mapped_column(primary_key=True)
    consecutive_errors: Mapped[int]
    first_error_at: Mapped[datetime | None]
    last_error_at: Mapped[datetime | None]
    last_error_kind: Mapped[ProblemKind | None]
    last_error_facts: Mapped[Any]
    last_error_detail: Mapped[str]
    last_attempt_at: Mapped[datetime | None]
    last_success_at: Mapped[datetime | None]
    last_mail_at: Mapped[datetime | None]
    next_attempt_at: Mapped[datetime | None]
    notified: Mapped[bool]
    incident_since: Mapped[datetime | None]
    disabled_by_errors_at: Mapped[datetime | None]


class CursorTable(Base):
    __tablename__ = "folder_cursor"

    integration_id: Mapped[IntegrationKey]
    folder: Mapped[str] = mapped_column(primary_key=True)
    uidvalidity: Mapped[int]
    last_uid: Mapped[int]
    baseline_uid: Mapped[int]
    baseline_at: Mapped[datetime]
    generation: Mapped[int]
    recheck_until: Mapped[int]
    server: Mapped[str]
    user_name: Mapped[str]


class Pop3ListingTable(Base):
    """What a POP3 server listed when it was last asked, by unique id: in the place of a cursor.

    ``message_id`` None: it was there before the first check, and stays alone.
    """

    __tablename__ = "pop3_listing"

    integration_id: Mapped[IntegrationKey]
    generation: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    uidl: Mapped[str] = mapped_column(primary_key=True)
    message_id: Mapped[int | None] = mapped_column(_ROW_ID)
    first_seen_at: Mapped[datetime]


class RecordTable(Base):
    """``domain.record.Record``; ``id`` is its number."""

    __tablename__ = "service_record"
    __table_args__ = (
        Index("ix_service_record_changed_at", "changed_at"),
        _index("ix_service_record_status", "status", "id"),
        _index("ix_service_record_linked_to", "linked_to", "id", where=LINKED),
        _NEVER_REUSED,
    )

    id: Mapped[RowId]
    integration_id: Mapped[IntegrationId]
    subject: Mapped[str]
    requester: Mapped[str]
    status: Mapped[str]
    category: Mapped[str]
    urgency: Mapped[str]
    impact: Mapped[str]
    priority: Mapped[str]
    assignee: Mapped[str]
    group: Mapped[str]
    tags: Mapped[Any]
    linked_to: Mapped[int | None] = mapped_column(_ROW_ID)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class RuleTable(Base):
    """``domain.rule.Rule`` at its ``position``. ``addresses``: None for all, else ids of integrations."""

    __tablename__ = "rule"
    __table_args__ = (_index("uq_rule_name_key", "name_key", unique=True), _NEVER_REUSED)

    id: Mapped[RowId]
    position: Mapped[int]
    name: Mapped[str]
    name_key: Mapped[str]
    enabled: Mapped[bool]
    addresses: Mapped[Any]
    condition: Mapped[Any]
    actions: Mapped[Any]
    continue_with_later: Mapped[bool]


class LoopStopTable(Base):
    """A pair of sender and us whose automatic mail the loop breaker stops until an admin releases it."""

    __tablename__ = "loop_stop"
    __table_args__ = (
        _index("uq_loop_stop_pair", "integration_id", "sender", where="released_at IS NULL", unique=True),
        _NEVER_REUSED,
    )

    id: Mapped[RowId]
    integration_id: Mapped[IntegrationId]
    sender: Mapped[str]
    count: Mapped[int]
    minutes: Mapped[int]
    messages: Mapped[Any]
    stopped_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    released_by: Mapped[str]


class MessageTable(Base):
    """The log, both ways. Of an outgoing one the outbox holds state and reason, and no identity is set.

    ``uidl`` is of POP3, where folder, UIDVALIDITY and UID are not. ``acknowledge_to``: the folder of a debt to move
    that a rule made; empty: as the settings say. ``forgotten_at``: retention took all but what recognises it.
    """

    __tablename__ = "message"
    __table_args__ = (
        _index("uq_message_identity", *_IDENTITY, unique=True),
        _index("uq_message_pop3_identity", *_POP3_IDENTITY, where=BY_POP3, unique=True),
        _index("ix_message_integration", "integration_id", "id"),
        _index("ix_message_state", "state", "id"),
        _index("ix_message_received_at", "received_at", "id", where=PRESENT),
        _index("ix_message_message_id", "message_id"),
        _index("ix_message_record", "record", "id", where=IN_RECORD),
        _index("ix_message_content_digest", "content_digest", where=WITH_CONTENT_DIGEST),
        _index("ix_message_automatic", "integration_id", "received_at", where=AUTOMATIC),
        _index("ix_message_unfiled", "id", where=UNFILED),
        _index("ix_message_debt", *_IDENTITY, where=IN_DEBT),
        _index("ix_message_too_large", *_IDENTITY, where=TOO_LARGE),
        _index("ix_message_quarantined", "integration_id", where=QUARANTINED),
        _index("ix_message_digest", "integration_id", "sha256"),
        _NEVER_REUSED,
    )

    id: Mapped[RowId]
    integration_id: Mapped[IntegrationId]
    direction: Mapped[Direction]
    folder: Mapped[str]
    uidvalidity: Mapped[int | None]
    uid: Mapped[int | None]
    generation: Mapped[int]
    uidl: Mapped[str]
    state: Mapped[MessageState | None]
    reason: Mapped[str]
    detail: Mapped[str]
    acknowledgement: Mapped[Acknowledgement]
    acknowledge_to: Mapped[str]
    message_id: Mapped[str]
    subject: Mapped[str]
    sender: Mapped[str]
    recipients: Mapped[Any]
    date: Mapped[datetime | None]
    received_at: Mapped[datetime]
    filed_at: Mapped[datetime | None]
    size: Mapped[int]
    sha256: Mapped[str]
    record: Mapped[int | None]
    attachments: Mapped[Any]
    defects: Mapped[Any]
    content_digest: Mapped[str]
    automatic: Mapped[bool]
    file_anyway: Mapped[bool]
    forgotten_at: Mapped[datetime | None]


# What several of our mailboxes have is in its record once.
is_no_twin = MessageTable.state.is_distinct_from(MessageState.ALREADY_KNOWN)


class TrailTable(Base):
    """``domain.trail.Trail`` of a message that was filed."""

    __tablename__ = "message_trail"

    message_id: Mapped[int] = mapped_column(_ROW_ID, ForeignKey(MessageTable.id), primary_key=True)
    steps: Mapped[Any]
    rules: Mapped[Any]


class RawMessageTable(Base):
    """The bytes, apart from the log so that listing never reads them; ``message.sha256`` is of them."""

    __tablename__ = "raw_message"
    __table_args__ = (_index("ix_raw_message_unpacked", "message_id", where=UNPACKED),)

    message_id: Mapped[int] = mapped_column(_ROW_ID, ForeignKey(MessageTable.id), primary_key=True)
    codec: Mapped[str]
    content: Mapped[bytes]


class OutboxTable(Base):
    __tablename__ = "outbox"
    __table_args__ = (
        _index("uq_outbox_message", "log_id", unique=True),
        _index("ix_outbox_unsettled", "id", where=UNSETTLED),
        _index("ix_outbox_state", "state", "log_id"),
        _index("ix_outbox_automatic_answer", "created_at", where=AUTOMATIC_ANSWERS),
        _index("ix_outbox_end_untold", "id", where=END_UNTOLD),
        _NEVER_REUSED,
    )

    id: Mapped[RowId]
    log_id: Mapped[int] = mapped_column(_ROW_ID, ForeignKey(MessageTable.id))
    integration_id: Mapped[IntegrationId]
    purpose: Mapped[OutboxPurpose]
    state: Mapped[OutboxState]
    attempts: Mapped[int]
    next_try_at: Mapped[datetime | None]
    answer_awaited: Mapped[bool]
    reason: Mapped[str]
    answer: Mapped[str]
    created_at: Mapped[datetime]
    tried_from: Mapped[datetime | None]
    report_delivery: Mapped[bool] = mapped_column(server_default=false())
    end_untold: Mapped[bool] = mapped_column(server_default=false())
    changed_at: Mapped[datetime]


class SentCopyTable(Base):
    """``domain.sent_copy.SentCopy``."""

    __tablename__ = "sent_copy"
    __table_args__ = (_index("ix_sent_copy_owed", "outbox_id", where=OWED),)

    outbox_id: Mapped[int] = mapped_column(
        _ROW_ID, ForeignKey(OutboxTable.id), primary_key=True, autoincrement=False
    )
    integration_id: Mapped[IntegrationId]
    state: Mapped[SentCopyState]
    folder: Mapped[str]
    uidvalidity: Mapped[int | None]
    uid: Mapped[int | None]
    attempts: Mapped[int]
    next_try_at: Mapped[datetime | None]
    reason: Mapped[str]
    detail: Mapped[str]
    owed_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class DraftTable(Base):
    """``domain.draft.StoredDraft``. ``queued_as``: the outbox item made of it, while that may yet be edited again."""

    __tablename__ = "draft"
    __table_args__ = (_NEVER_REUSED,)

    id: Mapped[RowId]
    integration_id: Mapped[int] = mapped_column(_ROW_ID)
    to: Mapped[str]
    copies: Mapped[str]
    blind_copies: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    rich: Mapped[str]
    attachments: Mapped[Any]
    answers: Mapped[Any]
    record: Mapped[int | None] = mapped_column(_ROW_ID)
    replaces: Mapped[int | None] = mapped_column(_ROW_ID)
    report_delivery: Mapped[bool] = mapped_column(server_default=false())
    queued_as: Mapped[int | None] = mapped_column(_ROW_ID)
    is_open: Mapped[bool] = mapped_column(server_default=false())
    changed_at: Mapped[datetime]


class RecipientTable(Base):
    """The recipients of an outbox row, in their order."""

    __tablename__ = "outbox_recipient"
    __table_args__ = (_index("ix_outbox_recipient_refused", "outbox_id", where=REFUSED),)

    outbox_id: Mapped[int] = mapped_column(_ROW_ID, ForeignKey(OutboxTable.id), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    address: Mapped[str]
    state: Mapped[RecipientState]
    answer: Mapped[str]


# Few are, of very many that are sent: the state is written so that no index of it is taken instead.
is_partly_sent = (func.coalesce(OutboxTable.state, None) == OutboxState.SENT) & OutboxTable.id.in_(
    select(RecipientTable.outbox_id).where(text(REFUSED))
)


class CheckTable(Base):
    """``domain.check.CheckOutcome`` as History shows it: without health and events, kept elsewhere."""

    __tablename__ = "check_log"
    __table_args__ = (
        _index("ix_check_log_integration", "integration_id", "id"),
        _index("ix_check_log_finished", "finished_at"),
    )

    id: Mapped[RowId]
    integration_id: Mapped[IntegrationId]
    result: Mapped[CheckResult]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime]
    seen: Mapped[int]
    filed: Mapped[int]
    ignored: Mapped[int]
    quarantined: Mapped[int]
    already_known: Mapped[int]
    too_large: Mapped[int]
    waiting: Mapped[int]
    skipped_existing: Mapped[int]
    problem_kind: Mapped[ProblemKind | None]
    problem_facts: Mapped[Any]
    problem_detail: Mapped[str]


class SendTable(Base):
    """``domain.check.SendOutcome`` as History shows it: one row for each attempt."""

    __tablename__ = "send_log"
    __table_args__ = (
        _index("ix_send_log_integration", "integration_id", "id"),
        _index("ix_send_log_finished", "finished_at"),
    )

    id: Mapped[RowId]
    integration_id: Mapped[IntegrationId]
    outbox_id: Mapped[int] = mapped_column(_ROW_ID)
    state: Mapped[OutboxState]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime]
    problem_kind: Mapped[ProblemKind | None]
    problem_facts: Mapped[Any]
    problem_detail: Mapped[str]


class ProtocolTraceTable(Base):
    """What was said in one check whose trace an admin asked for, secrets blanked."""

    __tablename__ = "protocol_trace"

    check_id: Mapped[int] = mapped_column(_ROW_ID, ForeignKey(CheckTable.id), primary_key=True)
    content: Mapped[str]


class PropertyTable(Base):
    __tablename__ = "account_property"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class SecretTable(Base):
    """Sealed by the vault, whose key is in the keyring and never here."""

    __tablename__ = "secret"

    integration_id: Mapped[IntegrationKey]
    purpose: Mapped[SecretPurpose] = mapped_column(primary_key=True)
    key_id: Mapped[str]
    nonce: Mapped[bytes]
    ciphertext: Mapped[bytes]


class ProfileSecretTable(Base):
    """The same for secrets of no integration."""

    __tablename__ = "profile_secret"

    purpose: Mapped[SecretPurpose] = mapped_column(primary_key=True)
    key_id: Mapped[str]
    nonce: Mapped[bytes]
    ciphertext: Mapped[bytes]


class NotificationSettingTable(Base):
    """``domain.notification.NotificationSetting``; kinds without a row are told by default."""

    __tablename__ = "notification_setting"

    kind: Mapped[EventKind] = mapped_column(primary_key=True)
    enabled: Mapped[bool]
    channels: Mapped[Any]
    recipients: Mapped[Any]
    subject: Mapped[str]
    body: Mapped[str]
    breaks_quiet: Mapped[bool]


class DeliveryTable(Base):
    """``domain.delivery.Delivery``. Kept a while after it is told, since many in a minute are a storm."""

    __tablename__ = "notification_delivery"
    __table_args__ = (
        _index("ix_notification_delivery_untold", "due_at", where=UNTOLD),
        _index("ix_notification_delivery_told", "told_at"),
    )

    id: Mapped[RowId]
    channel: Mapped[Channel]
    kind: Mapped[EventKind]
    integration_id: Mapped[int] = mapped_column(_ROW_ID)
    direction: Mapped[Direction]
    title: Mapped[str]
    body: Mapped[str]
    recipients: Mapped[Any]
    at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int]
    told_at: Mapped[datetime | None]


class NotificationMarkTable(Base):
    """``domain.watch.Marks``."""

    __tablename__ = "notification_mark"

    integration_id: Mapped[IntegrationKey]
    kind: Mapped[EventKind] = mapped_column(primary_key=True)
    mark: Mapped[int]


class IncidentMarkTable(Base):
    """``domain.incident.IncidentMark``."""

    __tablename__ = "incident_mark"

    integration_id: Mapped[IntegrationKey]
    direction: Mapped[Direction] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    acknowledged_by: Mapped[str]
    acknowledged_at: Mapped[datetime | None]
    snoozed_until: Mapped[datetime | None]
