"""The main job by command line, over a real IMAP server and a real SMTP server."""

import hashlib
import re
from email.message import EmailMessage
from pathlib import Path

from tests.cli import contract
from tests.cli.in_process import InProcess
from tests.cli.program import Program
from tests.servers.certificates import Certificates
from tests.servers.mailbox import Mailbox
from tests.servers.smtp import SmtpServer
from tests.servers.smtp_script import END_OF_DATA


def a_message(subject: str) -> bytes:
    message = EmailMessage()
    message["From"] = "Anna <anna@example.org>"
    message["To"] = "support@example.org, Bert <bert@example.org>"
    message["Subject"] = subject
    message["Date"] = "Mon, 23 Nov 2026 12:34:56 +0100"
    message["Message-ID"] = f"<{abs(hash(subject))}@example.org>"
    message.set_content("The printer is on fire.")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="fire.png")
    return message.as_bytes().replace(b"\n", b"\r\n")


def test_the_main_job(support: InProcess, mailbox: Mailbox, smtp_server: SmtpServer) -> None:
    listed = support.json("integrations", "list")
    assert [list(each) for each in listed] == [contract.INTEGRATION]
    assert listed[0]["state"] == "active"
    assert listed[0]["last_check_at"] is None
    assert re.fullmatch(contract.MOMENT, listed[0]["last_modified_at"])

    raw = a_message("Printer")
    mailbox.deliver_many([raw, a_message("Ünicode, gedruckt")])
    checked = support.json("integrations", "check", "support")
    assert [list(each) for each in checked] == [contract.CHECK]
    assert checked[0] == {
        "name": "Support", "ok": True, "seen": 2, "filed": 2, "ignored": 0, "quarantined": 0,
        "already_known": 0, "too_large": 0, "waiting": 0, "skipped_existing": 0, "error": None,
    }  # fmt: skip

    messages = support.json("messages", "list")
    assert [list(each) for each in messages] == [contract.MESSAGE] * 2
    first = messages[0]
    assert first["subject"] == "Printer"
    assert first["from"] == "anna@example.org"
    assert first["to"] == ["support@example.org", "bert@example.org"]
    assert (first["state"], first["direction"], first["record"]) == ("filed", "incoming", 1)
    assert first["date"] == "2026-11-23T11:34:56Z"
    assert first["sha256"] == hashlib.sha256(raw).hexdigest()
    assert isinstance(first["uid"], str)
    assert first["attachments"] == [{"name": "fire.png", "type": "image/png", "size": 4}]
    assert support.json("messages", "show", str(first["id"])) == first
    assert support.done("messages", "export", str(first["id"])).out == raw
    assert support.json("messages", "list", "--state", "ignored") == []
    assert len(support.json("messages", "list", "--integration", "SUPPORT")) == 2

    sent = support.json(
        "send",
        "--from",
        "Support",
        "--to",
        "carol@example.net",
        "--subject",
        "Grüße",
        stdin="Hallö\n".encode(),
    )
    assert list(sent) == contract.SENT
    assert sent["state"] == "sent"
    arrived = smtp_server.wait_for_message()
    assert arrived.recipients == ("carol@example.net",)
    outbox = support.json("outbox", "list")
    assert [list(each) for each in outbox] == [contract.OUTBOX]
    assert outbox[0]["recipients"] == [{"address": "carol@example.net", "state": "sent"}]
    assert outbox[0]["id"] == sent["id"]

    support.done("integrations", "disable", "Support")
    assert support.json("integrations", "list")[0]["state"] == "disabled"
    refused = support.run("integrations", "check", "Support", "--json")
    assert refused.code == 1
    assert len(refused.lines) == 1
    assert support.json("integrations", "check", "--all") == []
    support.done("integrations", "enable", "Support")
    fared = support.json("integrations", "show", "Support")
    assert fared["state"] == "active"
    assert re.fullmatch(contract.MOMENT, fared["last_successful_outgoing_email_at"])


