"""Which folder is the one for sent mail."""

import pytest

from mailint_gui.domain.integration import SENT_FOUND_BY_ITSELF
from mailint_gui.domain.sent_copy import sent_folder


@pytest.mark.parametrize(
    ("wanted", "special", "folders", "found"),
    [
        ("Gesendet", {"sent": "Sent"}, ["Sent"], "Gesendet"),
        (SENT_FOUND_BY_ITSELF, {"sent": "Gesendet"}, ["Sent", "Gesendet"], "Gesendet"),
        (SENT_FOUND_BY_ITSELF, {}, ["INBOX", "Sent Items", "SENT"], "SENT"),
        (SENT_FOUND_BY_ITSELF, {}, ["INBOX", "INBOX.Sent", "INBOX.Old.Sent"], "INBOX.Sent"),
        (SENT_FOUND_BY_ITSELF, {}, ["INBOX", "[Mail]/Sent Mail"], "[Mail]/Sent Mail"),
        (SENT_FOUND_BY_ITSELF, {"trash": "Sent"}, ["INBOX", "Unsent", "Presents"], None),
    ],
)
def test_the_folder(wanted: str, special: dict[str, str], folders: list[str], found: str | None) -> None:
    assert sent_folder(wanted, special, folders) == found
