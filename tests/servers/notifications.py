"""Who asked for which desktop notification: read off the bus, beside the real notification server."""

import contextlib
import socket
import threading
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from jeepney import (  # type: ignore[import-untyped]  # it ships no types
    DBusAddress,
    HeaderFields,
    Message,
    MessageType,
    new_method_call,
)
from jeepney.io.blocking import (  # type: ignore[import-untyped]  # it ships no types
    DBusConnection,
    open_dbus_connection,
)

from tests.servers import wait

INTERFACE = "org.freedesktop.Notifications"
SERVER = DBusAddress("/org/freedesktop/Notifications", INTERFACE, INTERFACE)
_BUS = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
_MONITORING = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus.Monitoring")


@dataclass(frozen=True, slots=True)
class Notification:
    """Arguments of one `Notify` (Desktop Notifications Specification 1.2) and the id that it got.

    `actions` maps keys to labels; `replaced` is the id of an earlier one that it takes the place of, or 0.
    """

    id: int
    application: str
    summary: str
    body: str
    actions: dict[str, str]
    replaced: int


class NotificationWatch:
    """`notifications` in the order of their answers, `invoked` as (id, action key), `closed` as ids."""

    def __init__(self, bus_address: str) -> None:
        self._bus_address = bus_address
        self._connection: DBusConnection | None = None
        self._thread: threading.Thread | None = None
        self._asked: dict[tuple[str, int], Message] = {}  # by sender and serial, until answered
        self.notifications: list[Notification] = []
        self.invoked: list[tuple[int, str]] = []
        self.closed: list[int] = []

    def wait_for_notification(self, text: str = "", limit: float = wait.LIMIT) -> Notification:
        """Return the first whose summary or body contains `text`, when there is one."""

        def look() -> list[Notification]:
            return [seen for seen in list(self.notifications) if text in seen.summary or text in seen.body]

        return wait.until(look, f"a notification about {text!r}", limit)[0]

    def clear(self) -> None:
        self.notifications.clear()
        self.invoked.clear()
        self.closed.clear()

    def start(self) -> None:
        self._connection = open_dbus_connection(self._bus_address)
        rules = [f"interface='{INTERFACE}'", "type='method_return'"]
        become = new_method_call(_MONITORING, "BecomeMonitor", "asu", (rules, 0))
        self._connection.send_and_get_reply(become)
        self._thread = threading.Thread(target=self._watch, args=(self._connection,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        if self._connection is None or self._thread is None:
            return
        # close() alone does not wake a thread that waits in recv
        self._connection.sock.shutdown(socket.SHUT_RDWR)
        self._thread.join(wait.LIMIT)
        self._connection.close()
        self._connection = self._thread = None

    def _watch(self, connection: DBusConnection) -> None:
        with contextlib.suppress(ConnectionResetError):  # the end, here or at the bus
            while True:
                self._note(connection.receive())

    def _note(self, message: Message) -> None:
        header = message.header
        fields = header.fields
        member = fields.get(HeaderFields.member)
        match header.message_type, member:
            case MessageType.method_call, "Notify":
                self._asked[fields[HeaderFields.sender], header.serial] = message
            case MessageType.method_return, _:
                key = (fields.get(HeaderFields.destination, ""), fields[HeaderFields.reply_serial])
                asked = self._asked.pop(key, None)
                if asked is not None:
                    self.notifications.append(_notification(asked, message.body[0]))
            case MessageType.signal, "ActionInvoked":
                self.invoked.append((message.body[0], message.body[1]))
            case MessageType.signal, "NotificationClosed":
                self.closed.append(message.body[0])

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def server_answers(bus_address: str) -> bool:
    """Whether a notification server is on the bus."""
    with open_dbus_connection(bus_address) as connection:
        reply = connection.send_and_get_reply(new_method_call(_BUS, "NameHasOwner", "s", (INTERFACE,)))
    return bool(reply.body[0])


def _notification(asked: Message, identity: int) -> Notification:
    application, replaced, _, summary, body, actions, _, _ = asked.body
    pairs = dict(zip(actions[::2], actions[1::2], strict=True))
    return Notification(identity, application, summary, body, pairs, replaced)
