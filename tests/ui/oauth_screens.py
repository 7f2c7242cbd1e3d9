"""The screens of a sign-in at a provider, for ``tests.ui.screenshots``."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from PySide6.QtWidgets import QWidget

from mailint_gui.domain.check import TestStage, TestStep
from mailint_gui.domain.integration import (
    Direction,
    IncomingAuthentication,
    OutgoingAuthentication,
)
from mailint_gui.domain.integration_secrets import sign_in_of
from mailint_gui.domain.oauth import DeviceCode, OAuthSettings, SignIn, SignInStatus
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.domain.secret import IN_VAULT, Secret
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.ui.fields.layout import reveal
from mailint_gui.ui.integration_form import IntegrationForm
from mailint_gui.ui.integration_form.secret_file import Held
from mailint_gui.ui.integration_form.sign_in_box import SignInBox
from mailint_gui.workers.calls import Call
from mailint_gui.workers.sign_in_desk import NewSignIn
from tests.ui.desk_double import NOW, DeskDouble
from tests.ui.form_screens import form, settle, stored
from tests.ui.samples import ok

TENANT = "3f2a9c41-77d0-4c1e-9b52-0d6a8e51f0c7"
CLIENT = "9b1d7e60-2a4c-4f8b-8d3e-5c7f90a1b2d4"
MICROSOFT = OAuthSettings(
    tenant_id=TENANT, client_id=CLIENT, client_secret=IN_VAULT, secret_expires_on=date(2027, 5, 31)
)
GOOGLE = OAuthSettings(sign_in=SignIn.SERVICE_ACCOUNT, key_file=IN_VAULT)
SIGNED_IN = SignInStatus(
    "dana.reyes@example.org",
    (
        "openid",
        "https://outlook.office365.com/IMAP.AccessAsUser.All",
        "https://outlook.office365.com/SMTP.Send",
    ),
    NOW - timedelta(days=3),
    NOW,
    NOW + timedelta(hours=1),
)
PAGE = (
    f"https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/authorize?client_id={CLIENT}&response_type=code"
    "&redirect_uri=http%3A%2F%2Flocalhost%3A49321&scope=offline_access+openid"
)
CODE = DeviceCode("FJK3-QW8T", "https://microsoft.com/devicelogin", NOW + timedelta(minutes=14, seconds=32))
NO_CONSENT = Problem(
    ProblemKind.CONSENT_MISSING,
    {"provider": "Microsoft 365", "client_id": CLIENT},
    "AADSTS65001: The user or administrator has not consented to use the application.",
)


def with_provider(
    oauth: OAuthSettings = MICROSOFT,
    authentication: IncomingAuthentication = IncomingAuthentication.MICROSOFT365,
    **changes: Any,
) -> IntegrationStatus:
    """Incoming by this sign-in, over the provider's own server; outgoing by the same."""
    status = stored(ok())
    place = {
        IncomingAuthentication.MICROSOFT365: ("outlook.office365.com", "smtp.office365.com"),
        IncomingAuthentication.GOOGLE: ("imap.gmail.com", "smtp.gmail.com"),
    }[authentication]
    integration = status.integration
    return replace(
        status,
        integration=replace(
            integration,
            incoming=replace(
                integration.incoming, authentication=authentication, oauth=oauth, server=place[0], **changes
            ),
            outgoing=replace(
                integration.outgoing,
                authentication=OutgoingAuthentication.SAME_AS_INCOMING,
                server=place[1],
            ),
        ),
    )


def by_a_person(
    sign_in: SignIn = SignIn.INTERACTIVE, mailbox: str = "support@example.org"
) -> IntegrationStatus:
    """``mailbox``: a shared one, which the admin named; empty: nobody said that it is another's."""
    oauth = OAuthSettings(sign_in=sign_in, mailbox=mailbox, tenant_id=TENANT, client_id=CLIENT)
    return with_provider(oauth)


def box_of(shown: IntegrationForm, direction: Direction = Direction.INCOMING) -> SignInBox:
    box = shown.pages.sides[direction].oauth.ui.tokens
    box.clock = lambda: NOW
    return box


def microsoft() -> QWidget:
    return form(with_provider(), "incoming")


def microsoft_certificate() -> IntegrationForm:
    oauth = replace(MICROSOFT, client_secret=replace(IN_VAULT), certificate=IN_VAULT)
    shown = form(with_provider(oauth), "incoming")
    file = shown.pages.incoming.oauth.ui.certificate
    file.set_content(Secret("-"), Held("CN=Mailint Support,O=Example", "Good until 2027-11-01 12:00"))
    return shown


def microsoft_certificate_expired() -> QWidget:
    shown = microsoft_certificate()
    file = shown.pages.incoming.oauth.ui.certificate
    file.set_content(Secret("-"), Held("CN=Mailint Support,O=Example", "Expired at 2026-11-26 12:00", True))
    return shown


def microsoft_new() -> QWidget:
    """A new integration, as its first field is about to be filled."""
    shown = form(None, "incoming")
    _choose(shown, IncomingAuthentication.MICROSOFT365)
    shown.pages.incoming.ui.address.setText("support@example.org")
    return shown


def google_service_account() -> QWidget:
    shown = form(with_provider(GOOGLE, IncomingAuthentication.GOOGLE), "incoming")
    file = shown.pages.incoming.oauth.ui.key_file
    file.set_content(Secret("-"), Held("mailint@support-desk-4711.iam.gserviceaccount.com"))
    return shown


def google_installed_app() -> QWidget:
    oauth = OAuthSettings(
        sign_in=SignIn.INTERACTIVE,
        client_id="481516234200-abcdef.apps.googleusercontent.com",
        client_secret=IN_VAULT,
    )
    return form(with_provider(oauth, IncomingAuthentication.GOOGLE), "incoming")


