"""Tokens of sign-ins by a person: each belongs to one direction of one integration, and is kept in the vault."""

import threading
from concurrent.futures import wait
from dataclasses import dataclass, field, replace
from datetime import timedelta

from mailint_gui.domain.clock import Clock
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.integration_secrets import TOKENS_OF
from mailint_gui.domain.mailbox_access import mailbox_of
from mailint_gui.domain.oauth import AccessToken, SignInStatus, consented
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.domain.secret import Secret, SecretPurpose, TypedPasswords
from mailint_gui.mail.auth.kept_sign_in import KeptSignIn
from mailint_gui.mail.scope import Cancelled, CancelReason, CancelScope
from mailint_gui.services.applications import Applications, asks_with
from mailint_gui.services.credentials import NOTHING_TYPED, Credentials
from mailint_gui.services.identities import Identities
from mailint_gui.services.token_source import RENEWED_AHEAD, TokenSource
from mailint_gui.store.database import Database

Owner = tuple[int, Direction]
_TRIES = 3


@dataclass(frozen=True, slots=True)
class _Unsaved:
    """A renewal that could not be stored: its token is not used before it is. ``began``: what was stored then."""

    began: Secret
    state: Secret
    token: AccessToken


@dataclass(slots=True)
class _Slot:
    """``draft`` and ``typed``: with what the request is made that begins next; ``asked_with``: that of the last."""

    source: TokenSource
    asking: threading.Lock = field(default_factory=threading.Lock)
    draft: Integration | None = None
    typed: TypedPasswords = NOTHING_TYPED
    asked_with: object = None
    renew: bool = False
    unsaved: _Unsaved | None = None


