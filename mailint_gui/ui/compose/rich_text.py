"""What is in the editor, as the little HTML that mail needs, and as plain text that says the same."""

import html
from collections.abc import Iterator
from itertools import groupby

from PySide6.QtGui import QFont, QTextBlock, QTextCharFormat, QTextDocument, QTextFragment, QTextListFormat

_LINE = "\u2028"  # a line break within a paragraph
_OBJECT = "\ufffc"  # where a picture was
_SCHEMES = ("http://", "https://", "mailto:")
_NO_BREAK = "&nbsp;"


def plain_text(document: QTextDocument) -> str:
    """Line by line; items of lists with their marks, links with their targets."""
    return "\n".join(_plain(block) for block in _blocks(document))


def rich_text(document: QTextDocument) -> str:
    """Empty where nothing is formatted: then the plain text says it all."""
    blocks = list(_blocks(document))
    if not any(map(_is_formatted, blocks)):
        return ""
    return "\n".join(_parts(blocks))


def _blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def _fragments(block: QTextBlock) -> Iterator[QTextFragment]:
    each = block.begin()
    while not each.atEnd():
        yield each.fragment()
        each += 1


def _is_formatted(block: QTextBlock) -> bool:
    return block.textList() is not None or any(
        any(_marks(each.charFormat())) or _target(each.charFormat()) for each in _fragments(block)
    )


def _parts(blocks: list[QTextBlock]) -> Iterator[str]:
    """Paragraphs, and lists of the items that follow one another."""
    for element, group in groupby(blocks, _element):
        if not element:
            yield from (f"<div>{_content(block) or '<br>'}</div>" for block in group)
        else:
            items = "".join(f"<li>{_content(block)}</li>" for block in group)
            yield f"<{element}>{items}</{element}>"


def _element(block: QTextBlock) -> str:
    items = block.textList()
    if items is None:
        return ""
    return "ol" if items.format().style() == QTextListFormat.Style.ListDecimal else "ul"


def _content(block: QTextBlock) -> str:
    return "".join(map(_fragment, _fragments(block)))


def _fragment(fragment: QTextFragment) -> str:
    written = fragment.charFormat()
    text = html.escape(_clean(fragment.text())).replace("\n", "<br>")
    text = text.replace("  ", f"{_NO_BREAK} ").replace("<br> ", f"<br>{_NO_BREAK}")
    if text.startswith(" "):
        text = _NO_BREAK + text[1:]
    for element in filter(None, _marks(written)):
        text = f"<{element}>{text}</{element}>"
    target = _target(written)
    return f'<a href="{html.escape(target)}">{text}</a>' if target else text


def _marks(written: QTextCharFormat) -> tuple[str, str, str]:
    """The elements for bold, italic and underlined; a link is underlined by itself."""
    return (
        "b" if written.fontWeight() > QFont.Weight.Medium else "",
        "i" if written.fontItalic() else "",
        "u" if written.fontUnderline() and not written.anchorHref() else "",
    )


def _target(written: QTextCharFormat) -> str:
    target = written.anchorHref()
    return target if target.lower().startswith(_SCHEMES) else ""


def _clean(text: str) -> str:
    return text.replace("\xa0", " ").replace(_LINE, "\n").replace(_OBJECT, "")


def _plain(block: QTextBlock) -> str:
    text = "".join(map(_plain_fragment, _fragments(block)))
    items = block.textList()
    if items is None:
        return text
    numbered = items.format().style() == QTextListFormat.Style.ListDecimal
    mark = f"{items.itemNumber(block) + 1}. " if numbered else "- "
    return mark + text


def _plain_fragment(fragment: QTextFragment) -> str:
    text, target = _clean(fragment.text()), _target(fragment.charFormat())
    bare = target.removeprefix("mailto:")
    return f"{text} <{bare}>" if target and bare not in text else text
