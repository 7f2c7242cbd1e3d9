"""Announcements of any thread, on the GUI thread: in order, and waking it no more than needed."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QThread
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from mailint_gui.domain.check import CheckOutcome, CheckProgress, CheckResult, Stage
from mailint_gui.domain.secret import VaultState
from mailint_gui.services.announcements import Announcement, CheckStarted, OutboxChanged, VaultChanged
from mailint_gui.workers import relay as module
from mailint_gui.workers.relay import Relay

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def relay(qtbot: QtBot) -> Iterator[Relay]:
    made = Relay()
    yield made
    made.close()


def heard(relay: Relay) -> list[Announcement]:
    told: list[Announcement] = []
    relay.announced.connect(told.append)
    return told


def announced_elsewhere(relay: Relay, *announcements: Announcement) -> None:
    thread = threading.Thread(target=lambda: [relay.announce(each) for each in announcements])
    thread.start()
    thread.join()


def test_what_other_threads_say_is_heard_in_order_on_the_thread_of_the_window(
    relay: Relay, qtbot: QtBot
) -> None:
    threads: list[QThread] = []
    relay.announced.connect(lambda _each: threads.append(QThread.currentThread()))
    told = heard(relay)
    said = [
        CheckStarted(1),
        CheckProgress(1, Stage.CONNECT),
        OutboxChanged(),
        CheckStarted(2),
        OutboxChanged(),
    ]
    announced_elsewhere(relay, *said)
    assert not told
    qtbot.waitUntil(lambda: len(told) == len(said))
    assert told == said
    assert set(threads) == {relay.thread()}


def test_where_a_check_is_wakes_nobody_and_is_heard_all_the_same(relay: Relay, qtbot: QtBot) -> None:
    wakes = QSignalSpy(relay._something_waits)
    told = heard(relay)
    announced_elsewhere(relay, CheckStarted(1), CheckProgress(1, Stage.CONNECT))
    qtbot.waitUntil(lambda: told == [CheckStarted(1), CheckProgress(1, Stage.CONNECT)])
    assert wakes.count() == 0
    announced_elsewhere(relay, CheckStarted(2))  # it can wait again
    qtbot.waitUntil(lambda: told[-1] == CheckStarted(2))


def test_of_where_a_check_was_meanwhile_the_last_is_heard(relay: Relay, qtbot: QtBot) -> None:
    told = heard(relay)
    ended = CheckOutcome(1, "Support", CheckResult.OK, NOW, NOW)
    announced_elsewhere(
        relay,
        CheckProgress(1, Stage.FETCH),
        CheckProgress(2, Stage.CONNECT),
        CheckProgress(2, Stage.FETCH, 5, 9),
        ended,
        CheckStarted(1),
        CheckProgress(2, Stage.FETCH, 7, 9),
        CheckProgress(2, Stage.STORE),
        CheckProgress(1, Stage.CONNECT),
        CheckProgress(1, Stage.TLS),
    )
    last = [
        ended,
        CheckStarted(1),
        CheckProgress(2, Stage.FETCH, 7, 9),
        CheckProgress(2, Stage.STORE),
        CheckProgress(1, Stage.TLS),
    ]
    qtbot.waitUntil(lambda: len(told) >= len(last))
    assert told == last


def test_many_at_once_leave_other_events_their_turn(
    relay: Relay, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        module, "AT_ONCE", 0.0
    )  # each turn finds its time over; nothing may be lost or change places
    turns = QSignalSpy(relay._something_waits)
    told = heard(relay)
    said: list[Announcement] = [OutboxChanged(), VaultChanged(VaultState.READY)]
    announced_elsewhere(relay, *said)
    qtbot.waitUntil(lambda: turns.count() > 3)
    assert not told
    monkeypatch.setattr(module, "AT_ONCE", 10.0)
    qtbot.waitUntil(lambda: told == said)


def test_a_closed_relay_is_silent(relay: Relay, qtbot: QtBot) -> None:
    told = heard(relay)
    relay.announce(OutboxChanged())
    relay.announce(CheckStarted(1))
    relay.close()
    relay.announce(OutboxChanged())
    qtbot.wait(module.LATER_MS * 2)
    assert not told
