"""A message as the viewer shows it: text, harmless HTML with the images that it carries, attachments."""

import html

from mailint_gui.domain.message import InlineImage, MessageView
from mailint_gui.mail.mime.contents import Contents, attachment, contents_of, is_html, readable
from mailint_gui.mail.mime.headers import Headers
from mailint_gui.mail.mime.html_clean import MAX_HTML, clean_html, is_too_deep
from mailint_gui.mail.mime.part import Part
from mailint_gui.mail.mime.quotes import new_text

MAX_SHOWN_HTML = 2 * MAX_HTML
MAX_IMAGES = 50
MAX_IMAGE = 5 * 1024 * 1024  # bytes of one, and of all
MAX_IMAGE_BYTES = 15 * 1024 * 1024
_MAX_SUBJECT = 10_000
_MAX_DEFECTS = 20
_IMAGE_TYPES = frozenset({"image/png", "image/jpeg", "image/jpg", "image/gif", "image/webp", "image/bmp"})


def view(headers: Headers, root: Part, with_html: bool = True) -> MessageView:
    """Attachments are all of them, also the images that the HTML shows."""
    contents = contents_of(root)
    text = readable(contents)
    attachments = tuple(map(attachment, contents.attachments))
    images = _Images(contents)
    shown = _html(contents, images) if with_html else ""
    return MessageView(
        headers=headers.shown(),
        text=text,
        new_text=new_text(text, headers.text("Subject", _MAX_SUBJECT)),
        html=shown,
        images=tuple(images.shown),
        attachments=attachments,
        defects=tuple(dict.fromkeys(contents.defects))[:_MAX_DEFECTS],
    )


def attachment_content(root: Part, index: int) -> bytes:
    """The bytes of one attachment, by its place in ``MessageView.attachments``. Raises IndexError."""
    found = contents_of(root).attachments
    for each in found:  # all of them, as the view does, so that both stand on the same reader's tree
        attachment(each)
    if index < 0:
        raise IndexError
    return found[index].content()


class _Images:
    """The images that may be shown by their Content-ID, under names of our own."""

    def __init__(self, contents: Contents) -> None:
        self._parts = {
            part.content_id: part
            for part in reversed(contents.attachments)
            if part.content_id and part.kind in _IMAGE_TYPES
        }
        self._names: dict[str, str | None] = {}
        self._room = MAX_IMAGE_BYTES
        self.shown: list[InlineImage] = []

    def name(self, content_id: str) -> str | None:
        if content_id not in self._names:
            part = self._parts.get(content_id)
            self._names[content_id] = self._take(part) if part else None
        return self._names[content_id]

    def _take(self, part: Part) -> str | None:
        content = part.content()
        if len(self.shown) >= MAX_IMAGES or len(content) > min(MAX_IMAGE, self._room):
            return None
        self._room -= len(content)
        name = f"image-{len(self.shown) + 1}"
        self.shown.append(InlineImage(name, part.kind, content))
        return name


def _html(contents: Contents, images: _Images) -> str:
    """Empty where the message has none, or more than can be shown."""
    if not any(is_html(part) for part in contents.shown):
        return ""
    sources = [(is_html(part), part.text()) for part in contents.shown]
    if sum(len(source) for _, source in sources) > MAX_HTML:
        contents.defects.append("HtmlTooLarge")
        return ""
    if any(rich and is_too_deep(source) for rich, source in sources):
        contents.defects.append("HtmlTooDeep")
        return ""
    shown = "<hr>".join(
        clean_html(source, images.name) if rich else html.escape(source).replace("\n", "<br>")
        for rich, source in sources
        if source.strip()
    )
    # What is left open is opened anew in each paragraph: it can grow without end.
    if len(shown) > MAX_SHOWN_HTML:
        contents.defects.append("HtmlTooLarge")
        return ""
    return shown
