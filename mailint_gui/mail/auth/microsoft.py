"""Tokens of Microsoft 365 by MSAL, for its clouds and for any issuer that is named (``authority``).

Sources: https://learn.microsoft.com/en-us/entra/msal/python/ and
https://learn.microsoft.com/en-us/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth.
"""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import msal

from mailint_gui.domain.oauth import MICROSOFT_CLOUDS, AccessToken, DeviceCode, SignedIn, SignIn
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.domain.secret import Secret
from mailint_gui.mail.auth.claims import grants_of, is_of_an_application
from mailint_gui.mail.auth.identity import BrowserFlow, Identity
from mailint_gui.mail.auth.kept_sign_in import KeptSignIn

_ANY_TENANT = "organizations"
_NOT_YET = frozenset({"authorization_pending", "slow_down"})  # RFC 8628 section 3.5
_BEGIN_CERTIFICATE = "-----BEGIN CERTIFICATE-----"


@dataclass(frozen=True, slots=True)
class DeviceFlow:
    """A sign-in by a code that began. ``lifetime``: seconds for which the code is good (RFC 8628 section 3.2)."""

    code: DeviceCode
    lifetime: int
    context: Any = field(repr=False)


class CodeExpiredError(Exception):
    """RFC 8628 section 3.5: nobody entered the code while it was good."""


