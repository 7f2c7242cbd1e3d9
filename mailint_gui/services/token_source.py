"""The access token of one identity: asked for once however many want it, and kept until it nears its end."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from mailint_gui.domain.clock import Clock
from mailint_gui.domain.oauth import AccessToken
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.mail.scope import CancelScope

RENEWED_AHEAD = timedelta(minutes=5)
REFUSED_FOR = timedelta(seconds=15)  # what one asked and was refused, the others need not ask again at once
THROTTLED_FOR = timedelta(seconds=60)  # where the provider does not say how long
DROPPED_EVERY = timedelta(
    minutes=10
)  # a mailbox that takes no token is no reason to ask at each of its checks


class TokenSource:
    """Thread-safe. ``ask()`` waits for the provider, on a thread of its own: who is cancelled takes it from nobody."""

    def __init__(self, ask: Callable[[], AccessToken], clock: Clock) -> None:
        self._ask = ask
        self._clock = clock
        self._lock = threading.Lock()
        self._token: AccessToken | None = None
        self._renew_at = datetime.max.replace(tzinfo=UTC)
        self._refusal: Problem | None = None
        self._refused_until = datetime.min.replace(tzinfo=UTC)
        self._dropped_at: datetime | None = None
        self._under_way: Future[AccessToken] | None = None

    def token(self, scope: CancelScope, *, fresh: bool = False) -> AccessToken:
        """A token that is good for a while; ``fresh``: a new one, an admin wants to know what the provider says now.

        One that is still good serves where a renewal fails for a reason that passes. Raises ProblemError, Cancelled.
        """
        with self._lock:
            now = self._clock()
            if not fresh:
                if self._token and now < self._renew_at:
                    return self._token
                if self._refusal and now < self._refused_until:
                    raise ProblemError(_with_rest(self._refusal, self._refused_until - now))
            under_way = self._under_way or self._begin()
        try:
            return awaited(under_way, scope)
        except ProblemError as error:
            if not fresh and (token := self._still_good(error.problem)):
                return token
            raise

    @property
    def is_refused_for_good(self) -> bool:
        """Whether only an admin can mend what was said last: secrets may be others by now."""
        return self._refusal is not None and not self._refusal.transient

    @property
    def under_way(self) -> Future[AccessToken] | None:
        return self._under_way

    def drop(self, value: object) -> bool:
        """A mailbox refused the token of this ``value``. -> whether the next one is another."""
        with self._lock:
            if self._token is None or self._token.value != value:
                return True
            now = self._clock()
            if self._dropped_at is not None and now - self._dropped_at < DROPPED_EVERY:
                return False
            self._token, self._dropped_at = None, now
            return True

    def rest(self, value: object) -> timedelta:
        """How long the token of this ``value``, which a mailbox refused, stays: until another is asked for."""
        with self._lock:
            if self._token is None or self._token.value != value or self._dropped_at is None:
                return timedelta(0)
            return max(timedelta(0), DROPPED_EVERY - (self._clock() - self._dropped_at))

    def forget(self) -> None:
        """What it was got with is another by now. A request that is under way still serves those who wait for it."""
        with self._lock:
            self._token = self._refusal = self._under_way = None

    def _begin(self) -> Future[AccessToken]:
        answer = self._under_way = Future[AccessToken]()
        threading.Thread(target=self._work, args=(answer,), name="token", daemon=True).start()
        return answer

    def _work(self, answer: Future[AccessToken]) -> None:
        try:
            token = self._ask()
        except BaseException as error:  # noqa: BLE001  carried to all who wait
            self._note_refusal(answer, error)
            answer.set_exception(error)
        else:
            self._note(answer, token)
            answer.set_result(token)

    def _note(self, answer: Future[AccessToken], token: AccessToken) -> None:
        with self._lock:
            if self._under_way is not answer:
                return  # forgotten meanwhile
            self._under_way = self._refusal = None
            self._token = replace(token, is_new=False)
            self._renew_at = token.expires_at - min(RENEWED_AHEAD, (token.expires_at - self._clock()) / 2)

    def _note_refusal(self, answer: Future[AccessToken], error: BaseException) -> None:
        with self._lock:
            if self._under_way is not answer:
                return
            self._under_way = None
            if not isinstance(error, ProblemError):
                return
            until = self._clock() + _refused_for(error.problem)
            if self._token and error.problem.transient and until < self._token.expires_at:
                self._renew_at = until
                return
            self._token = None
            self._refusal, self._refused_until = error.problem, until

    def _still_good(self, problem: Problem) -> AccessToken | None:
        with self._lock:
            good = self._token and problem.transient and self._clock() < self._token.expires_at
            return self._token if good else None


def awaited(answer: "Future[AccessToken]", scope: CancelScope) -> AccessToken:
    """Waits within the stage of ``scope``. Raises ProblemError, also when time is up, and Cancelled."""
    arrived = threading.Event()
    answer.add_done_callback(lambda _done: arrived.set())
    with scope.waking(arrived.set), scope.waiting():
        arrived.wait(min(scope.remaining(), threading.TIMEOUT_MAX))
    scope.raise_if_cancelled()
    if not answer.done():
        raise ProblemError(Problem(ProblemKind.TIMED_OUT, {"stage": scope.stage}))
    return answer.result()


def _refused_for(problem: Problem) -> timedelta:
    if problem.wait_asked_for:
        return timedelta(seconds=problem.wait_asked_for)
    return THROTTLED_FOR if problem.kind is ProblemKind.THROTTLED else REFUSED_FOR


def _with_rest(problem: Problem, rest: timedelta) -> Problem:
    """What is left of a wait, so that nobody adds the whole of it again."""
    if not problem.wait_asked_for:
        return problem
    facts = {**problem.facts, "retry_after": str(max(1, round(rest.total_seconds())))}
    return Problem(problem.kind, facts, problem.detail)
