"""Which keys of a log-in go together: what an authentication, a kind of sign-in or a credential has no use for."""

from collections.abc import Mapping

from mailint_gui.domain.field_error import FieldFault
from mailint_gui.domain.integration import IncomingAuthentication, IncomingSettings, OutgoingSettings
from mailint_gui.domain.oauth import SIGN_INS, Credential, Provider, SignIn

_M, _G, _S = Provider.MICROSOFT365, Provider.GOOGLE, SignIn
_EVERY = {provider: SIGN_INS[provider] for provider in Provider}
_MICROSOFT, _GOOGLE = {_M: SIGN_INS[_M]}, {_G: SIGN_INS[_G]}
_SIGN_INS_OF: Mapping[str, Mapping[Provider, tuple[SignIn, ...]]] = {
    "sign_in": _EVERY,
    "mailbox": _EVERY,
    "scopes": _EVERY,
    "tenant_id": _MICROSOFT,
    "cloud": _MICROSOFT,
    "authority": _MICROSOFT,
    "client_id": {_M: SIGN_INS[_M], _G: (_S.INTERACTIVE,)},
    "client_secret_from": {_M: (_S.APP_ONLY, _S.INTERACTIVE), _G: (_S.INTERACTIVE,)},
    "secret_expires_on": {_M: (_S.APP_ONLY, _S.INTERACTIVE), _G: SIGN_INS[_G]},
    "certificate_from": {_M: (_S.APP_ONLY,)},
    "key_file": {_G: (_S.SERVICE_ACCOUNT,)},
    "authorization_endpoint": _GOOGLE,  # where the provider is, whether somebody signs in there or not
    "token_endpoint": _GOOGLE,
}
_OF_A_PASSWORD = frozenset({"user_name", "password_from", "password_expires_on", "sasl_mechanism"})
_OF_A_CLIENT_SECRET = frozenset({"client_secret_from", "secret_expires_on"})


def misfit(key: str, settings: IncomingSettings | OutgoingSettings) -> tuple[FieldFault, str] | None:
    """Why ``settings`` have no use for ``key``, and with which values they would; None: they have.

    What belongs to a password stays beside a log-in that is lent or left out: it is kept for another time.
    """
    provider, oauth = settings.provider, settings.oauth
    if key in _OF_A_PASSWORD:
        allowed = str(IncomingAuthentication.PASSWORD)
        return (FieldFault.OTHER_AUTHENTICATION, allowed) if provider else None
    if key not in _SIGN_INS_OF:
        return None
    providers = _SIGN_INS_OF[key]
    if provider is None or provider not in providers:
        return FieldFault.OTHER_AUTHENTICATION, ", ".join(providers)
    if oauth.sign_in in SIGN_INS[provider] and oauth.sign_in not in providers[provider]:
        return FieldFault.OTHER_SIGN_IN, ", ".join(providers[provider])
    if key in _OF_A_CLIENT_SECRET and oauth.credential is Credential.CERTIFICATE:
        return FieldFault.OTHER_CREDENTIAL, ""
    return None
