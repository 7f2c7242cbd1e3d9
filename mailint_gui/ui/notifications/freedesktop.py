"""Notifications on Linux: org.freedesktop.Notifications (Desktop Notifications Specification 1.3)."""

import html

from jeepney import (  # type: ignore[import-untyped]  # it ships no types
    DBusAddress,
    HeaderFields,
    MatchRule,
    Message,
    MessageType,
)
from PySide6.QtCore import QObject

from mailint_gui.domain.events import IntegrationEvent, SignInNeeded
from mailint_gui.ui.notifications.collector import Notice
from mailint_gui.ui.notifications.notifier import Notifier
from mailint_gui.ui.notifications.session_bus import SessionBus

SERVER = DBusAddress(
    "/org/freedesktop/Notifications", "org.freedesktop.Notifications", "org.freedesktop.Notifications"
)
_OPEN = "default"  # the action of a click on the notification itself
_SIGN_IN = "sign-in"  # a button that opens the same place, where there is one to sign in with
_SERVER_DECIDES = -1
_HINTS = {"desktop-entry": ("s", "mailint"), "urgency": ("y", 1)}


class FreedesktopNotifier(Notifier):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._spoken_of: dict[int, IntegrationEvent | None] = {}  # by the server's number of the notification
        self._last = 0
        self._takes_markup: bool | None = None  # None until the server said what it can do
        self._broken = False
        self._bus = SessionBus(self)
        self._bus.opened.connect(self._ask_capabilities)
        self._bus.failed.connect(self._give_up)
        self._bus.signalled.connect(self._signalled)
        self._bus.open()

    def show(self, notice: Notice) -> None:
        if self._takes_markup is None or self._broken:
            self.unshown.append(notice)
            if self._broken:
                self.unavailable.emit()
            return
        replaced = self._last if notice.replaces else 0
        text = as_body(notice.body, markup=self._takes_markup)
        body = (
            "Mailint",
            replaced,
            "mailint",
            notice.title,
            text,
            self._actions(notice),
            _HINTS,
            _SERVER_DECIDES,
        )
        self._bus.call(SERVER, "Notify", "susssasa{sv}i", body, lambda reply: self._shown(notice, reply))

    def _actions(self, notice: Notice) -> list[str]:
        """Keys and labels. A server without buttons shows none; a click on the notification itself does the same."""
        opens = [_OPEN, self.tr("Open")]
        if notice.event is not None and isinstance(notice.event.event, SignInNeeded):
            return [*opens, _SIGN_IN, self.tr("Sign in…")]
        return opens

    def close(self) -> None:
        self._bus.close()

    def _ask_capabilities(self) -> None:
        for member in ("ActionInvoked", "NotificationClosed"):
            self._bus.listen(
                MatchRule(type="signal", interface=SERVER.interface, member=member, path=SERVER.object_path)
            )
        self._bus.call(SERVER, "GetCapabilities", "", (), self._capabilities_known)

    def _capabilities_known(self, reply: Message) -> None:
        if reply.header.message_type is MessageType.error:
            self._give_up("no notification server")
            return
        self._takes_markup = "body-markup" in reply.body[0]
        waiting, self.unshown = self.unshown, []
        for notice in waiting:
            self.show(notice)

    def _shown(self, notice: Notice, reply: Message) -> None:
        if reply.header.message_type is MessageType.error:
            self.unshown.append(notice)
            self._give_up("refused")
            return
        self._last = reply.body[0]
        self._spoken_of[self._last] = notice.event

    def _signalled(self, message: Message) -> None:
        number = message.body[0] if message.body else None
        if number not in self._spoken_of:
            return
        if message.header.fields.get(HeaderFields.member) == "ActionInvoked":
            self.activated.emit(self._spoken_of[number])
        else:
            del self._spoken_of[number]

    def _give_up(self, _reason: str) -> None:
        self._broken = True
        self.unavailable.emit()


def as_body(text: str, *, markup: bool) -> str:
    """Plain text for a server that takes markup in bodies, or for one that does not."""
    return html.escape(text, quote=False) if markup else text
