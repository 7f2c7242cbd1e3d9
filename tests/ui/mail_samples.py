"""A profile with mail in it, for tests and pictures: every state of the log, a picture, attachments, a chain."""

import struct
import zlib
from email.message import EmailMessage
from email.policy import SMTP

from mailint_gui.domain.integration import Integration
from mailint_gui.domain.message import MessageRow
from mailint_gui.domain.outbox import OutboxPurpose
from mailint_gui.domain.rule import Action, ActionKind, Field, FieldTest, Group, GroupKind, Operator, Rule
from mailint_gui.domain.status import IntegrationStatus
from tests.services.incoming import integration, mail, receive
from tests.services.office import Office
from tests.ui.desk_double import DeskDouble

UNREADABLE = (
    b"Subject: too many parts\r\nFrom: odd@example.net\r\nX-Long: " + b"x" * 40_000 + b"\r\n\r\nbody\r\n"
)


def png(width: int = 160, height: int = 60, colour: bytes = b"\x1f\x66\xc1") -> bytes:
    """A picture of one colour (PNG, 8 bits RGB)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(b"".join(b"\0" + colour * width for _ in range(height)))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def letter_with_everything(html: str | None = None) -> bytes:
    """Text, HTML with a picture and a link, two attachments."""
    message = EmailMessage(SMTP)
    message["From"] = "Joe Miller <joe@example.com>"
    message["To"] = "support@ours.example"
    message["Subject"] = "The printer on floor 3 prints blank pages"
    message["Date"] = "Mon, 23 Nov 2026 12:34:56 +0100"
    message["Message-ID"] = "<everything@example.com>"
    message.set_content(
        "Hello,\n\nsince this morning the printer on floor 3 prints blank pages only.\n"
        "The log and a photo are attached.\n\nJoe\n\n> On Friday Ann wrote:\n> Please turn it off and on.\n"
    )
    shown = html or (
        "<h2>The printer on floor 3</h2><p>prints <b>blank pages</b> only. See the"
        ' <a href="https://manual.example.com/printers?model=3">manual</a>.</p><p><img src="cid:photo"></p>'
    )
    message.add_alternative(shown, subtype="html")
    body = message.get_payload()[1]  # type: ignore[index]  # of two alternatives
    body.add_related(png(), "image", "png", cid="<photo>")  # type: ignore[union-attr]
    message.add_attachment("line 1\nline 2\n", filename="printer.log")
    message.add_attachment(b"\0" * 2048, "application", "pdf", filename="../..\\evil\u202efdp.exe")
    return message.as_bytes()


def fill(office: Office) -> dict[str, MessageRow]:
    """Rows by what they show."""
    office.services.properties.set(
        {"record_categories": "Hardware, Software", "admins": "ann, dana", "groups": "Desk, Field"}
    )
    support = integration(office, ignore_subjects=("newsletter*",), category="Hardware", urgency="High")
    orders = integration(office, "Orders", "orders@ours.example")
    office.services.rule_book.save([_rule()])
    whole, news, broken, order = (
        *receive(
            office,
            support,
            letter_with_everything(),
            mail("Newsletter of the week", "news@vendor.example"),
            UNREADABLE,
        ),
        *receive(office, orders, mail("Order 4711", "buyer@example.net", to="orders@ours.example")),
    )
    [answer] = receive(
        office, support, mail("Re: [#1] blank pages", "joe@example.com", body="It works again, thanks.")
    )
    auto = receive(office, orders, mail("Out of office", "ann@example.org", Auto_Submitted="auto-replied"))[0]
    return {
        "whole": whole, "ignored": news, "quarantined": broken, "order": order, "answer": answer, "auto": auto
    }  # fmt: skip


def queue_answer(office: Office, owner: Integration) -> None:
    office.services.outbox.queue(
        owner, OutboxPurpose.TYPED, ("joe@example.com",), "Re: printer", "On its way."
    )


def desk_on(office: Office) -> DeskDouble:
    """The desk in memory in front of real services; what they announce is told by ``tell``."""
    desk = DeskDouble(IntegrationStatus(each) for each in integrations(office))
    desk.services = office.services
    desk.properties = office.services.properties.current()
    return desk


def integrations(office: Office) -> list[Integration]:
    return [status.integration for status in office.services.statuses.all()]


def _rule() -> Rule:
    condition = Group(
        GroupKind.ANY,
        (
            FieldTest(Field.SUBJECT, Operator.CONTAINS, "printer"),
            FieldTest(Field.BODY, Operator.CONTAINS, "toner"),
        ),
    )
    return Rule(0, "Printers", condition=condition, actions=(Action(ActionKind.SET_PRIORITY, "High"),))