class MicrosoftIdentity(Identity):
    """MSAL's cache is in memory; what is kept of it leaves by ``renewed_token`` and ``SignedIn``."""

    def own_token(self) -> AccessToken:
        with self._asking():
            self._client.remove_tokens_for_client()
            return self._token(self._client.acquire_token_for_client(list(self._application.scopes)))

    def _renewed(self, kept: KeptSignIn, renew: bool) -> tuple[AccessToken, str]:
        self._cache.deserialize(kept.cache)
        with self._asking():
            accounts = self._client.get_accounts()
            answer = accounts and self._client.acquire_token_silent_with_error(
                list(self._application.scopes), accounts[0], force_refresh=renew
            )
        if not answer:
            raise ProblemError(Problem(ProblemKind.SIGN_IN_NEEDED, self._facts))
        return self._token(answer), self._cache.serialize() if self._cache.has_state_changed else kept.cache

    def begin_in_browser(self, redirect_uri: str) -> BrowserFlow:
        with self._asking():
            flow = self._client.initiate_auth_code_flow(
                list(self._application.scopes),
                redirect_uri=redirect_uri,
                response_mode="form_post",
                prompt="select_account",
                login_hint=self._login_hint,
            )
        return BrowserFlow(flow["auth_uri"], flow["state"], flow)

    def end_in_browser(self, flow: BrowserFlow, answer: Mapping[str, str]) -> SignedIn:
        with self._asking():
            try:
                result = self._client.acquire_token_by_auth_code_flow(flow.context, dict(answer))
            except ValueError as error:  # a state or nonce of another sign-in
                detail = str(error).partition("\n")[0]
                raise ProblemError(Problem(ProblemKind.SIGN_IN_REFUSED, self._facts, detail)) from None
        return self._by_a_person(result)

    def begin_on_device(self) -> DeviceFlow:
        client = self._client
        try:
            with self._asking():
                flow = client.initiate_device_flow(list(self._application.scopes))
        except ValueError as error:  # an authority of the admin's own may have no endpoint for it
            kind = ProblemKind.APPLICATION_SETTINGS_WRONG
            raise ProblemError(Problem(kind, self._facts, str(error))) from None
        if "user_code" not in flow:
            raise self._no_token(flow)
        expires_at = datetime.fromtimestamp(flow["expires_at"], UTC)
        code = DeviceCode(flow["user_code"], flow["verification_uri"], expires_at)
        return DeviceFlow(code, flow["expires_in"], flow)

    def ask_on_device(self, flow: DeviceFlow) -> SignedIn | None:
        """Asks once: MSAL's own loop ends with the first answer that does not come."""
        with self._asking():
            result = self._client.acquire_token_by_device_flow(
                flow.context, exit_condition=lambda _flow: True
            )
        error = result.get("error")
        if error in _NOT_YET:
            return None
        if error == "expired_token":
            raise CodeExpiredError
        return self._by_a_person(result)

    def seconds_between(self, flow: DeviceFlow) -> int:
        return max(1, int(flow.context["interval"]))

    # MSAL's client

    @cached_property
    def _cache(self) -> msal.SerializableTokenCache:
        return msal.SerializableTokenCache()

    @cached_property
    def _client(self) -> Any:
        """Made with the first request: it asks the authority for its endpoints."""
        settings = self._application.settings
        authority: dict[str, Any] = {"oidc_authority": settings.authority}
        if not settings.authority:
            login = MICROSOFT_CLOUDS[settings.cloud].login
            authority = {"authority": f"{login}/{settings.tenant_id or _ANY_TENANT}"}
        kind = msal.PublicClientApplication
        if self._credential is not None:
            kind = msal.ConfidentialClientApplication
            authority["client_credential"] = self._credential
        with self._discovering():
            return kind(
                settings.client_id,
                **authority,
                token_cache=self._cache,
                http_client=self._http.session,
                instance_discovery=False,
            )

    @property
    def _credential(self) -> str | dict[str, str] | None:
        """A public client (RFC 6749 section 2.1) has none; a device-code sign-in is always one."""
        application = self._application
        by_code = application.settings.sign_in is SignIn.DEVICE_CODE
        if by_code or (self._kept and self._kept.public_client):
            return None
        if application.certificate:
            return _credential(application.certificate)
        return application.client_secret.reveal() if application.client_secret else None

    @property
    def _login_hint(self) -> str | None:
        return self._application.mailbox or None

    @contextlib.contextmanager
    def _discovering(self) -> Iterator[None]:
        """MSAL has one ValueError for whatever a discovery answers, with its text in the middle."""
        try:
            with self._asking():
                yield
        except ValueError as error:
            told = self._http.last.text
            raise self._refused("", told if "AADSTS" in told else str(error)) from None

    # What it answers

    def _token(self, answer: Mapping[str, Any]) -> AccessToken:
        if "access_token" not in answer:
            raise self._no_token(answer)
        value = str(answer["access_token"])
        grants = self._grants(value, str(answer.get("scope", "")))
        return AccessToken(Secret(value), self._expires(answer.get("expires_in")), grants)

    def _grants(self, token: str, scope: str) -> frozenset[str] | None:
        """What an app-only answer calls its ``scope`` is what was asked for, and tells nothing of its roles. An
        application that was given none has a token that names none."""
        named = grants_of(token) or frozenset(scope.split())
        grants = frozenset(grant for grant in named if not grant.endswith("/.default"))
        app_only = self._application.settings.sign_in is SignIn.APP_ONLY
        return grants if grants or (app_only and is_of_an_application(token)) else None

    def _by_a_person(self, answer: Mapping[str, Any]) -> SignedIn:
        token = self._token(answer)
        claims = answer.get("id_token_claims") or {}
        account = str(claims.get("preferred_username") or claims.get("email") or "")
        return self._signed_in(token, account, self._cache.serialize())

    def _no_token(self, answer: Mapping[str, Any]) -> ProblemError:
        codes = [code for code in answer.get("error_codes", ()) if isinstance(code, int)]
        error, description = (str(answer.get(name, "")) for name in ("error", "error_description"))
        return self._refused(error, description, codes, str(answer.get("suberror", "")))


def _credential(certificate: Secret) -> dict[str, str]:
    """As MSAL takes it."""
    key, mark, rest = certificate.reveal().partition(_BEGIN_CERTIFICATE)
    return {"private_key": key, "public_certificate": mark + rest}
