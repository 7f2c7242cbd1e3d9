"""What an admin does at the provider before a sign-in works, step by step and with what the form has filled in.

Sources: https://learn.microsoft.com/en-us/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth,
https://learn.microsoft.com/en-us/entra/identity-platform/how-to-add-redirect-uri,
https://support.google.com/a/answer/162106, https://developers.google.com/workspace/guides/create-credentials and
https://support.google.com/cloud/answer/15544987.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.oauth import (
    GOOGLE_SCOPE,
    Cloud,
    Credential,
    Provider,
    SignIn,
    permission,
)
from mailint_gui.wording.exchange_commands import Wanted, exchange_commands, protocol_commands
from mailint_gui.wording.text import filled

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Step:
    """``link`` is opened in the browser, and called ``link_text``; ``commands`` are lines to copy."""

    text: str
    link: str = ""
    link_text: str = ""
    commands: str = ""


# https://learn.microsoft.com/en-us/entra/identity-platform/authentication-national-cloud#app-registration-endpoints
_REGISTRATIONS: Mapping[Cloud, str] = {
    Cloud.PUBLIC: "https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade",
    Cloud.US_GOV: "https://portal.azure.us/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade",
    Cloud.CHINA: "https://portal.azure.cn/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade",
}
_REDIRECT = "http://localhost"  # https://learn.microsoft.com/en-us/entra/identity-platform/reply-url
_SERVICE_ACCOUNTS = "https://console.cloud.google.com/iam-admin/serviceaccounts"
_DELEGATION = "https://admin.google.com/ac/owl/domainwidedelegation"
_AUTH_PLATFORM = "https://console.cloud.google.com/auth/overview"
_AUTH_CLIENTS = "https://console.cloud.google.com/auth/clients"
_USER_ACCESS = "https://admin.google.com/ac/apps/gmail/enduseraccess"


def setup_steps(wanted: Wanted) -> tuple[Step, ...]:
    return _STEPS[wanted.provider, wanted.oauth.sign_in](wanted)


def _app_only(wanted: Wanted) -> tuple[Step, ...]:
    names = {"permissions": _permissions(wanted)}
    permissions = translate(
        "setup",
        "Under API permissions choose Add a permission, APIs my organization uses, Office 365 Exchange Online, "
        "Application permissions. Add {permissions}, then choose Grant admin consent.",
    )
    return (
        _registration(wanted, translate("setup", "leave Redirect URI empty.")),
        Step(filled(permissions, names)),
        _credential(wanted),
        Step(
            translate(
                "setup",
                "Let the application into the mailbox. Find its object ID under Enterprise applications, on the page "
                "of the application (the one under App registrations is another one), and put it into these lines "
                "for Exchange Online PowerShell:",
            ),
            commands=exchange_commands(wanted),
        ),
    )


def _in_the_browser(wanted: Wanted) -> tuple[Step, ...]:
    redirect = translate(
        "setup",
        "Under Authentication add a platform, Mobile and desktop applications, with this redirect URI, exactly as it "
        "stands here:",
    )
    return (
        _registration(wanted, translate("setup", "the redirect URI comes with the next step.")),
        Step(redirect, commands=_REDIRECT),
        *_delegated(wanted),
    )


def _by_code(wanted: Wanted) -> tuple[Step, ...]:
    public = translate(
        "setup", "Under Authentication, Advanced settings, set Allow public client flows to Yes and save."
    )
    return (
        _registration(wanted, translate("setup", "leave Redirect URI empty.")),
        Step(public),
        *_delegated(wanted),
    )


def _registration(wanted: Wanted, redirect: str) -> Step:
    template = translate(
        "setup",
        "In the Microsoft Entra admin center, App registrations, choose New registration. Take accounts in this "
        "organizational directory only; {redirect} Copy the directory (tenant) ID and the application (client) ID "
        "from its Overview into this form.",
    )
    return Step(
        filled(template, {"redirect": redirect}),
        _REGISTRATIONS[wanted.oauth.cloud],
        translate("setup", "Open App registrations"),
    )


def _credential(wanted: Wanted) -> Step:
    if wanted.oauth.credential is Credential.CERTIFICATE:
        text = translate(
            "setup",
            "Under Certificates & secrets, Certificates, upload the certificate without its private key. Choose here "
            "the PEM or PFX file that holds both.",
        )
    else:
        text = translate(
            "setup",
            "Under Certificates & secrets choose New client secret. Copy its Value, not its Secret ID, into this "
            "form at once (it is shown only now), and the day it expires.",
        )
    return Step(text)


def _delegated(wanted: Wanted) -> tuple[Step, ...]:
    template = translate(
        "setup",
        "Under API permissions choose Add a permission, Microsoft Graph, Delegated permissions. Add {permissions} "
        "and offline_access. If users may not consent themselves, choose Grant admin consent.",
    )
    account = translate(
        "setup",
        "Choose Sign in here, with the account of {mailbox} or one that has full access to that mailbox. The "
        "protocols must be switched on for it:",
    )
    return (
        Step(filled(template, {"permissions": _permissions(wanted)})),
        Step(
            filled(account, {"mailbox": wanted.mailbox or translate("setup", "the mailbox")}),
            commands=protocol_commands(wanted),
        ),
    )


def _service_account(wanted: Wanted) -> tuple[Step, ...]:
    return (
        Step(
            translate(
                "setup",
                "In the Google Cloud console, IAM & Admin, Service Accounts, choose Create service account. It needs "
                "no role.",
            ),
            _SERVICE_ACCOUNTS,
            translate("setup", "Open Service Accounts"),
        ),
        Step(
            translate(
                "setup",
                "On its Keys tab choose Add key, Create new key, JSON, and choose the downloaded file here. On its "
                "Details tab, Advanced settings, copy the Client ID.",
            )
        ),
        Step(
            translate(
                "setup",
                "As a super administrator, in the Google Admin console, go to Security, Access and data control, "
                "API controls, Manage Domain Wide Delegation, and choose Add new: that Client ID, and this scope:",
            ),
            _DELEGATION,
            translate("setup", "Open Domain-wide delegation"),
            GOOGLE_SCOPE,
        ),
        _gmail_access(),
    )


def _installed_app(wanted: Wanted) -> tuple[Step, ...]:
    return (
        Step(
            translate(
                "setup",
                "In the Google Cloud console, Google Auth Platform, fill in Branding. As Audience take Internal; with "
                "External, publish the app, since while it is in Testing each sign-in ends after seven days.",
            ),
            _AUTH_PLATFORM,
            translate("setup", "Open Google Auth Platform"),
        ),
        Step(
            translate("setup", "Under Data Access add this scope:"),
            commands=GOOGLE_SCOPE,
        ),
        Step(
            translate(
                "setup",
                "Under Clients choose Create client with the application type Desktop app. Copy the client ID and "
                "the client secret into this form.",
            ),
            _AUTH_CLIENTS,
            translate("setup", "Open Clients"),
        ),
        Step(
            filled(
                translate("setup", "Choose Sign in here, with the account of {mailbox}."),
                {"mailbox": wanted.mailbox or translate("setup", "the mailbox")},
            )
        ),
        _gmail_access(),
    )


def _gmail_access() -> Step:
    return Step(
        translate(
            "setup",
            "In the Google Admin console, Apps, Google Workspace, Gmail, End User Access, let users use IMAP and "
            "POP.",
        ),
        _USER_ACCESS,
        translate("setup", "Open End User Access"),
    )


_STEPS: Mapping[tuple[Provider, SignIn], Callable[[Wanted], tuple[Step, ...]]] = {
    (Provider.MICROSOFT365, SignIn.APP_ONLY): _app_only,
    (Provider.MICROSOFT365, SignIn.INTERACTIVE): _in_the_browser,
    (Provider.MICROSOFT365, SignIn.DEVICE_CODE): _by_code,
    (Provider.GOOGLE, SignIn.SERVICE_ACCOUNT): _service_account,
    (Provider.GOOGLE, SignIn.INTERACTIVE): _installed_app,
}


def _permissions(wanted: Wanted) -> str:
    return ", ".join(permission(wanted.oauth.sign_in, protocol) for protocol in wanted.protocols)
