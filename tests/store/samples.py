"""Values for the tests of the store."""

import hashlib
from datetime import UTC, datetime, timedelta

from mailint_gui.domain.message import (
    Acknowledgement,
    Attachment,
    CheapHeaders,
    Identity,
    MessageState,
    ParsedMessage,
    ReceivedMessage,
)

NOW = datetime(2026, 11, 23, 12, 34, 56, 789012, UTC)
LATER = NOW + timedelta(minutes=5)
UIDVALIDITY = 4_294_967_295  # the largest, RFC 9051 section 9: nz-number


def received(
    integration_id: int,
    uid: int,
    raw: bytes | None = b"Subject: hello\r\n\r\nworld\r\n",
    *,
    state: MessageState = MessageState.RECEIVED,
    acknowledgement: Acknowledgement = Acknowledgement.MARK_READ,
    generation: int = 0,
    subject: str = "hello",
    size: int | None = None,
    date: datetime | None = NOW,
) -> ReceivedMessage:
    return ReceivedMessage(
        identity=Identity(integration_id, "INBOX", UIDVALIDITY, uid, generation),
        raw=raw,
        size=len(raw or b"") if size is None else size,
        sha256=hashlib.sha256(raw).hexdigest() if raw is not None else "",
        headers=CheapHeaders("<1@example.org>", subject, "a@example.org", ("b@example.org",), date),
        received_at=NOW,
        state=state,
        reason="",
        acknowledgement=acknowledgement,
    )


def too_large(integration_id: int, uid: int, *, generation: int = 0) -> ReceivedMessage:
    return received(
        integration_id,
        uid,
        None,
        state=MessageState.TOO_LARGE,
        acknowledgement=Acknowledgement.NONE,
        generation=generation,
        size=40_000_000,
    )


PARSED = ParsedMessage(
    message_id="<2@example.org>",
    subject="grüße",
    sender="ü@example.org",
    recipients=("b@example.org", "c@example.org"),
    date=LATER,
    text="a body",
    attachments=(Attachment("plan.pdf", "application/pdf", 1234),),
    defects=("no closing boundary",),
)
