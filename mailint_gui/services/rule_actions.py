"""What rules order beside the record: moving on the server, and mail."""

from collections.abc import Iterable

from mailint_gui.domain.integration import AfterProcessing
from mailint_gui.domain.rule import ActionKind
from mailint_gui.domain.rule_orders import Order
from mailint_gui.domain.rule_text import shortened
from mailint_gui.domain.trail import Footprint, NotDone, TrailStep
from mailint_gui.services.filing_case import Case, Steps
from mailint_gui.services.filing_turn import Turn
from mailint_gui.services.rule_mail import MAIL_ACTIONS

_MAX_DETAIL = 1000
_GONE = {
    AfterProcessing.MOVE: NotDone.ALREADY_MOVED,
    AfterProcessing.DELETE: NotDone.ALREADY_DELETED,
}


def act(turn: Turn, case: Case, steps: Steps, record: int | None, earlier: Iterable[Footprint]) -> None:
    """``earlier``: the trail of an earlier filing; mail that was sent then is not sent again."""
    sent = {
        (_fact(each, "action"), _fact(each, "rule")) for each in earlier if each.step is TrailStep.ACTION_DONE
    }
    for order in case.orders:
        if order.kind is ActionKind.MOVE_TO_FOLDER:
            _move(turn, case, steps, order)
        elif order.kind in MAIL_ACTIONS and (str(order.kind), order.rule) in sent:
            steps.not_done(order, NotDone.DONE_BEFORE)
        elif order.kind in MAIL_ACTIONS:
            done = turn.mail.send(case, order, record)
            if done.why:
                steps.not_done(order, done.why)
            else:
                steps.done(order, shortened(", ".join(done.recipients), _MAX_DETAIL))


def _move(turn: Turn, case: Case, steps: Steps, order: Order) -> None:
    """Owed to the server, and paid by the next check."""
    folder = order.action.value
    if case.logged.is_pop3:
        steps.not_done(order, NotDone.NO_FOLDERS)
        return
    if folder.casefold() == case.integration.incoming.folder.casefold():
        steps.not_done(order, NotDone.SAME_FOLDER, folder)  # to the server it would be another message
        return
    gone = _GONE.get(case.integration.incoming.after_processing)
    if turn.unit.messages.owe_move(case.id, folder, while_owed=gone is not None):
        steps.add(TrailStep.MOVE_OWED, folder=folder, rule=order.rule)
    else:
        steps.not_done(order, gone or NotDone.NO_FOLDERS, folder)


def _fact(step: Footprint, name: str) -> str:
    return dict(step.facts).get(name, "")
