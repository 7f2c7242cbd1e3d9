"""The limits of checks as one gate that the window and the command line pass."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

import pytest

from mailint_gui.cli.checking import check_all
from mailint_gui.cli.scopes import Scopes
from mailint_gui.domain.check import CheckResult, Stage
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.domain.properties import AccountProperties
from mailint_gui.services.places import Places
from mailint_gui.services.scope import Cancelled, CancelReason, CancelScope
from tests.servers.fault_proxy import PASS, Fault, FaultProxy
from tests.servers.mailbox import Mailbox
from tests.servers.wait import LIMIT, until
from tests.services.office import Office


class Gate:
    """Places whose visitors stay until they are let go."""

    def __init__(self, concurrency: int, per_host: int) -> None:
        self.properties = AccountProperties(check_concurrency=concurrency, connections_per_host=per_host)
        self.places = Places(self._limits)
        self.inside: list[str] = []  # in the order in which they came in
        self.scopes: dict[str, CancelScope] = {}
        self._leave: dict[str, threading.Event] = {}
        self._threads = ThreadPoolExecutor(16)
        self._visitor = threading.local()
        self._looked: set[str] = set()

    def _limits(self) -> AccountProperties:
        self._looked.add(self._visitor.owner)
        return self.properties

    def _stands(self, owner: str) -> bool:
        with self.places._changed:
            return owner in self._looked and owner not in self.places._taken

    def come(self, owner: str, host: str) -> "Future[None]":
        """-> when its place is taken, or it stands in line."""
        self._leave[owner], self.scopes[owner] = threading.Event(), CancelScope()
        self._looked.discard(owner)
        visit = self._threads.submit(self._visit, owner, host)
        until(lambda: owner in self.inside or self._stands(owner), f"{owner} at the gate")
        return visit

    def _visit(self, owner: str, host: str) -> None:
        self._visitor.owner = owner
        leave = self._leave[owner]
        with self.places.take(owner, host, self.scopes[owner]):
            self.inside.append(owner)
            assert leave.wait(LIMIT)

    def refuse(self, owner: str, host: str) -> None:
        """One who comes with a scope that was cancelled before."""
        self._visitor.owner = owner
        scope = CancelScope()
        scope.cancel(CancelReason.SHUTDOWN)
        with pytest.raises(Cancelled), self.places.take(owner, host, scope):
            pytest.fail("there was no place")

    def let_go(self, owner: str) -> None:
        self.inside.remove(owner)
        self._leave[owner].set()

    def forget(self, owner: str) -> threading.Event:
        """Takes its place away; it goes on until the event that is returned is set."""
        self.places.take_away(owner)
        self.inside.remove(owner)
        return self._leave[owner]

    def wait_for(self, *owners: str) -> None:
        until(lambda: self.inside == list(owners), f"{owners} inside")

    def close(self) -> None:
        for scope in self.scopes.values():
            scope.cancel(CancelReason.SHUTDOWN)
        for event in self._leave.values():
            event.set()
        self._threads.shutdown()


@pytest.fixture
def gate() -> Iterator[Gate]:
    made = Gate(concurrency=3, per_host=2)
    yield made
    made.close()


def test_as_many_as_the_limits_say(gate: Gate) -> None:
    for owner, host in (("a1", "a"), ("a2", "a"), ("a3", "a"), ("b1", "b"), ("b2", "b")):
        gate.come(owner, host)
    assert gate.inside == ["a1", "a2", "b1"]  # a3 waits for its host, b2 for any place
    gate.let_go("b1")
    gate.wait_for("a1", "a2", "b2")
    gate.let_go("a1")
    gate.wait_for("a2", "b2", "a3")


def test_first_come_first_served(gate: Gate) -> None:
    for owner in ("1", "2", "3", "4", "5"):
        gate.come(owner, "a")
    for leaving, inside in (("1", ("2", "3")), ("2", ("3", "4")), ("3", ("4", "5"))):
        gate.let_go(leaving)
        gate.wait_for(*inside)


def test_cancelling_wakes_who_waits_and_leaves_nothing_behind(gate: Gate) -> None:
    gate.come("1", "a")
    gate.come("2", "a")
    waiting = gate.come("3", "a")
    gate.come("4", "a")
    gate.scopes["3"].cancel(CancelReason.ADMIN)
    with pytest.raises(Cancelled):
        waiting.result(LIMIT)
    gate.let_go("1")
    gate.wait_for("2", "4")


def test_cancelled_before_it_came(gate: Gate) -> None:
    for owner in ("1", "2"):
        gate.come(owner, "a")
    gate.refuse("3", "a")


def test_higher_limits_hold_for_the_next_one(gate: Gate) -> None:
    for owner in ("1", "2", "3"):
        gate.come(owner, "a")
    gate.properties = replace(gate.properties, connections_per_host=3)
    gate.come("4", "b")  # whoever comes or goes has all look again
    until(lambda: sorted(gate.inside) == ["1", "2", "3"], "the third inside")


def test_a_place_that_was_taken_away_is_given_back_once(gate: Gate) -> None:
    gate.come("1", "a")
    gate.come("2", "a")
    gate.come("3", "a")
    gate.places.take_away("1")
    gate.wait_for("1", "2", "3")
    gate.come("4", "a")
    gate.let_go("1")  # it woke after all, and has nothing to give back
    assert gate.inside == ["2", "3"]
    gate.let_go("2")
    gate.wait_for("3", "4")
    gate.places.take_away("nobody")


def test_the_same_owner_again_after_its_place_was_taken_away(gate: Gate) -> None:
    """A check that hangs, and the next of the same integration: the first must not free the second's place."""
    gate.come("2", "a")
    hanging = gate.come("1", "a")
    leave = gate.forget("1")
    gate.come("1", "a")
    gate.come("3", "a")
    leave.set()
    hanging.result(LIMIT)
    assert gate.places._taken.keys() == {"1", "2"}


