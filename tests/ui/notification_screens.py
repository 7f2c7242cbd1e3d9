"""Pictures of the monitoring notifications."""

import atexit
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from mailint_gui.domain.health import Health
from mailint_gui.domain.incident import IncidentMark
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.notification import EventKind
from mailint_gui.domain.notification_sample import sample_event
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.domain.telling import Telling
from mailint_gui.services.parsing import ParserProcess
from mailint_gui.ui.main_window import MainWindow
from mailint_gui.ui.notifications.settings_dialog import NotificationSettings
from tests.services.office import Office
from tests.ui.desk_double import NOW, DeskDouble
from tests.ui.mail_samples import desk_on
from tests.ui.samples import failing, ok

NOTIFICATION_SCREENS: dict[str, Callable[[], QWidget]] = {}


def screen(name: str) -> Callable[[Callable[[], QWidget]], Callable[[], QWidget]]:
    def register(build: Callable[[], QWidget]) -> Callable[[], QWidget]:
        NOTIFICATION_SCREENS[name] = build
        return build

    return register


def dialog() -> NotificationSettings:
    parser = ParserProcess()
    office = Office(Path(tempfile.mkdtemp(prefix="mailint-")), parser)
    atexit.register(office.services.close)
    atexit.register(parser.close)
    desk = desk_on(office)
    shown = NotificationSettings(desk, desk.properties, lambda kind: sample_event(kind, None, NOW))
    desk.setParent(shown)
    shown.show()
    while desk.is_busy:
        QApplication.processEvents()
    return shown


@screen("notifications-event")
def one_event() -> QWidget:
    shown = dialog()
    shown.choose(EventKind.DISABLED)
    return shown


@screen("notifications-unknown-field")
def unknown_field() -> QWidget:
    shown = dialog()
    shown.form.recipients.setPlainText("night@example.org")
    shown.form.subject.setText("{name} is in trouble since {sinse}")
    return shown


@screen("notifications-delivery")
def delivery() -> QWidget:
    shown = dialog()
    shown.tabs.setCurrentIndex(1)
    shown.delivery.secret.show_stored(True)
    return shown


@screen("notifications-incidents")
def incidents() -> QWidget:
    """In the panel of the main window: two that nobody looked at, one that is acknowledged."""
    acknowledged = IncidentMark(3, Direction.INCOMING, NOW - timedelta(hours=5), "Dana Reyes", NOW)
    statuses = [ok(), notified(), notified(3, "Billing", 5), notified(4, "Facilities desk", 1)]
    desk = DeskDouble(statuses)
    shown = MainWindow(Path(tempfile.mkdtemp()) / "window.ini")
    shown.furnish(desk, lambda: NOW)
    desk.setParent(shown)
    shown.resize(1560, 800)
    shown.show()
    desk.start()
    desk.telling_changed.emit(Telling(marks={(3, Direction.INCOMING): acknowledged}))
    for kind in (EventKind.ERRORS_REACHED, EventKind.MESSAGE_QUARANTINED, EventKind.NO_MAIL):
        desk.event_happened.emit(sample_event(kind, statuses[1].integration, NOW))
    shown.panel.show()
    return shown


def notified(number: int = 2, name: str = "Orders", hours: int = 2) -> IntegrationStatus:
    status = failing(number, name)
    health = replace(status.health.incoming, notified=True, incident_since=NOW - timedelta(hours=hours))
    return replace(status, health=Health(incoming=health))
