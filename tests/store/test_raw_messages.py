"""Bytes packed and read as if they were not."""

import zlib

import pytest
from sqlalchemy import text

from mailint_gui.domain.integration import Integration
from mailint_gui.domain.message import MessageState
from mailint_gui.domain.outbox import OutboxAction
from mailint_gui.domain.problem import ProblemError
from mailint_gui.store.database import Database
from mailint_gui.store.unit_of_work import UnitOfWork
from tests.store.samples import NOW, PARSED, received
from tests.store.test_outbox import queue

RAW = b"Subject: hello\r\n\r\n" + b"the same line again\r\n" * 100


def filed(work: UnitOfWork, integration_id: int, uid: int = 1, raw: bytes = RAW) -> int:
    (message_id,) = work.messages.add_received([received(integration_id, uid, raw)])
    assert message_id
    assert work.messages.set_filed(message_id, PARSED, NOW)
    return message_id


def test_packed_bytes_are_read_as_they_came(database: Database, support: Integration) -> None:
    with database.write() as work:
        first, second = filed(work, support.id, 1), filed(work, support.id, 2, b"short")
        assert work.raw_messages.to_pack(0, 10) == (first, second)
        assert work.raw_messages.to_pack(0, 1) == (first,)
        assert work.raw_messages.to_pack(first, 10) == (second,)
        work.raw_messages.put_packed([(first, zlib.compress(RAW)), (second, None)])
        assert work.raw_messages.to_pack(0, 10) == ()
    with database.read() as work:
        assert work.messages.raw(first) == RAW
        assert work.messages.raw(second) == b"short"
        stored = work.messages._connection.execute(text("SELECT sum(length(content)) FROM raw_message"))
        assert stored.scalar_one() < 200


def test_what_is_packed_is_not_packed_again(database: Database, support: Integration) -> None:
    with database.write() as work:
        message_id = filed(work, support.id)
        work.raw_messages.put_packed([(message_id, zlib.compress(RAW))])
        work.raw_messages.put_packed([(message_id, b"nonsense"), (99, b"nobody's")])
        assert work.messages.raw(message_id) == RAW


def test_what_somebody_is_about_to_read_is_not_packed(database: Database, support: Integration) -> None:
    with database.write() as work:
        (waiting,) = work.messages.add_received([received(support.id, 1, RAW)])
        item = queue(work, support.id)
        assert waiting
        assert work.raw_messages.to_pack(0, 10) == ()
        work.outbox.claim(item.id, NOW)
        work.outbox.settle(item.id, OutboxAction.ACCEPTED, NOW)
        assert work.raw_messages.to_pack(0, 10) == (waiting + 1,)
        work.messages.set_filed(waiting, PARSED, NOW, state=MessageState.IGNORED)
        assert work.raw_messages.to_pack(0, 10) == (waiting, waiting + 1)


def test_a_packed_message_of_the_outbox(database: Database, support: Integration) -> None:
    with database.write() as work:
        item = queue(work, support.id)
        (row,) = work.messages.list()
        work.raw_messages.put_packed([(row.id, zlib.compress(b"raw\x00"))])
        assert work.outbox.raw(item.id) == b"raw\x00"


@pytest.mark.parametrize(
    "stored", [b"no zlib", zlib.compress(RAW)[:-20], zlib.compress(RAW * 2), zlib.compress(b"less"), b""]
)
def test_damaged_bytes_are_never_taken_for_the_message(
    database: Database, support: Integration, stored: bytes
) -> None:
    with database.write() as work:
        message_id = filed(work, support.id)
        work.raw_messages.put_packed([(message_id, stored)])
    with database.read() as work, pytest.raises(ProblemError, match="damaged"):
        work.messages.raw(message_id)
