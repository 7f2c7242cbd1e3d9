import subprocess
import sys
from pathlib import Path

from jeepney import new_method_call  # type: ignore[import-untyped]  # it ships no types
from jeepney.io.blocking import (  # type: ignore[import-untyped]  # it ships no types
    DBusConnection,
    open_dbus_connection,
)

from tests.servers.desktop import Desktop
from tests.servers.notifications import SERVER

TRAY_PROGRAM = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QApplication, QLineEdit, QSystemTrayIcon

app = QApplication(sys.argv)
field = QLineEdit()
field.setWindowTitle("A field")
field.returnPressed.connect(lambda: (print(field.text(), flush=True), app.quit()))
pixmap = QPixmap(32, 32)
pixmap.fill("red")
tray = QSystemTrayIcon(QIcon(pixmap))
tray.show()
look = QTimer(interval=10)
look.timeout.connect(lambda: QSystemTrayIcon.isSystemTrayAvailable() and (look.stop(), field.show()))
look.start()
app.exec()
"""


def notify(
    connection: DBusConnection, summary: str, body: str = "", actions: tuple[str, ...] = (), replaced: int = 0
) -> int:
    hints: dict[str, object] = {}
    arguments = ("Mailint", replaced, "", summary, body, list(actions), hints, -1)
    reply = connection.send_and_get_reply(new_method_call(SERVER, "Notify", "susssasa{sv}i", arguments))
    return int(reply.body[0])


def test_sees_notifications_and_clicks_their_actions(desktop: Desktop) -> None:
    with open_dbus_connection(desktop.bus.address) as connection:
        notify(connection, "Sales recovered")
        support = notify(
            connection, "Support failed", "No <b>log-in</b>", ("default", "Open", "snooze", "Later")
        )
        seen = desktop.wait_for_notification("Support")
        assert (seen.id, seen.application, seen.body) == (support, "Mailint", "No <b>log-in</b>")
        assert seen.actions == {"default": "Open", "snooze": "Later"}
        assert [one.summary for one in desktop.notifications()] == ["Sales recovered", "Support failed"]
        desktop.click_action(seen)
        desktop.click_action(seen, "snooze")
    assert desktop.watch.invoked == [(support, "default"), (support, "snooze")]


def test_sees_a_notification_replaced(desktop: Desktop) -> None:
    with open_dbus_connection(desktop.bus.address) as connection:
        first = notify(connection, "Failing")
        assert notify(connection, "Still failing", replaced=first) == first
    assert desktop.wait_for_notification("Still").replaced == first


def test_tray_keys_and_screenshot(desktop: Desktop, tmp_path: Path) -> None:
    command = [sys.executable, "-c", TRAY_PROGRAM]
    with subprocess.Popen(command, env=desktop.environment, stdout=subprocess.PIPE, text=True) as program:
        desktop.display.activate(desktop.display.wait_for_window("A field"))
        desktop.display.type_text("hello there")
        desktop.screenshot(tmp_path / "screen.png")
        desktop.display.press("Return")
        assert program.communicate(timeout=20)[0] == "hello there\n"
    assert (tmp_path / "screen.png").read_bytes().startswith(b"\x89PNG")
