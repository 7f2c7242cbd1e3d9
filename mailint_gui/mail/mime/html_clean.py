"""HTML of mail made harmless to show: nothing remote, no script, no form; images only from the mail itself.

``nh3`` does it by a list of what may stay. Its time grows with the square of the nesting, so that is judged before.
"""

import re
from collections.abc import Callable
from urllib.parse import unquote

import nh3

MAX_HTML = 2_000_000  # characters
MAX_HTML_DEPTH = 250

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
# Void elements, and those that the next of their kind ends: they do not nest by themselves.
_FLAT_NAMES = """
    area base br col dd dt embed hr img input li link meta option p param source td th track tr wbr
"""
_FLAT = frozenset(_FLAT_NAMES.split())

_TAG_NAMES = """
    a abbr address article aside b big blockquote br caption center cite code col colgroup dd del details dfn div dl
    dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q s samp
    section small span strike strong sub summary sup table tbody td tfoot th thead tr tt u ul var wbr
"""
_TAGS = set(_TAG_NAMES.split())
_WITH_CONTENT = {
    "script", "style", "title", "template", "noscript", "svg", "math", "iframe", "object", "applet", "textarea",
    "select", "button", "audio", "video", "frameset", "noembed", "noframes", "xmp",
}  # fmt: skip
_TABLE = {"align", "bgcolor", "border", "cellpadding", "cellspacing", "height", "valign", "width"}
_ATTRIBUTES = {
    "*": {"dir", "lang", "style", "align"},
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "font": {"color", "face", "size"},
    "ol": {"start", "type"},
    "ul": {"type"},
    "hr": {"size", "width"},
    "table": _TABLE,
    "tr": _TABLE,
    "td": _TABLE | {"colspan", "rowspan", "nowrap"},
    "th": _TABLE | {"colspan", "rowspan", "nowrap"},
    "col": {"width", "span"},
}
_STYLE_NAMES = """
    background-color border border-bottom border-collapse border-color border-left border-right border-style
    border-top border-width color font-family font-size font-style font-weight height line-height margin
    margin-bottom margin-left margin-right margin-top padding padding-bottom padding-left padding-right padding-top
    text-align text-decoration text-indent vertical-align white-space width
"""
_STYLES = set(_STYLE_NAMES.split())
# What could load something, or hide that it does (CSS escapes and comments).
_LOADING_STYLE = re.compile(r"url|image|src|expression|import|[\\@]|/\*", re.IGNORECASE)
_LINKS = ("http:", "https:", "mailto:", "tel:")


def is_too_deep(html: str) -> bool:
    """Nested so deep that cleaning it would take too long; a linear count, at worst too high."""
    depth = 0
    for tag in _TAG.finditer(html):
        if tag[2].lower() not in _FLAT:
            depth = max(0, depth - 1) if tag[1] else depth + 1
            if depth > MAX_HTML_DEPTH:
                return True
    return False


def clean_html(html: str, image: Callable[[str], str | None]) -> str:
    """``image`` gives for a Content-ID the name to put behind ``cid:``, None for an image that is not shown."""

    def judged(tag: str, name: str, value: str) -> str | None:
        if name == "src":
            scheme, _, content_id = value.strip().partition(":")
            found = image(unquote(content_id)) if tag == "img" and scheme.lower() == "cid" else None
            return f"cid:{found}" if found else None
        if name == "href":
            link = value.strip()
            return link if link.lower().startswith(_LINKS) else None
        if name == "style" and _LOADING_STYLE.search(value):
            return None
        return value

    return nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags=_WITH_CONTENT,
        attributes=_ATTRIBUTES,
        attribute_filter=judged,
        filter_style_properties=_STYLES,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        url_relative="deny",
    )
