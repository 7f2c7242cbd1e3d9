"""Health along whole checks: counting, thresholds, disabling, re-enabling, and a store that fails meanwhile."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from mailint_gui.domain.check import CheckResult
from mailint_gui.domain.events import DisabledByErrors, ErrorsReached, Recovered
from mailint_gui.domain.health import Attempt, DirectionState
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.problem import ProblemError, ProblemKind
from mailint_gui.services.check_mail import NotCheckableError
from mailint_gui.services.scope import CancelScope
from mailint_gui.store.database import Database
from tests.servers.mailbox import Mailbox
from tests.servers.wait import LIMIT
from tests.services.office import Office, letter

THRESHOLDS = {
    "notify_after_incoming_errors": "2",
    "disable_after_incoming_errors": "4",
    "disable_grace": "0s",
}


@pytest.fixture
def support(office: Office, mailbox: Mailbox) -> Integration:
    office.services.properties.set(THRESHOLDS)
    return office.receiving(mailbox)


def break_password(support: Integration) -> None:
    Path(support.incoming.password.name).write_text("wrong")


def mend_password(support: Integration, mailbox: Mailbox) -> None:
    Path(support.incoming.password.name).write_text(mailbox.password)


def disable_by_errors(office: Office, support: Integration) -> None:
    break_password(support)
    for _ in range(4):
        office.check(support)


def state(office: Office, support: Integration) -> DirectionState:
    [status] = office.services.statuses.of([support.id])
    return status.state_of(Direction.INCOMING)


def test_notified_once_disabled_once_recovered_once(
    office: Office, support: Integration, mailbox: Mailbox
) -> None:
    office.check(support)
    break_password(support)
    told = [office.check(support).events for _ in range(4)]
    assert [[type(each.event) for each in events] for events in told] == [
        [],
        [ErrorsReached],
        [],
        [DisabledByErrors],
    ]
    reached = told[1][0].event
    assert isinstance(reached, ErrorsReached)
    assert reached.errors == 2
    assert told[3][0].integration_name == "Support"
    assert state(office, support) is DirectionState.DISABLED_BY_ERRORS
    with pytest.raises(NotCheckableError) as caught:
        office.check(support)
    assert caught.value.state is DirectionState.DISABLED_BY_ERRORS
    mend_password(support, mailbox)
    office.services.enabling.enable(support.id, CancelScope(), lambda _step: None)
    [recovered] = office.check(support).events
    assert isinstance(recovered.event, Recovered)
    assert office.check(support).events == ()


def test_a_good_check_ends_the_run_or_only_mail_does(
    office: Office, support: Integration, mailbox: Mailbox
) -> None:
    def fail_once() -> int:
        break_password(support)
        office.services.sessions.close_idle()
        office.change(support, port=support.incoming.port)  # the session goes with its password
        errors = office.check(support).health.incoming.consecutive_errors
        mend_password(support, mailbox)
        return errors

    assert fail_once() == 1
    assert office.check(support).health.incoming.consecutive_errors == 0
    office.services.properties.set({"reset_incoming_errors_on": "received_email"})
    assert fail_once() == 1
    assert office.check(support).health.incoming.consecutive_errors == 1
    mailbox.deliver(letter())
    assert office.check(support).health.incoming.consecutive_errors == 0


def test_enabling_tests_first(office: Office, support: Integration, mailbox: Mailbox) -> None:
    office.check(support)
    disable_by_errors(office, support)
    mailbox.deliver_many([letter(1), letter(2)])
    with pytest.raises(ProblemError) as caught:
        office.services.enabling.enable(support.id, CancelScope(), lambda _step: None)
    assert caught.value.problem.kind is ProblemKind.AUTHENTICATION_FAILED
    assert state(office, support) is DirectionState.DISABLED_BY_ERRORS
    assert office.services.monitor.health(support.id).incoming.consecutive_errors == 4
    mend_password(support, mailbox)
    steps: list[object] = []
    office.services.enabling.enable(support.id, CancelScope(), steps.append)
    assert len(steps) > 4
    assert state(office, support) is DirectionState.ACTIVE
    assert office.services.monitor.health(support.id).incoming.consecutive_errors == 0
    assert office.check(support).tally.filed == 2  # everything that arrived meanwhile


def test_enabling_without_a_test(office: Office, support: Integration) -> None:
    disable_by_errors(office, support)
    office.services.enabling.enable(support.id, CancelScope(), lambda _step: None, test=False)
    assert state(office, support) is DirectionState.ACTIVE


def test_disabled_stays_disabled_over_restarts_and_saves(any_office: Office, mailbox: Mailbox) -> None:
    office = any_office
    office.services.properties.set(THRESHOLDS)
    support = office.receiving(mailbox)
    disable_by_errors(office, support)
    office.restart()
    assert state(office, support) is DirectionState.DISABLED_BY_ERRORS
    office.change(support, check_every=support.incoming.check_every * 2)
    assert state(office, support) is DirectionState.DISABLED_BY_ERRORS
    office.services.integrations.delete([support.id])
    office.services.integrations.restore([support.id])
    assert state(office, support) is DirectionState.DISABLED_BY_ERRORS
    office.restart()
    health = office.services.monitor.health(support.id).incoming
    assert (health.consecutive_errors, health.disabled_by_errors) == (4, True)


def test_deleted_and_restored_while_the_store_fails_keeps_its_health(
    office: Office, support: Integration
) -> None:
    disable_by_errors(office, support)
    before = office.services.monitor.health(support.id)
    office.services.integrations.delete([support.id])
    office.services.integrations.restore([support.id])
    office.services.monitor.flush()
    assert office.services.monitor.health(support.id) == before
    office.restart()
    assert office.services.monitor.health(support.id) == before


# Writing


def test_quiet_outcomes_are_one_transaction(office: Office, mailbox: Mailbox) -> None:
    support = office.receiving(mailbox)
    office.check(support)
    office.services.monitor.flush()
    with commits(office.services.database) as counted:
        for _ in range(20):
            office.check(support)
        assert counted == []
        office.services.monitor.flush()
        office.services.monitor.flush()
    assert counted == ["commit"]
    with office.services.database.read() as unit:
        assert len(unit.checks.list(support.id, 100)) == 21


@contextmanager
def commits(database: Database) -> Iterator[list[str]]:
    """One entry for each commit of the writer meanwhile."""
    counted: list[str] = []
    assert database._writer is not None

    def count(_connection: object) -> None:
        counted.append("commit")

    event.listen(database._writer, "commit", count)
    yield counted
    event.remove(database._writer, "commit", count)


@contextmanager
def full_disk(database: Database, spare: int = 0) -> Iterator[None]:
    """The file may grow by ``spare`` pages."""
    _limit(database, spare)
    yield
    _limit(database, None)


def _limit(database: Database, spare: int | None) -> None:
    assert database._writer is not None
    with closing(database._writer.raw_connection()) as connection:
        cursor = connection.cursor()
        pages = 1_000_000_000
        if spare is not None:
            pages = cursor.execute("PRAGMA page_count").fetchone()[0] + spare
        cursor.execute(f"PRAGMA max_page_count = {pages}")


def test_a_full_disk_loses_nothing_and_goes_on_by_itself(
    office: Office, support: Integration, mailbox: Mailbox
) -> None:
    office.check(support)
    mailbox.deliver_many(letter(number, size=10_000) for number in range(120))
    with full_disk(office.services.database, spare=250):
        outcome = office.check(support)
        assert outcome.problem is not None
        assert (outcome.result, outcome.problem.kind) == (CheckResult.FAILED, ProblemKind.DISK_FULL)
        assert outcome.health.incoming.consecutive_errors == 0
        taken = outcome.tally.seen
        assert taken in {0, 50, 100}
        again = office.check(support)
        assert again.problem is not None
        assert again.problem.kind is ProblemKind.DISK_FULL
    assert sum("\\Seen" in each.flags for each in mailbox.messages()) <= taken  # told only of what is stored
    outcome = office.check(support)
    assert outcome.result is CheckResult.OK
    office.services.filing.file_pending(CancelScope())
    assert sorted(row.subject for row in office.rows("filed")) == sorted(f"no. {n}" for n in range(120))
    assert all("\\Seen" in each.flags for each in mailbox.messages())
    assert office.debts(support) == 0


@pytest.mark.expects_log("health is not written yet")
def test_health_waits_in_memory_for_the_store(
    office: Office, support: Integration, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.check(support)
    break_password(support)
    monkeypatch.setattr("mailint_gui.store.sqlite.BUSY_TIMEOUT", 0.1)
    with another_write(office.services.database):
        outcome = office.check(support)
        assert outcome in office.announced
        assert outcome.health.incoming.consecutive_errors == 1
        with pytest.raises(ProblemError) as caught:
            office.services.monitor.flush()
        assert caught.value.problem.kind is ProblemKind.STORE_FAILED
    office.services.monitor.flush()
    before = office.services.monitor.health(support.id)
    office.restart()
    assert office.services.monitor.health(support.id) == before
    with office.services.database.read() as unit:
        assert [each.problem is None for each in unit.checks.list(support.id, 9)] == [False, True]


@contextmanager
def another_write(database: Database) -> Iterator[None]:
    """Somebody else has the one writer meanwhile."""
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with database.write():
            inside.set()
            leave.wait(LIMIT)

    holder = threading.Thread(target=hold)
    holder.start()
    assert inside.wait(LIMIT)
    yield
    leave.set()
    holder.join(LIMIT)


def test_health_of_both_directions_is_apart(office: Office, support: Integration) -> None:
    disable_by_errors(office, support)
    [status] = office.services.statuses.of([support.id])
    assert status.state_of(Direction.OUTGOING) is DirectionState.OFF
    office.services.monitor.record(support, Direction.OUTGOING, Attempt(mail=1))
    health = office.services.monitor.health(support.id)
    assert (health.incoming.consecutive_errors, health.outgoing.consecutive_errors) == (4, 0)
