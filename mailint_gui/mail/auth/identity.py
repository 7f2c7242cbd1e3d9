"""What we are at a provider, and what the two providers have in common."""

import contextlib
import email.utils
import ssl
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3

from mailint_gui.domain.check import Stage
from mailint_gui.domain.clock import Clock
from mailint_gui.domain.oauth import AccessToken, SignedIn, SignIn
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind, Service
from mailint_gui.domain.secret import Secret
from mailint_gui.mail.auth.application import Application
from mailint_gui.mail.auth.http import ProviderHttp
from mailint_gui.mail.auth.kept_sign_in import KeptSignIn
from mailint_gui.mail.auth.oauth_problems import problem_of_answer
from mailint_gui.mail.diagnosis import KNOWN_ERRORS, diagnose
from mailint_gui.mail.proxy import proxy_problem

_MOST_OF_A_PAGE = 500  # characters of an answer that is not what was asked for
MOST_SECONDS_OFF = 300  # what providers bear is about that much
DEFAULT_LIFETIME = 3600  # seconds; RFC 6749 section 5.1 lets an answer leave it out


@dataclass(frozen=True, slots=True)
class BrowserFlow:
    """A sign-in that began: the page to open, and what belongs to its answer."""

    url: str
    state: str
    context: Any = field(repr=False)


