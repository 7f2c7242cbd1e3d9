"""A reconciliation in words: what is on one side only, and whether that is as it should be."""

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.reconciliation import Reconciliation, Standing
from mailint_gui.wording.text import QT_TRANSLATE_NOOP, filled

translate = QCoreApplication.translate

_STANDINGS: dict[Standing, str] = {
    Standing.BEFORE_FIRST_CHECK: QT_TRANSLATE_NOOP(
        "reconciliation", "On the server since before the first check"
    ),
    Standing.NOT_TAKEN_IN_YET: QT_TRANSLATE_NOOP("reconciliation", "New since the last check"),
    Standing.REMOVED_AFTER_PROCESSING: QT_TRANSLATE_NOOP(
        "reconciliation", "Moved or deleted after processing"
    ),
    Standing.GONE_FROM_SERVER: QT_TRANSLATE_NOOP(
        "reconciliation", "Here, and removed from the server by somebody else or a rule"
    ),
    Standing.MISSING_HERE: QT_TRANSLATE_NOOP(
        "reconciliation", "On the server, and missing here without a reason"
    ),
}


def standing_words(standing: Standing) -> str:
    return translate("reconciliation", _STANDINGS[standing])


def counted_words(found: Reconciliation) -> list[str]:
    """How many there are of each difference that there is."""
    template = translate("reconciliation", "{count} × {what}")
    return [
        filled(template, {"count": str(count), "what": standing_words(standing)})
        for standing, count in found.counts.items()
        if count
    ]


def summary_words(found: Reconciliation) -> str:
    """How the two sides compare, and what to do where something is missing."""
    facts = {"name": found.name, "there": str(found.on_server), "matched": str(found.matched)}
    template = translate(
        "reconciliation", "{name}: {there} messages on the server, {matched} of them are here."
    )
    if found.on_server == 1:
        is_here = translate("reconciliation", "{name}: 1 message on the server, and it is here.")
        is_not = translate("reconciliation", "{name}: 1 message on the server, and it is not here.")
        template = is_here if found.matched else is_not
    text = filled(template, facts)
    missing = found.counts[Standing.MISSING_HERE]
    if not missing:
        return text
    told = translate(
        "reconciliation",
        "{count} should be here and are not: report this as a fault, with the log. On the server they are safe.",
    )
    return f"{text} {filled(told, {'count': str(missing)})}"
