"""Open incidents in the panel: told from their beginning to their end, acknowledged, snoozed, opened."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from mailint_gui.domain.events import (
    CredentialExpiring,
    ErrorsReached,
    HealthEvent,
    IntegrationEvent,
    LoopWasStopped,
    MessagesNotSent,
    MessagesQuarantined,
    NoMailSince,
    OutboxStuck,
    WatchEvent,
)
from mailint_gui.domain.expiry import ExpiryKind
from mailint_gui.domain.health import ErrorRecord, Health
from mailint_gui.domain.incident import IncidentMark, open_incidents
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.domain.telling import Telling
from mailint_gui.ui.main_window import MainWindow
from tests.ui.conftest import OpenWindow
from tests.ui.desk_double import NOW, DeskDouble
from tests.ui.samples import REFUSED, failing, ok

SINCE = NOW - timedelta(hours=2)


def notified(number: int = 2, name: str = "Orders", hours: int = 2, **changes: object) -> IntegrationStatus:
    status = failing(number, name)
    health = replace(
        status.health.incoming, notified=True, incident_since=NOW - timedelta(hours=hours), **changes
    )
    return replace(status, health=Health(incoming=health))


class Said:
    """Services that note what an admin said."""

    def __init__(self, desk: DeskDouble) -> None:
        self.desk = desk
        self.heard: list[tuple[Any, ...]] = []
        self.refusal: RefusedError | None = None

    def acknowledge(self, integration_id: int, direction: Direction) -> None:
        if self.refusal:
            raise self.refusal
        self.heard.append(("acknowledge", integration_id, direction))
        self.put(IncidentMark(integration_id, direction, SINCE, "ann", NOW))

    def snooze(self, integration_id: int, direction: Direction, until: object) -> None:
        self.heard.append(("snooze", integration_id, direction, until))

    def put(self, mark: IncidentMark) -> None:
        self.desk.telling_changed.emit(Telling(marks={(mark.integration_id, mark.direction): mark}))


@pytest.fixture
def shown(open_window: OpenWindow) -> tuple[DeskDouble, MainWindow, Said]:
    desk, window = open_window([ok(), notified(), notified(3, "Billing", 5, disabled_by_errors_at=NOW)])
    said = Said(desk)
    desk.services.notifications = said
    window.panel.show()
    return desk, window, said


def lines(window: MainWindow) -> list[tuple[str, str]]:
    tree = window.panel.incidents.list
    items = [tree.topLevelItem(place) for place in range(tree.topLevelItemCount())]
    return [(item.text(0), item.text(1)) for item in items if item]


def test_incidents_are_those_that_were_notified_and_are_not_over() -> None:
    switched_off = notified(4, "Old")
    switched_off = replace(switched_off, integration=replace(switched_off.integration, enabled=False))
    marks = {
        (2, Direction.INCOMING): IncidentMark(2, Direction.INCOMING, SINCE, "ann", NOW),
        (3, Direction.INCOMING): IncidentMark(3, Direction.INCOMING, SINCE, "ann", NOW),
    }
    found = open_incidents([ok(), failing(5), notified(), notified(3, "Billing", 5), switched_off], marks)
    assert [(each.name, each.mark is not None) for each in found] == [("Billing", False), ("Orders", True)]


def test_they_are_listed_the_oldest_first_until_they_are_over(
    shown: tuple[DeskDouble, MainWindow, Said], qtbot: QtBot
) -> None:
    desk, window, _ = shown
    [first, second] = [text for text, _ in lines(window)]
    assert first.startswith("Billing: incoming email is disabled; errors since")
    assert second.startswith("Orders: incoming email has failed since")
    assert window.panel.incidents.isVisible()
    desk.put(ok(2, "Orders"))
    desk.put(ok(3, "Billing"))
    qtbot.waitUntil(lambda: not window.panel.incidents.isVisible())


def test_one_that_waits_for_a_sign_in_says_so(
    shown: tuple[DeskDouble, MainWindow, Said], qtbot: QtBot
) -> None:
    desk, window, _ = shown
    needed = ErrorRecord(NOW, Problem(ProblemKind.SIGN_IN_NEEDED))
    desk.put(notified(last_error=needed))
    words = "Orders: incoming email has waited for a sign-in since"
    qtbot.waitUntil(lambda: lines(window)[1][0].startswith(words))


def test_acknowledging_is_shown(shown: tuple[DeskDouble, MainWindow, Said], qtbot: QtBot) -> None:
    _, window, said = shown
    incidents = window.panel.incidents
    incidents.list.setCurrentItem(incidents.list.topLevelItem(1))
    assert incidents.acknowledge.isEnabled()
    incidents.acknowledge.click()
    qtbot.waitUntil(lambda: lines(window)[1][1].startswith("Acknowledged by ann"))
    assert said.heard == [("acknowledge", 2, Direction.INCOMING)]
    assert not incidents.acknowledge.isEnabled()
    assert lines(window)[0][1] == ""


def test_snoozing_says_until_when(shown: tuple[DeskDouble, MainWindow, Said], qtbot: QtBot) -> None:
    _, window, said = shown
    incidents = window.panel.incidents
    incidents.snooze.menu().actions()[0].trigger()
    qtbot.waitUntil(lambda: bool(said.heard))
    assert said.heard == [("snooze", 3, Direction.INCOMING, NOW + timedelta(hours=1))]
    said.put(
        IncidentMark(3, Direction.INCOMING, NOW - timedelta(hours=5), snoozed_until=NOW + timedelta(hours=1))
    )
    assert lines(window)[0][1].startswith("Snoozed until")
    assert incidents.acknowledge.isEnabled()


def test_one_that_is_over_meanwhile_says_so(shown: tuple[DeskDouble, MainWindow, Said], qtbot: QtBot) -> None:
    _, window, said = shown
    said.refusal = RefusedError(Refusal.NO_INCIDENT)
    window.panel.incidents.acknowledge.click()
    qtbot.waitUntil(window.panel.incidents.failure.isVisible)
    assert "is over" in window.panel.incidents.failure.text()


def test_it_is_opened_where_it_can_be_mended(shown: tuple[DeskDouble, MainWindow, Said]) -> None:
    _, window, _ = shown
    asked = QSignalSpy(window.panel.incidents.place_requested)
    window.panel.incidents.open.click()
    assert asked.at(0) == [3, "incoming.password"]


def test_events_open_their_places(
    shown: tuple[DeskDouble, MainWindow, Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, window, _ = shown
    opened: list[object] = []
    monkeypatch.setattr(window.logs, "open_messages_of", lambda *place: opened.append(place))
    monkeypatch.setattr(window.logs, "open_loops", lambda: opened.append("loops"))
    monkeypatch.setattr(window.forms, "open", lambda *place: opened.append(place))
    monkeypatch.setattr(window.further, "open_outbox", lambda: opened.append("outbox"))
    ending = CredentialExpiring(ExpiryKind.CERTIFICATE, NOW, 6, Direction.OUTGOING)
    refused = ErrorsReached(Direction.INCOMING, 3, NOW, REFUSED)
    happened: tuple[HealthEvent | WatchEvent, ...] = (
        *(MessagesQuarantined(1), LoopWasStopped("a@b", 6, 10), OutboxStuck(2, NOW)),
        MessagesNotSent(1, ("joe@example.com",), "Paper", REFUSED),
        *(NoMailSince(NOW), ending, refused),
    )
    for each in happened:
        window.panel.event_requested.emit(IntegrationEvent(2, "Orders", NOW, each))
    assert opened == [
        *((2, "quarantined"), "loops", "outbox", "outbox"),
        *((2, "incoming"), (2, "outgoing.certificate"), (2, "incoming.password")),
    ]
