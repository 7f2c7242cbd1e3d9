"""The real program in a real window, with a person's hands; and its command line beside it."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from jeepney import DBusErrorResponse  # type: ignore[import-untyped]  # it ships no types

from tests.e2e.accessibility import AccessibilityBus, Control, Watcher
from tests.servers import wait
from tests.servers.desktop import Desktop

ROOT = Path(__file__).parents[2]
SECONDS_TO_LEAVE = 2.0
T = TypeVar("T")
_TYPED_INTO = frozenset({"text", "spin box"})


class Program:
    """`mailint WORDS…` as a process; what it prints goes to `output`."""

    def __init__(self, directory: Path, environment: dict[str, str], *words: str) -> None:
        self.output = directory / "output.txt"
        self.words = words
        self._environment = {**environment, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        self._directory = directory
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None, "not started"
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        with self.output.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "mailint_gui", *self.words],
                cwd=self._directory,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    def wait(self, limit: float = wait.LIMIT) -> int:
        """Its exit code, once it has ended. Raises subprocess.TimeoutExpired."""
        assert self._process is not None, "not started"
        return self._process.wait(limit)

    def seconds_to_leave(self, ask: Callable[[], object] | None = None) -> float:
        """How long it takes to end with 0 after `ask()`, or after SIGTERM."""
        before = time.monotonic()
        if ask is None:
            os.kill(self.pid, signal.SIGTERM)
        else:
            ask()
        assert self.wait() == 0, self.printed()
        return time.monotonic() - before

    def printed(self) -> str:
        return self.output.read_text(errors="replace") if self.output.exists() else ""

    def kill(self) -> None:
        if self.running:
            assert self._process is not None
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        assert "Traceback" not in self.printed(), self.printed()


class CommandLine:
    """Verbs beside the window, each a process of its own."""

    def __init__(self, profile: Path, environment: dict[str, str]) -> None:
        self._words = [sys.executable, "-m", "mailint_gui", "--profile", str(profile)]
        self._environment = {**environment, "PYTHONPATH": str(ROOT)}

    def done(self, *words: str, stdin: str = "") -> str:
        """What it prints. Fails the test when it complains."""
        done = subprocess.run(
            [*self._words, *words],
            input=stdin,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=60,
            cwd=ROOT,
        )
        assert (done.returncode, done.stderr) == (0, ""), (words, done)
        return done.stdout

    def start(self, *words: str) -> "subprocess.Popen[bytes]":
        """For a verb that is not awaited. The profile must be running."""
        return subprocess.Popen(
            [*self._words, *words],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
        )

    def json(self, *words: str) -> Any:
        return json.loads(self.done(*words, "--json"))

    def integration(self) -> dict[str, Any]:
        """The only one there is, as `integrations list` shows it."""
        (only,) = self.json("integrations", "list")
        assert isinstance(only, dict)
        return only

    def wait_for(self, look: Callable[[dict[str, Any]], object], what: str) -> dict[str, Any]:
        """The integration, once `look` is true of it."""
        seen: list[dict[str, Any]] = []

        def there() -> bool:
            seen[:] = [self.integration()]
            return bool(look(seen[0]))

        try:
            wait.until(there, what)
        except TimeoutError as error:
            raise TimeoutError(f"{error}; it is {seen}") from error
        return seen[0]


class Window(Program):
    """The program on a desktop. Controls are found by role and accessible name, then clicked and typed into."""

    def __init__(
        self,
        directory: Path,
        desktop: Desktop,
        accessibility: AccessibilityBus,
        *words: str,
        environment: dict[str, str] | None = None,
    ) -> None:
        shown = {**desktop.environment, **accessibility.environment, **(environment or {})}
        super().__init__(directory, shown, *words)
        self.desktop = desktop
        self.keys = desktop.display
        self.watcher: Watcher = accessibility.connect()
        self._accessibility = accessibility
        self._top: Control | None = None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None and self.running:
            self.picture(f"failed-{self._directory.name}")
        super().__exit__(kind, error, trace)
        self.watcher.close()

    def top(self) -> Control:
        """The program itself, once it is on the bus."""
        if self._top is None:
            self._top = self._wait(lambda: self.watcher.program(self.pid), "the program on the bus")
        return self._top

    def window(self, title: str) -> Control:
        """The window or dialog whose title begins so, once it shows."""

        def look() -> list[Control]:
            return [each for each in self.watcher.windows(self.top()) if each.name.startswith(title)]

        return self._wait(look, f"a window called {title}")[0]

    def has_window(self, title: str) -> bool:
        return any(each.name.startswith(title) for each in self.watcher.windows(self.top()))

    def wait_for_no_window(self, title: str) -> None:
        wait.until(lambda: not self.has_window(title), f"the end of the window {title}")

    def find(self, window: str, role: str, name: str) -> Control:
        """The first such control that shows and is enabled, once there is one."""

        def look() -> list[Control]:
            return [
                each
                for each in self.watcher.showing(self.window(window))
                if each.role == role and each.name == name and each.enabled
            ]

        return self._wait(look, f"{role} {name!r} in {window}")[0]

    def find_text(self, window: str, text: str) -> Control:
        """The first control whose name contains `text`, once it shows."""

        def look() -> list[Control]:
            return [each for each in self.watcher.showing(self.window(window)) if text in each.name]

        return self._wait(look, f"{text!r} in {window}")[0]

    def wait_for_reading(self, window: str, name: str, text: str) -> None:
        """Wait until the text shown under this name contains `text`."""
        shown = self.find(window, "text", name)
        self._wait(lambda: text in self.watcher.text(shown), f"{text!r} under {name}")

    def wait_for_text(self, field: Control, text: str) -> None:
        """Wait until an editable field has `text` in it."""
        self._wait(lambda: text in self.watcher.text(field), f"{text!r} in {field.name}")

    def click(self, window: str, role: str, name: str) -> None:
        self.keys.click(*self.find(window, role, name).middle)

    def focused(self, window: str) -> Control | None:
        shown = self.watcher.showing(self.window(window))
        return next((each for each in shown if each.focused), None)

    def type_at(self, window: str, keys: str, name: str, text: str) -> None:
        """Go to a field by the keys of its label, put `text` in the place of what is there, and see it there."""
        self.keys.press(keys)

        def at_field() -> Control | None:
            field = self.focused(window)
            return field if field and field.name == name and field.role in _TYPED_INTO else None

        field = self._wait(at_field, f"the focus at {name} after {keys}")
        self.keys.press("ctrl+a")
        self.keys.type_text(text)
        shown = "\N{BLACK CIRCLE}" * len(text) if name == "Password" else text
        wait.until(lambda: self.watcher.text(field) == shown, f"{shown!r} in {name}")

    def focus(self, title: str) -> None:
        """Give a window the keyboard, as a click on it in the panel does."""
        self.keys.activate(self.keys.wait_for_window(re.escape(title)))

    def picture(self, name: str) -> None:
        """Keep what the screen shows, where somebody wants to see it."""
        directory = os.environ.get("MAILINT_E2E_PICTURES")
        if directory:
            Path(directory).mkdir(parents=True, exist_ok=True)
            self.desktop.screenshot(Path(directory) / f"{name}.png")

    def pulse(self) -> "Pulse":
        return Pulse(self._accessibility, self.top())

    def _wait(self, look: Callable[[], T | None], what: str) -> T:
        """What shows may change while it is looked at."""

        def again() -> T | None:
            assert self.running, f"the program ended:\n{self.printed()}"
            try:
                return look()
            except DBusErrorResponse:
                return None

        found = wait.until(again, what)
        assert found is not None  # `until` waits for something true
        return found


class Pulse:
    """Asks the GUI thread again and again whether it answers; `longest` is the longest wait, in seconds."""

    _BETWEEN = 0.1

    def __init__(self, accessibility: AccessibilityBus, program: Control) -> None:
        self._accessibility = accessibility
        self._program = program
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)
        self.longest = 0.0
        self.beats = 0

    def _beat(self) -> None:
        with self._accessibility.connect() as watcher:
            while not self._stopping.wait(self._BETWEEN):
                before = time.monotonic()
                watcher.ping(self._program)
                self.longest = max(self.longest, time.monotonic() - before)
                self.beats += 1

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._thread.join(wait.LIMIT)
