"""Sample mail of our own invention: who writes, what they ask, and the message made of it. No I/O."""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    user: str
    domain: str = "orchard.example"

    @property
    def address(self) -> Address:
        return Address(self.name, self.user, self.domain)


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    media_type: str  # such as "text/csv"
    content: bytes


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody writes. `answers_previous`: the same person again, in reply to their letter before.

    `automatic`: no person wrote it, but their mail program while they are away (RFC 3834).
    """

    subject: str
    text: str
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    answers_previous: bool = False
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """One message; `number` is unique in a demo and makes the Message-ID (RFC 5322, 3.6.4)."""

    number: int
    mailbox: str
    sender: Person
    request: Request
    answers: "Letter | None" = None

    @property
    def message_id(self) -> str:
        return f"<{self.number}.demo@{self.sender.domain}>"

    def compose(self, sent_at: datetime) -> bytes:
        """The message as it goes over the wire (RFC 5322, CRLF); `sent_at` must be aware."""
        message = EmailMessage(policy=SMTP)
        message["From"] = self.sender.address
        message["To"] = self.mailbox
        message["Subject"] = self.request.subject
        message["Date"] = format_datetime(sent_at)
        message["Message-ID"] = self.message_id
        if self.answers is not None:
            message["In-Reply-To"] = self.answers.message_id
            message["References"] = self.answers.message_id
        if self.request.automatic:
            message["Auto-Submitted"] = "auto-replied"
        message.set_content(self.request.text)
        if self.request.html:
            message.add_alternative(self.request.html, subtype="html")
        for attachment in self.request.attachments:
            maintype, subtype = attachment.media_type.split("/")
            message.add_attachment(
                attachment.content, maintype=maintype, subtype=subtype, filename=attachment.name
            )
        return message.as_bytes()


PEOPLE = (
    Person("Amélie Fontaine", "amelie.fontaine"),
    Person("Jonas Öberg", "jonas.oberg", "nordhaus.example"),
    Person("Priya Raman", "priya.raman"),
    Person("Søren Kjær", "soren.kjaer", "harbour.example"),
    Person("山本 葵", "aoi.yamamoto", "nordhaus.example"),
    Person("Grace Okafor", "grace.okafor", "harbour.example"),
    Person("Łukasz Wiśniewski", "lukasz.wisniewski"),
)

_PRINTER_LOG = b"""08:58:02 job 118 accepted, 4 pages
08:58:09 tray 2: paper jam, sensor B
08:58:09 job 118 held
09:04:41 jam cleared by operator
09:04:44 tray 2: paper jam, sensor B
"""
_LICENCES = "Abteilung;Arbeitsplätze;Lizenzen\r\nBüro Süd;14;12\r\nLager;6;6\r\n".encode()

AWAY = Request(
    "Automatic reply: Your request",
    "I am away until Monday. Your message is not forwarded.\n",
    automatic=True,
)

REQUESTS = (
    Request(
        "Printer on the second floor jams again",
        'Hello,\n\nthe printer by the kitchen stops after two pages and says "paper jam". There is none.\n'
        "I opened every door that opens. Its log is attached.\n\nCould somebody have a look before noon?\n",
        attachments=(Attachment("printer.log", "text/plain", _PRINTER_LOG),),
    ),
    Request(
        "Re: Printer on the second floor jams again",
        "It printed one page just now, and then jammed once more. We use the one upstairs for today.\n",
        answers_previous=True,
    ),
    Request(
        "Cannot connect to the VPN from home",
        "Since this morning the VPN client asks for my password three times and then gives up. "
        "In the office everything works.\n",
        html="<p>Since this morning the VPN client asks for my password <b>three times</b>.</p>"
        "<ul><li>at home: does not work</li><li>in the office: works</li></ul>",
    ),
    AWAY,
    Request(
        "Lizenzübersicht für März",
        "Guten Tag,\n\nanbei die Übersicht. Im Büro Süd fehlen zwei Lizenzen.\n\nViele Grüße\n",
        attachments=(Attachment("Übersicht März.csv", "text/csv", _LICENCES),),
    ),
    Request(
        "New colleague starts on Monday",
        "Please prepare a laptop, a phone and an account for our new colleague in accounting.\n"
        "She starts on Monday at nine.\n",
        html="<h3>New colleague</h3><table border='1'><tr><td>Laptop</td><td>standard</td></tr>"
        "<tr><td>Phone</td><td>yes</td></tr><tr><td>Starts</td><td>Monday, 9:00</td></tr></table>",
    ),
    Request("Locked out", "I mistyped my password five times and now the account is locked. Sorry! 🙈\n"),
    Request(
        "共有フォルダーにアクセスできません",
        "お疲れさまです。\n今朝から共有フォルダー「見積」を開けません。ご確認をお願いします。\n",
    ),
    Request(
        "Screen flickers when docked",
        "The left screen goes black for a second every few minutes, only on the dock. "
        "Another cable did not help, another dock did.\n",
    ),
)

SUPPORT_MAIL = (
    Request(
        "Badge does not open the side door",
        "Since yesterday the reader at the side door blinks red when I hold my badge to it. The main door opens.\n",
    ),
    Request(
        "Re: Badge does not open the side door",
        "Now the main door refuses it, too. I am in, but I had better not leave.\n",
        answers_previous=True,
    ),
    AWAY,
    Request("Toner for the label printer", "The label printer in the warehouse is running out of toner.\n"),
)

BILLING_MAIL = (
    Request(
        "Invoice 2041: which cost centre?",
        "Good morning,\n\nwhich cost centre shall we book invoice 2041 to?\n",
    ),
    Request("Two invoices with one number", "We received two different invoices with the number 1987.\n"),
    Request("Thank you", "The credit note arrived. Thank you!\n"),
)

SALES_MAIL = (
    Request(
        "Offer for twenty licences", "Could you send us an offer for twenty licences, for three years?\n"
    ),
    Request(
        "Training in spring", "Do you offer the administrators' course in spring again? We would be four.\n"
    ),
)
