"""Rules and records on the command line, with mail from a real server."""

import hashlib
import re

import pytest

from tests.cli import contract
from tests.cli.in_process import InProcess
from tests.servers.mailbox import Mailbox

RULES = """
[[rule]]
name = "Newsletters"
[rule.condition]
all = [{ field = "header", header = "List-Id", operator = "contains", value = "news" }]
[[rule.action]]
kind = "ignore"

[[rule]]
name = "Invoices \\\\ \\"quoted\\" 🧾"
continue_with_later = true
[rule.condition]
any = [
    { field = "subject", operator = "contains", value = "invoice" },
    { field = "attachment_name", operator = "ends_with", value = ".pdf" },
]
[[rule.action]]
kind = "set_category"
value = "Billing"
[[rule.action]]
kind = "tag"
value = "money"

[[rule]]
name = "Everything else"
[rule.condition]
all = [{ field = "sender", operator = "in_list", value = ["example.org"] }]
[[rule.action]]
kind = "assign_group"
value = "First line"
"""
INVOICES = 'Invoices \\ "quoted" 🧾'


def message_id(subject: str) -> str:
    return f"<{hashlib.sha256(subject.encode()).hexdigest()[:12]}@example.org>"


def letter(subject: str, *headers: str) -> bytes:
    """``headers``: further ones, as they stand in the message."""
    lines = [
        "From: Anna <anna@example.org>",
        "To: support@example.org",
        f"Subject: {subject}",
        "Date: Mon, 23 Nov 2026 12:34:56 +0100",
        f"Message-ID: {message_id(subject)}",
        *headers,
        "",
        "Good morning.",
        "",
    ]
    return "\r\n".join(lines).encode()


@pytest.fixture
def with_rules(support: InProcess) -> InProcess:
    imported = support.json("rules", "import", support.file(RULES, "rules.toml"))
    assert [each["result"] for each in imported] == ["created"] * 3
    return support


def test_the_table_of_a_check_says_what_was_ignored(with_rules: InProcess, mailbox: Mailbox) -> None:
    mailbox.deliver_many([letter("Your invoice"), letter("This week", "List-Id: <news.example.org>")])
    heading, row = with_rules.done("integrations", "check", "Support").out.decode().splitlines()[:2]
    assert heading.split()[:6] == ["NAME", "OK", "SEEN", "FILED", "IGNORED", "QUARANTINED"]
    assert row.split()[:6] == ["Support", "yes", "2", "1", "1", "0"]


def test_mail_is_filed_by_rules(with_rules: InProcess, mailbox: Mailbox) -> None:
    first = [letter("Your invoice"), letter("Printer"), letter("This week", "List-Id: <news.example.org>")]
    mailbox.deliver_many(first)
    [checked] = with_rules.json("integrations", "check", "Support")
    assert (checked["seen"], checked["filed"], checked["ignored"]) == (3, 2, 1)

    records = with_rules.json("records", "list")
    assert [list(each) for each in records] == [contract.RECORD] * 2
    invoice, printer = records
    assert (invoice["number"], invoice["subject"], invoice["category"]) == (1, "Your invoice", "Billing")
    assert (invoice["tags"], invoice["group"]) == (["money"], "First line")
    assert (printer["category"], printer["group"], printer["status"]) == ("", "First line", "New")
    assert re.fullmatch(contract.MOMENT, printer["created_at"])

    reply = letter("Re: Your invoice [#1]")
    answer = letter("Re: no token", f"In-Reply-To: {message_id('Printer')}")
    mailbox.deliver_many([reply, answer])
    with_rules.json("integrations", "check", "Support")
    shown = with_rules.json("records", "show", "1")
    assert list(shown) == [*contract.RECORD, "correspondence"]
    assert [each["subject"] for each in shown["correspondence"]] == ["Your invoice", "Re: Your invoice [#1]"]
    assert with_rules.json("records", "show", "2")["messages"] == 2

    logged = with_rules.json("messages", "list")
    delivered = {hashlib.sha256(raw).hexdigest() for raw in [*first, reply, answer]}
    assert {each["sha256"] for each in logged} == delivered
    [ignored] = with_rules.json("messages", "list", "--state", "ignored")
    assert (ignored["reason"], ignored["record"]) == ("rule", None)
    listed = with_rules.done("messages", "list").out.decode().splitlines()
    assert listed[0].endswith("RECORD  REASON")
    [line] = [each for each in listed if " ignored " in each]
    assert line.endswith("An email rule ignores it.")
    assert "An email rule ignores it." in with_rules.done("messages", "show", str(ignored["id"])).out.decode()


def test_rules_come_back_as_they_were(with_rules: InProcess) -> None:
    listed = with_rules.json("rules", "list")
    assert [each["position"] for each in listed] == [1, 2, 3]
    assert listed[1]["name"] == INVOICES
    exported = with_rules.done("rules", "export").out
    again = with_rules.json("rules", "import", with_rules.file(exported, "again.toml"))
    assert [each["result"] for each in again] == ["unchanged"] * 3
    assert with_rules.json("rules", "list") == listed


def test_a_message_is_tried_and_nothing_is_done(with_rules: InProcess) -> None:
    tried = with_rules.json("rules", "test", with_rules.file(letter("Invoice 7"), "letter.eml"))
    assert tried["integration"] == "Support"
    assert [(each["name"], each["outcome"]) for each in tried["rules"]] == [
        ("Newsletters", "not_matched"),
        (INVOICES, "matched"),
        ("Everything else", "matched"),
    ]
    assert [each["kind"] for each in tried["actions"]] == ["set_category", "tag", "assign_group"]
    [contains, _ends] = tried["rules"][1]["condition"]["members"]
    assert (contains["result"], contains["found"]) == (True, ["Invoice 7"])
    assert with_rules.json("messages", "list") == []
    assert with_rules.json("records", "list") == []


def test_every_fault_of_a_file_is_named_and_nothing_is_changed(support: InProcess) -> None:
    faulty = """
[[rule]]
name = "A"
addresses = ["Nobody"]
[rule.condition]
all = [{ field = "subject", operator = "matches_pattern", value = "(" }]
[[rule.action]]
kind = "explode"
"""
    ended = support.run("rules", "import", support.file(faulty, "faulty.toml"))
    assert ended.code == 1
    assert len(ended.lines) == 3
    assert all(line.startswith("A: ") for line in ended.lines)
    assert support.json("rules", "list") == []


def test_there_is_nothing_to_read_without_a_profile(program: InProcess) -> None:
    assert program.json("records", "list") == []
    assert program.json("rules", "list") == []
    assert program.done("rules", "export").out == b""
    assert program.run("records", "show", "1").code == 1
    assert program.run("rules", "test", "nowhere.eml", "--integration", "Support").code == 1
