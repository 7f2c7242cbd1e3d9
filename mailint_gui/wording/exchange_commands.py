"""Exchange Online PowerShell for what the form says, ready to copy.

Sources: https://learn.microsoft.com/en-us/powershell/module/exchange/new-serviceprincipal,
https://learn.microsoft.com/en-us/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
and https://learn.microsoft.com/en-us/exchange/clients-and-mobile-in-exchange-online/authenticated-client-smtp-submission.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.address import is_address
from mailint_gui.domain.oauth import Cloud, MailProtocol, OAuthSettings, Provider
from mailint_gui.domain.oauth_validation import is_guid

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the form says so far. ``mailbox`` is the one to open, ``protocols`` those that it is opened by."""

    provider: Provider
    oauth: OAuthSettings
    mailbox: str
    protocols: tuple[MailProtocol, ...]


# https://learn.microsoft.com/en-us/powershell/module/exchangepowershell/connect-exchangeonline
_ENVIRONMENTS: Mapping[Cloud, str] = {
    Cloud.PUBLIC: "",
    Cloud.US_GOV: " -ExchangeEnvironmentName O365USGovGCCHigh",
    Cloud.CHINA: " -ExchangeEnvironmentName O365China",
}


def exchange_commands(wanted: Wanted) -> str:
    """Exchange Online PowerShell that lets an application into a mailbox; what is not known yet stands in <>."""
    client = (
        wanted.oauth.client_id if is_guid(wanted.oauth.client_id) else _blank(translate("setup", "client ID"))
    )
    object_id = _blank(translate("setup", "object ID"))
    mailbox = _mailbox(wanted)
    return _joined(
        _connect(wanted),
        f"New-ServicePrincipal -AppId {client} -ObjectId {object_id}",
        f"Add-MailboxPermission -Identity {mailbox} -User {object_id} -AccessRights FullAccess",
        _protocols_on(wanted),
    )


def protocol_commands(wanted: Wanted) -> str:
    """Those that switch on the protocols of a mailbox."""
    return _joined(_connect(wanted), _protocols_on(wanted))


def _connect(wanted: Wanted) -> str:
    return f"Connect-ExchangeOnline{_ENVIRONMENTS[wanted.oauth.cloud]}"


def _protocols_on(wanted: Wanted) -> str:
    switches = " ".join(_SWITCHES[protocol] for protocol in wanted.protocols)
    return f"Set-CASMailbox -Identity {_mailbox(wanted)} {switches}"


_SWITCHES: Mapping[MailProtocol, str] = {
    MailProtocol.IMAP: "-ImapEnabled $true",
    MailProtocol.POP3: "-PopEnabled $true",
    MailProtocol.SMTP: "-SmtpClientAuthenticationDisabled $false",
}
_QUOTES = re.compile("['\N{LEFT SINGLE QUOTATION MARK}-\N{SINGLE HIGH-REVERSED-9 QUOTATION MARK}]")


def _mailbox(wanted: Wanted) -> str:
    """As one literal of PowerShell (about_Quoting_Rules), in which a quote is doubled."""
    if not is_address(wanted.mailbox):
        return _blank(translate("setup", "mailbox"))
    return f"'{_QUOTES.sub(lambda quote: quote[0] * 2, wanted.mailbox)}'"


def _blank(what: str) -> str:
    return f"'<{what}>'"


def _joined(*lines: str) -> str:
    return "\n".join(line for line in lines if line)
