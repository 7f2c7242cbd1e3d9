"""A whole desktop: display, window manager, panel with a tray (XEmbed), notification server, session bus."""

import os
import subprocess
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.servers import notifications, parts, wait
from tests.servers.display import Display
from tests.servers.notifications import Notification, NotificationWatch
from tests.servers.process import Process
from tests.servers.session_bus import SessionBus

_DUNST = """[global]
    monitor = 0
    origin = top-right
    offset = 20x20
    font = DejaVu Sans 10
    idle_threshold = 0
    notification_limit = 20
    markup = no
    dmenu = {menu}
[urgency_low]
    timeout = 0
[urgency_normal]
    timeout = 0
[urgency_critical]
    timeout = 0
"""
# dunst offers its actions to a menu program, one a line: "#label (summary) [id,key]"
_MENU = """#!/bin/sh
exec grep -F -- "[$(cat '{choice}')]"
"""


class Desktop:
    """Programs run with `environment` are on it. `display` has the screenshot, keys and mouse."""

    def __init__(self, bus: SessionBus, *, width: int = 1600, height: int = 1000) -> None:
        self.bus = bus
        self.display = Display(bus.directory, width, height)
        self.watch = NotificationWatch(bus.address)
        self._choice = bus.directory / "choice"
        self._running = ExitStack()

    @property
    def environment(self) -> dict[str, str]:
        return self.bus.environment | self.display.environment

    def screenshot(self, path: Path) -> None:
        self.display.screenshot(path)

    def notifications(self) -> list[Notification]:
        """All that were asked for since the start or `clear_notifications`, oldest first."""
        return list(self.watch.notifications)

    def wait_for_notification(self, text: str = "", limit: float = wait.LIMIT) -> Notification:
        return self.watch.wait_for_notification(text, limit)

    def click_action(self, notification: Notification, action: str = "default") -> None:
        """Choose one of its actions, by key, as a person does; return when its sender was told."""
        chosen = (notification.id, action)
        self._choice.write_text(f"{notification.id},{action}")
        before = self.watch.invoked.count(chosen)
        self._dunstctl("context")
        wait.until(lambda: self.watch.invoked.count(chosen) > before, f"action {action} of {notification}")

    def clear_notifications(self) -> None:
        """Take all off the screen, and forget them."""
        self._dunstctl("close-all")
        self.watch.clear()

    def start(self) -> None:
        with ExitStack() as starting:
            starting.enter_context(self.display)
            starting.enter_context(self.watch)
            openbox = starting.enter_context(self._program("openbox"))
            openbox.wait_until(self.display.has_window_manager, "it manages windows")
            starting.enter_context(self._program("tint2"))
            dunst = starting.enter_context(self._program("dunst", "-conf", str(self._dunst_configuration())))
            dunst.wait_until(lambda: notifications.server_answers(self.bus.address), "it is on the bus")
            self.display.wait_for_window("tint2")
            self._running = starting.pop_all()

    def stop(self) -> None:
        self._running.close()

    def _program(self, *arguments: str) -> Process:
        log = self.bus.directory / f"{arguments[0]}.log"
        return Process(arguments, log, environment=self.environment)

    def _dunst_configuration(self) -> Path:
        menu = self.bus.directory / "menu"
        menu.write_text(_MENU.format(choice=self._choice))
        menu.chmod(0o755)
        path = self.bus.directory / "dunstrc"
        path.write_text(_DUNST.format(menu=menu))
        return path

    def _dunstctl(self, command: str) -> None:
        environment = os.environ | self.environment
        subprocess.run(
            [parts.find("dunstctl"), command],
            check=True,
            env=environment,
            capture_output=True,
            timeout=wait.LIMIT,
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
