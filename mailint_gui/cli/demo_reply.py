"""The answer that the demo's pass in the terminal gives to the first service record."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from mailint_gui.domain.check import SendOutcome
from mailint_gui.domain.draft import MailDraft
from mailint_gui.domain.outbox import OutboxItem
from mailint_gui.workers.compose_desk import ComposeDesk
from mailint_gui.workers.live_desk import LiveDesk


class DemoReply(QObject):
    """Written and queued as from the record's window; ``outcome`` is there once it was tried."""

    ended = Signal()

    def __init__(self, desk: LiveDesk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = ComposeDesk(desk)
        self._outcomes: dict[int, SendOutcome] = {}
        self._queued_as = 0
        self._begun = False
        self.number = 0
        desk.records_changed.connect(self._begin)
        desk.send_finished.connect(self._on_sent)

    @property
    def outcome(self) -> SendOutcome | None:
        return self._outcomes.get(self._queued_as)

    def _begin(self, numbers: frozenset[int]) -> None:
        if self._begun or not numbers:
            return
        self._begun = True
        self.number = min(numbers)
        self._desk.reply_to_record(self.number).succeeded.connect(self._send)

    def _send(self, draft: MailDraft) -> None:
        thanks = self.tr("Thank you for your message. We are looking into it.")
        typed = replace(draft, text=thanks + draft.text)
        self._desk.send(0, typed).succeeded.connect(self._queued)

    def _queued(self, item: OutboxItem) -> None:
        self._queued_as = item.id
        if self.outcome:
            self.ended.emit()

    def _on_sent(self, outcome: SendOutcome) -> None:
        self._outcomes[outcome.outbox_id] = outcome  # it may be sent before we hear that it is queued
        if outcome.outbox_id == self._queued_as:
            self.ended.emit()
