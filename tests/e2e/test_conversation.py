"""A record's whole conversation as a person has it: mail, record, reply, the customer's answer, the same record."""

from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.accessibility import AccessibilityBus
from tests.e2e.imports import healthy
from tests.e2e.mailint import CommandLine, Window
from tests.servers import wait
from tests.servers.certificates import Certificates
from tests.servers.desktop import Desktop
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import Mailbox
from tests.servers.secret_service import SecretService
from tests.servers.smtp import ReceivedMessage, SmtpServer

CUSTOMER = "anna@example.net"
SUBJECT = "The printer burns"
MAIN, RECORDS, REPLY = "Mailint", "Service records", "Re: The printer burns"


@pytest.fixture
def command_line(profile: Path, desktop: Desktop) -> CommandLine:
    return CommandLine(profile, desktop.environment)


def letter(mailbox: Mailbox) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = CUSTOMER, mailbox.address, SUBJECT
    message["Message-ID"] = "<first@example.net>"
    message.set_content("It burns since this morning.\n")
    return message.as_bytes()


def answer(reply: Message) -> bytes:
    """As a mail program answers: it knows the reply by its Message-ID, and keeps no token in the subject."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = CUSTOMER, reply["From"], "Re: thanks"
    message["Message-ID"] = "<second@example.net>"
    message["In-Reply-To"] = reply["Message-ID"]
    message["References"] = f"{reply['References']} {reply['Message-ID']}"
    message.set_content("The fire is out. Thank you.\n")
    return message.as_bytes()


def set_up(
    command_line: CommandLine, directory: Path, certificates: Certificates, document: str, password: str
) -> None:
    command_line.done("properties", "set", f"extra_ca_file={certificates.ca}")
    file = directory / "import.toml"
    file.write_text(document)
    command_line.done("integrations", "import", str(file), stdin=password)


def messages_of_record(command_line: CommandLine) -> list[tuple[str, str]]:
    """Direction and state of each message of record 1, oldest first."""
    shown: dict[str, Any] = command_line.json("records", "show", "1")
    return [(each["direction"], each["state"]) for each in shown["correspondence"]]


def write_reply(window: Window) -> None:
    window.keys.press("ctrl+shift+r")
    window.keys.click(*window.find_text(RECORDS, SUBJECT).middle)
    window.find(RECORDS, "push button", "Reply")
    window.keys.press("ctrl+shift+y")
    body = window.find(REPLY, "text", "Message")
    window.wait_for_text(body, "It burns since this morning.")
    window.keys.type_text("Take it outside.")
    window.wait_for_text(body, "Take it outside.")
    window.picture("reply")
    window.keys.press("ctrl+Return")
    window.wait_for_no_window(REPLY)


def judge_reply(sent: ReceivedMessage, mailbox: Mailbox) -> Message:
    assert (sent.sender, sent.recipients) == (mailbox.address, (CUSTOMER,))
    reply = message_from_bytes(sent.raw)
    assert reply["Subject"] == f"Re: {SUBJECT} [#1]"
    assert (reply["In-Reply-To"], reply["References"]) == ("<first@example.net>", "<first@example.net>")
    assert reply["Auto-Submitted"] is None
    [plain] = [part for part in reply.walk() if part.get_content_type() == "text/plain"]
    text = plain.get_payload(decode=True)
    assert isinstance(text, bytes)
    assert text.startswith(b"Take it outside.")
    assert b"> It burns since this morning." in text
    return reply


def test_a_record_s_whole_conversation(
    tmp_path: Path,
    profile: Path,
    desktop: Desktop,
    accessibility: AccessibilityBus,
    secret_service: SecretService,
    certificates: Certificates,
    dovecot: Dovecot,
    mailbox: Mailbox,
    smtp_server: SmtpServer,
    command_line: CommandLine,
) -> None:
    smtp_server.users[mailbox.address] = mailbox.password
    document = healthy(mailbox, dovecot, smtp_server, "stdin")
    with Window(tmp_path, desktop, accessibility, "--profile", str(profile)) as window:
        window.find(MAIN, "push button", "New integration")
        set_up(command_line, tmp_path, certificates, document, mailbox.password)
        mailbox.deliver(letter(mailbox))
        command_line.done("integrations", "check", "--all")
        assert messages_of_record(command_line) == [("incoming", "filed")]
        write_reply(window)
        reply = judge_reply(smtp_server.wait_for_message(), mailbox)
        wait.until(lambda: ("outgoing", "sent") in messages_of_record(command_line), "the reply is sent")
        mailbox.deliver(answer(reply))
        command_line.done("integrations", "check", "--all")
        assert messages_of_record(command_line) == [
            ("incoming", "filed"),
            ("outgoing", "sent"),
            ("incoming", "filed"),
        ]
        assert [each["number"] for each in command_line.json("records", "list")] == [1]
        window.find_text(
            RECORDS, "Sent"
        )  # in the correspondence beside the record, which is open all the while
        window.picture("conversation")


def test_what_is_typed_outlives_the_program(
    tmp_path: Path,
    profile: Path,
    desktop: Desktop,
    accessibility: AccessibilityBus,
    secret_service: SecretService,
    certificates: Certificates,
    dovecot: Dovecot,
    mailbox: Mailbox,
    smtp_server: SmtpServer,
    command_line: CommandLine,
) -> None:
    """Killed as the power fails; the next start tells of it and opens it."""
    document = healthy(mailbox, dovecot, smtp_server, "stdin")
    words = ("--profile", str(profile))
    with Window(tmp_path, desktop, accessibility, *words) as window:
        window.find(MAIN, "push button", "New integration")
        set_up(command_line, tmp_path, certificates, document, mailbox.password)
        window.keys.press("ctrl+shift+n")
        window.window("New message")
        window.type_at("New message", "alt+t", "To", CUSTOMER)
        window.type_at("New message", "alt+u", "Subject", SUBJECT)
        window.find_text(SUBJECT, "Draft saved")
        window.kill()
    with Window(tmp_path, desktop, accessibility, *words) as window:
        window.find_text(MAIN, "was being typed when Mailint ended unexpectedly")
        window.picture("draft-left-open")
        window.click(MAIN, "push button", "Open draft")
        to = window.find(SUBJECT, "text", "To")
        window.wait_for_text(to, CUSTOMER)
