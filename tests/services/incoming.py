"""Mail that is there: stored as intake stores it, without a server, and filed."""

import hashlib
from email.message import EmailMessage
from email.policy import SMTP

from mailint_gui.domain.check import CheckTally
from mailint_gui.domain.filing import FilingSettings
from mailint_gui.domain.integration import IncomingSettings, Integration, OutgoingSettings, Security
from mailint_gui.domain.message import Acknowledgement, Identity, MessageRow, MessageState, ReceivedMessage
from mailint_gui.domain.record import RecordRow
from mailint_gui.domain.secret import SecretPlace, SecretReference
from mailint_gui.domain.trail import TrailStep
from mailint_gui.mail.mime.cheap import cheap_headers
from mailint_gui.services.scope import CancelScope
from tests.services.office import Office

SUPPORT = "support@ours.example"


def mail(
    subject: str = "printer",
    sender: str = "joe@example.com",
    *,
    to: str = SUPPORT,
    message_id: str = "",
    date: str = "Mon, 23 Nov 2026 12:34:56 +0100",
    body: str = "hello",
    **headers: str,
) -> bytes:
    """``headers``: names with ``_`` for ``-``. Without a Message-ID it has one made of the rest."""
    message = EmailMessage(SMTP)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = date
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    made = hashlib.sha256(message.as_bytes()).hexdigest()[:20]
    message["Message-ID"] = message_id or f"<{made}@example.com>"
    return message.as_bytes()


def integration(
    office: Office,
    name: str = "Support",
    address: str = SUPPORT,
    *,
    sends: bool = False,
    is_default: bool = False,
    responsible_admin: str = "",
    **filing: object,
) -> Integration:
    """Stored; no server is there. ``filing``: of its FilingSettings."""
    password = SecretReference(SecretPlace.ENVIRONMENT, "NOBODY_ASKS")
    incoming = IncomingSettings(
        enabled=True, address=address, server="127.0.0.1", user_name=address, password=password
    )
    outgoing = OutgoingSettings(
        enabled=sends,
        address=address,
        server="127.0.0.1",
        port=25,
        security=Security.NONE,
        allow_insecure=True,
        user_name=address,
        password=password,
    )
    draft = Integration(
        name=name,
        is_default=is_default,
        responsible_admin=responsible_admin,
        incoming=incoming,
        outgoing=outgoing,
        filing=FilingSettings(**filing),  # type: ignore[arg-type]  # tests give each its own type
    )
    return office.services.integrations.save(draft)


def store(office: Office, owner: Integration, *raws: bytes, owed: bool = False) -> list[int]:
    """Their ids in the log; what the server was told of them is ``owed`` or done."""
    with office.services.database.write() as unit:
        first = 1 + max((int(row.uid) for row in unit.messages.list(owner.name) if row.uid), default=0)
        ids = unit.messages.add_received(
            [
                ReceivedMessage(
                    identity=Identity(owner.id, "INBOX", 1, first + number),
                    raw=raw,
                    size=len(raw),
                    sha256=hashlib.sha256(raw).hexdigest(),
                    headers=cheap_headers(raw),
                    received_at=office.services.clock(),
                    state=MessageState.RECEIVED,
                    reason="",
                    acknowledgement=Acknowledgement.MARK_READ if owed else Acknowledgement.NONE,
                )
                for number, raw in enumerate(raws)
            ]
        )
    stored = [each for each in ids if each is not None]
    assert len(stored) == len(raws)
    return stored


def receive(office: Office, owner: Integration, *raws: bytes) -> list[MessageRow]:
    """Stored and filed; every one of them has its place."""
    ids = store(office, owner, *raws)
    filed = office.services.filing.file(ids, CancelScope())
    assert filed.problem is None
    rows = [office.services.message_log.get(each) for each in ids]
    assert filed.tally == sum(
        (CheckTally(**{"filed" if row.state == "filed" else row.state: 1}) for row in rows), CheckTally()
    )
    return rows


def one(office: Office, owner: Integration, raw: bytes) -> MessageRow:
    [row] = receive(office, owner, raw)
    return row


def record_of(office: Office, row: MessageRow) -> RecordRow:
    assert row.record is not None
    return office.services.records.get(row.record)


def steps(office: Office, row: MessageRow) -> list[TrailStep]:
    return [each.step for each in office.services.message_log.trail(row.id).steps]


def facts(office: Office, row: MessageRow, step: TrailStep) -> list[dict[str, str]]:
    """Of each such step."""
    trail = office.services.message_log.trail(row.id)
    return [dict(each.facts) for each in trail.steps if each.step is step]
