"""A private X11 display without a screen, and the hands of a person in front of it."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.servers import parts, wait
from tests.servers.process import Process


@dataclass(frozen=True, slots=True)
class Place:
    """Where a window lies, in pixels of the screen."""

    x: int
    y: int
    width: int
    height: int


class Display:
    """Xvfb on a free display number; `name` such as `:3`."""

    def __init__(self, directory: Path, width: int, height: int) -> None:
        self.name = ""
        self._directory = directory
        self._screen = f"{width}x{height}x24"
        self._process: Process | None = None

    @property
    def environment(self) -> dict[str, str]:
        return {"DISPLAY": self.name, "QT_QPA_PLATFORM": "xcb"}

    def start(self) -> None:
        reader, writer = os.pipe()
        options = ["-screen", "0", self._screen, "-nolisten", "tcp", "-noreset"]
        options += ["-displayfd", str(writer)]
        self._process = Process(["Xvfb", *options], self._directory / "xvfb.log", pass_fds=[writer])
        try:
            self._process.start()
            os.close(writer)
            with open(reader, closefd=False) as line:
                number = line.readline().strip()  # comes when it is ready; empty when it has ended
        finally:
            os.close(reader)
        if not number:
            raise RuntimeError(f"Xvfb did not start:\n{self._process.log_tail()}")
        self.name = f":{number}"

    def stop(self) -> None:
        if self._process is not None:
            self._process.stop()

    def screenshot(self, path: Path) -> None:
        """Write the whole screen as an image of the kind that `path` ends with."""
        self._run("import", "-window", "root", str(path))

    def wait_for_window(self, title: str, limit: float = wait.LIMIT) -> int:
        """Return the X11 id of a visible window whose title matches, as soon as there is one."""

        def look() -> list[str]:
            return self._xdotool("search", "--onlyvisible", "--name", title, check=False).split()

        return int(wait.until(look, f"a window called {title}", limit)[0])

    def windows_of(self, program: str) -> list[Place]:
        """Where the visible windows of a program (its X11 class) lie; its icon in a tray is one of them."""
        found = self._xdotool("search", "--onlyvisible", "--class", program, check=False).split()
        return [place for window in found if (place := self._place(window)) is not None]

    def activate(self, window: int) -> None:
        """Give a window the focus."""
        self._xdotool("windowactivate", "--sync", str(window))

    def type_text(self, text: str) -> None:
        self._xdotool("type", "--delay", "5", "--", text)

    def press(self, *keys: str) -> None:
        """Press keys by their X11 names, such as `ctrl+n` or `Return`."""
        self._xdotool("key", "--delay", "5", *keys)

    def click(self, x: int, y: int, *, button: int = 1) -> None:
        self._xdotool("mousemove", "--sync", str(x), str(y), "click", str(button))

    def has_window_manager(self) -> bool:
        return self._xdotool("get_num_desktops", check=False) not in ("", "0")

    def _place(self, window: str) -> Place | None:
        """None when it is gone meanwhile."""
        lines = self._xdotool("getwindowgeometry", "--shell", window, check=False).splitlines()
        known = dict(line.split("=", 1) for line in lines)
        if not known:
            return None
        return Place(*(int(known[name]) for name in ("X", "Y", "WIDTH", "HEIGHT")))

    def _xdotool(self, *arguments: str, check: bool = True) -> str:
        return self._run("xdotool", *arguments, check=check)

    def _run(self, program: str, *arguments: str, check: bool = True) -> str:
        environment: Mapping[str, str] = os.environ | {"DISPLAY": self.name}
        command = [parts.find(program), *arguments]
        done = subprocess.run(
            command, check=check, capture_output=True, text=True, env=environment, timeout=wait.LIMIT
        )
        return done.stdout.strip()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
