"""What is asked of the driver itself belongs to the transaction, and fails, as all else does."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import bindparam, column, select, table, text

from mailint_gui.domain.message_filter import MessageFilter
from mailint_gui.domain.problem import ProblemError, ProblemKind
from mailint_gui.store.database import Database
from mailint_gui.store.driver_read import DriverRead
from mailint_gui.store.schema import MessageTable
from tests.store.samples import NOW

_NAMES = table("account_property", column("name"))


def test_what_is_asked_after_it_sees_the_moment_at_which_it_was_asked(sqlite: Database) -> None:
    with sqlite.read() as work:
        assert work.messages.page(MessageFilter(), None, 1) == ()
        with sqlite.write() as writing:
            writing.properties.set({"reply_key_secret": "x"})
        assert "reply_key_secret" not in work.properties.all()
    with sqlite.read() as work:
        assert work.messages.page(MessageFilter(), None, 1) == ()
        assert "reply_key_secret" in work.properties.all()


def test_it_sees_what_the_same_transaction_wrote(sqlite: Database) -> None:
    names = DriverRead(select(_NAMES.c.name).where(_NAMES.c.name != bindparam("not_this")))
    with sqlite.write() as work:
        work.properties.set({"reply_key_secret": "x"})
        assert names.rows(work.messages._connection, {"not_this": "y"}) == [("reply_key_secret",)]


def test_values_are_given_as_their_types_store_them(sqlite: Database) -> None:
    time = MessageTable.received_at
    given = DriverRead(select(bindparam("asked", type_=time.type), bindparam("fixed", NOW, type_=time.type)))
    found: list[Any] = []
    with sqlite.read() as work:
        found += given.rows(work.messages._connection, {"asked": NOW + timedelta(hours=1)})
    form = "%Y-%m-%d %H:%M:%S.%f"
    assert found == [((NOW + timedelta(hours=1)).strftime(form), NOW.strftime(form))]


def test_a_single_value_is_read_as_its_type_reads_it(sqlite: Database) -> None:
    asked = bindparam("asked", type_=MessageTable.received_at.type)
    given, none = DriverRead(select(asked)), DriverRead(select(asked).where(text("1 = 2")))
    with sqlite.read() as work:
        assert given.scalar(work.messages._connection, {"asked": NOW}) == NOW
        assert given.scalar(work.messages._connection, {"asked": None}) is None
        assert none.scalar(work.messages._connection, {"asked": NOW}) is None


def test_trouble_is_a_problem_of_the_store_and_the_next_transaction_goes_on(sqlite: Database) -> None:
    with pytest.raises(ProblemError) as raised, sqlite.read() as work:
        DriverRead(select(text("1")).select_from(text("nowhere"))).rows(work.messages._connection, {})
    assert raised.value.problem.kind is ProblemKind.STORE_FAILED
    with sqlite.read() as work:
        assert work.messages.page(MessageFilter(), None, 1) == ()
