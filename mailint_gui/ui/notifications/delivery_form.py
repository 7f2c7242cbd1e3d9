"""What holds for all notifications: quiet hours, patience, webhook and status file. All but the secret: properties."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from mailint_gui.domain.webhook import SIGNATURE_HEADER
from mailint_gui.ui.fields.binding import Field, FieldSet
from mailint_gui.ui.fields.duration_edit import DurationEdit
from mailint_gui.ui.fields.kinds import DURATION_AS_TEXT, LINE, NUMBER_AS_TEXT
from mailint_gui.ui.notifications.secret_edit import SecretEdit
from mailint_gui.ui.theme import BETWEEN_CONTROLS, BETWEEN_GROUPS

_MOST_A_MINUTE = 10_000


class DeliveryForm(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.quiet_hours = QLineEdit(placeholderText="22:00-07:00")
        self.notifications_a_minute = QSpinBox(minimum=1, maximum=_MOST_A_MINUTE)
        self.outbox_stuck_after, self.no_check_after, self.no_mail_after = (DurationEdit() for _ in range(3))
        self.webhook_url = QLineEdit(placeholderText="https://")
        self.secret = SecretEdit()
        self.status_file = QLineEdit()
        self.browse = QPushButton(self.tr("&Browse…"), autoDefault=False)
        self._lay_out()
        self.fields = FieldSet(self.form, self._declared(), self)

    def _lay_out(self) -> None:
        self.form = QFormLayout(self)
        self.form.setContentsMargins(BETWEEN_GROUPS, BETWEEN_GROUPS, BETWEEN_GROUPS, BETWEEN_GROUPS)
        self.form.setHorizontalSpacing(BETWEEN_CONTROLS)
        self.form.setVerticalSpacing(BETWEEN_CONTROLS)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows = (
            (self.tr("&Quiet hours"), self.quiet_hours),
            (self.tr("&Single mails a minute"), self.notifications_a_minute),
            (self.tr("&Outbox is stuck after"), self.outbox_stuck_after),
            (self.tr("No successful chec&k for"), self.no_check_after),
            (self.tr("No &mail for"), self.no_mail_after),
            (self.tr("&Webhook"), self.webhook_url),
            (self.tr("Secret of the w&ebhook"), self.secret),
        )
        for text, widget in rows:
            label = QLabel(text)
            label.setBuddy(self.secret.typed if widget is self.secret else widget)
            self.form.addRow(label, widget)
        self._add_status_file()
        hint = self.tr(
            "The webhook gets a POST with JSON. With a secret, the header {header} carries the HMAC-SHA256 of its body."
        ).replace("{header}", SIGNATURE_HEADER)
        self.form.addRow("", QLabel(hint, textFormat=Qt.TextFormat.PlainText, wordWrap=True))

    def _add_status_file(self) -> None:
        label = QLabel(self.tr("Status &file"))
        label.setBuddy(self.status_file)
        row = QHBoxLayout()
        row.setSpacing(BETWEEN_CONTROLS)
        row.addWidget(self.status_file, 1)
        row.addWidget(self.browse)
        self.form.addRow(label, row)
        self.browse.setAccessibleName(self.tr("Browse for the status file"))
        self.browse.clicked.connect(self._browse)

    def _browse(self) -> None:
        dialog = QFileDialog(self, self.tr("Choose a status file"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        dialog.setNameFilters([self.tr("JSON files (*.json)"), self.tr("All files (*)")])
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # it may well be the one of before
        dialog.fileSelected.connect(self.status_file.setText)
        dialog.open()

    def _declared(self) -> list[Field]:
        quiet = self.tr(
            "Nothing disturbs from one to the other; all of it is told at the end. Empty: at any time."
        )
        storm = self.tr("What is more than this within a minute comes as one mail.")
        file = self.tr(
            "A JSON file that other monitors read, written whenever the state changes, and every few minutes. An older "
            "“written_at”, or “running” false, says that Mailint does not run. Empty: none."
        )
        return [
            Field("quiet_hours", self.quiet_hours, LINE, 14, quiet),
            Field("notifications_a_minute", self.notifications_a_minute, NUMBER_AS_TEXT, 8, storm),
            Field("outbox_stuck_after", self.outbox_stuck_after, DURATION_AS_TEXT),
            Field("no_check_after", self.no_check_after, DURATION_AS_TEXT),
            Field("no_mail_after", self.no_mail_after, DURATION_AS_TEXT),
            Field("webhook_url", self.webhook_url, LINE, 0),
            Field("status_file", self.status_file, LINE, 0, file),
        ]