# On whole checks


def test_verbs_and_the_schedule_share_the_limits(
    office: Office, mailbox: Mailbox, fault_proxy: FaultProxy
) -> None:
    """Six checks at once by two askers, two places: never more than two connections."""
    office.services.properties.set({"connections_per_host": "2"})
    fault_proxy.fault = Fault(swallow=True)
    for number in range(6):
        office.receiving(mailbox, f"Support {number}", port=fault_proxy.port)
    first, second = office.services.statuses.all()[:3], office.services.statuses.all()[3:]
    with ThreadPoolExecutor(2) as askers:
        answers = [askers.submit(check_all, office.services, each, Scopes()) for each in (first, second)]
        fault_proxy.wait_for_connections(2)
        places = office.services.check_mail.places
        until(lambda: len(places._waiting) == 2, "the third check of one asker, and of the other")
        assert fault_proxy.connections == 2
        fault_proxy.fault = PASS
        fault_proxy.cut()
        outcomes = [outcome for answer in answers for _status, outcome in answer.result(LIMIT)]
    assert len(outcomes) == 6


def test_a_check_that_is_cancelled_while_it_waits_counts_nothing(office: Office, mailbox: Mailbox) -> None:
    office.services.properties.set({"connections_per_host": "1"})
    support = office.receiving(mailbox)
    stages: list[Stage] = []
    scope = CancelScope(on_stage=stages.append)
    places = office.services.check_mail.places
    with (
        ThreadPoolExecutor(1) as thread,
        places.take("another", support.incoming.server, CancelScope()),
    ):
        answer = thread.submit(office.check, support, scope)
        until(lambda: places._waiting, "the check in line")
        scope.cancel(CancelReason.ADMIN)
        outcome = answer.result(LIMIT)
    assert (outcome.result, outcome.health.incoming.consecutive_errors) == (CheckResult.CANCELLED, 0)
    assert stages == [Stage.SECRET, Stage.WAITING]
    assert office.check(support).result is CheckResult.OK


def test_a_check_that_is_given_up_frees_its_place(office: Office, mailbox: Mailbox) -> None:
    office.services.properties.set({"connections_per_host": "1"})
    hanging = office.receiving(mailbox)
    places = office.services.check_mail.places
    with places.take(hanging.id, hanging.incoming.server, CancelScope()):
        office.services.check_mail.give_up(hanging.id, Problem(ProblemKind.TIMED_OUT))
        assert office.check(office.receiving(mailbox, "Sales")).result is CheckResult.OK