def test_a_wrong_password_is_an_error_that_counts(support: InProcess, mailbox: Mailbox) -> None:
    mailbox.server.set_password(mailbox.address, "another")
    ended = support.run("integrations", "check", "--all", "--json")
    assert ended.code == 1
    assert len(ended.lines) == 1
    assert list(ended.json[0]["error"]) == contract.ERROR
    assert ended.json[0]["error"]["kind"] == "authentication_failed"
    assert support.json("integrations", "list")[0]["consecutive_incoming_errors"] == 1

    tested = support.run("integrations", "test", "Support", "--incoming", "--json")
    assert tested.code == 1
    assert [list(each) for each in tested.json] == [contract.STEP] * len(tested.json)
    assert [each["ok"] for each in tested.json] == [*[True] * (len(tested.json) - 1), False]
    assert tested.json[-1]["step"] == "authenticate"

    kept = support.run("integrations", "enable", "Support")
    assert (kept.code, kept.out, len(kept.lines)) == (1, b"", 2)
    kept = support.run("integrations", "enable", "Support", "--json")
    assert (kept.code, len(kept.lines)) == (1, 2)
    assert kept.json == support.json("integrations", "show", "Support")  # as it was
    assert support.json("integrations", "list")[0]["consecutive_incoming_errors"] == 1
    support.done("integrations", "enable", "Support", "--no-test")
    assert support.json("integrations", "list")[0]["consecutive_incoming_errors"] == 0


def test_testing_goes_both_ways(support: InProcess) -> None:
    steps = support.json("integrations", "test", "Support")
    assert [list(each) for each in steps] == [contract.STEP] * len(steps)
    assert all(each["ok"] for each in steps)
    assert {"count", "sender"} <= {each["step"] for each in steps}


def test_what_waits_in_the_outbox_can_be_cancelled_and_tried_again(support: InProcess) -> None:
    queued = support.json(
        "send", "--from", "Support", "--to", "a@example.net", "--subject", "s", "--queue", stdin=b"text"
    )
    assert queued["state"] == "queued"
    number = str(queued["id"])
    assert support.json("outbox", "cancel", number)["state"] == "cancelled"
    again = support.run("outbox", "cancel", number)
    assert (again.code, len(again.lines)) == (1, 1)
    assert support.json("outbox", "retry", number)["state"] == "queued"


def test_of_uncertain_mail_an_admin_says_what_became(support: InProcess, smtp_server: SmtpServer) -> None:
    smtp_server.script.cut_before_reply(END_OF_DATA)
    words = ("send", "--from", "Support", "--to", "a@example.net", "--subject", "s", "--json")
    first, second = (support.run(*words, stdin=b"text").json for _ in range(2))
    assert (first["state"], second["state"]) == ("uncertain", "uncertain")
    assert support.json("outbox", "arrived", str(first["id"]))["state"] == "sent"
    refused = support.run("outbox", "arrived", str(first["id"]))
    assert (refused.code, len(refused.lines)) == (1, 1)
    again = support.run("outbox", "retry", str(second["id"]), "--json")
    assert (again.code, again.json["state"]) == (0, "queued")
    assert "second time" in again.lines[0]


def test_properties_are_the_contract_s(program: InProcess) -> None:
    listed = program.json("properties", "list")
    assert {name: listed[name] for name in contract.PROPERTIES} == contract.PROPERTIES
    program.done("properties", "set", "disable_grace=0s", "check_concurrency=2")
    after = program.json("properties", "list")
    assert (after["disable_grace"], after["check_concurrency"]) == ("0s", "2")
    refused = program.run("properties", "set", "disable_grace=7", "check_concurrency=4", "nonsense=1")
    assert refused.code == 1
    assert len(refused.lines) == 2
    assert program.json("properties", "list") == after


def test_what_is_exported_changes_nothing_when_it_comes_back(support: InProcess) -> None:
    before = support.json("integrations", "list")
    exported = support.file(support.done("integrations", "export").out)
    done = support.json("integrations", "import", exported)
    assert [each["result"] for each in done] == ["unchanged"]
    assert support.json("integrations", "list") == before


def test_the_real_program_does_the_same(
    real_program: Program, import_file: Path, certificates: Certificates, mailbox: Mailbox
) -> None:
    real_program.done("properties", "set", f"extra_ca_file={certificates.ca}")
    real_program.done("integrations", "import", str(import_file))
    raw = a_message("Printer")
    mailbox.deliver(raw)
    checked = real_program.json("integrations", "check", "--all")
    assert [(each["ok"], each["filed"]) for each in checked] == [(True, 1)]
    number = real_program.json("messages", "list")[0]["id"]
    assert real_program.done("messages", "export", str(number)).out == raw
    sent = real_program.json(
        "send", "--from", "Support", "--to", "a@example.net", "--subject", "s", stdin=b"x"
    )
    assert sent["state"] == "sent"
