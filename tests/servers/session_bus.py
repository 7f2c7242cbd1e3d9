"""A private D-Bus session bus, where nothing is started on demand."""

import os
import socket
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.servers.process import Process

_CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class SessionBus:
    """By itself it has no Secret Service and no notifications: the place to test their absence.

    `directory` must be short, for the path of the socket. Home and XDG directories lie there too.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._socket = directory / "bus"
        self._configuration = directory / "bus.conf"
        self._process = Process(
            ["dbus-daemon", f"--config-file={self._configuration}", "--nofork", "--nopidfile"],
            directory / "bus.log",
        )

    @property
    def address(self) -> str:
        return f"unix:path={self._socket}"

    @property
    def environment(self) -> dict[str, str]:
        """All of the environment of a program on this bus; of a desktop that we are on, nothing."""
        foreign = ("XDG_", "DBUS_", "GNOME_", "DESKTOP_", "WAYLAND_", "DISPLAY", "SSH_AUTH_SOCK")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        return kept | {
            "DBUS_SESSION_BUS_ADDRESS": self.address,
            "PYTHONFAULTHANDLER": "1",
            "HOME": str(self.directory / "home"),
            "XDG_RUNTIME_DIR": str(self.directory / "runtime"),
            "XDG_CONFIG_HOME": str(self.directory / "home/.config"),
            "XDG_DATA_HOME": str(self.directory / "home/.local/share"),
            "XDG_CACHE_HOME": str(self.directory / "home/.cache"),
            "XDG_STATE_HOME": str(self.directory / "home/.local/state"),
        }

    def start(self) -> None:
        for name in ("home", "runtime"):
            (self.directory / name).mkdir(parents=True, exist_ok=True, mode=0o700)
        self._configuration.write_text(_CONFIGURATION.format(socket=self._socket))
        self._process.start()
        self._process.wait_until(self._listens, "it listens")

    def _listens(self) -> bool:
        """The socket is there a moment before."""
        with socket.socket(socket.AF_UNIX) as client:
            return client.connect_ex(str(self._socket)) == 0

    def stop(self) -> None:
        self._process.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
