"""What runs often must not read the whole log: each such query finds its rows by an index."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from mailint_gui.domain.history import HistoryFilter
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.message import FolderCursor
from mailint_gui.domain.message_filter import MessageFilter
from mailint_gui.domain.outbox import OutboxFilter, OutboxState
from mailint_gui.domain.record import RecordFilter
from mailint_gui.store import message_page
from mailint_gui.store.database import Database
from mailint_gui.store.unit_of_work import UnitOfWork
from tests.store.samples import LATER, NOW
from tests.store.statements import selects

OFTEN: dict[str, Callable[[UnitOfWork], object]] = {
    "unfiled": lambda work: work.messages.unfiled(50),
    "unfiled counts": lambda work: work.messages.unfiled_counts(),
    "quarantined counts": lambda work: work.messages.quarantined_counts(),
    "debts": lambda work: work.messages.debts(1, "INBOX", 1),
    "too large": lambda work: work.messages.too_large(1, "INBOX", 1),
    "digests": lambda work: work.messages.known_digests(1, ["a", "b"]),
    "digests elsewhere": lambda work: work.messages.known_digests(
        1, ["a", "b"], except_in=FolderCursor(1, "INBOX", 1, 5, 0, NOW)
    ),
    "raw": lambda work: work.messages.raw(1),
    "one message": lambda work: work.messages.get(1),
    "due": lambda work: work.outbox.due(NOW),
    "what of the outbox is to be told": lambda work: work.outbox.untold(),
    "history": lambda work: work.checks.list(1, 50),
    "a page of all messages": lambda work: work.messages.page(MessageFilter(), 9, 50),
    "a page of an integration": lambda work: _page(work, integration_id=1),
    "a page of a state": lambda work: _page(work, state="quarantined"),
    "a page of filed messages of an integration": lambda work: _page(work, integration_id=1, state="filed"),
    "a page of ignored messages of an integration": lambda work: _page(
        work, integration_id=1, state="ignored"
    ),
    "a page of sent messages": lambda work: _page(work, state="sent"),
    "a page of outgoing messages": lambda work: _page(work, direction=Direction.OUTGOING),
    "a page of a time": lambda work: _page(work, since=NOW, until=LATER),
    "a page of a record": lambda work: _page(work, record=1, integration_id=1, state="filed"),
    "a page of what is found": lambda work: _page(work, text='one "two three" four'),
    "a page of what is found in an integration": lambda work: _page(work, text="one", integration_id=1),
    "a page of what is found in a state": lambda work: _page(work, text="one", state="quarantined"),
    "a page of what is found of a state in the outbox": lambda work: _page(work, text="one", state="failed"),
    "the correspondence of a record": lambda work: work.messages.of_record(1),
    "message ids": lambda work: work.messages.by_message_ids(["<1@x>", "<2@x>"]),
    "the same content": lambda work: work.messages.by_content_digest("d", 1),
    "automatic mail": lambda work: work.messages.automatic_count(1, "a@x", NOW),
    "what is old": lambda work: work.forgetting.aged(NOW, (NOW, 5), 50),
    "what is old and may go": lambda work: work.forgetting.of([1, 2]),
    "what is to be packed": lambda work: work.raw_messages.to_pack(5, 50),
    "what no search finds": lambda work: work.searches.missing(0, 50),
    "a trail": lambda work: work.trails.get(1),
    "a page of records": lambda work: work.records.page(RecordFilter(integration_id=1), 9, 50),
    "a page of open records": lambda work: work.records.page(
        RecordFilter(open_only=True, closed_statuses=("Closed",)), 9, 50
    ),
    "a page of found records": lambda work: work.records.page(RecordFilter(text="one"), 9, 50),
    "correspondents": lambda work: work.records.correspondents(1),
    "what filing knows of messages": lambda work: work.filing_facts.of([1, 2]),
    "the same mail elsewhere": lambda work: work.filing_facts.same_mail(["d", "e"], 1),
    "records of message ids": lambda work: work.filing_facts.records_here(1, ["<1@x>", "<2@x>"]),
    "what goes on from a record": lambda work: work.filing_facts.follow_up(1),
    "when a pair was released": lambda work: work.filing_facts.released_at(1, "a@x"),
    "answers in a record": lambda work: work.filing_facts.is_answered(1, "a@x", NOW),
    "answers to an address": lambda work: work.filing_facts.answers_to("a@x", NOW),
    "stops of a pair": lambda work: work.loop_stops.of_pair(1, "a@x"),
    "a page of checks": lambda work: work.checks.page(HistoryFilter(integration_id=1), 9, 50),
    "a page of sends": lambda work: work.sends.page(HistoryFilter(integration_id=1), 9, 50),
}


def _page(work: UnitOfWork, **wanted: Any) -> object:
    """The first one, for which a bad plan would scan, and a later one."""
    work.messages.page(MessageFilter(**wanted), None, 50)
    return work.messages.page(MessageFilter(**wanted), 9, 50)


@pytest.mark.parametrize("query", OFTEN.values(), ids=OFTEN.keys())
def test_finds_its_rows_by_an_index(sqlite: Database, query: Callable[[UnitOfWork], object]) -> None:
    with sqlite.read() as work:
        with selects() as seen:
            query(work)
        assert seen
        for statement, parameters in seen:
            plan = work.messages._connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps = [row[3] for row in plan]
            scans = [step for step in steps if step.startswith("SCAN") and "INDEX" not in step]
            scans = [step for step in scans if step != "SCAN page"]  # its ids were found one step above
            assert scans == [], "\n".join([statement, *steps])
            assert "LIMIT" not in statement or "USE TEMP B-TREE FOR ORDER BY" not in steps, steps


@pytest.mark.parametrize("query", [name for name in OFTEN if "of what is found" in name])
def test_what_is_found_in_a_state_that_many_have_is_found_by_an_index(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    """In a log without messages each state has few."""
    monkeypatch.setattr(message_page, "_is_few", lambda *_: False)
    test_finds_its_rows_by_an_index(sqlite, OFTEN[query])


def test_the_same_bytes_elsewhere_are_found_integration_by_integration(sqlite: Database) -> None:
    """Their table is scanned, which is short."""
    plans: list[str] = []

    def note(_connection: object, cursor: Any, statement: str, parameters: Any, *_more: object) -> None:
        if statement.startswith("SELECT"):
            plans.extend(row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))

    with sqlite.read() as work:
        event.listen(Engine, "before_cursor_execute", note)
        try:
            work.filing_facts.same_bytes(["d", "e"], 1)
        finally:
            event.remove(Engine, "before_cursor_execute", note)
    assert any("ix_message_digest (integration_id=? AND sha256=?)" in step for step in plans), plans


def test_what_was_sent_but_not_to_all_is_found_by_who_was_refused(sqlite: Database) -> None:
    """Not among all that was sent."""
    plans: list[str] = []

    def note(_connection: object, cursor: Any, statement: str, parameters: Any, *_more: object) -> None:
        if statement.startswith("SELECT"):
            plans.extend(row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))

    waiting_or_partly = OutboxFilter(frozenset({OutboxState.WAITING}), or_partly_sent=True)
    with sqlite.read() as work:
        event.listen(Engine, "before_cursor_execute", note)
        try:
            work.outbox.page(waiting_or_partly, None, 50)
        finally:
            event.remove(Engine, "before_cursor_execute", note)
    assert "SCAN outbox_recipient USING INDEX ix_outbox_recipient_refused" in plans
    by_state = [step for step in plans if "ix_outbox_state" in step]
    assert len(by_state) == 1, plans  # for those that wait


def test_a_search_in_a_state_that_few_have_does_not_go_through_the_integration(sqlite: Database) -> None:
    with sqlite.read() as work:
        with selects() as seen:
            _page(work, text="one", integration_id=1, state="filed")
        statement, parameters = seen[-1]
        plan = work.messages._connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        steps = [row[3] for row in plan]
    assert any("ix_message_state" in step for step in steps), steps
