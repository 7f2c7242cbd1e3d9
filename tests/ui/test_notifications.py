"""Notifications on a real bus with a real notification server, and where there is none."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from PySide6.QtCore import QObject
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from mailint_gui.domain.events import ErrorsReached, IntegrationEvent, SignInNeeded
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.ui.integration_form import IntegrationForm
from mailint_gui.ui.notifications.announcer import Announcer
from mailint_gui.ui.notifications.collector import Notice
from mailint_gui.ui.notifications.freedesktop import FreedesktopNotifier, as_body
from mailint_gui.ui.notifications.notifier import Notifier
from tests.servers import wait
from tests.servers.desktop import Desktop
from tests.servers.session_bus import SessionBus
from tests.ui.conftest import OpenWindow
from tests.ui.desk_double import NOW
from tests.ui.samples import needs_sign_in

LIMIT_MS = round(wait.LIMIT * 1000)


class Kept(Notifier):
    """A place of last resort that keeps what it is given."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.notices: list[Notice] = []

    def show(self, notice: Notice) -> None:
        self.notices.append(notice)


def sign_in_needed() -> IntegrationEvent:
    problem = Problem(ProblemKind.SIGN_IN_NEEDED, {"provider": "Microsoft 365"})
    return IntegrationEvent(6, "Customer care", NOW, SignInNeeded(Direction.OUTGOING, NOW, problem))


def event(number: int, name: str) -> IntegrationEvent:
    problem = Problem(ProblemKind.AUTHENTICATION_FAILED, {"server": "<b>mail</b> & more", "user_name": "a"})
    return IntegrationEvent(number, name, NOW, ErrorsReached(Direction.INCOMING, 3, NOW, problem))


@pytest.fixture
def announcer(qtbot: QtBot, desktop: Desktop, monkeypatch: pytest.MonkeyPatch) -> Iterator[Announcer]:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", desktop.bus.address)
    made = Announcer([FreedesktopNotifier, Kept], clock=lambda: NOW)
    yield made
    made.close()


def seen(qtbot: QtBot, desktop: Desktop, count: int) -> None:
    qtbot.waitUntil(lambda: len(desktop.notifications()) >= count, timeout=LIMIT_MS)


def test_a_click_says_on_what(qtbot: QtBot, desktop: Desktop, announcer: Announcer) -> None:
    announcer.announce(event(7, "Orders"))
    seen(qtbot, desktop, 1)
    shown = desktop.notifications()[0]
    assert shown.summary.startswith("Orders: ")
    assert shown.application == "Mailint"
    assert shown.actions == {"default": "Open"}
    asked = QSignalSpy(announcer.event_requested)
    desktop.click_action(shown)
    qtbot.waitUntil(lambda: asked.count() == 1, timeout=LIMIT_MS)
    assert asked.at(0) == [event(7, "Orders")]


@pytest.mark.parametrize("action", ["default", "sign-in"])
def test_a_sign_in_that_is_needed_has_a_button_and_either_click_opens_where_it_is_made(
    qtbot: QtBot, desktop: Desktop, announcer: Announcer, open_window: OpenWindow, action: str
) -> None:
    _, window = open_window([needs_sign_in()])
    announcer.event_requested.connect(window.open_place_of)
    desktop.clear_notifications()
    announcer.announce(sign_in_needed())
    seen(qtbot, desktop, 1)
    shown = desktop.notifications()[0]
    assert shown.actions == {"default": "Open", "sign-in": "Sign in…"}
    opened = QSignalSpy(announcer.event_requested)
    desktop.click_action(shown, action)
    qtbot.waitUntil(lambda: opened.count() == 1, timeout=LIMIT_MS)
    [form] = window.findChildren(IntegrationForm)
    assert form.ui.tabs.currentIndex() == 1
    form.close()


def test_foreign_text_arrives_as_it_was_said(qtbot: QtBot, desktop: Desktop, announcer: Announcer) -> None:
    announcer.announce(event(7, "Orders"))
    seen(qtbot, desktop, 1)
    assert "<b>mail</b> & more" in desktop.notifications()[0].body  # this server takes no markup


def test_foreign_text_is_escaped_for_a_server_that_takes_markup() -> None:
    assert as_body("<b>mail</b> & more", markup=True) == "&lt;b&gt;mail&lt;/b&gt; &amp; more"
    assert as_body("<b>mail</b> & more", markup=False) == "<b>mail</b> & more"


def test_later_ones_of_the_minute_replace_the_first(
    qtbot: QtBot, desktop: Desktop, announcer: Announcer
) -> None:
    announcer.announce(event(1, "Orders"))
    seen(qtbot, desktop, 1)
    for number in range(2, 6):
        announcer.announce(event(number, f"Desk {number}"))
    seen(qtbot, desktop, 2)
    first, summary = desktop.notifications()
    assert summary.summary == "5 integrations have errors"
    assert summary.replaced == first.id
    asked = QSignalSpy(announcer.panel_requested)
    desktop.click_action(summary)
    qtbot.waitUntil(lambda: asked.count() == 1, timeout=LIMIT_MS)


def test_without_a_notification_server_the_other_place_is_used(
    qtbot: QtBot, empty_bus: SessionBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", empty_bus.address)
    kept = Kept()
    announcer = Announcer([FreedesktopNotifier, lambda: kept], clock=lambda: NOW)
    announcer.announce(event(1, "Orders"))
    qtbot.waitUntil(lambda: len(kept.notices) == 1, timeout=LIMIT_MS)
    announcer.close()


@pytest.mark.parametrize("address", ["unix:path=/nowhere/at/all", "tcp:host=127.0.0.1,port=9"])
def test_without_a_bus_the_other_place_is_used(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    kept = Kept()
    announcer = Announcer([FreedesktopNotifier, lambda: kept], clock=_now)
    announcer.announce(event(1, "Orders"))
    announcer.announce(event(2, "Billing"))
    qtbot.waitUntil(lambda: len(kept.notices) == 2, timeout=LIMIT_MS)
    assert kept.notices[1].title == "2 integrations have errors"


def _now() -> datetime:
    return NOW
