"""How one kind of event is told: the form beside the list of kinds, with its preview."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QWidget

from mailint_gui.domain.events import IntegrationEvent
from mailint_gui.domain.notification import (
    FIELDS,
    Channel,
    EventKind,
    NotificationSetting,
    kind_of,
    setting_faults,
)
from mailint_gui.domain.validation import FieldError
from mailint_gui.ui.fields.binding import Field, FieldSet
from mailint_gui.ui.fields.entries_edit import EntriesEdit
from mailint_gui.ui.fields.kinds import CHECK, ENTRIES, LINE, LINES
from mailint_gui.ui.theme import BETWEEN_CONTROLS, BETWEEN_GROUPS
from mailint_gui.wording.notifications import (
    channel_words,
    default_body,
    default_subject,
    event_mail,
    template_field_words,
)

_TYPED = ("recipients", "subject", "body")
_RECIPIENT_LINES, _BODY_LINES, _PREVIEW_LINES = 3, 9, 11


class EventForm(QWidget):
    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = EventKind.ERRORS_REACHED
        self._event: IntegrationEvent | None = None
        self.enabled = QCheckBox(self.tr("&Tell of this"))
        self.channels = {channel: QCheckBox(channel_words(channel)) for channel in Channel}
        self.breaks_quiet = QCheckBox(self.tr("Also in &quiet hours"))
        self.recipients = EntriesEdit()
        self.subject = QLineEdit()
        self.body = QPlainTextEdit(tabChangesFocus=True)
        self.known_fields = QLabel(_field_list(), textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self.preview = QPlainTextEdit(readOnly=True, tabChangesFocus=True)
        self.preview.setAccessibleName(self.tr("Preview"))
        self._lay_out()
        self.fields = FieldSet(self.form, self._declared(), self)
        self.fields.edited.connect(self._on_edited)

    @property
    def previewed(self) -> IntegrationEvent | None:
        """What the preview is made of."""
        return self._event

    def show_setting(self, event: IntegrationEvent, setting: NotificationSetting) -> None:
        """``event``: what the preview is made of; its kind is what the setting is of."""
        self._kind, self._event = kind_of(event), event
        self.fields.clear_marks()
        self.fields.load(_as_values(self._kind, setting))
        self._show_possible()
        self._judge()
        self._show_preview()

    def setting(self) -> NotificationSetting:
        values = self.fields.values()
        subject, body = values["subject"], values["body"]
        return NotificationSetting(
            enabled=values["enabled"],
            channels=frozenset(channel for channel in Channel if values[channel.value]),
            recipients=values["recipients"],
            subject="" if subject == default_subject() else subject,
            body="" if body == default_body(self._kind) else body,
            breaks_quiet=values["breaks_quiet"],
        )

    def mark(self, errors: tuple[FieldError, ...]) -> None:
        """Those of this kind, by paths as ``disabled.subject``."""
        self.fields.mark(replace(each, path=each.path.partition(".")[2]) for each in errors)
        for path in self.fields.marked()[:1]:
            self.fields.focus(path)

    def _on_edited(self, path: str) -> None:
        if path in _TYPED:
            self._judge(path)
        self._show_possible()
        self._show_preview()
        self.edited.emit()

    def _judge(self, *paths: str) -> None:
        """While it is typed."""
        for error in setting_faults(self._kind, self.setting()):
            path = error.path.partition(".")[2]
            if path in (paths or _TYPED) and not self.fields.mark_text(path):
                self.fields.mark([replace(error, path=path)])

    def _show_possible(self) -> None:
        on = self.enabled.isChecked()
        mail = on and self.channels[Channel.EMAIL].isChecked()
        for each in (*self.channels.values(), self.breaks_quiet):
            each.setEnabled(on)
        for typed in (self.recipients, self.subject, self.body):
            typed.setEnabled(mail)

    def _show_preview(self) -> None:
        if self._event is None:
            return
        setting = self.setting()
        subject, body = event_mail(self._event, self._kind, setting.subject, setting.body)
        text = f"{subject}\n\n{body}"
        if self.preview.toPlainText() != text:
            self.preview.setPlainText(text)

    def _lay_out(self) -> None:
        self.form = QFormLayout(self)
        self.form.setContentsMargins(0, 0, 0, 0)
        self.form.setHorizontalSpacing(BETWEEN_CONTROLS)
        self.form.setVerticalSpacing(BETWEEN_CONTROLS)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        channels = QHBoxLayout()
        channels.setSpacing(BETWEEN_GROUPS)
        for each in self.channels.values():
            channels.addWidget(each)
        channels.addStretch()
        line = self.fontMetrics().lineSpacing()
        self.recipients.setFixedHeight(line * _RECIPIENT_LINES)
        self.body.setFixedHeight(line * _BODY_LINES)
        self.preview.setFixedHeight(line * _PREVIEW_LINES)
        self.form.addRow("", self.enabled)
        self.form.addRow(self.tr("By"), channels)
        self.form.addRow("", self.breaks_quiet)
        self._add_row(self.tr("&Recipients"), self.recipients)
        self._add_row(self.tr("&Subject"), self.subject)
        self._add_row(self.tr("Te&xt"), self.body)
        self.form.addRow(self.tr("Fields"), self.known_fields)
        self._add_row(self.tr("Previe&w"), self.preview)

    def _add_row(self, text: str, widget: QWidget) -> None:
        label = QLabel(text)
        label.setBuddy(widget)
        self.form.addRow(label, widget)

    def _declared(self) -> list[Field]:
        nobody = self.tr("One a line. Empty: the responsible admin, else the recipients named in Settings.")
        names = self.tr("Fields in braces are replaced by what happened.")
        return [
            Field("enabled", self.enabled, CHECK),
            *(Field(channel.value, widget, CHECK) for channel, widget in self.channels.items()),
            Field("breaks_quiet", self.breaks_quiet, CHECK),
            Field("recipients", self.recipients, ENTRIES, 0, nobody),
            Field("subject", self.subject, LINE, 0, names),
            Field("body", self.body, LINES, 0, names),
        ]


def _as_values(kind: EventKind, setting: NotificationSetting) -> Mapping[str, Any]:
    return {
        "enabled": setting.enabled,
        **{channel.value: channel in setting.channels for channel in Channel},
        "breaks_quiet": setting.breaks_quiet,
        "recipients": setting.recipients,
        "subject": setting.subject or default_subject(),
        "body": setting.body or default_body(kind),
    }


def _field_list() -> str:
    return ", ".join(f"{{{name}}} {template_field_words(name)}" for name in FIELDS)
