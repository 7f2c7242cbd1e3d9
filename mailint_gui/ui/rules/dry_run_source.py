"""What rules are tried on: stored messages, files, or a live mailbox that nothing is done to."""

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from mailint_gui.domain.dry_run import DryRunSource, LiveMailbox, MailFiles, StoredMessages
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.ui.elided_label import ElidedLabel
from mailint_gui.ui.theme import BETWEEN_CONTROLS
from mailint_gui.wording.messages import messages_words
from mailint_gui.wording.text import one_line

LATEST = (50, 500)
LIVE = (20, 50, 200)


class DryRunSourcePicker(QWidget):
    """``changed`` comes when another source, or none, is chosen."""

    changed = Signal()

    def __init__(
        self,
        integrations: Iterable[IntegrationStatus],
        message_ids: tuple[int, ...] = (),
        parent: QWidget | None = None,
    ) -> None:
        """``message_ids``: what is selected in the message log."""
        super().__init__(parent)
        self._ids = message_ids
        self._paths: tuple[Path, ...] = ()
        known = [status for status in integrations if status.integration.incoming.enabled]
        self.kind = QComboBox()
        self.details = QStackedWidget()
        self.details.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.latest = _counts(LATEST)
        self.live_count = _counts(LIVE)
        self.mailbox = _integrations(known)
        self.received_by = _integrations(known)
        self.paths = ElidedLabel()
        self.choose_files = QPushButton(self.tr("Choose &files…"), autoDefault=False)
        self.choose_folder = QPushButton(self.tr("Choose f&older…"), autoDefault=False)
        self._name()
        self._lay_out()
        self.kind.currentIndexChanged.connect(self._show_kind)
        for box in (self.mailbox, self.received_by):
            box.currentIndexChanged.connect(self.changed)
        self.choose_files.clicked.connect(self._ask_for_files)
        self.choose_folder.clicked.connect(self._ask_for_folder)
        self.set_paths(())

    def source(self) -> DryRunSource | None:
        """None: nothing is chosen yet."""
        match self.kind.currentIndex():
            case 0:
                return StoredMessages(limit=self.latest.currentData())
            case 1 if self._paths and self.received_by.count():
                return MailFiles(self._paths, self.received_by.currentData())
            case 2 if self.mailbox.count():
                return LiveMailbox(self.mailbox.currentData(), self.live_count.currentData())
            case 3:
                return StoredMessages(self._ids)
        return None

    def live_name(self) -> str:
        """Of the integration whose live mailbox is chosen; empty: another source is."""
        return self.mailbox.currentText() if isinstance(self.source(), LiveMailbox) else ""

    def set_paths(self, paths: Iterable[Path]) -> None:
        self._paths = tuple(paths)
        nothing = self.tr("No files are chosen yet")
        self.paths.set_line(", ".join(path.name or str(path) for path in self._paths) or nothing)
        self.changed.emit()

    def _name(self) -> None:
        self.kind.setAccessibleName(self.tr("What to try the rules on"))
        self.latest.setAccessibleName(self.tr("How many stored messages"))
        self.live_count.setAccessibleName(self.tr("How many messages of the mailbox"))
        self.mailbox.setAccessibleName(self.tr("Mailbox"))
        self.received_by.setAccessibleName(self.tr("As if received by"))
        self.paths.setAccessibleName(self.tr("Chosen files"))

    def _lay_out(self) -> None:
        choices: list[tuple[str, list[QWidget | str]]] = [
            (self.tr("Stored messages"), [self.tr("the latest"), self.latest]),
            (
                self.tr("Files (.eml)"),
                [
                    self.choose_files,
                    self.choose_folder,
                    self.paths,
                    self.tr("as if received by"),
                    self.received_by,
                ],
            ),
            (
                self.tr("A live mailbox"),
                [
                    self.mailbox,
                    self.tr("the latest"),
                    self.live_count,
                    self.tr("They are only read: nothing is marked, moved or deleted."),
                ],
            ),
        ]
        if self._ids:
            choices.append((self.tr("Selected messages"), [messages_words(len(self._ids))]))
        for title, parts in choices:
            self.kind.addItem(title)
            self.details.addWidget(_row(parts))
        self.kind.setCurrentIndex(3 if self._ids else 0)
        self._show_kind()
        label = QLabel(self.tr("&Try on"))
        label.setBuddy(self.kind)
        row = QHBoxLayout()
        row.setSpacing(BETWEEN_CONTROLS)
        row.addWidget(label)
        row.addWidget(self.kind)
        row.addWidget(self.details, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)

    def _show_kind(self) -> None:
        self.details.setCurrentIndex(self.kind.currentIndex())
        self.changed.emit()

    def _ask_for_files(self) -> None:
        dialog = self._dialog(QFileDialog.FileMode.ExistingFiles, self.tr("Choose messages"))
        dialog.setNameFilters([self.tr("Messages (*.eml)"), self.tr("All files (*)")])
        dialog.open()

    def _ask_for_folder(self) -> None:
        self._dialog(QFileDialog.FileMode.Directory, self.tr("Choose a folder of messages")).open()

    def _dialog(self, mode: QFileDialog.FileMode, title: str) -> QFileDialog:
        dialog = QFileDialog(self, title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(mode)
        dialog.filesSelected.connect(lambda paths: self.set_paths(map(Path, paths)))
        return dialog


def _counts(counts: Iterable[int]) -> QComboBox:
    box = QComboBox()
    for count in counts:
        box.addItem(str(count), count)
    return box


def _integrations(known: Iterable[IntegrationStatus]) -> QComboBox:
    """The default one first."""
    box = QComboBox()
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(16)
    for status in sorted(known, key=lambda each: not each.integration.is_default):
        box.addItem(one_line(status.name), status.id)
    return box


def _row(parts: Iterable[QWidget | str]) -> QWidget:
    page = QWidget()
    row = QHBoxLayout(page)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(BETWEEN_CONTROLS)
    wide = False
    for part in parts:
        widget = QLabel(part, textFormat=Qt.TextFormat.PlainText) if isinstance(part, str) else part
        is_wide = isinstance(part, ElidedLabel)
        row.addWidget(widget, 1 if is_wide else 0)
        wide |= is_wide
    if not wide:
        row.addStretch()
    return page
