"""Reports of mail that could not be delivered."""

from mailint_gui.domain.outbox import OutboxItem


def report_of(item: OutboxItem, recipient: str, action: str = "failed") -> bytes:
    """RFC 3464, as a mail server of today writes it."""
    return "\r\n".join(
        [
            "Return-Path: <>",
            "From: Mail Delivery System <MAILER-DAEMON@mx.example>",
            "To: support@ours.example",
            "Subject: Undelivered Mail Returned to Sender",
            "Auto-Submitted: auto-replied",
            "MIME-Version: 1.0",
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
            "",
            "--b",
            "Content-Type: text/plain",
            "",
            "I am sorry.",
            "--b",
            "Content-Type: message/delivery-status",
            "",
            "Reporting-MTA: dns; mx.example",
            "",
            f"Final-Recipient: rfc822; {recipient}",
            f"Action: {action}",
            "Status: 5.1.1",
            "Diagnostic-Code: smtp; 550 5.1.1 no such user",
            "",
            "--b",
            "Content-Type: message/rfc822",
            "",
            f"Message-ID: {item.message_id}",
            "Subject: s",
            "",
            "b",
            "--b--",
            "",
        ]
    ).encode()
