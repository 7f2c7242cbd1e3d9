"""What pages share in how they are laid out: one edge for the labels, headings, widths."""

from collections.abc import Iterable

from PySide6.QtWidgets import QFormLayout, QLabel, QWidget

from mailint_gui.ui.theme import BETWEEN_CONTROLS, emphasised

PANEL_WIDTH_IN_CHARACTERS = 52  # what stands to the right of the fields, the same on all pages


def align_labels(forms: Iterable[QFormLayout]) -> None:
    """The fields of all ``forms`` begin at the same distance from the left."""
    labels = [label for form in forms for label in labels_of(form)]
    widest = max((label.sizeHint().width() for label in labels), default=0)
    for label in labels:
        label.setMinimumWidth(widest)


def keep_room_for(form: QFormLayout, widget: QWidget) -> None:
    """The page is wide enough for ``widget`` of ``form`` also while that is hidden."""
    label = max((label.minimumWidth() for label in labels_of(form)), default=0)
    form.parentWidget().setMinimumWidth(label + form.horizontalSpacing() + widget.sizeHint().width())


def labels_of(form: QFormLayout) -> list[QLabel]:
    found = []
    for row in range(form.rowCount()):
        item = form.itemAt(row, QFormLayout.ItemRole.LabelRole)
        widget = item.widget() if item else None
        if isinstance(widget, QLabel) and widget.text():
            found.append(widget)
    return found


def dress_headings(page: QWidget) -> None:
    """Labels named ``…heading`` are strong; those within a form stand apart from the group above."""
    for label in page.findChildren(QLabel):
        if label.objectName().endswith("heading"):
            label.setFont(emphasised(label.font()))
            label.setContentsMargins(0, BETWEEN_CONTROLS if label.objectName() != "heading" else 0, 0, 0)
