from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from mailint_gui.domain.health import DirectionHealth
from mailint_gui.domain.integration import Direction, IncomingSettings, Integration
from mailint_gui.domain.message import FolderCursor
from mailint_gui.domain.secret import SealedSecret, SecretPurpose
from mailint_gui.store.database import Database
from mailint_gui.store.errors import MissingRowError, NameTakenError
from tests.store.samples import LATER, NOW, received


def test_gives_back_what_was_added(database: Database) -> None:
    draft = Integration(
        name="Support", incoming=IncomingSettings(enabled=True, check_every=timedelta(minutes=7))
    )
    with database.write() as work:
        stored = work.integrations.add(draft)
    assert stored == replace(draft, id=stored.id)
    assert stored.id > 0
    with database.read() as work:
        assert work.integrations.get(stored.id) == stored
        assert work.integrations.by_name(" SUPPORT ") == stored
        assert work.integrations.all() == (stored,)
        assert work.integrations.get(stored.id + 1) is None
        assert work.integrations.by_name("Sales") is None


def test_changes_every_part(database: Database, support: Integration) -> None:
    changed = replace(
        support,
        name="Helpdesk",
        last_modified_at=NOW,
        incoming=replace(support.incoming, server="imap.example.org"),
        outgoing=replace(support.outgoing, signature="Yours\nHelpdesk"),
    )
    with database.write() as work:
        work.integrations.update(changed)
    with database.read() as work:
        assert work.integrations.get(support.id) == changed


def test_sorts_by_name_without_regard_to_case(database: Database) -> None:
    with database.write() as work:
        for name in ("beta", "Gamma", "Alpha", "Änderung"):
            work.integrations.add(Integration(name=name))
        assert [one.name for one in work.integrations.all()] == ["Alpha", "beta", "Gamma", "Änderung"]


@pytest.mark.usefixtures("support")
def test_a_name_is_taken_without_regard_to_case(database: Database) -> None:
    with pytest.raises(NameTakenError), database.write() as work:
        work.integrations.add(Integration(name="SUPPORT"))
    with database.write() as work:
        other = work.integrations.add(Integration(name="Sales"))
    with pytest.raises(NameTakenError), database.write() as work:
        work.integrations.update(replace(other, name="support"))


def test_nothing_is_left_of_a_transaction_that_failed(database: Database, support: Integration) -> None:
    def add_two() -> None:
        with database.write() as work:
            work.integrations.add(Integration(name="Sales"))
            work.integrations.add(Integration(name="Support"))

    with pytest.raises(NameTakenError):
        add_two()
    with database.read() as work:
        assert work.integrations.all() == (support,)


def test_update_needs_a_row(database: Database) -> None:
    with pytest.raises(MissingRowError), database.write() as work:
        work.integrations.update(Integration(id=99, name="Nobody"))


def test_only_one_is_the_default(database: Database) -> None:
    with database.write() as work:
        first = work.integrations.add(Integration(name="First", is_default=True))
        assert work.integrations.clear_default(except_id=first.id) == ()
        assert work.integrations.clear_default(except_id=0) == (first.id,)
        second = work.integrations.add(Integration(name="Second", is_default=True))
        assert [one.id for one in work.integrations.all() if one.is_default] == [second.id]


def test_a_deleted_one_is_hidden_and_comes_back_whole(database: Database, support: Integration) -> None:
    with database.write() as work:
        work.integrations.update(default := replace(support, is_default=True))
        work.integrations.soft_delete([support.id], NOW)
        assert work.integrations.all() == ()
        assert work.integrations.get(support.id) is None
        assert work.integrations.by_name("Support") is None
        work.integrations.restore([support.id])
        assert work.integrations.all() == (default,)


def test_a_deleted_name_and_default_are_free_for_others(database: Database, support: Integration) -> None:
    with database.write() as work:
        work.integrations.update(replace(support, is_default=True))
        work.integrations.soft_delete([support.id], NOW)
        heir = work.integrations.add(Integration(name="Heir", is_default=True))
        work.integrations.restore([support.id])
        assert [one.is_default for one in work.integrations.all()] == [True, False]
        work.integrations.soft_delete([support.id], NOW)
        work.integrations.update(replace(heir, name="Support"))
    with pytest.raises(NameTakenError), database.write() as work:
        work.integrations.restore([support.id])


def test_purging_leaves_only_the_name(database: Database, support: Integration) -> None:
    sealed = SealedSecret("key", b"nonce", b"ciphertext")
    with database.write() as work:
        work.secrets.put(support.id, SecretPurpose.INCOMING_PASSWORD, sealed)
        work.health.save(support.id, Direction.INCOMING, DirectionHealth(consecutive_errors=1))
        work.cursors.save(FolderCursor(support.id, "INBOX", 1, 2, 0, NOW))
        work.messages.add_received([received(support.id, 1)])
        work.integrations.soft_delete([support.id], NOW)
        assert work.integrations.purge_deleted(before=NOW) == 0
        assert work.integrations.purge_deleted(before=LATER) == 1
        assert work.integrations.purge_deleted(before=LATER) == 0
        assert work.secrets.all() == {}
        assert work.health.all() == {}
        assert work.cursors.get(support.id, "INBOX") is None
        assert [row.integration for row in work.messages.list()] == ["Support"]


def test_what_was_purged_does_not_come_back(database: Database, support: Integration) -> None:
    with database.write() as work:
        work.integrations.soft_delete([support.id], NOW)
        work.integrations.purge_deleted(before=LATER)
        with pytest.raises(MissingRowError):
            work.integrations.restore([support.id])
        assert work.integrations.all() == ()


def test_two_hundred_take_one_query(database: Database) -> None:
    with database.write() as work:
        for number in range(200):
            work.integrations.add(Integration(name=f"Integration {number}"))
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        with database.read() as work:
            assert len(work.integrations.all()) == 200
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len([one for one in statements if one.startswith("SELECT")]) == 1
