"""What assistive technology sees of a program: controls by role and name (AT-SPI 2), for hands that click there."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from jeepney import (  # type: ignore[import-untyped]  # it ships no types
    DBusAddress,
    DBusErrorResponse,
    new_method_call,
)
from jeepney.io.blocking import (  # type: ignore[import-untyped]  # it ships no types
    DBusConnection,
    open_dbus_connection,
)
from jeepney.wrappers import unwrap_msg  # type: ignore[import-untyped]  # it ships no types

from tests.servers import wait
from tests.servers.process import Process
from tests.servers.session_bus import SessionBus

_REGISTRY = "org.a11y.atspi.Registry"
_ROOT = "/org/a11y/atspi/accessible/root"
_ACCESSIBLE = "org.a11y.atspi.Accessible"
_COMPONENT = "org.a11y.atspi.Component"
_TEXT = "org.a11y.atspi.Text"
_PROPERTIES = "org.freedesktop.DBus.Properties"
_TO_THE_SCREEN = 0  # coordinates of GetExtents

# Numbers of AtspiStateType
CHECKED, ENABLED, FOCUSED, SHOWING = 4, 8, 12, 25


class AccessibilityBus:
    """A bus of its own with the registry, as at-spi-bus-launcher makes it."""

    def __init__(self, directory: Path) -> None:
        self._bus = SessionBus(directory)
        self._registry = Process(
            ["at-spi2-registryd"],
            directory / "registry.log",
            environment={**self._bus.environment, "AT_SPI_BUS_ADDRESS": self._bus.address},
        )

    @property
    def environment(self) -> dict[str, str]:
        """What tells Qt to show its controls there; nothing else is asked."""
        return {"AT_SPI_BUS_ADDRESS": self._bus.address}

    def connect(self) -> "Watcher":
        return Watcher(self._bus.address)

    def __enter__(self) -> Self:
        self._bus.start()
        self._registry.start()
        self._registry.wait_until(self._answers, "the registry answers")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._registry.stop()
        self._bus.stop()

    def _answers(self) -> bool:
        with self.connect() as watcher:
            try:
                return watcher.programs() is not None
            except DBusErrorResponse:
                return False


@dataclass(frozen=True, slots=True)
class Control:
    """One accessible object as it was when looked at; `x`, `y`, `width`, `height` in pixels of the screen.

    Of one that does not show, only `owner`, `path` and `states` are known.
    """

    owner: str
    path: str
    role: str
    name: str
    states: frozenset[int]
    x: int = 0
    y: int = 0
    width: int = 0
    height: int = 0

    @property
    def showing(self) -> bool:
        return SHOWING in self.states

    @property
    def enabled(self) -> bool:
        return ENABLED in self.states

    @property
    def checked(self) -> bool:
        return CHECKED in self.states

    @property
    def focused(self) -> bool:
        return FOCUSED in self.states

    @property
    def middle(self) -> tuple[int, int]:
        return self.x + self.width // 2, self.y + self.height // 2


class Watcher:
    """A client of the bus, for one thread. A program that does not answer in time raises TimeoutError."""

    def __init__(self, address: str) -> None:
        self._connection: DBusConnection = open_dbus_connection(address)

    def programs(self) -> list[Control]:
        here = Control(_REGISTRY, _ROOT, "", "", frozenset())
        found = self._call(here, _ACCESSIBLE, "GetChildren")
        return [Control(owner, path, "application", "", frozenset()) for owner, path in found]

    def program(self, process: int) -> Control | None:
        """The program of a process id, once it is on the bus."""
        for each in self.programs():
            asked = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
            question = new_method_call(asked, "GetConnectionUnixProcessID", "s", (each.owner,))
            if self._reply(question) == process:
                return each
        return None

    def showing(self, control: Control) -> Iterator[Control]:
        """All below it that shows, top down; the parts that do not show are not gone into."""
        for child in self._children(control.owner, control.path):
            if child.showing:
                yield child
                yield from self.showing(child)

    def windows(self, program: Control) -> Iterator[Control]:
        """Its windows that show: the main one, and dialogs, which Qt lists below the main one."""
        for window in self._children(program.owner, program.path):
            if window.showing:
                yield window
                inside = self._children(window.owner, window.path)
                yield from (each for each in inside if each.showing and each.role in {"dialog", "alert"})

    def text(self, control: Control) -> str:
        """What stands in an editable field."""
        length = self._property(control, _TEXT, "CharacterCount")
        return str(self._call(control, _TEXT, "GetText", "ii", (0, length)))

    def description(self, control: Control) -> str:
        return str(self._property(control, _ACCESSIBLE, "Description"))

    def ping(self, program: Control) -> None:
        """Return when its GUI thread has answered."""
        self._call(program, _ACCESSIBLE, "GetRoleName")

    def _children(self, owner: str, path: str) -> Iterator[Control]:
        here = Control(owner, path, "", "", frozenset())
        for child_owner, child_path in self._call(here, _ACCESSIBLE, "GetChildren"):
            try:
                yield self._look(child_owner, child_path)
            except DBusErrorResponse:
                continue  # it is gone meanwhile

    def _look(self, owner: str, path: str) -> Control:
        bare = Control(owner, path, "", "", frozenset())
        low, high = self._call(bare, _ACCESSIBLE, "GetState")
        bits = low | high << 32
        states = frozenset(number for number in range(64) if bits >> number & 1)
        if SHOWING not in states:
            return Control(owner, path, "", "", states)
        role = self._call(bare, _ACCESSIBLE, "GetRoleName")
        name = self._property(bare, _ACCESSIBLE, "Name")
        x, y, width, height = self._call(bare, _COMPONENT, "GetExtents", "u", (_TO_THE_SCREEN,))
        return Control(owner, path, role, name, states, x, y, width, height)

    def _property(self, control: Control, interface: str, name: str) -> Any:
        return self._call(control, _PROPERTIES, "Get", "ss", (interface, name))[1]

    def _call(
        self,
        control: Control,
        interface: str,
        method: str,
        signature: str | None = None,
        body: tuple[object, ...] = (),
    ) -> Any:
        address = DBusAddress(control.path, control.owner, interface)
        return self._reply(new_method_call(address, method, signature, body))

    def _reply(self, message: Any) -> Any:
        values = unwrap_msg(self._connection.send_and_get_reply(message, timeout=wait.LIMIT))
        return values[0] if len(values) == 1 else values

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
