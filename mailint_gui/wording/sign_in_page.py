"""The page that a browser shows at the end of a sign-in. It is made here and loads nothing."""

import html

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate


def sign_in_page(good: bool) -> str:
    title, told = _words(good)
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8">'
        f"<title>{html.escape(title)}</title>"
        "<style>:root{color-scheme:light dark}body{font-family:sans-serif;margin:15vh auto;max-width:32em;"
        "padding:0 1em}</style></head>"
        f"<body><h1>{html.escape(title)}</h1><p>{html.escape(told)}</p></body></html>"
    )


def _words(good: bool) -> tuple[str, str]:
    if good:
        title = translate("sign_in", "The provider has answered")
        return title, translate("sign_in", "You can close this page and go back to Mailint.")
    title = translate("sign_in", "This was no sign-in")
    told = translate(
        "sign_in", "Mailint got no permission by it. Close this page and look there for the reason."
    )
    return title, told
