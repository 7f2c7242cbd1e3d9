"""Foreign HTML, shown without loading or opening anything: the second wall behind the cleaner.

Its page is white with black text in every theme, as its writers take for granted.
"""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QColor, QImage, QPalette, QTextDocument
from PySide6.QtWidgets import QTextBrowser, QWidget

_NOTHING = QImage(
    1, 1, QImage.Format.Format_ARGB32
)  # stands for what is not there, so that it is asked for once
_NOTHING.fill(QColor(0, 0, 0, 0))


class SafeHtmlView(QTextBrowser):
    """Serves ``cid:`` images that were handed to it, and nothing else of any name or kind."""

    link_clicked = Signal(QUrl)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._images: Mapping[str, QImage] = {}
        self.setAccessibleName(self.tr("The message as its sender designed it, without remote content"))
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setUndoRedoEnabled(False)
        self.setSearchPaths([])
        self.anchorClicked.connect(self.link_clicked)
        self._use_paper()

    def show_html(self, html: str, images: Mapping[str, QImage]) -> None:
        self._images = images
        self.document().clear()  # with what it has loaded
        self.setHtml(html)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        url = QUrl(name)
        if kind == QTextDocument.ResourceType.ImageResource.value and url.scheme().lower() == "cid":
            return self._images.get(url.path(), _NOTHING)
        return _NOTHING if kind == QTextDocument.ResourceType.ImageResource.value else ""

    def doSetSource(
        self,
        _name: QUrl | str,
        /,
        type: QTextDocument.ResourceType = QTextDocument.ResourceType.UnknownResource,
    ) -> None:
        """Goes nowhere, whoever asks."""

    def _use_paper(self) -> None:
        paper = QPalette(self.palette())
        for role, colour in (
            (QPalette.ColorRole.Base, "#ffffff"),
            (QPalette.ColorRole.Text, "#1c1c1c"),
            (QPalette.ColorRole.Link, "#1f66c1"),
            (QPalette.ColorRole.LinkVisited, "#1f66c1"),
            (QPalette.ColorRole.PlaceholderText, "#6a6d70"),
        ):
            paper.setColor(role, QColor(colour))
        self.setPalette(paper)
