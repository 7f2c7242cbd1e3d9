"""Access tokens: one for each identity, however many integrations and workers share it, renewed ahead of its end."""

import hashlib
import os
import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from mailint_gui.domain.check import Stage
from mailint_gui.domain.clock import Clock
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.integration_secrets import TOKENS_OF, settings_of
from mailint_gui.domain.oauth import AccessToken, Provider, SignInStatus
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.domain.secret import NO_SECRET, Secret, TypedPasswords
from mailint_gui.mail.auth.identity import Application, Identity, KeptSignIn
from mailint_gui.mail.scope import CancelScope, run_with_deadline
from mailint_gui.services.applications import Applications, mailbox_of, wanted_scopes
from mailint_gui.services.credentials import NOTHING_TYPED, Credentials
from mailint_gui.store.database import Database

MakeIdentity = Callable[[Application, Secret | None], Identity]
"""From what we are at the provider, and what is kept of a sign-in by a person."""

RENEWED_AHEAD = timedelta(minutes=5)
REFUSED_FOR = timedelta(seconds=15)  # what one asked and was refused, the others need not ask again at once
THROTTLED_FOR = timedelta(seconds=60)  # where the provider does not say how long
_DIGEST_KEY = os.urandom(32)  # of this process: the digests say nothing outside of it


@dataclass(slots=True)
class _Entry:
    """One identity. ``unsaved``: a token whose sign-in could not be stored; it is not used before it is."""

    name: str
    owner: tuple[int, Direction] | None = None  # of a sign-in by a person that is stored
    lock: threading.Lock = field(default_factory=threading.Lock)
    identity: Identity | None = None
    token: AccessToken | None = None
    renew_at: datetime | None = None
    stale: bool = False  # a mailbox refused the token
    unsaved: tuple[AccessToken, Secret] | None = None
    refusal: Problem | None = None
    refused_until: datetime | None = None
    under_way: Future[AccessToken] | None = None


