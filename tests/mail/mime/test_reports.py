"""Delivery reports, standard and not; and what only looks like one."""

import pytest

from mailint_gui.domain.message import DeliveryReport, FailedRecipient, ParsedMessage
from mailint_gui.mail.mime.parse import parse


def report(raw: str) -> DeliveryReport | None:
    answer = parse(raw.replace("\n", "\r\n").encode())
    assert isinstance(answer, ParsedMessage), answer
    return answer.report


STANDARD = """Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mail.example>
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

I'm sorry to have to inform you ...

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example
Arrival-Date: Mon, 23 Nov 2026 13:00:00 +0100

Final-Recipient: rfc822; ann@far.example
Original-Recipient: rfc822;ann+2Bdesk@example.org
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <ann@far.example>: no such user;
    really

Final-Recipient: rfc822; bob@example.org
Action: delayed
Status: 4.2.2

--b
Content-Type: message/rfc822

Message-ID: <sent@mailint.example>
To: ann@example.org
Subject: ours

text
--b--
"""
ANN = FailedRecipient("ann+desk@example.org", "5.1.1", "550 5.1.1 <ann@far.example>: no such user; really")


def test_a_standard_report() -> None:
    assert report(STANDARD) == DeliveryReport("<sent@mailint.example>", (ANN,))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("message/rfc822\n", "text/rfc822-headers\n"),
        ("message/rfc822\n", "message/rfc822\nContent-Transfer-Encoding: 8bit\n"),
        ("message/delivery-status\n", "message/delivery-status\nContent-Transfer-Encoding: 7bit\n"),
        ("multipart/report", "multipart/mixed"),
    ],
)
def test_variants(old: str, new: str) -> None:
    assert old in STANDARD
    assert report(STANDARD.replace(old, new)) == DeliveryReport("<sent@mailint.example>", (ANN,))


def test_without_the_returned_mail_the_reply_header_tells() -> None:
    raw = STANDARD.replace("Message-ID: <sent@mailint.example>\n", "")
    assert report(raw) == DeliveryReport("", (ANN,))
    assert report("In-Reply-To: <sent@mailint.example>\n" + raw) == DeliveryReport(
        "<sent@mailint.example>", (ANN,)
    )


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_what_has_not_failed_names_its_mail_alone(action: str) -> None:
    raw = STANDARD.replace("Action: failed", f"Action: {action}")
    assert report(raw) == DeliveryReport("<sent@mailint.example>", ())
    assert report(raw.replace("Message-ID: <sent@mailint.example>\n", "")) is None


def test_other_reports_and_ordinary_mail() -> None:
    assert report(STANDARD.replace("message/delivery-status", "message/disposition-notification")) is None
    assert report("From: ann@example.org\nSubject: 550 5.1.1 failed\n\nMessage-ID: <a@b>\n<ann@b>:\n") is None
    forwarded = STANDARD.replace("Return-Path: <>\n", "").replace("MAILER-DAEMON", "ann")
    assert report(forwarded.replace("multipart/report", "multipart/mixed")) is None


QMAIL = """Return-Path: <>
From: MAILER-DAEMON@mail.example
Subject: failure notice

Hi. This is the qmail-send program at mail.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<ann@example.org>:
192.0.2.1 does not like recipient.
Remote host said: 550 no such user

--- Below this line is a copy of the message.

Received: by us
Message-ID: <sent@mailint.example>
Subject: ours

text
"""
EXIM = """From: Mail Delivery System <Mailer-Daemon@mail.example>
X-Failed-Recipients: ann@example.org, bob@example.org
Subject: Mail delivery failed: returning message to sender
Content-Type: multipart/mixed; boundary=b

--b

A message that you sent could not be delivered.

--b
Content-Type: message/rfc822

Message-ID: <sent@mailint.example>
To: ann@example.org, bob@example.org

text
--b--
"""


def test_reports_in_plain_words() -> None:
    assert report(QMAIL) == DeliveryReport(
        "<sent@mailint.example>",
        (FailedRecipient("ann@example.org", "", "Remote host said: 550 no such user"),),
    )
    assert report(EXIM) == DeliveryReport(
        "<sent@mailint.example>",
        (FailedRecipient("ann@example.org", "", ""), FailedRecipient("bob@example.org", "", "")),
    )


def test_only_the_recipient_of_the_returned_mail() -> None:
    raw = EXIM.replace("X-Failed-Recipients: ann@example.org, bob@example.org\n", "")
    assert report(raw) is None
    one = raw.replace("ann@example.org, bob", "bob").replace(
        "could not be", "(error 550 unknown) could not be"
    )
    found = report(one)
    assert found is not None
    assert [each.address for each in found.failed] == ["bob@example.org"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Message-ID: <sent@mailint.example>\n", ""),
        ("550", "450"),
        ("<>\nFrom: MAILER-DAEMON@", "<a@b.example>\nFrom: ann@"),
    ],
)
def test_what_is_too_vague(old: str, new: str) -> None:
    assert old in QMAIL
    assert report(QMAIL.replace(old, new)) is None
