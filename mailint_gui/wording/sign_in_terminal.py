"""What a terminal says to whoever is to sign in."""

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.oauth import DeviceCode
from mailint_gui.wording.text import filled
from mailint_gui.wording.times import clock_time

translate = QCoreApplication.translate


def code_words(code: DeviceCode, name: str) -> str:
    told = translate(
        "sign_in",
        "To sign in for {name}, open {page} on any device and enter the code {code} before {until}.",
    )
    facts = {"name": name, "page": code.verification_uri, "code": code.user_code}
    return filled(told, {**facts, "until": clock_time(code.expires_at)})


def page_words(name: str) -> str:
    """The address of the page stands alone, on a line below: it is too long for a sentence."""
    return filled(
        translate("sign_in", "To sign in for {name}, open this page in a browser on this computer:"),
        {"name": name},
    )