def waiting_for_browser() -> QWidget:
    return _waiting(SignIn.INTERACTIVE, PAGE)


def device_code() -> QWidget:
    return _waiting(SignIn.DEVICE_CODE, CODE)


def _waiting(sign_in: SignIn, told: str | DeviceCode) -> IntegrationForm:
    shown = form(by_a_person(sign_in), "incoming")
    call = Call(shown)
    box_of(shown).follow_sign_in(call)
    call.progressed.emit(told)
    _scroll_down(shown)
    return shown


def signed_in() -> QWidget:
    return _signed_in(by_a_person())


def signed_in_as_another() -> QWidget:
    return _signed_in(by_a_person(mailbox=""))


def _signed_in(status: IntegrationStatus) -> QWidget:
    shown = form(status, "incoming")
    call = Call(shown)
    box_of(shown).follow_sign_in(call)
    call.succeeded.emit(NewSignIn(Secret("-"), SIGNED_IN))
    _scroll_down(shown)
    return shown


def sign_in_refused() -> QWidget:
    """A sign-in that is kept and was revoked, while the form is open."""
    shown = form(by_a_person(), "incoming")
    settle()  # until the vault was looked at, which has none
    box = box_of(shown)
    box.show_stored(sign_in_of(shown.pages.stored, Direction.INCOMING), SIGNED_IN)
    box.show_over(True)
    _scroll_down(shown)
    return shown


def sign_in_failed() -> QWidget:
    shown = form(by_a_person(), "incoming")
    call = Call(shown)
    box_of(shown).follow_sign_in(call)
    call.failed.emit(NO_CONSENT)
    _scroll_down(shown)
    return shown


def setup_help(status: IntegrationStatus | None = None) -> IntegrationForm:
    shown = form(status or with_provider(), "incoming")
    shown.pages.incoming.oauth.ui.help.click()
    return shown


def setup_help_microsoft() -> QWidget:
    return setup_help()


def setup_help_browser() -> QWidget:
    return setup_help(by_a_person())


def setup_help_google() -> QWidget:
    return setup_help(with_provider(GOOGLE, IncomingAuthentication.GOOGLE))


def advanced() -> QWidget:
    oauth = replace(MICROSOFT, authority="https://login.example.org/tenant")
    shown = form(with_provider(oauth), "incoming")
    _scroll_down(shown)
    return shown


def errors() -> QWidget:
    shown = form(with_provider(), "incoming")
    ui = shown.pages.incoming.oauth.ui
    ui.tenant_id.setText("contoso")
    ui.client_id.setText("1234")
    ui.mailbox.setText("support at example.org")
    shown.apply()
    settle()
    return shown


def outgoing() -> QWidget:
    status = with_provider()
    integration = status.integration
    own = replace(integration.outgoing, authentication=OutgoingAuthentication.MICROSOFT365, oauth=MICROSOFT)
    return form(replace(status, integration=replace(integration, outgoing=own)), "outgoing")


def outgoing_same() -> QWidget:
    return form(with_provider(), "outgoing")


def tested() -> QWidget:
    shown = form(with_provider(), "incoming")
    desk = shown.findChild(DeskDouble)
    assert isinstance(desk, DeskDouble)
    desk.test_steps = token_steps()
    shown.pages.incoming.panel.ui.test_button.click()
    settle()
    return shown


def token_steps() -> tuple[TestStep, ...]:
    """Every step of a test that a token opens the mailbox in."""
    facts = (
        ("account", ""),
        ("scopes", "IMAP.AccessAsApp SMTP.SendAsApp"),
        ("valid_until", (NOW + timedelta(hours=1)).isoformat()),
    )
    side = Direction.INCOMING
    return (
        TestStep(side, TestStage.TOKEN, 312, facts=facts),
        TestStep(side, TestStage.RESOLVE, 12),
        TestStep(side, TestStage.CONNECT, 38),
        TestStep(side, TestStage.TLS, 61),
        TestStep(side, TestStage.AUTHENTICATE, 143),
        TestStep(side, TestStage.FOLDER, 21),
        TestStep(side, TestStage.COUNT, 0, facts=(("folder", "INBOX"), ("count", "12"))),
    )


def _choose(shown: IntegrationForm, authentication: IncomingAuthentication) -> None:
    combo = shown.pages.incoming.ui.authentication
    combo.setCurrentIndex(combo.findData(authentication.value))


def _scroll_down(shown: IntegrationForm) -> None:
    """To the box of the sign-in, where the screen is too low for all of the page."""
    settle()
    reveal(box_of(shown))


OAUTH_SCREENS: dict[str, Callable[[], QWidget]] = {
    "oauth-microsoft": microsoft,
    "oauth-microsoft-certificate": microsoft_certificate,
    "oauth-microsoft-certificate-expired": microsoft_certificate_expired,
    "oauth-microsoft-new": microsoft_new,
    "oauth-google": google_service_account,
    "oauth-google-app": google_installed_app,
    "oauth-browser": waiting_for_browser,
    "oauth-device-code": device_code,
    "oauth-signed-in": signed_in,
    "oauth-signed-in-as-another": signed_in_as_another,
    "oauth-refused": sign_in_refused,
    "oauth-failed": sign_in_failed,
    "oauth-advanced": advanced,
    "oauth-errors": errors,
    "oauth-outgoing": outgoing,
    "oauth-outgoing-same": outgoing_same,
    "oauth-tested": tested,
    "oauth-help": setup_help_microsoft,
    "oauth-help-browser": setup_help_browser,
    "oauth-help-google": setup_help_google,
}
