"""The attachments of a message: listed and saved, never run or opened."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from mailint_gui.domain.file_name import safe_file_name
from mailint_gui.domain.message import Attachment
from mailint_gui.ui.plain import plain_tip
from mailint_gui.ui.spoken import speak_line
from mailint_gui.ui.theme import BETWEEN_CONTROLS
from mailint_gui.wording.messages import octets_words
from mailint_gui.wording.text import isolated, one_line


class AttachmentList(QWidget):
    save_requested = Signal(int, object)  # index, Path of the file
    save_all_requested = Signal(object)  # Path of the directory

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._attachments: tuple[Attachment, ...] = ()
        self.list = QTreeWidget()
        self.list.setAccessibleName(self.tr("Attachments"))
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setHeaderLabels([self.tr("Name"), self.tr("Kind"), self.tr("Size")])
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        em = self.fontMetrics().averageCharWidth()
        self.list.setColumnWidth(1, em * 36)
        self.list.setColumnWidth(2, em * 12)
        self.save = QPushButton(self.tr("Sa&ve…"), autoDefault=False)
        self.save_all = QPushButton(self.tr("Save &all…"), autoDefault=False)
        self.hint = QLabel(
            self.tr("Attachments are saved, never opened from here. Look at a file before you open it."),
            textFormat=Qt.TextFormat.PlainText,
            wordWrap=True,
        )
        self._lay_out()
        self.save.clicked.connect(self._ask_for_file)
        self.save_all.clicked.connect(self._ask_for_directory)
        self.list.itemActivated.connect(lambda *_: self._ask_for_file())
        self.list.itemSelectionChanged.connect(self._show_possible)
        self._show_possible()

    def show_attachments(self, attachments: Sequence[Attachment]) -> None:
        self._attachments = tuple(attachments)
        self.list.clear()
        for each in attachments:
            name, kind = isolated(one_line(each.name)) or self.tr("(no name)"), one_line(each.type)
            item = QTreeWidgetItem(self.list, [name, kind, octets_words(each.size)])
            speak_line(self.list, item)
            item.setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setToolTip(0, plain_tip(name))
        if first := self.list.topLevelItem(0):
            self.list.setCurrentItem(first)
        self._show_possible()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(BETWEEN_CONTROLS)
        row.addWidget(self.hint, 1)
        row.addWidget(self.save)
        row.addWidget(self.save_all)
        column = QVBoxLayout(self)
        column.setSpacing(BETWEEN_CONTROLS)
        column.addWidget(self.list)
        column.addLayout(row)

    def _show_possible(self) -> None:
        self.save.setEnabled(self._chosen() >= 0)
        self.save_all.setEnabled(bool(self._attachments))

    def _chosen(self) -> int:
        current = self.list.currentItem()
        return self.list.indexOfTopLevelItem(current) if current else -1

    def _ask_for_file(self) -> None:
        index = self._chosen()
        if index >= 0:
            dialog = file_to_save(
                self, self.tr("Save attachment"), safe_file_name(self._attachments[index].name)
            )
            dialog.fileSelected.connect(lambda path: self.save_requested.emit(index, Path(path)))
            dialog.open()

    def _ask_for_directory(self) -> None:
        dialog = QFileDialog(self, self.tr("Save all attachments in"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda path: self.save_all_requested.emit(Path(path)))
        dialog.open()


def file_to_save(parent: QWidget, title: str, name: str) -> QFileDialog:
    """Asks before a file that is there is written over."""
    dialog = QFileDialog(parent, title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.selectFile(name)
    return dialog
