"""Pictures of the monitoring notifications."""

import atexit
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from mailint_gui.domain.notification import EventKind
from mailint_gui.domain.notification_sample import sample_event
from mailint_gui.services.parsing import ParserProcess
from mailint_gui.ui.notifications.settings_dialog import NotificationSettings
from tests.services.office import Office
from tests.ui.desk_double import NOW
from tests.ui.mail_samples import desk_on

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
    return shown