class Tokens:
    """Thread-safe. The requests run on threads of their own: who waits for one may be cancelled, the others get it."""

    def __init__(
        self,
        database: Database,
        credentials: Credentials,
        applications: Applications,
        make_identity: MakeIdentity,
        clock: Clock,
    ) -> None:
        self._database = database
        self._credentials = credentials
        self._applications = applications
        self._make_identity = make_identity
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[
            tuple[int, Direction], tuple[Hashable, _Entry]
        ] = {}  # settings, and what they led to
        self._entries: dict[Hashable, _Entry] = {}

    def token(
        self,
        integration: Integration,
        direction: Direction,
        scope: CancelScope,
        typed: TypedPasswords = NOTHING_TYPED,
        *,
        fresh: bool = False,
    ) -> tuple[AccessToken, str]:
        """A token that is good for a while, and the name of its identity. ``direction``: whose settings are used.

        ``fresh``: an admin wants to know what the provider says now. Raises ProblemError, Cancelled.
        """
        scope.enter(Stage.TOKEN)
        entry = self._entry(integration, direction, typed)
        with entry.lock:
            now = self._clock()
            if not fresh:
                if entry.token and entry.renew_at and now < entry.renew_at:
                    return entry.token, entry.name
                if entry.refusal and entry.refused_until and now < entry.refused_until:
                    raise ProblemError(entry.refusal)
            under_way = entry.under_way
            if under_way is None:
                under_way = entry.under_way = Future()
                work = self._get, (entry, integration, direction, typed, fresh, under_way)
                threading.Thread(target=work[0], args=work[1], name="token", daemon=True).start()
        return run_with_deadline(under_way.result, scope.remaining(), scope), entry.name

    def refused(self, integration: Integration, direction: Direction) -> None:
        """The mailbox did not take the token: the next one is a new one."""
        with self._lock:
            known = self._known.get((integration.id, direction))
        if known:
            with known[1].lock:
                known[1].token, known[1].stale = None, True

    def forget(self, integration_id: int) -> None:
        """Its settings or secrets changed: they are looked up anew."""
        with self._lock:
            for direction in Direction:
                known = self._known.pop((integration_id, direction), None)
                if known:
                    self._entries = {
                        key: entry for key, entry in self._entries.items() if entry is not known[1]
                    }

    def status(self, integration_id: int, direction: Direction) -> SignInStatus | None:
        """What is kept of a sign-in by a person; None for none. Raises ProblemError."""
        state = self._kept(integration_id, direction)
        return KeptSignIn.read(state).status if state else None

    def sign_out(self, integration_id: int, direction: Direction) -> None:
        with self._database.write() as unit:
            unit.secrets.delete(integration_id, TOKENS_OF[direction])
        self.forget(integration_id)

    # Whose token

    def _entry(self, integration: Integration, direction: Direction, typed: TypedPasswords) -> _Entry:
        owner, settings = (integration.id, direction), _settings(integration, direction)
        if not typed:
            with self._lock:
                known = self._known.get(owner)
            if known and known[0] == settings:
                return known[1]
        key = self._key(integration, direction, typed)
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                stored = integration.id and not typed.of(TOKENS_OF[direction])
                entry = self._entries[key] = _Entry(_digest(repr(key)), owner if stored else None)
            if not typed and integration.id:
                self._known[owner] = settings, entry
        return entry

    def _key(self, integration: Integration, direction: Direction, typed: TypedPasswords) -> Hashable:
        """What makes it one identity: an application with its secrets, or one sign-in by a person."""
        oauth = settings_of(integration, direction).oauth
        if oauth.by_a_person:
            state = typed.of(TOKENS_OF[direction])
            return (integration.id, direction, *_settings(integration, direction), _digest_of(state))
        application = self._applications.of(integration, direction, typed)
        pem = application.certificate.pem if application.certificate else None
        secrets = application.client_secret, pem, application.key_file
        subject = "" if application.provider is Provider.MICROSOFT365 else application.mailbox
        plain = replace(
            oauth,
            mailbox=subject,
            client_secret=NO_SECRET,
            certificate=NO_SECRET,
            key_file=NO_SECRET,
            secret_expires_on=None,
        )
        return (application.provider, plain, application.scopes, *map(_digest_of, secrets))

    def _kept(self, integration_id: int, direction: Direction) -> Secret | None:
        """Raises ProblemError when it is there and cannot be read."""
        with self._database.read() as unit:
            sealed = unit.secrets.get(integration_id, TOKENS_OF[direction])
        if sealed is None:
            return None
        self._credentials.open_vault()
        with self._database.read() as unit:
            return self._credentials.unsealed(unit, integration_id, TOKENS_OF[direction])

    # Getting one

    def _get(
        self,
        entry: _Entry,
        integration: Integration,
        direction: Direction,
        typed: TypedPasswords,
        fresh: bool,
        answer: Future[AccessToken],
    ) -> None:
        """On a thread of its own; ``answer`` gets the token, or whatever was raised."""
        try:
            if fresh or entry.identity is None:
                entry.identity = self._identity(integration, direction, typed)
            token = self._asked(entry, entry.identity, integration, direction, fresh)
        except BaseException as error:  # noqa: BLE001  carried to all who wait
            self._note_refusal(entry, error)
            answer.set_exception(error)
        else:
            self._note(entry, token)
            answer.set_result(token)

    def _identity(self, integration: Integration, direction: Direction, typed: TypedPasswords) -> Identity:
        application = self._applications.of(integration, direction, typed)
        kept = None
        if application.settings.by_a_person:
            kept = typed.of(TOKENS_OF[direction]) or self._kept(integration.id, direction)
        return self._make_identity(application, kept)

    def _asked(
        self, entry: _Entry, identity: Identity, integration: Integration, direction: Direction, fresh: bool
    ) -> AccessToken:
        if not settings_of(integration, direction).oauth.by_a_person:
            return identity.own_token()
        if entry.unsaved is None:
            renew = entry.owner is not None and (fresh or entry.stale)  # what is only typed is not rotated
            token, state = identity.renewed_token(renew=renew)
            if state is None or entry.owner is None:
                return token
            entry.unsaved = token, state
        token, state = entry.unsaved
        self._keep(entry, state)
        entry.unsaved = None
        return token

    def _keep(self, entry: _Entry, state: Secret) -> None:
        """Before the token is handed out: the refresh token that was there may be worth nothing any more."""
        assert entry.owner is not None
        self._credentials.open_vault()
        with self._database.write() as unit:
            self._credentials.keep(unit, entry.owner[0], TOKENS_OF[entry.owner[1]], state)

    def _note(self, entry: _Entry, token: AccessToken) -> None:
        now = self._clock()
        with entry.lock:
            entry.token, entry.under_way, entry.stale = token, None, False
            entry.refusal = entry.refused_until = None
            entry.renew_at = token.expires_at - min(RENEWED_AHEAD, (token.expires_at - now) / 2)

    def _note_refusal(self, entry: _Entry, error: BaseException) -> None:
        now = self._clock()
        with entry.lock:
            entry.under_way = entry.token = None
            if entry.unsaved is None:
                entry.identity = None  # its secrets are looked up anew the next time
            if isinstance(error, ProblemError):
                entry.refusal = error.problem
                entry.refused_until = now + _refused_for(error.problem)


def _settings(integration: Integration, direction: Direction) -> tuple[Hashable, ...]:
    settings = settings_of(integration, direction)
    scopes = wanted_scopes(integration, direction)
    return settings.provider, settings.oauth, scopes, mailbox_of(integration, direction)


def _refused_for(problem: Problem) -> timedelta:
    if problem.kind is not ProblemKind.THROTTLED:
        return REFUSED_FOR
    seconds = problem.wait_asked_for
    return timedelta(seconds=seconds) if seconds else THROTTLED_FOR


def _digest_of(secret: Secret | None) -> str:
    return _digest(secret.reveal()) if secret else ""


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), key=_DIGEST_KEY, digest_size=16).hexdigest()
