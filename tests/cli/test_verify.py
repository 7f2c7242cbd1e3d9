"""Every stored message looked at, from the command line."""

import sqlite3
from contextlib import closing

import pytest

from mailint_gui.cli import verify as module
from tests.cli.in_process import InProcess, profile_of
from tests.cli.test_filing import letter
from tests.servers.mailbox import Mailbox


@pytest.fixture
def checked(support: InProcess, mailbox: Mailbox) -> InProcess:
    mailbox.deliver_many([letter("one"), letter("two")])
    support.json("integrations", "check", "Support")
    return support


def test_a_sound_profile(checked: InProcess) -> None:
    found = checked.json("doctor", "--verify")
    assert (found["messages"], found["flaws"]) == (2, [])
    assert found["size"] == len(letter("one")) + len(letter("two"))
    assert "everything is there" in checked.done("doctor", "--verify").out.decode()


def test_what_is_lost_fails_and_is_named(checked: InProcess) -> None:
    with closing(sqlite3.connect(profile_of(checked).database_path)) as database, database:
        database.execute("DELETE FROM raw_message WHERE message_id = 2")
    ended = checked.run("doctor", "--verify")
    assert ended.code == 1
    assert "Message 2: its bytes are missing" in ended.out.decode()
    found = checked.run("doctor", "--verify", "--json")
    assert (found.code, '"bytes_missing"' in found.out.decode()) == (1, True)


def test_tells_how_far_it_is(checked: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WORTH_TELLING", 1)
    assert checked.run("doctor", "--verify").lines == ["100 % looked at"]


def test_without_a_profile_there_is_nothing_to_look_at(program: InProcess) -> None:
    assert program.json("doctor", "--verify") == {"messages": 0, "size": 0, "flaws": []}


def test_one_thing_at_a_time(checked: InProcess) -> None:
    assert checked.run("doctor", "--verify", "--reconcile", "Support").code == 2
