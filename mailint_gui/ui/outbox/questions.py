"""What is asked once before a message of the outbox is settled for good."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from mailint_gui.domain.outbox import OutboxItem, OutboxState
from mailint_gui.ui.confirm_dialog import ConfirmDialog
from mailint_gui.wording.outbox import outbox_title

translate = QCoreApplication.translate

_MOST_NAMED = 5


def ask_whether_it_arrived(
    window: QWidget, items: Sequence[OutboxItem], count_as_sent: Callable[[], object]
) -> None:
    question = translate("outbox", "Has this message arrived?")
    if len(items) > 1:
        question = translate("outbox", "Have these %n messages arrived?", None, len(items))
    effect = translate("outbox", "Counted as sent it is not sent again, and this cannot be undone.")
    if len(items) > 1:
        effect = translate("outbox", "Counted as sent they are not sent again, and this cannot be undone.")
    _ask(window, question, [*_named(items), effect], translate("outbox", "It has arrived"), count_as_sent)


def ask_whether_to_give_up(
    window: QWidget, items: Sequence[OutboxItem], give_up: Callable[[], object]
) -> None:
    question = translate("outbox", "Give this message up?")
    if len(items) > 1:
        question = translate("outbox", "Give these %n messages up?", None, len(items))
    effects = [*_named(items), translate("outbox", "Nobody gets it unless it is edited and sent again.")]
    if any(item.state is OutboxState.UNCERTAIN for item in items):
        effects.append(translate("outbox", "What may have arrived already cannot be taken back."))
    _ask(window, question, effects, translate("outbox", "Do not send"), give_up)


def _named(items: Sequence[OutboxItem]) -> list[str]:
    named = [outbox_title(item) for item in items[:_MOST_NAMED]]
    more = len(items) - _MOST_NAMED
    return [*named, translate("outbox", "and %n more", None, more)] if more > 0 else named


def _ask(window: QWidget, question: str, effects: list[str], act: str, agreed: Callable[[], object]) -> None:
    dialog = ConfirmDialog(window, question, effects, act, ())
    dialog.accepted.connect(lambda: agreed())
    dialog.open()
