"""The connection that messages of one burst go over, one after another."""

from collections.abc import Callable
from types import TracebackType
from typing import Self

from mailint_gui.domain.integration import OutgoingSettings
from mailint_gui.mail.smtp import SmtpSession

MOST_MESSAGES = 100  # over one connection: servers that count end it at some number, and not always politely

Open = Callable[[], SmtpSession]


class OutgoingLine:
    """For one thread, and one scope, which the sessions are opened in. Left, it says goodbye."""

    def __init__(self) -> None:
        self._session: SmtpSession | None = None
        self._settings: OutgoingSettings | None = None
        self._carried = 0

    def kept(self, settings: OutgoingSettings) -> SmtpSession | None:
        """The session of the last message, where it may carry one more and was opened by these settings.

        It is handed over: it is to be given back, or closed.
        """
        session, self._session = self._session, None
        if session is None:
            return None
        if session.usable and self._settings == settings and self._carried < MOST_MESSAGES:
            return session
        session.quit()
        return None

    def opened(self, settings: OutgoingSettings, opening: Open) -> SmtpSession:
        """Another session, likewise. Raises what ``opening`` raises."""
        session = opening()
        self._settings, self._carried = settings, 0
        return session

    def give_back(self, session: SmtpSession) -> None:
        """After a message that it carried whole."""
        self._session = session
        self._carried += 1

    def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.quit()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
