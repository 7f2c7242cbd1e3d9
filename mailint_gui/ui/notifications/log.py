"""The notifications of this run, newest first."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication

from mailint_gui.domain.clock import Clock, system_clock
from mailint_gui.domain.events import (
    CredentialExpiring,
    DisabledByErrors,
    ErrorsReached,
    IntegrationEvent,
    LoopWasStopped,
    MessagesNotSent,
    MessagesQuarantined,
    NoMailSince,
    NoSuccessSince,
    OutboxStuck,
    Recovered,
    SignInNeeded,
)
from mailint_gui.domain.notification import EventKind, kind_of
from mailint_gui.ui.icons import Shape, state_icon
from mailint_gui.wording.events import event_words
from mailint_gui.wording.times import ago, full

KEPT = 1000
WHEN, TITLE, BODY = range(3)

_Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()

SHAPE_OF_EVENT: dict[type, Shape] = {
    ErrorsReached: Shape.FAILING,
    DisabledByErrors: Shape.DISABLED_BY_ERRORS,
    SignInNeeded: Shape.NEEDS_SIGN_IN,
    Recovered: Shape.OK,
    OutboxStuck: Shape.FAILING,
    MessagesNotSent: Shape.FAILING,
    MessagesQuarantined: Shape.FAILING,
    LoopWasStopped: Shape.FAILING,
    NoSuccessSince: Shape.FAILING,
    NoMailSince: Shape.FAILING,
    CredentialExpiring: Shape.EXPIRING,
}


class NotificationLog(QAbstractTableModel):
    unread_changed = Signal(int)

    def __init__(self, clock: Clock = system_clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._events: list[IntegrationEvent] = []
        self._unread = 0

    @property
    def unread(self) -> int:
        return self._unread

    def add(self, event: IntegrationEvent) -> None:
        self.beginInsertRows(QModelIndex(), 0, 0)
        self._events.insert(0, event)
        self.endInsertRows()
        if len(self._events) > KEPT:
            self.beginRemoveRows(QModelIndex(), KEPT, len(self._events) - 1)
            del self._events[KEPT:]
            self.endRemoveRows()
        self._set_unread(self._unread + 1)

    def mark_read(self) -> None:
        self._set_unread(0)

    def event_at(self, place: int) -> IntegrationEvent:
        return self._events[place]

    def latest(self, kind: EventKind) -> IntegrationEvent | None:
        return next((event for event in self._events if kind_of(event) is kind), None)

    def refresh(self) -> None:
        """Time went by, or the colours changed."""
        if self._events:
            self.dataChanged.emit(self.index(0, WHEN), self.index(len(self._events) - 1, BODY))

    def rowCount(self, parent: _Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._events)

    def columnCount(self, parent: _Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else 3

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        event = self._events[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(event, index.column())
            case Qt.ItemDataRole.DecorationRole if index.column() == TITLE:
                return state_icon(SHAPE_OF_EVENT[type(event.event)], QGuiApplication.palette())
            case Qt.ItemDataRole.ToolTipRole if index.column() == WHEN:
                return full(event.at)
            case Qt.ItemDataRole.AccessibleTextRole if index.column() == WHEN:
                return full(event.at)
        return None

    def _text(self, event: IntegrationEvent, column: int) -> str:
        if column == WHEN:
            return ago(event.at, self._clock())
        told = event_words(event)
        return told.title if column == TITLE else told.body

    def _set_unread(self, unread: int) -> None:
        if unread != self._unread:
            self._unread = unread
            self.unread_changed.emit(unread)
