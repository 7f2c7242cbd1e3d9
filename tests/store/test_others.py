"""Health, cursors, properties, sealed secrets and the history of checks."""

from dataclasses import replace
from datetime import timedelta

from mailint_gui.domain.check import CheckOutcome, CheckResult, CheckTally
from mailint_gui.domain.health import DirectionHealth, ErrorRecord, Health
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.message import FolderCursor
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.domain.secret import SealedSecret, SecretPurpose
from mailint_gui.store.database import Database
from tests.store.samples import LATER, NOW

FAILING = DirectionHealth(
    consecutive_errors=3,
    first_error_at=NOW,
    last_error=ErrorRecord(NOW, Problem(ProblemKind.TIMED_OUT, {"server": "mail.example.org"}, "no answer")),
    last_attempt_at=NOW,
    next_attempt_at=LATER,
    notified=True,
)


def test_health_of_both_directions(database: Database, support: Integration) -> None:
    fine = DirectionHealth(last_success_at=NOW, last_mail_at=NOW)
    with database.write() as work:
        assert work.health.get(support.id) == Health()
        work.health.save(support.id, Direction.INCOMING, FAILING)
        assert work.health.all() == {support.id: Health(incoming=FAILING)}
        work.health.save_many(
            [
                (support.id, Direction.INCOMING, replace(FAILING, last_error=None)),
                (support.id, Direction.OUTGOING, fine),
            ]
        )
        work.health.save_many([])
    with database.read() as work:
        assert work.health.get(support.id) == Health(replace(FAILING, last_error=None), fine)


def test_cursor_of_each_folder(database: Database, support: Integration) -> None:
    cursor = FolderCursor(support.id, "INBOX", 4_294_967_295, 4_294_967_294, 17, NOW)
    moved = replace(cursor, last_uid=4_294_967_295, generation=1, recheck_until=9, server="a", user_name="b")
    with database.write() as work:
        assert work.cursors.get(support.id, "INBOX") is None
        work.cursors.save(cursor)
        work.cursors.save(replace(cursor, folder="Ümläute"))
        work.cursors.save(moved)
        assert work.cursors.get(support.id, "INBOX") == moved
        assert work.cursors.get(support.id, "Ümläute") == replace(cursor, folder="Ümläute")


def test_properties(database: Database) -> None:
    with database.write() as work:
        assert work.properties.all() == {}
        work.properties.set({"keep_history": "90d", "proxy": ""})
        work.properties.set({"keep_history": "forever"})
        work.properties.set({})
        assert work.properties.all() == {"keep_history": "forever", "proxy": ""}


def test_sealed_secrets(database: Database, support: Integration) -> None:
    sealed, other = SealedSecret("k1", b"\x00nonce", b"\xffbytes"), SealedSecret("k2", b"n", b"c")
    with database.write() as work:
        assert work.secrets.get(support.id, SecretPurpose.INCOMING_PASSWORD) is None
        work.secrets.put(support.id, SecretPurpose.INCOMING_PASSWORD, other)
        work.secrets.put(support.id, SecretPurpose.INCOMING_PASSWORD, sealed)
        work.secrets.put(support.id, SecretPurpose.OUTGOING_PASSWORD, other)
        assert work.secrets.get(support.id, SecretPurpose.INCOMING_PASSWORD) == sealed
        assert work.secrets.all() == {
            (support.id, SecretPurpose.INCOMING_PASSWORD): sealed,
            (support.id, SecretPurpose.OUTGOING_PASSWORD): other,
        }
        outgoing = [SecretPurpose.OUTGOING_PASSWORD, SecretPurpose.OUTGOING_TOKENS]
        assert work.secrets.nonces(outgoing) == {(support.id, SecretPurpose.OUTGOING_PASSWORD): b"n"}
        work.secrets.delete(support.id, SecretPurpose.OUTGOING_PASSWORD)
        assert work.secrets.get(support.id, SecretPurpose.OUTGOING_PASSWORD) is None


def test_history_newest_first_until_pruned(database: Database, support: Integration) -> None:
    outcomes = [
        CheckOutcome(
            integration_id=support.id,
            integration_name="Support",
            result=CheckResult.FAILED if number else CheckResult.OK,
            started_at=NOW + timedelta(minutes=number),
            finished_at=NOW + timedelta(minutes=number, seconds=3),
            tally=CheckTally(*range(number, number + 8)),
            problem=FAILING.last_error.problem if number and FAILING.last_error else None,
        )
        for number in range(3)
    ]
    with database.write() as work:
        work.checks.add_many([])
        work.checks.add_many(outcomes)
        assert work.checks.list(support.id, 10) == tuple(reversed(outcomes))
        assert work.checks.list(support.id, 1) == (outcomes[2],)
        assert work.checks.prune(before=outcomes[1].finished_at, limit=10) == 1
        assert work.checks.list(support.id, 10) == (outcomes[2], outcomes[1])
        assert work.checks.prune(before=LATER, limit=1) == 1
        assert len(work.checks.list(support.id, 10)) == 1
