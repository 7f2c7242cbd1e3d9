"""The server's folder beside the log, with real servers."""

import hashlib
import sqlite3
from contextlib import closing

from tests.cli.in_process import InProcess, profile_of
from tests.cli.test_filing import letter
from tests.cli.test_pop3 import post, profile
from tests.servers.mailbox import Mailbox

__all__ = ["post"]  # a fixture


def counts(**some: int) -> dict[str, int]:
    nothing = {
        "before_first_check": 0,
        "not_taken_in_yet": 0,
        "removed_after_processing": 0,
        "gone_from_server": 0,
        "missing_here": 0,
    }
    return nothing | some


def removed_by_somebody(mailbox: Mailbox, number: int) -> None:
    with mailbox.session() as session:
        session.select()
        session.store(str(number), "+FLAGS", r"\Deleted")
        session.expunge()


def test_both_sides_are_the_same_after_a_check(support: InProcess, mailbox: Mailbox) -> None:
    mailbox.deliver_many([letter("one"), letter("two")])
    support.json("integrations", "check", "Support")
    found = support.json("doctor", "--reconcile", "support")
    assert (found["name"], found["folder"], found["on_server"], found["matched"]) == (
        "Support",
        "INBOX",
        2,
        2,
    )
    assert found["counts"] == counts()
    assert found["differences"] == []


def test_what_is_on_one_side_only_is_told_with_its_reason(support: InProcess, mailbox: Mailbox) -> None:
    mailbox.deliver_many([letter("one"), letter("two")])
    support.json("integrations", "check", "Support")
    mailbox.deliver(letter("three"))
    removed_by_somebody(mailbox, 1)
    found = support.json("doctor", "--reconcile", "Support")
    assert (found["on_server"], found["matched"]) == (2, 1)
    assert found["counts"] == counts(gone_from_server=1, not_taken_in_yet=1)
    [gone] = [each for each in found["differences"] if each["standing"] == "gone_from_server"]
    [first, _second] = support.json("messages", "list")
    assert (gone["uid"], gone["message"], gone["subject"]) == (first["uid"], first["id"], "one")
    told = support.done("doctor", "--reconcile", "Support").out.decode()
    assert "removed from the server by somebody else" in told


def test_what_should_be_here_and_is_not_fails(support: InProcess, mailbox: Mailbox) -> None:
    """A fault of ours, made by hand: the row is taken out behind the program's back."""
    mailbox.deliver_many([letter("one"), letter("two")])
    support.json("integrations", "check", "Support")
    lost = hashlib.sha256(letter("one")).hexdigest()
    with closing(sqlite3.connect(profile_of(support).database_path)) as database, database:
        database.execute("DELETE FROM message WHERE sha256 = ?", [lost])
    ended = support.run("doctor", "--reconcile", "Support", "--json")
    assert ended.code == 1
    assert '"missing_here": 1' in ended.out.decode()
    assert '"subject": "one"' in ended.out.decode()


def test_nothing_can_be_compared_before_the_first_check(support: InProcess) -> None:
    ended = support.run("doctor", "--reconcile", "Support")
    assert (ended.code, len(ended.lines)) == (1, 1)
    assert "not checked yet" in ended.err
    assert support.run("doctor", "--reconcile", "Nobody").code == 1


def test_pop3_is_compared_by_unique_ids(post: InProcess, mailbox: Mailbox) -> None:
    mailbox.deliver_many([letter("one"), letter("two")])
    post.done("integrations", "import", post.file(profile(mailbox)))
    post.json("integrations", "check", "Post")
    mailbox.deliver(letter("three"))
    removed_by_somebody(mailbox, 1)
    found = post.json("doctor", "--reconcile", "Post")
    assert (found["on_server"], found["matched"]) == (2, 1)
    assert found["counts"] == counts(gone_from_server=1, not_taken_in_yet=1)
    assert len(mailbox.messages()) == 2
