"""Sign-in by OAuth 2.0 (RFC 6749): what an integration says about it, and what the two providers ask for.

Sources: https://learn.microsoft.com/en-us/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
and https://developers.google.com/workspace/gmail/imap/xoauth2-protocol.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from mailint_gui.domain.secret import NO_SECRET, Secret, SecretReference


class Provider(StrEnum):
    MICROSOFT365 = "microsoft365"
    GOOGLE = "google"


class SignIn(StrEnum):
    """How the program comes to a token: by itself, or for an admin who signed in once."""

    APP_ONLY = "app_only"
    SERVICE_ACCOUNT = "service_account"
    INTERACTIVE = "interactive"
    DEVICE_CODE = "device_code"


class Cloud(StrEnum):
    """The national clouds of Microsoft 365."""

    PUBLIC = "public"
    US_GOV = "us_gov"
    CHINA = "china"


class Credential(StrEnum):
    """What an application of Microsoft 365 proves itself by; a public client (RFC 6749 section 2.1) has nothing."""

    NOTHING = "nothing"
    CLIENT_SECRET = "client_secret"
    CERTIFICATE = "certificate"


class MailProtocol(StrEnum):
    """What a token shall open; a provider has a scope or a role for each."""

    IMAP = "imap"
    POP3 = "pop3"
    SMTP = "smtp"


SIGN_INS: Mapping[Provider, tuple[SignIn, ...]] = MappingProxyType(  # the first is the default
    {
        Provider.MICROSOFT365: (SignIn.APP_ONLY, SignIn.INTERACTIVE, SignIn.DEVICE_CODE),
        Provider.GOOGLE: (SignIn.SERVICE_ACCOUNT, SignIn.INTERACTIVE),
    }
)
CREDENTIALS: Mapping[SignIn, tuple[Credential, ...]] = MappingProxyType(  # the first is the default
    {
        SignIn.APP_ONLY: (Credential.CLIENT_SECRET, Credential.CERTIFICATE),
        SignIn.INTERACTIVE: (Credential.NOTHING, Credential.CLIENT_SECRET),
        SignIn.DEVICE_CODE: (Credential.NOTHING,),
        SignIn.SERVICE_ACCOUNT: (Credential.NOTHING,),
    }
)
SIGN_IN_LIMIT = timedelta(minutes=10)
"""How long somebody who signs in is waited for: a password is looked for, and a telephone."""
BY_A_PERSON = frozenset({SignIn.INTERACTIVE, SignIn.DEVICE_CODE})


@dataclass(frozen=True, slots=True)
class OAuthSettings:
    """Who we are at the provider, and whose mailbox the token shall open.

    ``authority`` is an issuer's URL in place of the cloud's; the two endpoints stand in place of Google's. Empty
    ``scopes``: the least that work. ``mailbox`` empty: the integration's address. ``key_file`` is that of a Google
    service account, ``certificate`` a PEM file with its private key, or a PFX file.
    """

    sign_in: SignIn = SignIn.APP_ONLY
    mailbox: str = ""
    tenant_id: str = ""
    client_id: str = ""
    client_secret: SecretReference = NO_SECRET
    secret_expires_on: date | None = None
    certificate: SecretReference = NO_SECRET
    key_file: SecretReference = NO_SECRET
    cloud: Cloud = Cloud.PUBLIC
    authority: str = ""
    authorization_endpoint: str = ""
    token_endpoint: str = ""
    scopes: tuple[str, ...] = ()

    @property
    def by_a_person(self) -> bool:
        return self.sign_in in BY_A_PERSON

    @property
    def credential(self) -> Credential:
        """Which of those that the kind of sign-in can use is used; a certificate goes before a secret."""
        kept = {Credential.CERTIFICATE: self.certificate, Credential.CLIENT_SECRET: self.client_secret}
        possible = CREDENTIALS[self.sign_in]
        there = (each for each, secret in kept.items() if each in possible and secret != NO_SECRET)
        return next(there, possible[0])

    def proved_by(self, credential: Credential) -> "OAuthSettings":
        """The same with ``credential`` in use: whatever would be used in its place is referred to no more."""
        if credential is self.credential:
            return self
        return replace(
            self,
            certificate=self.certificate if credential is Credential.CERTIFICATE else NO_SECRET,
            client_secret=self.client_secret if credential is Credential.CLIENT_SECRET else NO_SECRET,
        )


NO_OAUTH = OAuthSettings()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a protocol of a provider is spoken."""

    server: str
    port: int


@dataclass(frozen=True, slots=True)
class MicrosoftCloud:
    """``resource`` is what scopes begin with."""

    login: str
    resource: str
    places: Mapping[MailProtocol, Place]


def _microsoft(login: str, resource: str, mail: str, submission: str) -> MicrosoftCloud:
    places = {
        MailProtocol.IMAP: Place(mail, 993),
        MailProtocol.POP3: Place(mail, 995),
        MailProtocol.SMTP: Place(submission, 587),
    }
    return MicrosoftCloud(login, resource, MappingProxyType(places))


