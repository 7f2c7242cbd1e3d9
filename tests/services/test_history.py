"""The history of an integration: checks and attempts to send, page by page, and recorded checks."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mailint_gui.domain.check import CheckOutcome, CheckResult, CheckTally, SendOutcome, Stage
from mailint_gui.domain.history import HistoryCursor, HistoryFilter, HistoryPage, HistoryRow
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.outbox import OutboxState
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.services import history as history_module
from mailint_gui.services.history import History
from mailint_gui.services.scope import Cancelled, CancelReason, CancelScope
from tests.servers.mailbox import Mailbox
from tests.servers.ports import free_ports
from tests.servers.smtp import SmtpServer
from tests.services.office import Office, letter

MINUTE = timedelta(minutes=1)


def filled(office: Office) -> Integration:
    """A check each minute for 20, every fifth failed and every second with mail; a send each fourth."""
    support = office.services.integrations.save(Integration(name="Support"))
    other = office.services.integrations.save(Integration(name="Other"))
    start = office.services.clock() - 30 * MINUTE
    refused = Problem(ProblemKind.CONNECTION_REFUSED)
    with office.services.database.write() as unit:
        for minute in range(20):
            at = start + minute * MINUTE
            failed = minute % 5 == 0
            check = CheckOutcome(
                support.id,
                "",
                CheckResult.FAILED if failed else CheckResult.OK,
                at,
                at,
                CheckTally(seen=1, filed=1) if minute % 2 else CheckTally(),
                refused if failed else None,
            )
            unit.checks.add_many([check, replace(check, integration_id=other.id)])
            if minute % 4 == 0:
                unit.sends.add(SendOutcome(1, support.id, "", OutboxState.SENT, at), at)
    return support


def paged(history: History, wanted: HistoryFilter, limit: int) -> list[HistoryRow]:
    rows: list[HistoryRow] = []
    page: HistoryPage = history.page(wanted, HistoryCursor(), limit)
    rows += page.rows
    while page.older is not None:
        page = history.page(wanted, page.older, limit)
        assert page.rows
        rows += page.rows
    return rows


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
@pytest.mark.parametrize(
    ("failed_only", "with_mail", "checks", "sends"),
    [(False, False, 20, 5), (True, False, 4, 0), (False, True, 10, 5), (True, True, 2, 0)],
)
def test_pages_hold_each_row_once_and_the_newest_first(
    any_office: Office,
    monkeypatch: pytest.MonkeyPatch,
    limit: int,
    failed_only: bool,
    with_mail: bool,
    checks: int,
    sends: int,
) -> None:
    support = filled(any_office)
    wanted = HistoryFilter(support.id, failed_only=failed_only, with_mail=with_mail)
    history = any_office.services.history
    rows = paged(history, wanted, limit)
    assert [row.direction for row in rows].count(Direction.INCOMING) == checks
    assert len(rows) == checks + sends
    assert len({(row.direction, row.id) for row in rows}) == len(rows)
    assert [row.started_at for row in rows] == sorted((row.started_at for row in rows), reverse=True)
    assert {row.integration_id for row in rows} == {support.id}
    monkeypatch.setattr(history_module, "AT_ONCE", limit)
    assert list(history.each(wanted, CancelScope())) == rows


def test_reading_everything_can_be_cancelled(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_module, "AT_ONCE", 3)
    scope = CancelScope()
    rows = office.services.history.each(HistoryFilter(filled(office).id), scope)
    next(rows)
    scope.cancel(CancelReason.ADMIN)
    with pytest.raises(Cancelled):
        list(rows)


def test_what_is_not_written_yet_is_there(office: Office, mailbox: Mailbox) -> None:
    support = office.receiving(mailbox)
    outcome = office.check(support)
    (row,) = office.services.history.page(HistoryFilter(support.id)).rows
    assert (row.started_at, row.tally, row.is_traced) == (outcome.started_at, outcome.tally, False)


# Recorded checks


def test_the_next_check_alone_is_recorded_and_only_of_whom_was_asked(
    office: Office, mailbox: Mailbox
) -> None:
    mailbox.deliver(letter(1, body="canary-body"))
    support, other = office.receiving(mailbox), office.receiving(mailbox, "Other")
    requests = office.services.trace_requests
    requests.ask(support.id)
    assert requests.is_asked(support.id)
    office.check(other)
    assert office.check(support).tally.seen == 1
    assert not requests.is_asked(support.id)
    office.check(support)
    history = office.services.history
    second, first = history.page(HistoryFilter(support.id)).rows
    assert [row.is_traced for row in (second, first)] == [False, True]
    assert not any(row.is_traced for row in history.page(HistoryFilter(other.id)).rows)
    text = history.trace(first.id)
    assert text is not None
    assert "UID FETCH" in text
    assert text.endswith("-- ok")
    spoken = [line for line in text.splitlines() if " -- " not in line]  # a stage is called secret
    for canary in (mailbox.password, "canary-body", "no. 1"):
        assert canary not in "\n".join(spoken)
    assert history.trace(second.id) is None


def test_a_request_can_be_taken_back(office: Office, mailbox: Mailbox) -> None:
    support = office.receiving(mailbox)
    office.services.trace_requests.ask(support.id)
    office.services.trace_requests.withdraw(support.id)
    office.check(support)
    (row,) = office.services.history.page(HistoryFilter(support.id)).rows
    assert not row.is_traced


def test_a_failing_check_is_recorded_to_its_end(office: Office, mailbox: Mailbox) -> None:
    support = office.receiving(mailbox, password=office.password("canary-wrong"))
    office.services.trace_requests.ask(support.id)
    outcome = office.check(support)
    assert outcome.problem is not None
    (row,) = office.services.history.page(HistoryFilter(support.id, failed_only=True)).rows
    text = office.services.history.trace(row.id)
    assert text is not None
    assert "-- authenticate" in text
    assert str(ProblemKind.AUTHENTICATION_FAILED) in text.splitlines()[-1]
    assert "canary" not in text
    assert "canary" not in office.database_path.read_bytes().decode("latin-1")


def test_a_trace_waits_for_a_store_that_fails(
    office: Office, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    support = office.receiving(mailbox)
    office.services.trace_requests.ask(support.id)
    monitor = office.services.monitor
    with monkeypatch.context() as patched:
        patched.setattr(monitor, "_try_to_flush", lambda: None)
        office.check(support)
    (row,) = office.services.history.page(HistoryFilter(support.id)).rows
    assert row.is_traced


# Attempts to send


def test_each_attempt_to_send_is_a_row(office: Office, smtp_server: SmtpServer) -> None:
    desk = office.sending(smtp_server, "Desk")
    before = office.services.clock()
    office.send(office.queue(desk))
    gone = office.services.integrations.save(
        replace(desk, outgoing=replace(desk.outgoing, port=free_ports(1)[0]))
    )
    item = office.queue(gone)
    outcome, _ = office.send(item)
    failed, sent = office.services.history.page(HistoryFilter(desk.id)).rows
    assert (sent.direction, sent.result, sent.problem) == (Direction.OUTGOING, OutboxState.SENT, None)
    assert (failed.result, failed.outbox_id, failed.problem) == (
        OutboxState.WAITING,
        item.id,
        outcome.problem,
    )
    assert before <= sent.started_at <= sent.finished_at <= failed.started_at <= failed.finished_at


def test_a_cancelled_attempt_is_a_row_too(office: Office, smtp_server: SmtpServer) -> None:
    desk = office.sending(smtp_server, "Desk")
    scope = CancelScope()

    def cancel(stage: Stage) -> None:
        if stage is Stage.SEND:
            scope.cancel(CancelReason.ADMIN)

    scope.on_stage = cancel
    office.send(office.queue(desk), scope)
    (row,) = office.services.history.page(HistoryFilter(desk.id)).rows
    assert (row.direction, row.problem) == (Direction.OUTGOING, None)
