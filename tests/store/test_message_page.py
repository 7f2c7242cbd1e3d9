"""Pages of the log, against a model that reads every row."""

from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.message import MessageRow, MessageState, QuarantineReason
from mailint_gui.domain.message_filter import MessageFilter
from mailint_gui.domain.outbox import OutboxPurpose, OutboxState
from mailint_gui.store import message_page
from mailint_gui.store.database import Database
from mailint_gui.store.unit_of_work import UnitOfWork
from tests.store.samples import NOW, PARSED, received, too_large
from tests.store.statements import selects
from tests.store.test_round_trips import same_database

DAY = timedelta(days=1)
TOPICS = ("paper jam", "toner", "PAPER tray", "invoice")


@pytest.fixture
def log(database: Database, support: Integration) -> tuple[MessageRow, ...]:
    """Forty messages of two integrations over ten days, in every state; the clock was set back once."""
    with database.write() as work:
        sales = work.integrations.add(Integration(name="Sales"))
        for number in range(40):
            owner = (support, sales)[number % 3 == 0]
            _add(work, owner.id, number)
        rows = tuple(work.messages.list())
        assert {row.state for row in rows} >= {"filed", "ignored", "quarantined", "received", "queued"}
        return rows


def _add(work: UnitOfWork, integration_id: int, number: int) -> None:
    at = NOW + number // 4 * DAY - (timedelta(hours=5) if 20 <= number < 24 else timedelta())
    topic = TOPICS[number % len(TOPICS)]
    if number % 5 == 4:
        work.outbox.add(
            integration_id,
            purpose=OutboxPurpose.TYPED,
            sender="us@example.org",
            subject=topic,
            message_id=f"<{number}@us.example.org>",
            recipients=["b@example.org"],
            raw=b"raw",
            at=at,
        )
        return
    new = too_large(integration_id, number) if number % 11 == 0 else received(integration_id, number)
    (message_id,) = work.messages.add_received([replace(new, received_at=at)])
    assert message_id
    parsed = replace(PARSED, subject=topic)
    if number % 7 == 0:
        work.messages.set_quarantined(message_id, QuarantineReason.TOO_DEEP, "")
    elif number % 7 in (1, 2):
        work.messages.set_filed(message_id, parsed, at, state=MessageState.IGNORED, reason="rule")
    elif number % 7 in (3, 4):
        work.messages.set_filed(message_id, parsed, at, record=number % 2)


def _shows(wanted: MessageFilter, row: MessageRow, owner: str | None) -> bool:
    words = (row.subject + " " + row.sender).casefold()
    return all(
        (
            owner is None or row.integration == owner,
            wanted.direction in (None, row.direction),
            wanted.state in ("", row.state),
            wanted.since is None or row.received_at >= wanted.since,
            wanted.until is None or row.received_at < wanted.until,
            wanted.record in (None, row.record),
            all(word in words for word in wanted.text.split()),
        )
    )


moments = st.none() | st.integers(-5, 60).map(lambda quarters: NOW + quarters * DAY / 4)
filters = st.builds(
    MessageFilter,
    direction=st.none() | st.sampled_from(Direction),
    state=st.just("") | st.sampled_from([*MessageState, *OutboxState]).map(str),
    since=moments,
    until=moments,
    text=st.sampled_from(["", "", "paper", "jam paper", "tone", "invoice"]),
    record=st.sampled_from([None, None, 0, 1]),
)


@same_database
@given(
    wanted=filters,
    owner=st.sampled_from([None, "Support", "Sales"]),
    limit=st.sampled_from([1, 3, 50]),
    few=st.sampled_from([0, 50]),
)
def test_pages_show_what_is_wanted(
    database: Database,
    log: tuple[MessageRow, ...],
    wanted: MessageFilter,
    owner: str | None,
    limit: int,
    few: int,
) -> None:
    with patch.object(message_page, "_FEW", few), database.read() as work:
        if owner:
            integration = work.integrations.by_name(owner)
            assert integration
            wanted = replace(wanted, integration_id=integration.id)
        shown: list[MessageRow] = []
        while page := work.messages.page(wanted, shown[-1].id if shown else None, limit):
            assert len(page) <= limit
            shown += page
        # What waits to be filed is in no index of words yet.
        searched = [row for row in log if not wanted.text or row.state != "received"]
        assert shown == [row for row in reversed(searched) if _shows(wanted, row, owner)]


@same_database
@given(
    words=st.lists(
        st.sampled_from(["paper", "pap", '"paper jam"', '"pap"', "tray", '"a bod', "ümlaut"]), max_size=3
    ),
    state=st.sampled_from(["filed", "ignored", "queued", "sent"]),
    direction=st.none() | st.sampled_from(Direction),
)
def test_finds_the_same_where_few_have_the_state(
    database: Database,
    log: tuple[MessageRow, ...],
    words: list[str],
    state: str,
    direction: Direction | None,
) -> None:
    wanted = MessageFilter(text=" ".join(words), state=state, direction=direction)
    found = []
    for few in (0, len(log)):
        with patch.object(message_page, "_FEW", few), database.read() as work:
            found.append(work.messages.page(wanted, None, 50))
    assert found[0] == found[1]


def test_starts_from_those_of_the_state_only_where_they_are_few(sqlite: Database) -> None:
    with sqlite.write() as work:
        support = work.integrations.add(Integration(name="Support"))
        for number in (7, 21):  # quarantined
            _add(work, support.id, number)
    wanted = MessageFilter(text="paper", state="quarantined")
    for few, starts_from_words in ((1, True), (2, False)):
        with patch.object(message_page, "_FEW", few), sqlite.read() as work, selects() as seen:
            work.messages.page(wanted, None, 50)
        statement, _values = seen[-1]
        assert ("MATCH" in statement) is starts_from_words, statement


def test_a_text_without_a_word_finds_nothing(database: Database, log: tuple[MessageRow, ...]) -> None:
    with database.read() as work:
        assert work.messages.page(MessageFilter(text="!?"), None, 10) == ()
        assert len(work.messages.page(MessageFilter(text=" \t "), None, 50)) == len(log)


def test_finds_by_body_address_and_attachment(database: Database, log: tuple[MessageRow, ...]) -> None:
    with database.read() as work:
        for text in ("a bod", "c@example.org", "plan.pdf", "ü@example.org"):
            assert work.messages.page(MessageFilter(text=text, state="filed"), None, 1), text


def test_the_correspondence_of_a_record(database: Database, log: tuple[MessageRow, ...]) -> None:
    with database.read() as work:
        of_record = work.messages.of_record(1)
        assert of_record
        assert list(of_record) == [row for row in log if row.record == 1]
        assert work.messages.of_record(99) == ()
