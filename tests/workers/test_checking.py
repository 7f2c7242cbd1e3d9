"""Checks on the workers: when they begin, how they end, and what is told of them; on a real Dovecot."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from mailint_gui.domain.check import CheckProgress, CheckResult, CheckTally, Stage
from mailint_gui.domain.health import Condition
from mailint_gui.domain.integration import Integration
from mailint_gui.domain.problem import ProblemKind
from mailint_gui.domain.secret import SecretPlace, SecretReference
from mailint_gui.services.scope import CancelScope
from mailint_gui.services.services import Services
from mailint_gui.services.settlement import Settlement
from mailint_gui.workers import checking, pool
from mailint_gui.workers.desk import BatchProgress
from tests.servers.fault_proxy import PASS, Fault, FaultProxy
from tests.servers.mailbox import Mailbox
from tests.servers.oidc_answer import Answer
from tests.servers.oidc_provider import OidcProvider
from tests.services.oauth import app_only, integration
from tests.services.office import letter
from tests.workers.running_desk import LIMIT, RunningDesk

OFTEN = timedelta(seconds=0.5)
SWALLOW = Fault(swallow=True)


@pytest.fixture
def silent(fault_proxy: FaultProxy) -> Iterator[FaultProxy]:
    """In front of Dovecot, and passing nothing."""
    fault_proxy.fault = SWALLOW
    yield fault_proxy
    fault_proxy.fault = PASS


def hanging(running: RunningDesk, mailbox: Mailbox, silent: FaultProxy, count: int) -> list[Integration]:
    office = running.office
    office.services.properties.set({"connections_per_host": "2"})
    return [office.receiving(mailbox, f"no. {number}", port=silent.port) for number in range(count)]


# By the schedule


def test_each_is_checked_at_the_start_and_then_again_and_again(
    running: RunningDesk, mailbox: Mailbox
) -> None:
    support = running.office.receiving(mailbox)
    running.start(OFTEN)
    running.checked([support.id], times=1)
    mailbox.deliver(letter())
    running.checked([support.id], times=3)
    outcomes = running.of("check_finished")
    assert {each.result for each in outcomes} == {CheckResult.OK}
    assert sum(each.tally.filed for each in outcomes) == 1


def test_the_order_of_what_is_told(running: RunningDesk, mailbox: Mailbox) -> None:
    mailbox.deliver(letter())
    support = running.office.receiving(mailbox)
    running.start()
    before = datetime.now().astimezone()
    running.checked([support.id])
    names = [
        name
        for name, _value in running.said
        if name in {"check_started", "check_progressed", "check_finished"}
    ]
    assert names[-1] == "check_finished"
    assert names.count("check_finished") == names.count("check_started") == 1
    stages = [
        each.stage for each in running.of("check_progressed")
    ]  # those that are not over when they are told
    assert stages == sorted(stages, key=list(Stage).index)
    status = running.status(support.id)
    assert status.health.incoming.last_mail_at is not None
    assert status == running.of("status_changed")[-1]
    assert status.next_check_at is not None
    assert before + timedelta(minutes=50) < status.next_check_at < before + timedelta(minutes=70)


def test_who_waits_for_filing_leaves_its_place_to_the_next(
    running: RunningDesk, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox.deliver(letter())
    running.office.services.properties.set({"check_concurrency": "1"})
    first, second = (running.office.receiving(mailbox, name) for name in ("first", "second"))
    may_file = threading.Event()
    settle = Settlement.settle

    def settle_later(self: Settlement, answers: Any) -> CheckTally:
        assert may_file.wait(LIMIT / 1000)
        return settle(self, answers)

    monkeypatch.setattr(Settlement, "settle", settle_later)
    running.start()
    running.until(lambda: len(running.of("check_started")) == 2)
    both_file = {CheckProgress(each.id, Stage.FILE) for each in (first, second)}
    running.until(lambda: both_file <= set(running.of("check_progressed")))
    assert running.of("check_finished") == []
    may_file.set()
    running.checked([first.id, second.id])
    assert sum(each.tally.waiting for each in running.of("check_finished")) == 0


def test_an_error_is_counted_shown_and_told_once(running: RunningDesk, mailbox: Mailbox) -> None:
    office = running.office
    office.services.properties.set(
        {
            "notify_after_incoming_errors": "2",
            "disable_after_incoming_errors": "3",
            "disable_grace": "0s",
        }
    )
    support = office.receiving(mailbox, password=office.password("wrong"))
    running.start(OFTEN, back_off=False)
    running.checked([support.id], times=3)
    running.until(lambda: len(running.of("event_happened")) == 2)
    counters = [each.health.incoming.consecutive_errors for each in running.of("status_changed")]
    assert sorted(set(counters)) == [0, 1, 2, 3]
    assert counters == sorted(counters)
    status = running.status(support.id)
    assert status.next_check_at is None  # disabled by errors: none is to come
    running.desk.check_now()
    assert support.id not in running.checking._jobs
    assert len(running.of("check_finished")) == 3


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (Answer.throttled(30), 54),  # not before the next regular check
        (Answer.throttled(300), 300),
        (Answer(429, "{}"), 8 * 54),  # nobody said how long: as after four errors
    ],
    ids=["short", "long", "not named"],
)
def test_a_wait_that_the_provider_names_is_what_is_waited(
    running: RunningDesk,
    oidc_provider: OidcProvider,
    monkeypatch: pytest.MonkeyPatch,
    answer: Answer,
    seconds: int,
) -> None:
    """With no jitter, as the schedule is here, a minute is the shortest that it can be."""
    oidc_provider.answer(answer)
    monkeypatch.setenv("APP_SECRET", "s3cret")
    secret = SecretReference(SecretPlace.ENVIRONMENT, "APP_SECRET")
    one = running.office.services.integrations.save(
        integration(app_only(oidc_provider, "any", client_secret=secret))
    )
    running.start(timedelta(minutes=1))
    running.checked([one.id])
    status = running.status(one.id)
    assert status.condition is Condition.WAITING
    assert status.next_check_at is not None
    assert status.health.incoming.last_attempt_at is not None
    wait = status.next_check_at - status.health.incoming.last_attempt_at
    assert timedelta(seconds=seconds - 1) < wait < timedelta(seconds=seconds + 10)


def test_who_is_disabled_or_off_is_not_checked(running: RunningDesk, mailbox: Mailbox) -> None:
    office = running.office
    off = office.receiving(mailbox, "off")
    office.services.integrations.disable([off.id])
    on = office.receiving(mailbox, "on")
    desk = running.start(OFTEN)
    desk.check_now([off.id])
    running.checked([on.id], times=2)
    running.asked(desk.disable([on.id])).result()
    running.until(lambda: running.checking._schedule.next_at(on.id) is None and not running.checking._jobs)
    seen = running.checks_of(on.id)
    running.checking.tick(time.monotonic() + 3600)
    assert not running.checking._jobs
    running.asked(desk.enable(on.id, test=False)).result()
    running.checked([on.id], times=seen + 1)
    assert running.checks_of(off.id) == 0


def test_paused_only_who_is_asked_for_is_checked(running: RunningDesk, mailbox: Mailbox) -> None:
    """Also when it was paused before the profile was open."""
    one, other = (running.office.receiving(mailbox, name) for name in ("one", "other"))
    desk = running.make(OFTEN)
    desk.set_paused(True)
    desk.start()
    running.wait("ready")
    desk.check_now([one.id])
    running.checked([one.id])
    running.checking.tick(time.monotonic() + 3600)
    assert not running.checking._jobs
    assert running.checks_of(other.id) == 0
    desk.set_paused(False)
    running.checked([one.id, other.id], times=1)
    assert running.of("paused_changed") == [True, False]


# By an admin


def test_check_now_tells_how_far_it_is(running: RunningDesk, mailbox: Mailbox) -> None:
    wanted = [running.office.receiving(mailbox, f"no. {number}") for number in range(6)]
    desk = running.start()
    running.checked([each.id for each in wanted])
    running.said.clear()
    desk.check_now()
    running.checked([each.id for each in wanted])
    assert running.of("batch_progressed") == [*(BatchProgress(done, 6) for done in range(6)), BatchProgress()]


def test_cancelling_ends_what_runs_and_what_waits(
    running: RunningDesk, mailbox: Mailbox, silent: FaultProxy
) -> None:
    wanted = hanging(running, mailbox, silent, 4)
    desk = running.make()
    desk.set_paused(True)
    desk.start()
    running.wait("ready")
    desk.check_now()
    running.until(lambda: silent.connections == 2)
    assert running.of("batch_progressed")[-1] == BatchProgress(0, 4)
    desk.cancel_checks()
    running.until(lambda: not running.checking._jobs)
    assert running.of("batch_progressed")[-1] == BatchProgress()
    running.until(lambda: len(running.of("check_finished")) == 2)
    assert {each.result for each in running.of("check_finished")} == {CheckResult.CANCELLED}
    assert {running.status(each.id).health.incoming.consecutive_errors for each in wanted} == {0}
    assert silent.connections == 2


def test_cancelling_one_leaves_the_others(running: RunningDesk, mailbox: Mailbox, silent: FaultProxy) -> None:
    one, other = hanging(running, mailbox, silent, 2)
    desk = running.start()
    running.until(lambda: silent.connections == 2)
    desk.cancel_checks([one.id])
    assert running.wait("check_finished").integration_id == one.id
    assert set(running.checking._jobs) == {other.id}


def test_deleting_ends_its_check(running: RunningDesk, mailbox: Mailbox, silent: FaultProxy) -> None:
    (support,) = hanging(running, mailbox, silent, 1)
    desk = running.start()
    running.until(lambda: silent.connections == 1)
    running.asked(desk.delete([support.id])).result()
    running.until(lambda: not running.checking._jobs)
    assert running.of("status_removed") == [support.id]
    assert running.desk._book.ids() == ()


# After a sleep


def test_after_a_sleep_all_are_checked_soon_over_new_sessions_which_are_kept(
    running: RunningDesk, mailbox: Mailbox, fault_proxy: FaultProxy
) -> None:
    support = running.office.receiving(mailbox, port=fault_proxy.port)
    desk = running.start()
    running.checked([support.id])
    desk.set_paused(True)
    running.sleep_and_wake()
    running.until(lambda: not fault_proxy.open_connections)
    assert len(running.services.sessions) == 0
    desk.set_paused(False)
    for times in (2, 3, 4):
        running.checked([support.id], times=times)
        assert fault_proxy.connections == 2
        desk.check_now([support.id])
    running.checked([support.id], times=5)
    assert {each.result for each in running.of("check_finished")} == {CheckResult.OK}
    assert len(running.services.sessions) == 1


def test_a_check_that_was_slept_through_begins_afresh(
    running: RunningDesk, mailbox: Mailbox, silent: FaultProxy
) -> None:
    (support,) = hanging(running, mailbox, silent, 1)
    running.start()
    running.until(lambda: silent.connections == 1)
    silent.fault = PASS
    running.sleep_and_wake()
    running.checked([support.id], times=2)
    results = [each.result for each in running.of("check_finished")]
    assert results == [CheckResult.CANCELLED, CheckResult.OK]
    assert running.status(support.id).health.incoming.consecutive_errors == 0


# What hangs beyond waking


@pytest.mark.expects_log("hangs in waiting and is woken")
@pytest.mark.expects_log("its thread is given up")
def test_a_check_that_is_given_up_counts_and_the_next_one_runs(
    running: RunningDesk, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its clock hangs, once: nothing that a cancelled scope could wake."""
    monkeypatch.setattr(pool, "GIVE_UP_AFTER", 0.2)
    monkeypatch.setattr(checking, "CancelScope", partial(CancelScope, {Stage.WAITING: 0.3}))
    support = running.office.receiving(mailbox)
    release, hung = threading.Event(), threading.Event()

    def hang_once() -> datetime:
        if not hung.is_set():
            hung.set()
            release.wait(LIMIT / 1000)
        return datetime.now().astimezone()

    def adjust(services: Services) -> Services:
        return replace(services, check_mail=replace(services.check_mail, clock=hang_once))

    running.adjust = adjust
    running.start(OFTEN)
    try:
        given_up = running.wait("check_finished")
        assert (given_up.result, given_up.problem.kind) == (CheckResult.FAILED, ProblemKind.TIMED_OUT)
        assert given_up.health.incoming.consecutive_errors == 1
        following = running.wait("check_finished", 2)
        assert (following.result, following.health.incoming.consecutive_errors) == (CheckResult.OK, 0)
    finally:
        release.set()
    running.checked([support.id], times=3)
    assert {each.result for each in running.of("check_finished")[1:]} == {CheckResult.OK}
