"""What stands above a quotation, and above what is handed on."""

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.reply import QuoteFacts, ReplyKind
from mailint_gui.wording.text import filled, without_isolates
from mailint_gui.wording.times import minute

translate = QCoreApplication.translate


def quote_words(facts: QuoteFacts) -> str:
    known = {
        "sender": facts.sender or translate("replies", "an unknown sender"),
        "date": minute(facts.date) if facts.date else "",
        "subject": facts.subject,
        "recipients": ", ".join(facts.recipients),
        "copies": ", ".join(facts.copies),
    }
    if facts.kind is not ReplyKind.FORWARD:
        with_date = translate("replies", "On {date}, {sender} wrote:")
        template = with_date if facts.date else translate("replies", "{sender} wrote:")
        return without_isolates(filled(template, known))
    lines = [
        ("", translate("replies", "---------- Forwarded message ----------")),
        ("sender", translate("replies", "From: {sender}")),
        ("date", translate("replies", "Date: {date}")),
        ("subject", translate("replies", "Subject: {subject}")),
        ("recipients", translate("replies", "To: {recipients}")),
        ("copies", translate("replies", "Cc: {copies}")),
    ]
    told = [filled(template, known) for name, template in lines if not name or known[name]]
    return without_isolates("\n".join(told))
