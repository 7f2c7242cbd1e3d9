"""Pictures of every screen, at 1x and 2x, light and dark: ``python -m tests.ui.screenshots OUT_DIR``.

A screen is a function in ``SCREENS`` that builds its widget; the scale needs a process of its own. The tray is
seen on a real desktop instead.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from mailint_gui.domain.draft import MailDraft, StoredDraft
from mailint_gui.domain.events import DisabledByErrors, ErrorsReached, IntegrationEvent, Recovered
from mailint_gui.domain.expiry import ExpiryKind
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.secret import VaultState
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.ui.banners import Subject
from mailint_gui.ui.main_window import MainWindow
from mailint_gui.ui.theme import use_platform_style
from mailint_gui.workers.desk import BatchProgress
from tests.servers import wait
from tests.servers.desktop import Desktop
from tests.servers.session_bus import SessionBus
from tests.ui.compose_screens import COMPOSE_SCREENS
from tests.ui.desk_double import NOW, DeskDouble, ago
from tests.ui.form_screens import FORM_SCREENS
from tests.ui.mail_screens import MAIL_SCREENS
from tests.ui.notification_screens import NOTIFICATION_SCREENS
from tests.ui.oauth_screens import OAUTH_SCREENS
from tests.ui.palettes import use_theme
from tests.ui.rules.screens import RULE_SCREENS
from tests.ui.samples import REFUSED, UNREACHABLE, expiring, many, needs_sign_in, three

Screen = Callable[[], QWidget]
SCREENS: dict[str, Screen] = {}
TRAY = "tray"  # a picture of a whole desktop


def screen(name: str) -> Callable[[Screen], Screen]:
    """Registers a function that builds a widget, shown and ready to be grabbed."""

    def register(build: Screen) -> Screen:
        SCREENS[name] = build
        return build

    return register


def window(statuses: list[IntegrationStatus], demo: bool = False) -> tuple[DeskDouble, MainWindow]:
    desk = DeskDouble(statuses)
    memory = Path(tempfile.mkdtemp()) / "window.ini"
    shown = MainWindow(memory, demo)
    shown.furnish(desk, lambda: NOW)
    desk.setParent(shown)
    shown.resize(1560, 800)
    shown.show()
    desk.start()
    return desk, shown


@screen("list-empty")
def list_empty() -> QWidget:
    return window([])[1]


@screen("list-3-rows")
def list_three() -> QWidget:
    _, shown = window(three())
    shown.list.table.select(2)
    return shown


@screen("list-200-rows")
def list_many() -> QWidget:
    desk, shown = window(many())
    shown.list.table.select(16)
    desk.check_now(range(12, 40))
    desk.batch_progressed.emit(BatchProgress())
    desk.batch_progressed.emit(BatchProgress(9, 28))  # the first of a batch is shown at once
    shown.board.flush()
    return shown


@screen("list-several-selected")
def list_several() -> QWidget:
    _, shown = window(many(12))
    shown.list.table.selectAll()
    return shown


@screen("list-needs-sign-in")
def list_needs_sign_in() -> QWidget:
    _, shown = window([*three(), needs_sign_in()])
    shown.list.table.select(6)
    return shown


@screen("list-no-match")
def list_no_match() -> QWidget:
    _, shown = window(three())
    shown.list.search.setText("returns")
    return shown


@screen("list-banners")
def list_banners() -> QWidget:
    desk, shown = window(three(), demo=True)
    desk.vault_changed.emit(VaultState.LOCKED)
    for moment, what in (
        (ago(minutes=50), ErrorsReached(Direction.INCOMING, 3, ago(hours=1), REFUSED)),
        (ago(minutes=20), DisabledByErrors(Direction.INCOMING, 10, ago(hours=1), UNREACHABLE)),
        (ago(seconds=30), Recovered(Direction.INCOMING, ago(hours=2), NOW - ago(hours=2), 14)),
    ):
        desk.event_happened.emit(IntegrationEvent(2, "Orders", moment, what))
    shown.panel.show()
    shown.list.table.select(3)
    return shown


@screen("list-unread")
def list_unread() -> QWidget:
    desk, shown = window(three())
    for _ in range(12):
        reached = ErrorsReached(Direction.INCOMING, 3, ago(hours=1), REFUSED)
        desk.event_happened.emit(IntegrationEvent(2, "Orders", ago(minutes=2), reached))
    return shown


@screen("list-expiring")
def list_expiring() -> QWidget:
    rows = [
        *three(),
        expiring(6, "Returns", 6),
        expiring(7, "Billing", 23, ExpiryKind.CERTIFICATE),
        expiring(8, "Onboarding", -2),
        expiring(9, "Network operations", 1, ExpiryKind.SIGN_IN, Direction.OUTGOING),
    ]
    desk, shown = window(rows)
    for status in rows[3:]:
        assert status.expiring is not None
        desk.event_happened.emit(IntegrationEvent(status.id, status.name, ago(minutes=1), status.expiring))
    shown.panel.show()
    shown.list.table.select(6)
    return shown


@screen("draft-left-open")
def draft_left_open() -> QWidget:
    desk, shown = window(three())
    left = StoredDraft(1, MailDraft(subject="Your order of last week"), ago(hours=1), is_open=True)
    desk.services.drafts.left_open = lambda: (left,)
    shown.left_drafts._look()
    wait.until(lambda: _turn() or shown.banners.shown(Subject.DRAFTS), "the banner")
    return shown


def _turn() -> None:
    QApplication.processEvents()


@screen("delete-question")
def delete_question() -> QWidget:
    _, shown = window(three())
    shown.list.table.select(1)
    shown.ui.action_delete.trigger()
    QApplication.processEvents()
    QApplication.processEvents()
    return QApplication.activeModalWidget() or shown


SCREENS.update(FORM_SCREENS)
SCREENS.update(OAUTH_SCREENS)
SCREENS.update(MAIL_SCREENS)
SCREENS.update(COMPOSE_SCREENS)
SCREENS.update(NOTIFICATION_SCREENS)
SCREENS.update(RULE_SCREENS)


def main(out: Path, names: list[str]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for scale in (1, 2):
        grabbed = [name for name in names or SCREENS if name != TRAY]
        if grabbed:
            environment = {**os.environ, "QT_SCALE_FACTOR": str(scale), "QT_QPA_PLATFORM": "offscreen"}
            command = [
                sys.executable,
                "-m",
                "tests.ui.screenshots",
                str(out),
                "--scale",
                str(scale),
                *grabbed,
            ]
            subprocess.run(command, env=environment, check=True)
        if not names or TRAY in names:
            photograph_tray(out, scale)


def draw(out: Path, scale: str, names: list[str]) -> None:
    application = QApplication([])
    use_platform_style(application)
    kept = []  # collected while the next theme is told to every widget, one would take the process down
    for dark in (False, True):
        use_theme(application, dark)
        for name in names:
            widget = SCREENS[name]()
            kept.append(widget)
            for _ in range(5):
                application.processEvents()
            widget.grab().save(str(out / file_name(name, dark, scale)))
            widget.window().move(QPoint(0, 0))
            for each in application.topLevelWidgets():
                each.hide()


def photograph_tray(out: Path, scale: int) -> None:
    """The whole screen of a real desktop, with the program's icon in its tray and a notification."""
    with ExitStack() as running:
        directory = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="mailint-")))
        bus = running.enter_context(SessionBus(directory))
        desktop = running.enter_context(Desktop(bus, width=1600 * scale, height=1000 * scale))
        for dark in (False, True):
            photograph(desktop, out / file_name(TRAY, dark, scale), dark, scale)


