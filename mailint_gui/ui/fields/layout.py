"""What pages share in how they are laid out: one edge for the labels, headings, widths."""

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFormLayout, QFrame, QLabel, QScrollArea, QStackedWidget, QTabWidget, QWidget

from mailint_gui.ui.fields.disclosure import Disclosed
from mailint_gui.ui.theme import BETWEEN_CONTROLS, emphasised

PANEL_WIDTH_IN_CHARACTERS = 62  # right of the fields, on all pages; labels get three fifths of it


class PageArea(QScrollArea):
    """A page that scrolls on a low screen, or when marks make it longer, and asks for all its room otherwise."""

    def __init__(self, page: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(page)
        self._page = page
        for ground in (self.viewport(), page):
            ground.setAutoFillBackground(False)

    def sizeHint(self) -> QSize:
        bar = self.verticalScrollBar().sizeHint().width()
        return self._page.sizeHint() + QSize(bar, 0)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.sizeHint().width(), super().minimumSizeHint().height())


def reveal(field: QWidget) -> None:
    """Opens each tab that ``field`` is on and whatever hides it, and scrolls to it and to the words below it."""
    areas = []
    shown, around = field, field.parentWidget()
    while around is not None:
        outer = around.parentWidget()
        if isinstance(around, QStackedWidget) and isinstance(outer, QTabWidget):
            outer.setCurrentWidget(shown)
        elif isinstance(around, Disclosed):
            around.disclose()
        elif isinstance(around, QScrollArea):
            areas.append(around)
        shown, around = around, outer
    for area in areas:  # a page that is not shown does not scroll
        area.ensureWidgetVisible(field, 0, 4 * field.fontMetrics().lineSpacing())


def align_labels(forms: Iterable[QFormLayout]) -> None:
    """The fields of all ``forms`` begin at the same distance from the left."""
    labels = [label for form in forms for label in labels_of(form)]
    widest = max((label.sizeHint().width() for label in labels), default=0)
    for label in labels:
        label.setMinimumWidth(widest)


def keep_room_for(form: QFormLayout, *widgets: QWidget) -> None:
    """The page is wide enough for each of ``widgets``, which begin at the edge of ``form``, also while hidden."""
    label = max((label.minimumWidth() for label in labels_of(form)), default=0)
    page = form.parentWidget()
    assert page is not None
    widest = max(max(widget.sizeHint().width(), widget.minimumWidth()) for widget in widgets)
    page.setMinimumWidth(label + form.horizontalSpacing() + widest)


def show_rows(form: QFormLayout, fields: Iterable[QWidget], shown: bool) -> None:
    for field in fields:
        form.setRowVisible(field, shown)


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
