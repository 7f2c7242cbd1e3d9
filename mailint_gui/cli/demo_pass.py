"""``--demo`` without a display: one whole pass in the terminal, and tables of how it went."""

import sys
from collections.abc import Callable
from dataclasses import asdict

from PySide6.QtCore import QObject, QTimer, Signal

from mailint_gui.cli.demo_reply import DemoReply
from mailint_gui.cli.table import table
from mailint_gui.domain.check import CheckOutcome, CheckTally, SendOutcome
from mailint_gui.domain.events import DisabledByErrors, ErrorsReached, IntegrationEvent
from mailint_gui.domain.outbox import OutboxState
from mailint_gui.domain.record import RecordFilter, RecordRow
from mailint_gui.domain.secret import TypedPasswords
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.wording.events import event_words
from mailint_gui.wording.states import condition_words
from mailint_gui.wording.text import filled
from mailint_gui.workers.live_desk import LiveDesk
from mailint_gui.workers.record_desk import RecordDesk

SECONDS = 60
MAIL_WANTED = 3
RECORDS_SHOWN = 20
_INTEGRATIONS = ("name", "state", "checks", "messages", "filed", "ignored", "errors_in", "errors_out")
_RECORDS = ("number", "status", "subject", "requester", "category", "urgency", "group", "messages")


class DemoPass(QObject):
    """Ends with 0 once mail was taken in and answered, a test email was sent, and a failing account was notified and
    disabled.
    """

    ended = Signal(int)

    def __init__(self, desk: LiveDesk, say: Callable[[str], object] = print) -> None:
        super().__init__()
        self._desk = desk
        self._say = say
        self._statuses: dict[int, IntegrationStatus] = {}
        self._tallies: dict[int, CheckTally] = {}
        self._checks: dict[int, int] = {}
        self._sent = ""
        self._notified: set[str] = set()
        self._disabled: set[str] = set()
        self._over = False
        self._concluded = False
        desk.statuses_reset.connect(self._begin)
        desk.status_changed.connect(self._on_status)
        desk.check_finished.connect(self._on_check)
        desk.event_happened.connect(self._on_event)
        desk.send_finished.connect(self._on_sent)
        self._reply = DemoReply(desk, self)
        self._reply.ended.connect(self._on_reply)
        QTimer.singleShot(SECONDS * 1000, self, self._out_of_time)

    def fail(self, words: str) -> None:
        if not self._over:
            self._over = self._concluded = True
            print(words, file=sys.stderr)
            self.ended.emit(1)

    def _begin(self, statuses: tuple[IntegrationStatus, ...]) -> None:
        self._say(
            self.tr("DEMO: sample integrations on a throw-away profile, with mail servers of their own.")
        )
        self._statuses = {status.id: status for status in statuses}
        sender = next(each.integration for each in statuses if each.integration.is_default)
        self._desk.send_test(sender, sender.address, TypedPasswords())

    def _on_status(self, status: IntegrationStatus) -> None:
        self._statuses[status.id] = status

    def _on_check(self, outcome: CheckOutcome) -> None:
        self._checks[outcome.integration_id] = self._checks.get(outcome.integration_id, 0) + 1
        tally = outcome.tally
        self._tallies[outcome.integration_id] = self._tally(outcome.integration_id) + tally
        if tally.taken_in:
            numbers = (tally.taken_in, tally.filed, tally.ignored)
            facts = dict(zip(("taken", "filed", "ignored"), map(str, numbers), strict=True))
            words = self.tr("{name}: {taken} taken in, {filed} filed, {ignored} ignored")
            self._say(filled(words, {"name": outcome.integration_name, **facts}))
        self._look()

    def _tally(self, integration_id: int) -> CheckTally:
        return self._tallies.get(integration_id, CheckTally())

    def _on_event(self, event: IntegrationEvent) -> None:
        self._say(event_words(event).title)
        match event.event:
            case ErrorsReached():
                self._notified.add(event.integration_name)
            case DisabledByErrors():
                self._disabled.add(event.integration_name)
        self._look()

    def _on_sent(self, outcome: SendOutcome) -> None:
        if not self._sent:
            facts = {"name": outcome.integration_name, "state": outcome.state}
            self._say(filled(self.tr("{name}: test email {state}"), facts))
            self._sent = outcome.state
        self._look()

    def _on_reply(self) -> None:
        outcome = self._reply.outcome
        if outcome:
            facts = {
                "name": outcome.integration_name,
                "number": str(self._reply.number),
                "state": outcome.state,
            }
            self._say(filled(self.tr("{name}: reply to record {number} {state}"), facts))
        self._look()

    def _look(self) -> None:
        taken_in = sum(tally.taken_in for tally in self._tallies.values())
        answered = self._reply.outcome is not None and self._reply.outcome.state == OutboxState.SENT
        enough = taken_in >= MAIL_WANTED and self._sent == OutboxState.SENT and answered
        if enough and self._notified & self._disabled:
            self._finish(0)

    def _out_of_time(self) -> None:
        """Also where the records are waited for: what hangs is not asked for them."""
        self._over = True
        self._conclude(1, ())

    def _finish(self, code: int) -> None:
        if self._over:
            return
        self._over = True
        if self._desk.services is None:
            self._conclude(code, ())
            return
        call = RecordDesk(self._desk).page(RecordFilter(), None, RECORDS_SHOWN)
        call.succeeded.connect(lambda records: self._conclude(code, records))
        call.failed.connect(lambda _problem: self._conclude(1, ()))
        call.cancelled.connect(lambda: self._conclude(1, ()))

    def _conclude(self, code: int, records: tuple[RecordRow, ...]) -> None:
        if self._concluded:
            return
        self._concluded = True
        properties = self._desk.services.properties.current() if self._desk.services else None
        rows = [
            {
                "name": status.name,
                "state": condition_words(status, properties) if properties else "",
                "checks": self._checks.get(status.id, 0),
                "messages": self._tally(status.id).taken_in,
                "filed": self._tally(status.id).filed,
                "ignored": self._tally(status.id).ignored,
                "errors_in": status.health.incoming.consecutive_errors,
                "errors_out": status.health.outgoing.consecutive_errors,
            }
            for status in self._statuses.values()
        ]
        self._say("")
        self._say(table(rows, _INTEGRATIONS))
        if records:
            self._say("")
            self._say(table([asdict(record) for record in reversed(records)], _RECORDS))
        state = self._sent or self.tr("not sent")
        answer = self._reply.outcome.state if self._reply.outcome else self.tr("not sent")
        self._say(
            "\n"
            + filled(self.tr("Test email: {state}. Reply: {answer}."), {"state": state, "answer": answer})
        )
        self.ended.emit(code)