class SignInTokens:
    """Thread-safe. A refresh token that rotated is stored before its access token is handed out, and only in place of
    the one that it came from: who signs in or out meanwhile is not undone."""

    def __init__(
        self,
        database: Database,
        credentials: Credentials,
        applications: Applications,
        identities: Identities,
        clock: Clock,
    ) -> None:
        self._database = database
        self._credentials = credentials
        self._applications = applications
        self._identities = identities
        self._clock = clock
        self._lock = threading.Lock()
        self._slots: dict[Owner, _Slot] = {}
        self._closed = False

    def token(
        self,
        integration: Integration,
        direction: Direction,
        scope: CancelScope,
        typed: TypedPasswords,
        *,
        fresh: bool,
    ) -> AccessToken:
        """Raises ProblemError, Cancelled."""
        if state := typed.of(TOKENS_OF[direction]):
            return TokenSource(lambda: self._typed(integration, direction, typed, state), self._clock).token(
                scope
            )
        slot, asked_with = self._slot((integration.id, direction)), asks_with(integration, direction)
        with self._lock:
            fresh = fresh or (slot.asked_with is not None and asked_with != slot.asked_with)
            slot.renew = slot.renew or fresh
            slot.draft, slot.typed, slot.asked_with = integration, typed, asked_with
        return slot.source.token(scope, fresh=fresh)

    def refused(self, owner: Owner, value: Secret) -> bool:
        """-> whether the next token is another."""
        slot = self._slot(owner)
        slot.renew = True
        return slot.source.drop(value)

    def rest(self, owner: Owner, value: Secret) -> timedelta:
        """How long a token that was refused stays, until another is asked for."""
        return self._slot(owner).source.rest(value)

    def forget(self, integration_id: int) -> None:
        """Its settings or its sign-in changed. What could not be stored yet is still to be stored."""
        with self._lock:
            slots = [self._slots.get((integration_id, direction)) for direction in Direction]
        for slot in filter(None, slots):
            slot.source.forget()

    def status(self, owner: Owner) -> SignInStatus | None:
        """What is kept of a sign-in; None for none. Raises ProblemError."""
        state = self._kept(owner)
        return KeptSignIn.read(state).status if state else None

    def sign_out(self, owner: Owner) -> None:
        with self._database.write() as unit:
            unit.secrets.delete(owner[0], TOKENS_OF[owner[1]])
        self._slot(owner).unsaved = None
        self.forget(owner[0])

    def close(self, seconds: float) -> None:
        """Begins nothing any more, and gives renewals that are under way a moment to be stored."""
        self._closed = True
        with self._lock:
            under_way = [slot.source.under_way for slot in self._slots.values()]
        wait([each for each in under_way if each], timeout=seconds)

    # Getting one

    def _slot(self, owner: Owner) -> _Slot:
        with self._lock:
            if owner not in self._slots:
                self._slots[owner] = _Slot(TokenSource(lambda: self._ask(owner), self._clock))
            return self._slots[owner]

    def _ask(self, owner: Owner) -> AccessToken:
        """On a thread of its own, and one at a time: a refresh token may be good for one request."""
        slot = self._slot(owner)
        with slot.asking:
            return self._asked(slot, owner)

    def _asked(self, slot: _Slot, owner: Owner) -> AccessToken:
        for _ in range(_TRIES):
            if self._closed:
                raise Cancelled(CancelReason.SHUTDOWN)
            began = self._kept(owner)
            if began is None:
                raise ProblemError(_nobody_signed_in(slot.draft, owner[1]))
            renewal = slot.unsaved if slot.unsaved and slot.unsaved.began == began else None
            if renewal is None:
                renewal = self._renewed(slot, owner[1], began)
            if renewal.state == began or self._stored(slot, owner, renewal):
                slot.unsaved, slot.renew = None, False
                return renewal.token
        raise ProblemError(Problem(ProblemKind.STORE_FAILED, detail="the sign-in changed again and again"))

    def _renewed(self, slot: _Slot, direction: Direction, began: Secret) -> _Unsaved:
        with self._lock:
            draft, typed, renew = slot.draft, slot.typed, slot.renew
        assert draft is not None
        application = self._applications.of(draft, direction, typed)
        scopes = consented(application.scopes, KeptSignIn.read(began).scopes)
        application = replace(application, scopes=scopes)
        token, state = self._identities.of(application, began).renewed_token(renew=renew)
        identity = f"{draft.id}:{direction}:{KeptSignIn.read(began).signed_in_at}"
        token = replace(token, identity=identity, is_new=state is not None)
        return _Unsaved(began, state or began, token)

    def _stored(self, slot: _Slot, owner: Owner, renewal: _Unsaved) -> bool:
        """False where somebody signed in or out meanwhile. Raises ProblemError; then it is still unsaved."""
        slot.unsaved = renewal
        with self._database.write() as unit:
            sealed = unit.secrets.get(owner[0], TOKENS_OF[owner[1]])
            if sealed is None or self._credentials.unsealed(unit, *_place(owner)) != renewal.began:
                slot.unsaved = None
                return False
            self._credentials.keep(unit, *_place(owner), renewal.state)
        return True

    def _kept(self, owner: Owner) -> Secret | None:
        """Raises ProblemError when it is there and cannot be read."""
        with self._database.read() as unit:
            sealed = unit.secrets.get(*_place(owner))
        if sealed is None:
            return None
        self._credentials.open_vault()
        with self._database.read() as unit:
            return self._credentials.unsealed(unit, *_place(owner))

    def _typed(
        self, integration: Integration, direction: Direction, typed: TypedPasswords, state: Secret
    ) -> AccessToken:
        """A sign-in that is not stored yet is not renewed: what came of it would be lost."""
        kept = KeptSignIn.read(state)
        if kept.valid_until is None or kept.valid_until - self._clock() <= RENEWED_AHEAD:
            raise ProblemError(_nobody_signed_in(integration, direction))
        application = self._applications.of(integration, direction, typed)
        token, _state = self._identities.of(application, state).renewed_token()
        return replace(token, identity=f"{direction}:{kept.signed_in_at}")


def _nobody_signed_in(integration: Integration | None, direction: Direction) -> Problem:
    facts = {"mailbox": mailbox_of(integration, direction)} if integration else {}
    return Problem(ProblemKind.SIGN_IN_NEEDED, facts)


def _place(owner: Owner) -> tuple[int, SecretPurpose]:
    return owner[0], TOKENS_OF[owner[1]]
