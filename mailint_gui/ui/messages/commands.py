"""What an admin does about messages: file anyway, try again, discard; one after the other, with a count."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QWidget

from mailint_gui.domain.message import MessageRow, MessageState
from mailint_gui.domain.rule_text import shortened
from mailint_gui.ui.confirm_dialog import ConfirmDialog
from mailint_gui.ui.messages.failure import Failure, failure_words
from mailint_gui.ui.pending_calls import PendingCalls
from mailint_gui.wording.messages import reason_words
from mailint_gui.wording.text import filled, one_line
from mailint_gui.workers.calls import Call
from mailint_gui.workers.message_desk import MessageDesk

translate = QCoreApplication.translate

Ask = Callable[[int], Call]
Told = Callable[[Sequence[MessageRow]], str]

_MOST_OF_SUBJECT = 60  # characters


@dataclass
class _Batch:
    ask: Ask
    told: Told
    waiting: list[int]
    total: int
    done: list[MessageRow] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


class MessageCommands(QObject):
    changed = Signal(object)  # MessageRow, as it is now
    progressed = Signal(int, int)  # done, total; 0, 0 when it is over
    told = Signal(str, bool)  # words, whether they are bad news

    def __init__(self, desk: MessageDesk, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._calls = PendingCalls(self)
        self._batch: _Batch | None = None
        self._running: Call | None = None

    @property
    def is_busy(self) -> bool:
        return self._batch is not None

    def file_anyway(self, ids: tuple[int, ...]) -> None:
        self._start(ids, self._desk.file_anyway, self._filed_words)

    def retry(self, ids: tuple[int, ...]) -> None:
        self._start(ids, self._desk.retry, self._retried_words)

    def ask_to_discard(self, rows: Sequence[MessageRow]) -> None:
        if not rows or self.is_busy:
            return
        ids = tuple(row.id for row in rows)
        one = len(rows) == 1
        named = filled(self.tr("Discard “{subject}”?"), {"subject": _subject(rows[0])})
        dialog = ConfirmDialog(
            self._window,
            named if one else self.tr("Discard %n messages?", None, len(ids)),
            [
                self.tr("Nobody is reminded of it any more, and it gets no service record."),
                self.tr(
                    "It stays in the log as ignored, with its source, and can still be filed or exported."
                ),
            ],
            self.tr("Discard message") if one else self.tr("Discard messages"),
            (),
        )
        dialog.accepted.connect(lambda: self._start(ids, self._desk.discard, self._discarded_words))
        dialog.open()

    def cancel(self) -> None:
        """What was done stays done."""
        if self._batch is not None:
            self._batch.waiting.clear()
            if self._running is not None:
                self._running.cancel()

    def _start(self, ids: tuple[int, ...], ask: Ask, told: Told) -> None:
        if ids and self._batch is None:
            self._batch = _Batch(ask, told, list(ids), len(ids))
            self._next()

    def _next(self) -> None:
        batch = self._batch
        if batch is None:
            return
        if not batch.waiting:
            self._end(batch)
            return
        self.progressed.emit(len(batch.done) + len(batch.failures), batch.total)
        self._running = batch.ask(batch.waiting.pop(0))
        self._calls.follow(self._running, self._done, self._failed, self._next)

    def _done(self, row: MessageRow) -> None:
        assert self._batch is not None
        self._batch.done.append(row)
        self.changed.emit(row)

    def _failed(self, failure: Failure) -> None:
        assert self._batch is not None
        self._batch.failures.append(failure_words(failure))

    def _end(self, batch: _Batch) -> None:
        self._batch = self._running = None
        self.progressed.emit(0, 0)
        words = [self._told_words(batch)] if batch.done else []
        words += list(dict.fromkeys(batch.failures))[:3]
        if words:
            still = any(row.state == MessageState.QUARANTINED for row in batch.done)
            self.told.emit(" ".join(words), bool(batch.failures) or still)

    # What was done, in words

    def _told_words(self, batch: _Batch) -> str:
        """One is named: what is told stays when another is selected."""
        told = batch.told(batch.done)
        if batch.total > 1:
            return told
        return filled(self.tr("{subject}: {told}"), {"subject": _subject(batch.done[0]), "told": told})

    def _filed_words(self, rows: Sequence[MessageRow]) -> str:
        filed = [row for row in rows if row.state == MessageState.FILED and row.record is not None]
        if len(rows) == 1 and filed:
            return filled(self.tr("Filed to record {number}."), {"number": str(filed[0].record)})
        if len(rows) == 1:
            return filled(self.tr("It could not be filed. {why}"), {"why": reason_words(rows[0])})
        return self._counted(len(filed), len(rows))

    def _retried_words(self, rows: Sequence[MessageRow]) -> str:
        still = [row for row in rows if row.state == MessageState.QUARANTINED]
        if len(rows) == 1 and still:
            return filled(self.tr("It is still quarantined. {why}"), {"why": reason_words(still[0])})
        if len(rows) == 1 and rows[0].state == MessageState.TOO_LARGE:
            return reason_words(rows[0])
        if len(rows) == 1 and rows[0].record is None:
            return filled(self.tr("It can be read now. {why}"), {"why": reason_words(rows[0])})
        return self._filed_words(rows)

    def _discarded_words(self, rows: Sequence[MessageRow]) -> str:
        if len(rows) == 1:
            return self.tr("Discarded. The message is still in the log, as ignored.")
        return self.tr("%n messages discarded. They are still in the log, as ignored.", None, len(rows))

    def _counted(self, filed: int, total: int) -> str:
        facts = {"filed": str(filed), "total": str(total)}
        return filled(self.tr("{filed} of {total} messages were filed to records."), facts)


def _subject(row: MessageRow) -> str:
    """Of one line, not too long for a sentence."""
    return shortened(one_line(row.subject), _MOST_OF_SUBJECT) or translate("MessageCommands", "(no subject)")
