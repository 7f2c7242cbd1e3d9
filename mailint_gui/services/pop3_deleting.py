"""Deleting over POP3: what is due goes with the end of the session (RFC 1939 section 6), or stays until the next."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from mailint_gui.domain.clock import Clock
from mailint_gui.domain.integration import AfterProcessing, IncomingSettings
from mailint_gui.domain.message import Acknowledgement, Pop3Seen
from mailint_gui.domain.problem import ProblemError
from mailint_gui.mail.pop3 import Pop3Session
from mailint_gui.services.pop3_journal import Pop3Journal

Listing = Mapping[str, tuple[int, ...]]
"""Numbers of messages by unique id: several where a server gives copies of a message one id."""


def owed(settings: IncomingSettings) -> Acknowledgement:
    """For a message as soon as it is stored."""
    at_once = settings.after_processing is AfterProcessing.DELETE and not settings.delete_after_days
    return Acknowledgement.DELETE if at_once else Acknowledgement.NONE


def due_before(settings: IncomingSettings, now: datetime) -> datetime | None:
    """What was first seen before then, or just then, is to be deleted, whatever was set at that time; None: nothing."""
    if settings.after_processing is AfterProcessing.DELETE or settings.delete_after_days:
        return now - timedelta(days=settings.delete_after_days)
    return None


class Pop3Deleting:
    """Ends a session whose messages are stored."""

    def __init__(
        self, clock: Clock, settings: IncomingSettings, session: Pop3Session, journal: Pop3Journal
    ) -> None:
        self._clock = clock
        self._settings = settings
        self._session = session
        self._journal = journal

    def end_session(self, listing: Listing) -> None:
        """Deletes what is due. Raises ProblemError, Cancelled.

        What is marked goes with QUIT, so the store knows of it before: of that alone, what is gone on the next check
        was deleted by us. It is settled only when the server has answered by +OK.
        """
        there = {uidl: seen for uidl, seen in self._journal.known.items() if uidl in listing}
        due = self._due(there)
        self._forgive([seen for uidl, seen in there.items() if uidl not in due])
        refusal = self._delete([number for uidl in due for number in listing[uidl]])
        if due:
            with self._journal.write() as unit:
                unit.pop3.set_deleting(due.values())
        self._session.quit()
        if refusal:
            raise refusal  # which of them it was, the next listing tells
        if due:
            with self._journal.write() as unit:
                unit.messages.clear_debts(due.values())
                self._journal.forget(unit, due)

    def _due(self, there: Mapping[str, Pop3Seen]) -> dict[str, int]:
        """Message ids by unique id. What was never fetched is never due."""
        before = due_before(self._settings, self._clock())
        return {
            uidl: seen.message_id
            for uidl, seen in there.items()
            if before and seen.sha256 and seen.message_id is not None and seen.first_seen_at <= before
        }

    def _forgive(self, those: Sequence[Pop3Seen]) -> None:
        """Debts of older settings: every one is paid as the settings of now say."""
        if any(seen.acknowledgement is not Acknowledgement.NONE for seen in those):
            with self._journal.write() as unit:
                self._journal.forgive(unit, those)

    def _delete(self, numbers: Sequence[int]) -> ProblemError | None:
        """The server's refusal of some, if it goes on all the same."""
        try:
            self._session.delete(numbers)
        except ProblemError as error:
            if not self._session.usable:
                raise
            return error
        return None
