"""How large a message may be: as the integration says, and as its server announces (SIZE, RFC 1870)."""

import threading
from dataclasses import dataclass, field

from mailint_gui.domain.integration import Integration, OutgoingSettings
from mailint_gui.domain.problem import ProblemError
from mailint_gui.mail.connect import Endpoint
from mailint_gui.mail.scope import CancelScope
from mailint_gui.mail.smtp import SmtpSession
from mailint_gui.services.properties import Properties

_Server = tuple[str, int]


@dataclass(frozen=True, slots=True)
class SizeLimits:
    """What servers announced is remembered while the program runs. Thread-safe."""

    properties: Properties
    _announced: dict[_Server, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, settings: OutgoingSettings, session: SmtpSession) -> None:
        """Of a session that was just opened."""
        with self._lock:
            self._announced[_server(settings)] = session.size_limit

    def known(self, integration: Integration) -> int:
        """Bytes, of the whole message. A server that was not spoken to yet counts as taking everything."""
        settings = integration.outgoing
        with self._lock:
            announced = self._announced.get(_server(settings), 0)
        own = settings.largest_message_bytes
        return min(own, announced) if announced else own

    def ask(self, integration: Integration, scope: CancelScope) -> int:
        """The same, once the server was asked; one that does not answer changes nothing. Raises Cancelled."""
        settings = integration.outgoing
        if _server(settings) not in self._announced:
            endpoint = Endpoint(settings.server, settings.port, settings.security)
            try:
                session = SmtpSession.open(endpoint, scope, self.properties.network())
            except ProblemError:  # whoever sends tells of it
                return self.known(integration)
            self.note(settings, session)
            session.quit()
        return self.known(integration)


def _server(settings: OutgoingSettings) -> _Server:
    return settings.server.casefold(), settings.port
