"""Tokens of applications that act by themselves: one for all integrations that are the same application."""

import hashlib
import os
import threading
from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import timedelta

from mailint_gui.domain.clock import Clock
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.oauth import AccessToken, Provider
from mailint_gui.domain.secret import NO_SECRET, Secret, TypedPasswords
from mailint_gui.mail.auth.application import Application
from mailint_gui.mail.scope import CancelScope
from mailint_gui.services.applications import Applications, asks_with
from mailint_gui.services.identities import Identities
from mailint_gui.services.token_source import TokenSource

_DIGEST_KEY = os.urandom(32)  # of this process: the digests say nothing outside of it


@dataclass(frozen=True, slots=True)
class _Known:
    """What the settings of an integration led to: its secrets need not be looked up for each check."""

    settings: Hashable
    key: Hashable


class ApplicationTokens:
    """Thread-safe. In memory alone: there is nothing to keep but secrets that are kept already."""

    def __init__(self, applications: Applications, identities: Identities, clock: Clock) -> None:
        self._applications = applications
        self._identities = identities
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[tuple[int, Direction], _Known] = {}
        self._sources: dict[Hashable, TokenSource] = {}

    def token(
        self,
        integration: Integration,
        direction: Direction,
        scope: CancelScope,
        typed: TypedPasswords,
        *,
        fresh: bool,
    ) -> AccessToken:
        """Raises ProblemError, Cancelled. What is only typed is used once and not remembered."""
        if typed or not integration.id:
            return self._source_of(self._applications.of(integration, direction, typed)).token(scope)
        return self._source(integration, direction).token(scope, fresh=fresh)

    def refused(self, integration_id: int, direction: Direction, value: Secret) -> bool:
        """-> whether the next token is another."""
        source = self._source_that_gave((integration_id, direction))
        return source is not None and source.drop(value)

    def rest(self, integration_id: int, direction: Direction, value: Secret) -> timedelta:
        """How long a token that was refused stays, until another is asked for."""
        source = self._source_that_gave((integration_id, direction))
        return source.rest(value) if source else timedelta(0)

    def _source_that_gave(self, owner: tuple[int, Direction]) -> TokenSource | None:
        with self._lock:
            known = self._known.get(owner)
            return self._sources.get(known.key) if known else None

    def forget(self, integration_id: int) -> None:
        """Its settings or secrets changed. The token of an application that others are, too, stays theirs."""
        with self._lock:
            for direction in Direction:
                self._known.pop((integration_id, direction), None)
            used = {known.key for known in self._known.values()}
            self._sources = {key: source for key, source in self._sources.items() if key in used}

    def _source(self, integration: Integration, direction: Direction) -> TokenSource:
        owner, settings = (integration.id, direction), asks_with(integration, direction)
        with self._lock:
            known = self._known.get(owner)
            source = self._sources.get(known.key) if known and known.settings == settings else None
        if source and not source.is_refused_for_good:
            return source
        application = self._applications.of(integration, direction, TypedPasswords())
        key = _key(application)
        with self._lock:
            self._known[owner] = _Known(settings, key)
            if key not in self._sources:
                self._sources[key] = self._source_of(application)
            return self._sources[key]

    def _source_of(self, application: Application) -> TokenSource:
        name = hashlib.blake2b(repr(_key(application)).encode(), digest_size=16).hexdigest()

        def ask() -> AccessToken:
            return replace(self._identities.of(application, None).own_token(), identity=name, is_new=True)

        return TokenSource(ask, self._clock)


def _key(application: Application) -> Hashable:
    """What makes it the same application: at Google it acts for one mailbox at a time."""
    subject = "" if application.provider is Provider.MICROSOFT365 else application.mailbox
    plain = replace(
        application.settings,
        mailbox=subject,
        client_secret=NO_SECRET,
        certificate=NO_SECRET,
        key_file=NO_SECRET,
        secret_expires_on=None,
    )
    secrets = application.client_secret, application.certificate, application.key_file
    return (application.provider, plain, application.scopes, *map(_digest, secrets))


def _digest(secret: Secret | None) -> str:
    text = secret.reveal().encode() if secret else b""
    return hashlib.blake2b(text, key=_DIGEST_KEY, digest_size=16).hexdigest()
