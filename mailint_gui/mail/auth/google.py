"""Tokens of Google by google-auth and google-auth-oauthlib: a service account, or an admin who signed in.

Sources: https://developers.google.com/identity/protocols/oauth2/service-account,
https://developers.google.com/identity/protocols/oauth2/native-app and
https://developers.google.com/workspace/gmail/imap/xoauth2-protocol.
"""

import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

import google.auth.exceptions
import google.oauth2.credentials
import google.oauth2.service_account
import google_auth_oauthlib.flow
from google.auth.transport.requests import Request
from oauthlib.oauth2 import OAuth2Error

from mailint_gui.domain.oauth import (
    GOOGLE_AUTHORIZATION_ENDPOINT,
    GOOGLE_TOKEN_ENDPOINT,
    AccessToken,
    SignedIn,
)
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.domain.secret import Secret
from mailint_gui.mail.auth.claims import account_of
from mailint_gui.mail.auth.identity import BrowserFlow, Identity, utc
from mailint_gui.mail.auth.kept_sign_in import KeptSignIn

_WHO = ("openid", "email")  # to know who signed in


_GOOD_FOR = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class _Cache:
    """What is kept between two requests, beside what any sign-in keeps."""

    refresh_token: str = field(repr=False)
    access_token: str = field(repr=False)
    expires_at: datetime
    grants: tuple[str, ...]

    @classmethod
    def read(cls, text: str) -> "_Cache":
        kept = json.loads(text)
        expires_at = datetime.fromisoformat(kept["expires_at"])
        return cls(kept["refresh_token"], kept["access_token"], expires_at, tuple(kept["grants"]))

    def written(self) -> str:
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        return json.dumps(values | {"expires_at": self.expires_at.isoformat()})

    @property
    def token(self) -> AccessToken:
        return AccessToken(Secret(self.access_token), self.expires_at, frozenset(self.grants) or None)


class GoogleIdentity(Identity):
    def own_token(self) -> AccessToken:
        account = self._service_account()
        self._refresh(account)
        return AccessToken(Secret(account.token), self._ends(account.expiry))

    def _service_account(self) -> Any:
        """Domain-wide delegation: the account of the key acts for the mailbox."""
        key_file = self._application.key_file
        try:
            info = json.loads(key_file.reveal()) if key_file else None
            if not isinstance(info, dict):
                raise ValueError
            if self._application.settings.token_endpoint:
                info["token_uri"] = self._application.settings.token_endpoint
            return google.oauth2.service_account.Credentials.from_service_account_info(  # type: ignore[no-untyped-call]
                info, scopes=list(self._application.scopes), subject=self._application.mailbox
            )
        except (ValueError, TypeError, google.auth.exceptions.GoogleAuthError):
            # No word of the library's: it quotes what it was given, and that holds the key
            detail = "not the key file of a service account with a key of RSA"
            raise ProblemError(Problem(ProblemKind.KEY_FILE_WRONG, self._facts, detail)) from None

    def _renewed(self, kept: KeptSignIn, renew: bool) -> tuple[AccessToken, str]:
        cache = _Cache.read(kept.cache)
        if not renew and cache.expires_at - self._clock() > _GOOD_FOR:
            return cache.token, kept.cache
        credentials = google.oauth2.credentials.Credentials(  # type: ignore[no-untyped-call]
            token=None,
            refresh_token=cache.refresh_token,
            token_uri=self._token_endpoint,
            client_id=self._application.settings.client_id,
            client_secret=self._client_secret,
        )
        self._refresh(credentials)
        grants = tuple(credentials.granted_scopes or cache.grants)
        refresh_token = credentials.refresh_token or cache.refresh_token
        assert credentials.token is not None
        renewed = _Cache(refresh_token, credentials.token, self._ends(credentials.expiry), grants)
        return renewed.token, renewed.written()

    def begin_in_browser(self, redirect_uri: str) -> BrowserFlow:
        flow = google_auth_oauthlib.flow.Flow.from_client_config(
            self._client_config, [*self._application.scopes, *_WHO], redirect_uri=redirect_uri
        )
        self._http.configure(flow.oauth2session)
        url, state = flow.authorization_url(
            access_type="offline", prompt="consent", login_hint=self._application.mailbox
        )
        return BrowserFlow(url, state, flow)

    def end_in_browser(self, flow: BrowserFlow, answer: Mapping[str, str]) -> SignedIn:
        if "code" not in answer:
            raise self._refused(answer.get("error", ""), answer.get("error_description", ""))
        got = self._redeemed(flow.context, answer["code"])
        account = account_of(str(got.get("id_token", "")))
        self._compare(account)
        refresh_token = str(got.get("refresh_token") or "")
        if not refresh_token:
            detail = "no refresh token came with the answer"
            raise ProblemError(Problem(ProblemKind.SIGN_IN_REFUSED, self._facts, detail))
        scope = got.get("scope") or ()
        grants = frozenset(scope.split() if isinstance(scope, str) else scope)
        expires_at = self._expires(got.get("expires_in"))
        cache = _Cache(refresh_token, str(got["access_token"]), expires_at, tuple(sorted(grants)))
        return self._signed_in(cache.token, account, cache.written())

    def _redeemed(self, flow: Any, code: str) -> Mapping[str, Any]:
        with self._asking(), self._told():
            try:
                got: Mapping[str, Any] = flow.fetch_token(code=code)
            except (
                Warning
            ) as fewer:  # the admin granted less than was asked for; judged by what the token opens
                got = fewer.token  # type: ignore[attr-defined]  # oauthlib hangs it on
            return got

    def _compare(self, account: str) -> None:
        """A mailbox of Google opens only for its own account."""
        mailbox = self._application.mailbox
        if account and mailbox and account.casefold() != mailbox.casefold():
            facts = {**self._facts, "expected": mailbox, "got": account}
            raise ProblemError(Problem(ProblemKind.WRONG_USER_SIGNED_IN, facts))

    def _refresh(self, credentials: Any) -> None:
        with self._asking(), self._told():
            credentials.refresh(Request(self._http.session))

    def _ends(self, expiry: datetime | None) -> datetime:
        return utc(expiry) if expiry else self._expires(None)

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """What the two libraries raise for an answer that is no token."""
        try:
            yield
        except google.auth.exceptions.TransportError as error:
            raise self._unreachable(error) from None
        except google.auth.exceptions.RefreshError as error:
            raise self._no_token(error) from None
        except OAuth2Error as error:
            raise self._refused(str(error.error or ""), str(error.description or "")) from None

    def _no_token(self, error: google.auth.exceptions.RefreshError) -> ProblemError:
        """Its second argument is the answer, where that was JSON."""
        answer = next((each for each in error.args if isinstance(each, dict)), None)
        if answer is None:
            return self._refused("", str(error))
        return self._refused(
            str(answer.get("error", "")),
            str(answer.get("error_description", "")),
            subtype=str(answer.get("error_subtype", "")),
        )

    @property
    def _client_config(self) -> dict[str, Any]:
        settings = self._application.settings
        return {
            "installed": {
                "client_id": settings.client_id,
                "client_secret": self._client_secret,
                "auth_uri": settings.authorization_endpoint or GOOGLE_AUTHORIZATION_ENDPOINT,
                "token_uri": self._token_endpoint,
            }
        }

    @property
    def _token_endpoint(self) -> str:
        return self._application.settings.token_endpoint or GOOGLE_TOKEN_ENDPOINT

    @property
    def _client_secret(self) -> str:
        secret = self._application.client_secret
        return secret.reveal() if secret else ""
