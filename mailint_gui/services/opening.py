"""Sessions with incoming servers, opened as settings say."""

import hashlib
import os
from typing import TypeVar

from mailint_gui.domain.integration import Integration
from mailint_gui.domain.login import Login, LoginKind
from mailint_gui.mail.connect import Endpoint, Network
from mailint_gui.mail.imap import ImapSession
from mailint_gui.mail.pop3 import Pop3Session
from mailint_gui.mail.scope import CancelScope

_Session = TypeVar("_Session", ImapSession, Pop3Session)

_DIGEST_KEY = os.urandom(32)  # of this process: the digest says nothing outside of it


def open_imap(integration: Integration, login: Login, network: Network, scope: CancelScope) -> ImapSession:
    """Resolve, connect, TLS, log in. Raises ProblemError and Cancelled."""
    return _opened(ImapSession, integration, login, network, scope)


def open_pop3(integration: Integration, login: Login, network: Network, scope: CancelScope) -> Pop3Session:
    """As ``open_imap``."""
    return _opened(Pop3Session, integration, login, network, scope)


def _opened(
    kind: type[_Session], integration: Integration, login: Login, network: Network, scope: CancelScope
) -> _Session:
    incoming = integration.incoming
    session = kind.open(Endpoint(incoming.server, incoming.port, incoming.security), scope, network)
    try:
        session.log_in(login, scope)
    except BaseException:
        session.close()
        raise
    return session


def session_key(integration: Integration, login: Login, network: Network) -> tuple[object, ...]:
    """Changes with anything that a live session depends on; a secret enters as a digest only."""
    incoming = integration.incoming
    return (
        integration.id,
        incoming.server,
        incoming.port,
        incoming.security,
        login.user_name,
        network,
        login.kind,
        _standing(login),
    )


def _standing(login: Login) -> str:
    """What makes it another log-in. Not the access token: a session goes on when that is renewed."""
    if login.kind is LoginKind.ACCESS_TOKEN:
        return login.identity
    return hashlib.blake2b(login.secret.reveal().encode(), key=_DIGEST_KEY).hexdigest()
