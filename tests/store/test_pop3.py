"""Listings of POP3 servers, and messages known by unique id and digest."""

from dataclasses import replace
from hashlib import sha256

import pytest

from mailint_gui.domain.integration import Integration
from mailint_gui.domain.message import (
    POP3_FOLDER,
    Acknowledgement,
    CheapHeaders,
    FolderCursor,
    MessageState,
    Pop3Identity,
    Pop3Seen,
    ReceivedPop3,
)
from mailint_gui.store.database import Database
from tests.store.samples import LATER, NOW, received


def over_pop3(
    integration_id: int, uidl: str, raw: bytes | None = b"Subject: x\r\n\r\n", generation: int = 0
) -> ReceivedPop3:
    digest = sha256(raw).hexdigest() if raw is not None else ""
    return ReceivedPop3(
        identity=Pop3Identity(integration_id, uidl, digest, generation),
        raw=raw,
        size=len(raw) if raw is not None else 40_000_000,
        sha256=digest,
        headers=CheapHeaders(),
        received_at=NOW,
        state=MessageState.RECEIVED if raw is not None else MessageState.TOO_LARGE,
        reason="",
        acknowledgement=Acknowledgement.DELETE if raw is not None else Acknowledgement.NONE,
    )


def test_takes_in_a_batch_by_unique_id_and_digest(database: Database, support: Integration) -> None:
    with database.write() as work:
        first, copy, other, large = work.messages.add_received_pop3(
            [
                over_pop3(support.id, "a", b"one"),
                over_pop3(support.id, "a", b"one"),
                over_pop3(support.id, "a", b"another under the same id"),
                over_pop3(support.id, "b", None),
            ]
        )
    assert copy is None
    assert None not in {first, other, large}
    with database.write() as work:
        again, elsewhere = work.messages.add_received_pop3(
            [over_pop3(support.id, "a", b"one"), over_pop3(support.id, "a", b"one", generation=1)]
        )
    assert again is None
    assert elsewhere
    with database.read() as work:
        assert work.messages.raw(first or 0) == b"one"
        row = work.messages.get(first or 0)
        assert row
        assert (row.folder, row.uid, row.state) == ("", "a", "received")
        identities = [over_pop3(support.id, "a", b"one").identity, over_pop3(support.id, "b", None).identity]
        assert work.pop3.messages([*identities, Pop3Identity(support.id, "a", "?")]) == {
            identities[0]: first,
            identities[1]: large,
        }
        assert work.pop3.messages([]) == {}


def test_both_protocols_in_one_log(database: Database, support: Integration) -> None:
    """A number of IMAP and a unique id never stand in each other's way."""
    with database.write() as work:
        assert None not in work.messages.add_received([received(support.id, 1), received(support.id, 2)])
        assert None not in work.messages.add_received_pop3(
            [over_pop3(support.id, "1"), over_pop3(support.id, "2")]
        )
        assert [row.uid for row in work.messages.list()] == ["1", "2", "1", "2"]


def test_what_was_left_there_is_taken_in_under_its_id(database: Database, support: Integration) -> None:
    with database.write() as work:
        (message_id,) = work.messages.add_received_pop3([over_pop3(support.id, "a", None)])
        assert message_id
        work.messages.replace_too_large(message_id, over_pop3(support.id, "a", b"whole"))
        assert work.messages.raw(message_id) == b"whole"
        assert work.pop3.messages([over_pop3(support.id, "a", b"whole").identity])


def test_listing(database: Database, support: Integration) -> None:
    with database.write() as work:
        small, large = work.messages.add_received_pop3(
            [over_pop3(support.id, "a", b"one"), over_pop3(support.id, "b", None)]
        )
        work.pop3.put(
            support.id,
            0,
            {"a": Pop3Seen(small, NOW), "b": Pop3Seen(large, LATER), "c": Pop3Seen(None, NOW)},
        )
        work.pop3.put(support.id, 1, {"a": Pop3Seen(None, LATER)})
    known = {
        "a": Pop3Seen(
            *(small, NOW, sha256(b"one").hexdigest()), Acknowledgement.DELETE, MessageState.RECEIVED, 3
        ),
        "b": Pop3Seen(large, LATER, "", Acknowledgement.NONE, MessageState.TOO_LARGE, 40_000_000),
        "c": Pop3Seen(None, NOW),
    }
    with database.read() as work:
        assert work.pop3.known(support.id, 0) == known
        assert work.pop3.known(support.id, 1) == {"a": Pop3Seen(None, LATER)}
        assert work.pop3.known(support.id + 1, 0) == {}
    assert small
    with database.write() as work:
        work.pop3.set_deleting([small])
        work.pop3.drop(support.id, 0, ["b", "nothing"])
        work.pop3.put(support.id, 0, {"c": Pop3Seen(small, LATER)})
    with database.read() as work:
        deleting = replace(known["a"], acknowledgement=Acknowledgement.DELETING)
        assert work.pop3.known(support.id, 0) == {
            "a": deleting,
            "c": replace(deleting, first_seen_at=LATER),
        }
    with database.write() as work:
        work.pop3.drop_all(support.id)
        assert (work.pop3.known(support.id, 0), work.pop3.known(support.id, 1)) == ({}, {})


def test_more_than_one_statement_takes(database: Database, support: Integration) -> None:
    with database.write() as work:
        uidls = [f"{number:070}" for number in range(2501)]
        work.pop3.put(support.id, 0, {uidl: Pop3Seen(None, NOW) for uidl in uidls})
        assert work.pop3.known(support.id, 0).keys() == set(uidls)
        assert work.pop3.messages([Pop3Identity(support.id, uidl, "") for uidl in uidls]) == {}
        work.pop3.drop(support.id, 0, uidls[1:])
        assert list(work.pop3.known(support.id, 0)) == uidls[:1]


@pytest.mark.parametrize("leaves_imap", [True, False])
def test_a_change_of_protocol_leaves_the_other_cursors(
    database: Database, support: Integration, leaves_imap: bool
) -> None:
    with database.write() as work:
        leave = work.cursors.leave_imap if leaves_imap else work.cursors.leave_pop3
        assert not leave(support.id)
        for folder in ("INBOX", POP3_FOLDER):
            work.cursors.save(FolderCursor(support.id, folder, 1, 7, 0, NOW, user_name="me"))
        assert leave(support.id)
        imap, pop3 = (work.cursors.get(support.id, folder) for folder in ("INBOX", POP3_FOLDER))
        assert imap
        assert pop3
        assert (imap.user_name, pop3.user_name) == (("", "me") if leaves_imap else ("me", ""))