def photograph(desktop: Desktop, picture: Path, dark: bool, scale: int) -> None:
    desktop.clear_notifications()
    settings_file = desktop.bus.directory / f"{picture.stem}.ini"
    program = subprocess.Popen(
        [sys.executable, "-m", "tests.ui.tray_on_desktop", str(settings_file), "dark" if dark else "light"],
        env={**desktop.environment, "QT_SCALE_FACTOR": str(scale)},
    )
    try:
        desktop.wait_for_notification("Orders")
        wait.until(lambda: desktop.display.windows_of("Dunst"), "the notification on the screen")
        wait.until(lambda: stands_still(desktop, picture), "a screen that changes no more")
    finally:
        program.terminate()
        program.wait(wait.LIMIT)


def stands_still(desktop: Desktop, picture: Path) -> bool:
    """Whether two pictures in a row are the same."""
    before = QImage(str(picture))
    desktop.screenshot(picture)
    return before == QImage(str(picture))


def file_name(name: str, dark: bool, scale: int | str) -> str:
    return f"{name}-{'dark' if dark else 'light'}-{scale}x.png"


if __name__ == "__main__":
    arguments = sys.argv[1:]
    if "--scale" in arguments:
        place = arguments.index("--scale")
        draw(Path(arguments[0]), arguments[place + 1], arguments[place + 2 :])
    else:
        main(Path(arguments[0]), arguments[1:])
