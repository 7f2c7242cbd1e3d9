"""What the window's commands ask of the desk: duplicate, delete and undo, enable, disable. Asks where it must."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from mailint_gui.domain.integration import Integration
from mailint_gui.domain.problem import Problem
from mailint_gui.domain.status import DeletionEffects, IntegrationStatus
from mailint_gui.domain.validation import ValidationError
from mailint_gui.ui.confirm_dialog import ConfirmDialog
from mailint_gui.ui.pending_calls import PendingCalls
from mailint_gui.ui.status_board import StatusBoard
from mailint_gui.wording.fields import field_words
from mailint_gui.wording.problems import words
from mailint_gui.wording.text import filled, one_line
from mailint_gui.workers.desk import Desk

_NAMES_SHOWN = 8


@dataclass(frozen=True, slots=True)
class _Deletion:
    """What one undo brings back."""

    ids: tuple[int, ...]
    names: tuple[str, ...]
    heir: int | None  # to whom the delete gave *default*


class IntegrationCommands(QObject):
    deleted = Signal(object)  # tuple[str, ...]: names of what undo() would bring back; may be empty
    restored = Signal(object)  # tuple[int, ...]: integration ids
    noticed = Signal(str)  # what an admin should know of it, in words
    refused = Signal(int, str)  # integration id (0: several), in words
    working = Signal(str)  # what is under way, in words; empty when it is over
    added = Signal(int)  # integration id

    def __init__(self, desk: Desk, board: StatusBoard, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._board = board
        self._window = window
        self._calls = PendingCalls(self)
        self._deletions: list[_Deletion] = []

    @property
    def can_undo(self) -> bool:
        return bool(self._deletions)

    def duplicate(self, integration_id: int) -> None:
        self._calls.follow(
            self._desk.duplicate(integration_id),
            succeeded=lambda copy: self.added.emit(copy.id),
            failed=partial(self._tell_refusal, integration_id),
        )

    def delete(self, ids: tuple[int, ...]) -> None:
        if ids:
            effects = self._desk.deletion_effects(ids)
            self._calls.follow(effects, partial(self._ask_to_delete, ids), partial(self._tell_refusal, 0))

    def undo(self) -> None:
        if self._deletions:
            last = self._deletions[-1]
            self._calls.follow(
                self._desk.restore(last.ids, last.heir),
                partial(self._restored, last),
                partial(self._tell_refusal, 0),
            )

    def enable(self, ids: tuple[int, ...]) -> None:
        """Each is tested first; one whose test fails stays as it was, and says why."""
        for status in self._board.known(ids):
            self.working.emit(self._about(self.tr("Testing {name} before it is enabled…"), status))
            self._calls.follow(
                self._desk.enable(status.id),
                failed=partial(self._tell_refusal, status.id),
                finished=partial(self.working.emit, ""),
            )

    def disable(self, ids: tuple[int, ...]) -> None:
        """Asks for a successor when the default is among them."""
        chosen = self._board.known(ids)
        default = next((status for status in chosen if status.integration.is_default), None)
        if default is None:
            self._disable(ids, None)
            return
        dialog = ConfirmDialog(
            self._window,
            self._about(self.tr("Disable {name}, the default integration?"), default),
            [self.tr("Automatic notifications are sent from the default integration.")],
            self.tr("Disable integration") if len(chosen) == 1 else self.tr("Disable integrations"),
            self._successors(ids),
        )
        dialog.accepted.connect(lambda: self._disable(ids, dialog.successor()))
        dialog.open()

    def _disable(self, ids: tuple[int, ...], successor: int | None) -> None:
        self._calls.follow(self._desk.disable(ids, successor), failed=partial(self._tell_refusal, 0))

    def _successors(self, leaving: tuple[int, ...]) -> tuple[tuple[int, str], ...]:
        return tuple(
            (status.id, status.name)
            for status in self._board.statuses()
            if status.id not in leaving and status.integration.can_send
        )

    def _ask_to_delete(self, ids: tuple[int, ...], effects: DeletionEffects) -> None:
        act = self.tr("Delete integration") if len(ids) == 1 else self.tr("Delete integrations")
        successors = effects.possible_successors if effects.includes_default else ()
        question, lines = self._deletion_question(effects), self._deletion_lines(effects)
        dialog = ConfirmDialog(self._window, question, lines, act, successors)
        dialog.accepted.connect(
            lambda: self._delete(
                _Deletion(ids, effects.names, dialog.successor() if effects.includes_default else None)
            )
        )
        dialog.open()

    def _deletion_question(self, effects: DeletionEffects) -> str:
        if len(effects.names) == 1:
            return filled(self.tr("Delete {name}?"), {"name": effects.names[0]})
        return self.tr("Delete %n integrations?", None, len(effects.names))

    def _deletion_lines(self, effects: DeletionEffects) -> list[str]:
        lines = []
        if len(effects.names) > 1:
            more = len(effects.names) - _NAMES_SHOWN
            lines += [one_line(name) for name in effects.names[:_NAMES_SHOWN]]
            lines += [self.tr("and %n more", None, more)] if more > 0 else []
            lines.append("")
        if effects.includes_default and len(effects.names) == 1:
            lines.append(self.tr("It is the default integration, which sends automatic notifications."))
        elif effects.includes_default:
            lines.append(
                self.tr("The default integration, which sends automatic notifications, is among them.")
            )
        if effects.unsent_messages == 1:
            lines.append(self.tr("1 message that is not sent yet will not be sent."))
        elif effects.unsent_messages:
            lines.append(
                self.tr("%n messages that are not sent yet will not be sent.", None, effects.unsent_messages)
            )
        lines += self._rule_lines(effects.rules)
        lines.append(self.tr("Messages and service records stay."))
        lines.append(self.tr("This can be undone until Mailint is closed."))
        return lines

    def _rule_lines(self, rules: tuple[str, ...]) -> list[str]:
        if not rules:
            return []
        if len(rules) == 1:
            return [
                filled(
                    self.tr("The rule “{name}” loses an address; without another one it is disabled."),
                    {"name": rules[0]},
                )
            ]
        more = len(rules) - _NAMES_SHOWN
        lines = [self.tr("These rules lose an address; without another one they are disabled:")]
        lines += [one_line(name) for name in rules[:_NAMES_SHOWN]]
        lines += [self.tr("and %n more", None, more)] if more > 0 else []
        return [*lines, ""]

    def _delete(self, deletion: _Deletion) -> None:
        self._calls.follow(
            self._desk.delete(deletion.ids, deletion.heir),
            partial(self._were_deleted, deletion),
            partial(self._tell_refusal, 0),
        )

    def _were_deleted(self, deletion: _Deletion, _nothing: object) -> None:
        self._deletions.append(deletion)
        self.deleted.emit(deletion.names)

    def _restored(self, deletion: _Deletion, default: Integration | None) -> None:
        """``default``: the integration that has become it meanwhile."""
        if deletion in self._deletions:
            self._deletions.remove(deletion)
        self.deleted.emit(self._deletions[-1].names if self._deletions else ())
        self.restored.emit(deletion.ids)
        if default is not None:
            template = self.tr(
                "The default integration is {name}, which was chosen meanwhile; undoing the deletion left it so."
            )
            self.noticed.emit(self._about(template, default))

    def _tell_refusal(self, integration_id: int, refusal: Problem | ValidationError) -> None:
        status = self._board.status(integration_id)
        name = status.name if status else ""
        self.refused.emit(integration_id, _refusal_words(refusal, name))

    def _about(self, template: str, status: IntegrationStatus | Integration) -> str:
        return filled(template, {"name": status.name})


def _refusal_words(refusal: Problem | ValidationError, name: str) -> str:
    if isinstance(refusal, ValidationError):
        return " ".join(field_words(error) for error in refusal.errors)
    return str(words(refusal, name))