# https://learn.microsoft.com/en-us/entra/identity-platform/authentication-national-cloud
# https://learn.microsoft.com/en-us/exchange/clients-and-mobile-in-exchange-online/pop3-and-imap4/pop3-and-imap4
MICROSOFT_CLOUDS: Mapping[Cloud, MicrosoftCloud] = MappingProxyType(
    {
        Cloud.PUBLIC: _microsoft(
            "https://login.microsoftonline.com",
            "https://outlook.office365.com",
            "outlook.office365.com",
            "smtp.office365.com",
        ),
        Cloud.US_GOV: _microsoft(
            "https://login.microsoftonline.us",
            "https://outlook.office365.us",
            "outlook.office365.us",
            "smtp.office365.us",
        ),
        Cloud.CHINA: _microsoft(
            "https://login.chinacloudapi.cn",
            "https://partner.outlook.cn",
            "partner.outlook.cn",
            "smtp.partner.outlook.cn",
        ),
    }
)
GOOGLE_PLACES: Mapping[MailProtocol, Place] = MappingProxyType(
    {
        MailProtocol.IMAP: Place("imap.gmail.com", 993),
        MailProtocol.POP3: Place("pop.gmail.com", 995),
        MailProtocol.SMTP: Place("smtp.gmail.com", 587),
    }
)
GOOGLE_SCOPE = "https://mail.google.com/"
GOOGLE_AUTHORIZATION_ENDPOINT = "https://accounts.google.com/o/oauth2/auth"
GOOGLE_TOKEN_ENDPOINT = "https://oauth2.googleapis.com/token"

_ROLES = {
    MailProtocol.IMAP: "IMAP.AccessAsApp",
    MailProtocol.POP3: "POP.AccessAsApp",
    MailProtocol.SMTP: "SMTP.SendAsApp",
}
_PERMISSIONS = {
    MailProtocol.IMAP: "IMAP.AccessAsUser.All",
    MailProtocol.POP3: "POP.AccessAsUser.All",
    MailProtocol.SMTP: "SMTP.Send",
}


def permission(sign_in: SignIn, protocol: MailProtocol) -> str:
    """What Microsoft Entra calls it: delegated by a person, else of the application itself."""
    return (_PERMISSIONS if sign_in in BY_A_PERSON else _ROLES)[protocol]


def provider_place(provider: Provider, settings: OAuthSettings, protocol: MailProtocol) -> Place:
    if provider is Provider.GOOGLE:
        return GOOGLE_PLACES[protocol]
    return MICROSOFT_CLOUDS[settings.cloud].places[protocol]


def scopes_for(
    provider: Provider, settings: OAuthSettings, protocols: tuple[MailProtocol, ...]
) -> tuple[str, ...]:
    """What to ask for, the least that opens ``protocols``."""
    if settings.scopes:
        return settings.scopes
    if provider is Provider.GOOGLE:
        return (GOOGLE_SCOPE,)
    resource = MICROSOFT_CLOUDS[settings.cloud].resource
    if not settings.by_a_person:
        return (f"{resource}/.default",)
    return tuple(f"{resource}/{_PERMISSIONS[protocol]}" for protocol in protocols)


def missing_grant(
    provider: Provider, settings: OAuthSettings, protocol: MailProtocol, grants: frozenset[str] | None
) -> str:
    """The role or scope that a token with ``grants`` lacks for ``protocol``; empty: nothing, or nobody can tell.

    ``grants`` as the token or the provider names them, with their resource or without; None where neither says. Scopes
    of an admin's own are not judged: what they open is between him and his server.
    """
    if grants is None or settings.scopes:
        return ""
    wanted = GOOGLE_SCOPE if provider is Provider.GOOGLE else permission(settings.sign_in, protocol)
    held = {grant.casefold() for grant in grants} | {grant.casefold().rpartition("/")[2] for grant in grants}
    return "" if wanted.casefold() in held else wanted


def consented(wanted: tuple[str, ...], kept: tuple[str, ...]) -> tuple[str, ...]:
    """Those of ``wanted`` that a sign-in with the scopes ``kept`` covers; all, where nobody can tell.

    To ask for one more than was consented to fails as a whole (RFC 6749 section 6). Providers name a scope with one of
    their hosts or another.
    """
    held = {scope.casefold().rpartition("/")[2] for scope in kept}
    covered = tuple(scope for scope in wanted if scope.casefold().rpartition("/")[2] in held)
    return covered or wanted


@dataclass(frozen=True, slots=True)
class AccessToken:
    """``grants``: roles and scopes; none where the token says that it has none, None where nobody can tell.

    ``identity`` names whoever it was issued to, and stays the same when it is renewed. It is no secret. ``is_new``: the
    provider gave it just now; one that was kept may have been revoked since.
    """

    value: Secret
    expires_at: datetime
    grants: frozenset[str] | None = None
    account: str = ""
    identity: str = ""
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A sign-in by a person. ``state`` is all that is kept of it, refresh token included: for the vault alone."""

    state: Secret
    token: AccessToken
    account: str


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """RFC 8628 section 3.2: what the admin types where, and until when."""

    user_code: str
    verification_uri: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SignInStatus:
    """What is shown of a sign-in that is kept. ``last_used_at``: when the refresh token last gave a token."""

    account: str
    scopes: tuple[str, ...]
    signed_in_at: datetime
    last_used_at: datetime
    valid_until: datetime | None

    def is_of_another(self, mailbox: str) -> bool:
        """Whether the account has another name than the mailbox; False where either is not known."""
        return bool(self.account and mailbox) and self.account.casefold() != mailbox.casefold()
