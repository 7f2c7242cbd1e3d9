"""Monitoring notifications: each kind of event on the left, how it is told on the right; what holds for all beside."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from mailint_gui.domain.events import IntegrationEvent
from mailint_gui.domain.notification import EventKind, NotificationSetting
from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.validation import FieldError, ValidationError
from mailint_gui.ui.banners import Banners, Subject
from mailint_gui.ui.dialog_buttons import enable, leave_focus
from mailint_gui.ui.editing_dialog import EditingDialog
from mailint_gui.ui.fields.layout import PageArea
from mailint_gui.ui.messages.failure import Failure, failure_words
from mailint_gui.ui.notifications.delivery_form import DeliveryForm
from mailint_gui.ui.notifications.event_form import EventForm
from mailint_gui.ui.pending_calls import PendingCalls
from mailint_gui.ui.screen_room import fit_dialog
from mailint_gui.ui.theme import BETWEEN_CONTROLS, BETWEEN_GROUPS, Role
from mailint_gui.wording.notifications import kind_words
from mailint_gui.wording.text import filled
from mailint_gui.workers.desk import Desk
from mailint_gui.workers.notification_desk import NotificationDesk, StoredNotifications, TestSent

_Button = QDialogButtonBox.StandardButton
_KIND = Qt.ItemDataRole.UserRole
EventOf = Callable[[EventKind], IntegrationEvent]


class NotificationSettings(EditingDialog):
    def __init__(
        self, desk: Desk, properties: AccountProperties, event_of: EventOf, parent: QWidget | None = None
    ) -> None:
        """``event_of``: one of each kind that happened, or could, for the preview."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Monitoring notifications"))
        self._desk = NotificationDesk(desk)
        self._event_of = event_of
        self._calls = PendingCalls(self)
        self._stored: dict[EventKind, NotificationSetting] = {}
        self._typed: dict[EventKind, NotificationSetting] = {}
        self._busy = False
        self.kinds = QListWidget()
        self.form = EventForm()
        self.delivery = DeliveryForm()
        self.try_out = QPushButton(self.tr("Send me a tes&t"), autoDefault=False)
        self.buttons = QDialogButtonBox(_Button.Ok | _Button.Cancel | _Button.Apply)
        self._lay_out()
        self.banners = Banners(self.column, self)
        self.delivery.fields.load(properties.as_text())
        self._connect()
        self._show_possible()
        self._calls.follow(self._desk.read(), self._take, self._failed)

    @property
    def dirty(self) -> bool:
        return (
            self._typed != self._stored
            or self.delivery.fields.dirty
            or self.delivery.secret.change() is not None
        )

    def apply(self) -> None:
        self._save(lambda: None)

    def accept(self) -> None:
        if self.dirty and self._stored:
            self._save(partial(QDialog.accept, self))
        else:
            super().accept()

    def choose(self, kind: EventKind) -> None:
        self.kinds.setCurrentRow(list(EventKind).index(kind))

    def _take(self, stored: StoredNotifications) -> None:
        self._stored = dict(stored.telling.settings)
        self._typed = dict(self._stored)
        self.delivery.secret.show_stored(stored.has_secret)
        self.kinds.setCurrentRow(0)
        self._show_kind()
        self._show_possible()

    def _kind(self) -> EventKind | None:
        item = self.kinds.currentItem()
        return EventKind(item.data(_KIND)) if item else None  # Qt gives a plain text back

    def _show_kind(self) -> None:
        kind = self._kind()
        if kind in self._typed:
            self.form.show_setting(self._event_of(kind), self._typed[kind])

    def _on_edited(self) -> None:
        kind = self._kind()
        if kind in self._typed:
            self._typed[kind] = self.form.setting()
        self._show_possible()

    def _save(self, then: Callable[[], None]) -> None:
        if self._busy:
            return
        self._busy = True
        self.banners.hide(Subject.RESULT)
        self.delivery.fields.clear_marks()
        changed = {kind: each for kind, each in self._typed.items() if each != self._stored[kind]}
        properties = self.delivery.fields.dirty_values()
        sent = self.delivery.fields.values()
        call = self._desk.save(changed, properties, self.delivery.secret.change())
        self._calls.follow(call, partial(self._was_saved, changed, sent, then), self._failed, self._ended)
        self._show_possible()

    def _was_saved(
        self,
        changed: dict[EventKind, NotificationSetting],
        sent: dict[str, str],
        then: Callable[[], None],
        stored: StoredNotifications,
    ) -> None:
        self._stored = {**stored.telling.settings}
        self._typed = {
            **self._stored,
            **{kind: each for kind, each in self._typed.items() if kind not in changed},
        }
        self._typed |= {kind: self._stored[kind] for kind in changed}
        self.delivery.fields.rebase(sent, sent)
        self.delivery.secret.show_stored(stored.has_secret)
        then()

    def _ended(self) -> None:
        self._busy = False
        self._show_possible()

    def _failed(self, failure: Failure) -> None:
        if not isinstance(failure, ValidationError):
            self._tell(Role.NEGATIVE, failure_words(failure))
            return
        elsewhere = self.delivery.fields.mark(failure.errors)
        of_kinds: dict[EventKind, list[FieldError]] = {}
        for error in elsewhere:
            of_kinds.setdefault(EventKind(error.path.partition(".")[0]), []).append(error)
        for kind, errors in list(of_kinds.items())[:1]:
            self.tabs.setCurrentIndex(0)
            self.choose(kind)
            self.form.mark(tuple(errors))
        if not of_kinds:
            self.tabs.setCurrentIndex(1)
            for path in self.delivery.fields.marked()[:1]:
                self.delivery.fields.focus(path)

    def _send_test(self) -> None:
        event = self.form.previewed
        if event is None or self._busy:
            return
        self._busy = True
        self.banners.hide(Subject.RESULT)
        self._calls.follow(
            self._desk.send_test(event, self.form.setting()), self._was_tried, self._failed, self._ended
        )
        self._show_possible()

    def _was_tried(self, tried: TestSent) -> None:
        told = []
        if tried.recipients:
            facts = {"to": ", ".join(tried.recipients), "sender": tried.sender}
            told.append(filled(self.tr("A test is on its way to {to}, through {sender}."), facts))
        if tried.webhook:
            told.append(self.tr("The webhook took it."))
        if not told:
            told.append(self.tr("Nothing was sent: neither email nor a webhook is chosen."))
        self._tell(Role.NEUTRAL, " ".join(told))

    def _tell(self, role: Role, text: str) -> None:
        self.banners.show(Subject.RESULT, role, text, closable=True)

    def _show_possible(self) -> None:
        read = bool(self._stored)
        self.form.setEnabled(read)
        enable(self.buttons.button(_Button.Ok), not self._busy)
        enable(self.buttons.button(_Button.Apply), read and not self._busy and self.dirty)
        self.try_out.setEnabled(read and not self._busy)

    def _connect(self) -> None:
        self.kinds.currentRowChanged.connect(self._show_kind)
        self.form.edited.connect(self._on_edited)
        self.delivery.fields.edited.connect(self._show_possible)
        self.delivery.secret.edited.connect(self._show_possible)
        self.try_out.clicked.connect(self._send_test)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.buttons.button(_Button.Apply).clicked.connect(self.apply)

    def _lay_out(self) -> None:
        for kind in EventKind:
            item = QListWidgetItem(kind_words(kind), self.kinds)
            item.setData(_KIND, kind)
        em = self.fontMetrics().averageCharWidth()
        self.kinds.setFixedWidth(em * 36)
        self.kinds.setAccessibleName(self.tr("Kinds of events"))
        right = QVBoxLayout()
        right.addWidget(PageArea(self.form), 1)
        right.addWidget(self.try_out, 0, Qt.AlignmentFlag.AlignLeft)
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(BETWEEN_GROUPS, BETWEEN_GROUPS, BETWEEN_GROUPS, BETWEEN_GROUPS)
        row.setSpacing(BETWEEN_GROUPS)
        row.addWidget(self.kinds)
        row.addLayout(right, 1)
        self.tabs = QTabWidget(documentMode=True)
        self.tabs.addTab(page, self.tr("Events"))
        self.tabs.addTab(PageArea(self.delivery), self.tr("Delivery"))
        self._dress_buttons()
        self.column = QVBoxLayout()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(BETWEEN_GROUPS, BETWEEN_GROUPS, BETWEEN_GROUPS, BETWEEN_GROUPS)
        outer.setSpacing(BETWEEN_CONTROLS)
        outer.addLayout(self.column)
        outer.addWidget(self.tabs, 1)
        outer.addWidget(self.buttons)
        fit_dialog(self, QSize(em * 150, self.fontMetrics().lineSpacing() * 48))

    def _dress_buttons(self) -> None:
        self.buttons.button(_Button.Ok).setText(self.tr("OK"))
        self.buttons.button(_Button.Cancel).setText(self.tr("Cancel"))
        self.buttons.button(_Button.Apply).setText(self.tr("&Apply"))
        self.buttons.button(_Button.Ok).setDefault(True)
        self.buttons.button(_Button.Apply).setAutoDefault(False)
        self.buttons.button(_Button.Cancel).setAutoDefault(False)
        leave_focus(self.buttons)
