"""Sessions with incoming servers, opened as settings say."""

import hashlib
import os
from typing import TypeVar

from mailint_gui.domain.integration import Integration
from mailint_gui.domain.secret import Secret
from mailint_gui.mail.connect import Endpoint, Trust
from mailint_gui.mail.imap import ImapSession
from mailint_gui.mail.pop3 import Pop3Session
from mailint_gui.mail.scope import CancelScope

_Session = TypeVar("_Session", ImapSession, Pop3Session)

_DIGEST_KEY = os.urandom(32)  # of this process: the digest says nothing outside of it


def open_imap(integration: Integration, password: Secret, trust: Trust, scope: CancelScope) -> ImapSession:
    """Resolve, connect, TLS, log in. Raises ProblemError and Cancelled."""
    return _opened(ImapSession, integration, password, trust, scope)


def open_pop3(integration: Integration, password: Secret, trust: Trust, scope: CancelScope) -> Pop3Session:
    """As ``open_imap``."""
    return _opened(Pop3Session, integration, password, trust, scope)


def _opened(
    kind: type[_Session], integration: Integration, password: Secret, trust: Trust, scope: CancelScope
) -> _Session:
    incoming = integration.incoming
    session = kind.open(Endpoint(incoming.server, incoming.port, incoming.security), scope, trust)
    try:
        session.log_in(incoming.user_name, password, scope)
    except BaseException:
        session.close()
        raise
    return session


def session_key(integration: Integration, password: Secret, trust: Trust) -> tuple[object, ...]:
    """Changes with anything that a live session depends on; the password enters as a digest only."""
    incoming = integration.incoming
    digest = hashlib.blake2b(password.reveal().encode(), key=_DIGEST_KEY).hexdigest()
    return (
        integration.id,
        incoming.server,
        incoming.port,
        incoming.security,
        incoming.user_name,
        trust.extra_ca_file,
        digest,
    )
