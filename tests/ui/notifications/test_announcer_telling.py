"""What the announcer tells, and when, as the admin set it up."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mailint_gui.domain.events import ErrorsReached, IntegrationEvent, Recovered
from mailint_gui.domain.incident import IncidentMark
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.notification import DEFAULTS, Channel, EventKind, complete
from mailint_gui.domain.quiet_hours import QuietHours
from mailint_gui.domain.telling import Telling
from mailint_gui.ui.notifications.announcer import Announcer
from mailint_gui.ui.notifications.collector import Notice
from mailint_gui.ui.notifications.notifier import Notifier
from tests.ui.desk_double import NOW
from tests.ui.samples import REFUSED

FAILING = IntegrationEvent(1, "Orders", NOW, ErrorsReached(Direction.INCOMING, 3, NOW, REFUSED))
WELL = IntegrationEvent(2, "Billing", NOW, Recovered(Direction.INCOMING, NOW, timedelta(hours=1), 2))


class Kept(Notifier):
    def __init__(self) -> None:
        super().__init__()
        self.notices: list[Notice] = []

    def show(self, notice: Notice) -> None:
        self.notices.append(notice)


class Told:
    def __init__(self) -> None:
        self.now = NOW
        self.place = Kept()
        self.announcer = Announcer([lambda: self.place], clock=lambda: self.now)


@pytest.fixture
def told(qtbot: QtBot) -> Told:
    return Told()


def local_hours(begins_before: int, ends_after: int) -> QuietHours:
    """Around NOW, on this computer's wall."""
    wall = NOW.astimezone()
    begin = (wall - timedelta(hours=begins_before)).time().replace(second=0, microsecond=0)
    return QuietHours(begin, (wall + timedelta(hours=ends_after)).time().replace(second=0, microsecond=0))


def test_what_is_not_for_the_desktop_is_not_shown(told: Told) -> None:
    by_mail = replace(DEFAULTS[EventKind.ERRORS_REACHED], channels=frozenset({Channel.EMAIL}))
    told.announcer.set_telling(Telling(complete({EventKind.ERRORS_REACHED: by_mail})))
    told.announcer.announce(FAILING)
    assert told.place.notices == []
    told.announcer.announce(WELL)
    assert len(told.place.notices) == 1


def test_quiet_hours_hold_back_and_tell_at_their_end(told: Told, qtbot: QtBot) -> None:
    told.announcer.set_telling(Telling(quiet_hours=local_hours(1, 2)))
    told.announcer.announce(FAILING)
    told.announcer.announce(WELL)
    told.announcer.tell_held()
    assert told.place.notices == []
    told.now += timedelta(hours=2)
    told.announcer.tell_held()
    qtbot.waitUntil(lambda: len(told.place.notices) == 2)  # the second is the summary of both
    assert "Billing" in told.place.notices[1].body
    told.announcer.tell_held()
    assert len(told.place.notices) == 2


def test_quiet_hours_that_are_taken_away_hold_back_nothing(told: Told) -> None:
    told.announcer.set_telling(Telling(quiet_hours=local_hours(1, 2)))
    told.announcer.announce(FAILING)
    told.announcer.set_telling(Telling())
    assert len(told.place.notices) == 1


def test_an_incident_that_somebody_looks_at_is_silent(told: Told) -> None:
    mark = IncidentMark(1, Direction.INCOMING, NOW, "ann", NOW)
    told.announcer.set_telling(Telling(marks={(1, Direction.INCOMING): mark}))
    told.announcer.announce(FAILING)
    assert told.place.notices == []


def test_a_sound_where_one_is_chosen(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    beeps: list[int] = []
    monkeypatch.setattr(QApplication, "beep", lambda: beeps.append(1))
    told.announcer.announce(FAILING)
    assert beeps == []
    loud = replace(DEFAULTS[EventKind.ERRORS_REACHED], channels=frozenset({Channel.SOUND}))
    told.announcer.set_telling(Telling(complete({EventKind.ERRORS_REACHED: loud})))
    told.announcer.announce(FAILING)
    assert beeps == [1]
    assert len(told.place.notices) == 1  # of before
