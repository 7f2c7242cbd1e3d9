"""What cannot be filed, whatever the reason, is kept in quarantine, and the messages around it get their places."""

import random

import pytest

from mailint_gui.domain.check import CheckTally
from mailint_gui.domain.message import QuarantineReason
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.domain.rule import Action, ActionKind
from mailint_gui.services.filing_verdict import Judgement, Place
from mailint_gui.services.scope import CancelScope
from tests.servers.postgresql import PostgreSql
from tests.services.incoming import integration, mail, receive, store
from tests.services.office import Office, OpenOffice
from tests.services.test_filing_rules import when

_random = random.Random(1)
LONG = "".join(chr(_random.randrange(0x4E00, 0x9FFF)) for _ in range(4000))  # more than PostgreSQL indexes


@pytest.mark.expects_log("cannot be filed")
@pytest.mark.parametrize(
    ("error", "detail"),
    [
        (RuntimeError("a bug"), "RuntimeError"),
        (ProblemError(Problem(ProblemKind.STORE_FAILED, detail="no such value")), "no such value"),
    ],
)
def test_a_message_that_breaks_filing_stops_no_other(
    office: Office, monkeypatch: pytest.MonkeyPatch, error: Exception, detail: str
) -> None:
    judged = Judgement.file

    def file(self: Judgement) -> Place:
        if self._case.parsed.subject == "bad":
            raise error
        return judged(self)

    monkeypatch.setattr(Judgement, "file", file)
    owner = integration(office)
    rows = receive(office, owner, mail("first"), mail("bad"), mail("last"))
    assert [row.state for row in rows] == ["filed", "quarantined", "filed"]
    assert [row.record for row in rows] == [1, None, 2]
    assert rows[1].reason == QuarantineReason.NOT_FILED
    assert office.services.message_log.standing(rows[1].id).detail == detail

    monkeypatch.undo()
    again = office.services.message_log.retry(rows[1].id, CancelScope())
    assert (again.state, again.record) == ("filed", 3)


def test_a_full_disk_is_no_fault_of_a_message(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def file(self: Judgement) -> Place:
        raise ProblemError(Problem(ProblemKind.DISK_FULL))

    monkeypatch.setattr(Judgement, "file", file)
    ids = store(office, integration(office), mail("first"), mail("second"))
    filed = office.services.filing.file(ids, CancelScope())
    assert filed.tally == CheckTally(waiting=2)
    assert filed.problem is not None
    assert filed.problem.kind is ProblemKind.DISK_FULL


@pytest.mark.expects_log("cannot be filed")
def test_what_the_database_refuses_of_one_message_stops_no_other(
    open_office: OpenOffice, postgresql: PostgreSql
) -> None:
    """A status that an index of PostgreSQL does not take, and validation not either."""
    office = open_office(postgresql.database())
    with office.services.database.write() as unit:
        unit.rules.replace_all([when("printer", Action(ActionKind.SET_STATUS, LONG))])
    rows = receive(office, integration(office), mail("first"), mail("printer"), mail("last"))
    assert [row.state for row in rows] == ["filed", "quarantined", "filed"]


def test_damaged_bytes_are_quarantined_and_stop_no_other(any_office: Office) -> None:
    office = any_office
    bad, good = store(office, integration(office), mail("bad"), mail("good"))
    with office.services.database.write() as unit:
        unit.raw_messages.put_packed([(bad, b"no zlib")])
    [tally] = office.services.filing.file_pending(CancelScope()).values()
    assert tally == CheckTally(filed=1, quarantined=1)
    assert office.services.message_log.get(good).state == "filed"
    assert office.services.message_log.get(bad).reason == QuarantineReason.RAW_DAMAGED
