"""A connection to the D-Bus session bus that never waits: a QLocalSocket with jeepney's messages.

QtDBus as PySide6 offers it cannot send an unsigned 32-bit argument (a Python int becomes another type on the wire),
which ``Notify`` of the Desktop Notifications Specification asks for; its blocking introspection would wait as well.
"""

import os
from collections.abc import Callable

from jeepney import (  # type: ignore[import-untyped]  # it ships no types
    DBusAddress,
    HeaderFields,
    MatchRule,
    Message,
    MessageType,
    message_bus,
    new_method_call,
)
from jeepney.auth import (  # type: ignore[import-untyped]  # it ships no types
    BEGIN,
    AuthenticationError,
    Authenticator,
)
from jeepney.bus import get_connectable_addresses  # type: ignore[import-untyped]  # it ships no types
from jeepney.low_level import Parser  # type: ignore[import-untyped]  # it ships no types
from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalSocket

Reply = Callable[[Message], None]


class SessionBus(QObject):
    """``opened`` or ``failed`` comes once after ``open()``; ``signalled`` for each signal that was asked for."""

    opened = Signal()
    failed = Signal(str)
    signalled = Signal(object)  # jeepney.Message

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._socket = QLocalSocket(self)
        self._authenticator = Authenticator()
        self._parser = Parser()
        self._replies: dict[int, Reply] = {}
        self._serial = 0
        self._begun = False
        self._socket.connected.connect(self._send_authentication)
        self._socket.readyRead.connect(self._read)
        self._socket.errorOccurred.connect(lambda _error: self.failed.emit(self._socket.errorString()))

    def open(self) -> None:
        path = session_bus_path()
        if path is None:
            self.failed.emit("no session bus")
            return
        if path.startswith("\0"):
            self._socket.setSocketOptions(QLocalSocket.SocketOption.AbstractNamespaceOption)
        self._socket.setServerName(path.removeprefix("\0"))
        self._socket.connectToServer()

    def call(
        self, address: DBusAddress, method: str, signature: str, body: tuple[object, ...], reply: Reply
    ) -> None:
        """``reply`` gets the answer, which may be an error (``message_type``)."""
        self._send(new_method_call(address, method, signature or None, body), reply)

    def listen(self, rule: MatchRule) -> None:
        self._send(message_bus.AddMatch(rule), _ignore)

    def close(self) -> None:
        self._socket.abort()

    def _send(self, message: Message, reply: Reply) -> None:
        self._serial += 1
        self._replies[self._serial] = reply
        self._socket.write(message.serialise(serial=self._serial))

    def _send_authentication(self) -> None:
        self._socket.write(self._authenticator.data_to_send() or b"")

    def _read(self) -> None:
        data = bytes(self._socket.readAll().data())
        if self._begun:
            for message in self._parser.feed(data):
                self._dispatch(message)
            return
        try:
            self._authenticator.feed(data)
        except AuthenticationError as error:
            self.failed.emit(str(error))
            self._socket.abort()
            return
        if self._authenticator.authenticated:
            self._begun = True
            self._socket.write(BEGIN)
            self._send(message_bus.Hello(), lambda _message: self.opened.emit())

    def _dispatch(self, message: Message) -> None:
        if message.header.message_type is MessageType.signal:
            self.signalled.emit(message)
            return
        answered = message.header.fields.get(HeaderFields.reply_serial)
        reply = self._replies.pop(answered, None)
        if reply is not None:
            reply(message)


def session_bus_path() -> str | None:
    """Path of the session bus's socket, abstract ones with a NUL in front; None where there is none."""
    address = os.environ.get("DBUS_SESSION_BUS_ADDRESS")
    if address is None:
        runtime = os.environ.get("XDG_RUNTIME_DIR")
        path = f"{runtime}/bus" if runtime else ""
        return path if path and os.path.exists(path) else None  # noqa: PTH110 - a path in Qt's own form
    try:
        return str(next(iter(get_connectable_addresses(address))))
    except (RuntimeError, ValueError):
        return None


def _ignore(_message: Message) -> None:
    pass
