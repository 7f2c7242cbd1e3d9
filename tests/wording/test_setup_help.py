"""The steps at the provider: complete, and filled in with nothing that could be read as more than it is."""

import re
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from mailint_gui.domain.oauth import SIGN_INS, Cloud, MailProtocol, OAuthSettings, Provider, SignIn
from mailint_gui.domain.secret import IN_VAULT
from mailint_gui.wording.exchange_commands import Wanted, exchange_commands
from mailint_gui.wording.setup_help import setup_steps

CLIENT = "9b1d7e60-2a4c-4f8b-8d3e-5c7f90a1b2d4"
MICROSOFT = Wanted(
    Provider.MICROSOFT365,
    OAuthSettings(client_id=CLIENT),
    "support@example.org",
    (MailProtocol.IMAP, MailProtocol.SMTP),
)
KINDS = [(provider, sign_in) for provider, possible in SIGN_INS.items() for sign_in in possible]


@pytest.mark.parametrize(("provider", "sign_in"), KINDS)
@pytest.mark.parametrize("mailbox", ["", "support@example.org"])
def test_every_kind_has_steps_with_links_and_no_gaps(
    provider: Provider, sign_in: SignIn, mailbox: str
) -> None:
    steps = setup_steps(Wanted(provider, OAuthSettings(sign_in=sign_in), mailbox, (MailProtocol.IMAP,)))
    assert len(steps) >= 3
    for step in steps:
        assert re.search(r"[{}]", step.text) is None
        assert bool(step.link) is bool(step.link_text)
        assert "://" not in step.text, "it would be broken where the line ends"
        assert step.link == "" or urlsplit(step.link).scheme == "https"
    assert any(step.link for step in steps)


def test_the_application_is_let_into_this_mailbox_for_these_protocols() -> None:
    assert exchange_commands(MICROSOFT).splitlines() == [
        "Connect-ExchangeOnline",
        f"New-ServicePrincipal -AppId {CLIENT} -ObjectId '<object ID>'",
        "Add-MailboxPermission -Identity 'support@example.org' -User '<object ID>' -AccessRights FullAccess",
        "Set-CASMailbox -Identity 'support@example.org' -ImapEnabled $true "
        "-SmtpClientAuthenticationDisabled $false",
    ]
    told = " ".join(step.text for step in setup_steps(MICROSOFT))
    assert "IMAP.AccessAsApp, SMTP.SendAsApp" in told
    assert "POP.AccessAsApp" not in told


def test_a_national_cloud_has_its_own_portal_and_environment() -> None:
    china = replace(MICROSOFT, oauth=replace(MICROSOFT.oauth, cloud=Cloud.CHINA))
    assert "O365China" in exchange_commands(china)
    assert setup_steps(china)[0].link.startswith("https://portal.azure.cn/")


@pytest.mark.parametrize("mailbox", ["o'brien@example.org", "o\N{RIGHT SINGLE QUOTATION MARK}b@example.org"])
def test_a_quote_ends_no_literal(mailbox: str) -> None:
    commands = exchange_commands(replace(MICROSOFT, mailbox=mailbox))
    assert mailbox.replace(mailbox[1], mailbox[1] * 2) in commands or "'<mailbox>'" in commands


@pytest.mark.parametrize("typed", ["", "a; Remove-Mailbox x", "a@b.example'; Remove-Mailbox x; '", "a@b\nc"])
def test_what_is_no_address_and_no_id_is_left_to_be_filled_in(typed: str) -> None:
    oauth = OAuthSettings(client_id=typed)
    commands = exchange_commands(replace(MICROSOFT, oauth=oauth, mailbox=typed))
    assert "Remove-Mailbox" not in commands
    assert "-AppId '<client ID>'" in commands
    assert "-Identity '<mailbox>'" in commands


def test_the_credential_that_is_used_has_its_own_step() -> None:
    by_certificate = replace(MICROSOFT, oauth=OAuthSettings(certificate=IN_VAULT))
    assert any("upload the certificate" in step.text for step in setup_steps(by_certificate))
    assert any("New client secret" in step.text for step in setup_steps(MICROSOFT))


def test_a_person_signs_in_with_a_redirect_or_as_a_public_client() -> None:
    def told(sign_in: SignIn) -> str:
        wanted = replace(MICROSOFT, oauth=OAuthSettings(sign_in=sign_in))
        return " ".join(f"{step.text} {step.commands}" for step in setup_steps(wanted))

    assert "http://localhost" in told(SignIn.INTERACTIVE)
    assert "Allow public client flows" in told(SignIn.DEVICE_CODE)
    assert "IMAP.AccessAsUser.All, SMTP.Send and offline_access" in told(SignIn.INTERACTIVE)
