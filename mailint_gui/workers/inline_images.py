"""Images that a message carries, decoded on a worker: of few kinds, never larger than can be shown."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from mailint_gui.domain.message import InlineImage

Pictures = Mapping[str, QImage]  # by Content-ID

MAX_SIDE = 1600  # pixels; larger ones are made smaller
MAX_PIXELS = 40_000_000  # of the image as it comes: more is a bomb, or no picture to look at in a mail
_FORMATS = frozenset(
    {b"png", b"jpeg", b"jpg", b"gif", b"bmp", b"webp"}
)  # SVG could name files of this computer


def decoded(images: Iterable[InlineImage]) -> Pictures:
    """Those that can be read; the others are left out."""
    pictures = {each.content_id: _picture(each.content) for each in images}
    return {content_id: image for content_id, image in pictures.items() if image is not None}


def _picture(content: bytes) -> QImage | None:
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    if reader.format().toLower().data() not in _FORMATS:
        return None
    size = reader.size()
    if not size.isValid() or size.width() * size.height() > MAX_PIXELS:
        return None
    if max(size.width(), size.height()) > MAX_SIDE:
        reader.setScaledSize(size.scaled(QSize(MAX_SIDE, MAX_SIDE), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return None if image.isNull() else image
