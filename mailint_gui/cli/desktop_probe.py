"""Asks in a process of its own what only Qt's widgets can tell: this one stays without them, and survives an abort."""

import multiprocessing
import os
import sys
import time
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mailint_gui.services.doctor import Desktop

SECONDS = 20.0
TRAY_SECONDS = 1.0
_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def look_at_desktop() -> "Desktop":
    from mailint_gui.services.doctor import Desktop

    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    child = context.Process(target=_answer, args=(theirs, _has_display()), daemon=True)
    child.start()
    theirs.close()
    said: list[str] = []
    try:
        while not said or said[-1] == "widgets":
            if not ours.poll(SECONDS):
                break
            said.append(ours.recv_bytes(10_000).decode())
    except (EOFError, OSError):  # Qt ends a process whose display it cannot open
        pass
    finally:
        child.kill()
        child.join(SECONDS)
        ours.close()
    return _found(said, Desktop)


def _found(said: list[str], desktop: "type[Desktop]") -> "Desktop":
    match said:
        case ["widgets", "tray"]:
            return desktop(tray=True)
        case ["widgets", "no tray"]:
            return desktop(tray=False)
        case ["widgets", "no display"]:
            return desktop()
        case ["widgets"]:
            return desktop(display_opens=False)
    return desktop(widgets_load=False, display_opens=False, detail=" ".join(said))


def _has_display() -> bool:
    return sys.platform in {"win32", "darwin"} or any(os.environ.get(name) for name in _DISPLAYS)


def _answer(connection: "Connection", has_display: bool) -> None:
    """In the child. What Qt itself prints is not for the terminal."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    try:
        from PySide6.QtWidgets import QApplication, QSystemTrayIcon
    except ImportError as error:
        connection.send_bytes(str(error).encode()[:10_000])
        return
    connection.send_bytes(b"widgets")
    if not has_display:
        connection.send_bytes(b"no display")
        return
    application = QApplication([])
    until = time.monotonic() + TRAY_SECONDS
    while not (found := QSystemTrayIcon.isSystemTrayAvailable()) and time.monotonic() < until:
        application.processEvents()  # an X11 tray is heard of by events
        time.sleep(0.02)
    connection.send_bytes(b"tray" if found else b"no tray")