class Identity(ABC):
    """One application at one provider, used by one thread at a time. Each method may wait for the provider.

    ``kept`` is what the vault has of an earlier sign-in by a person. All methods raise ProblemError.
    """

    def __init__(
        self, application: Application, http: ProviderHttp, clock: Clock, kept: Secret | None = None
    ) -> None:
        self._application = application
        self._http = http
        self._clock = clock
        self._kept = KeptSignIn.read(kept) if kept else None

    @abstractmethod
    def own_token(self) -> AccessToken:
        """A token of the application itself, without a person; always a new one."""

    def renewed_token(self, *, renew: bool = False) -> tuple[AccessToken, Secret | None]:
        """A token of the sign-in that is kept, and what is to be kept from now on; None: nothing new.

        With ``renew`` always a new one. The second must be stored before the first is used: refresh tokens may
        rotate (RFC 6749 section 6).
        """
        if self._kept is None:
            raise ProblemError(Problem(ProblemKind.SIGN_IN_NEEDED, self._facts))
        token, cache = self._renewed(self._kept, renew)
        token = replace(token, account=self._kept.account)
        if cache == self._kept.cache:
            return token, None
        self._kept = replace(
            self._kept, cache=cache, last_used_at=self._clock(), valid_until=token.expires_at
        )
        return token, self._kept.written()

    @abstractmethod
    def _renewed(self, kept: KeptSignIn, renew: bool) -> tuple[AccessToken, str]:
        """The second is the new ``cache``."""

    @abstractmethod
    def begin_in_browser(self, redirect_uri: str) -> BrowserFlow: ...

    @abstractmethod
    def end_in_browser(self, flow: BrowserFlow, answer: Mapping[str, str]) -> SignedIn:
        """``answer``: the parameters that came to the redirect URI (RFC 6749 section 4.1.2), state already compared."""

    # What both need

    @property
    def _facts(self) -> dict[str, str]:
        settings = self._application.settings
        return {
            "provider": self._application.provider,
            "mailbox": self._application.mailbox,
            "client_id": settings.client_id,
            "tenant_id": settings.tenant_id,
            "sign_in": settings.sign_in,
            "client_secret_at": str(settings.client_secret),
        }

    def _signed_in(self, token: AccessToken, account: str, cache: str) -> SignedIn:
        now = self._clock()
        scopes = tuple(sorted(token.grants or ())) or self._application.scopes
        public = self._application.settings.sign_in is SignIn.DEVICE_CODE
        kept = KeptSignIn(account, scopes, now, now, cache, token.expires_at, public)
        return SignedIn(kept.written(), replace(token, account=account), account)

    def _expires(self, seconds: object) -> datetime:
        lifetime = int(seconds) if isinstance(seconds, int | float | str) and str(seconds).isdigit() else 0
        return self._clock() + timedelta(seconds=lifetime or DEFAULT_LIFETIME)

    def _refused(
        self, error: str, description: str, codes: Sequence[int] = (), subtype: str = ""
    ) -> ProblemError:
        last = self._http.last
        problem = problem_of_answer(
            error,
            description,
            codes,
            last.status,
            last.retry_after,
            subtype=subtype,
            somebody_signs_in=self._application.settings.by_a_person,
            now=self._clock(),
            **self._facts,
        )
        return ProblemError(self._judged(problem))

    def _judged(self, problem: Problem) -> Problem:
        """Who proves himself by a signature is refused for a wrong clock, too, and providers seldom say so."""
        application = self._application
        if not (application.certificate or application.key_file):
            return problem
        if abs(self._seconds_off()) > MOST_SECONDS_OFF and not problem.transient:
            return Problem(ProblemKind.CLOCK_WRONG, problem.facts, problem.detail)
        if application.certificate and problem.kind is ProblemKind.CLIENT_SECRET_WRONG:
            return Problem(ProblemKind.CERTIFICATE_REFUSED, problem.facts, problem.detail)
        return problem

    def _seconds_off(self) -> float:
        """How far the provider's clock is ahead of ours, by the Date of its answer (RFC 9110 section 6.6.1)."""
        try:
            told = email.utils.parsedate_to_datetime(self._http.last.date)
        except ValueError:
            return 0.0
        return (utc(told) - self._clock()).total_seconds()

    @contextlib.contextmanager
    def _asking(self) -> Iterator[None]:
        """Whatever the way to the provider raises, leaves as ProblemError."""
        try:
            yield
        except requests.RequestException as error:
            raise self._unreachable(error) from None

    def _unreachable(self, error: BaseException) -> ProblemError:
        error = next((each for each in _chain(error) if isinstance(each, requests.RequestException)), error)
        request = getattr(error, "request", None)
        url = urlsplit(getattr(request, "url", "") or "")
        host = {"server": url.hostname or "", "port": str(url.port or 443)}
        if getattr(error, "response", None) is not None:
            refused = self._refused("", self._http.last.text[:_MOST_OF_A_PAGE]).problem
            if self._http.last.is_of_another:
                refused = Problem(ProblemKind.PROVIDER_UNAVAILABLE, refused.facts, refused.detail)
                return ProblemError(refused.about(service=Service.NOT_SIGN_IN, **host))
            return ProblemError(refused.about(service=Service.SIGN_IN, **host))
        chain = _chain(error)
        cause = _cause(chain)
        if any(isinstance(each, requests.exceptions.ProxyError) for each in chain):
            problem = proxy_problem([str(each) for each in chain], self._http.proxy)
        elif cause:
            problem = diagnose(cause, _stage_of(cause))
        else:
            problem = Problem(ProblemKind.PROVIDER_UNAVAILABLE)
        return ProblemError(problem.about(service=Service.SIGN_IN, **host, **self._facts))


def _chain(error: BaseException) -> list[BaseException]:
    """It, and all that is inside of it."""
    seen: list[BaseException] = [error]
    for each in seen:
        inner = [each.__cause__, each.__context__, getattr(each, "reason", None), *each.args]
        seen += [one for one in inner if isinstance(one, BaseException) and one not in seen]
    return seen


def _cause(chain: list[BaseException]) -> BaseException | None:
    """The error of the system or of TLS inside those of requests and urllib3, which name themselves OSError, too."""
    for each in chain:
        foreign = isinstance(each, requests.RequestException | urllib3.exceptions.HTTPError)
        if not foreign and isinstance(each, KNOWN_ERRORS):
            return each
    return TimeoutError("no answer in time") if _timed_out(chain) else None


def _timed_out(errors: list[BaseException]) -> bool:
    return any("Timeout" in type(each).__name__ for each in errors)


def _stage_of(error: BaseException) -> Stage:
    if isinstance(error, ssl.SSLError):
        return Stage.TLS
    return Stage.RESOLVE if type(error).__name__ in {"gaierror", "herror"} else Stage.CONNECT


def utc(naive: datetime) -> datetime:
    """google-auth gives times of UTC without a zone."""
    return naive.replace(tzinfo=UTC) if naive.tzinfo is None else naive
