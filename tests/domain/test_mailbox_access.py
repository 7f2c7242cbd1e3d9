"""What a sign-in is for, what it is proved by, and which server a provider has of its own."""

from dataclasses import replace

import pytest

from mailint_gui.domain.integration import (
    Direction,
    IncomingAuthentication,
    IncomingSettings,
    Integration,
    OutgoingAuthentication,
    OutgoingSettings,
    Protocol,
    Security,
)
from mailint_gui.domain.mailbox_access import mailbox_of, protocols_of
from mailint_gui.domain.oauth import Cloud, Credential, MailProtocol, OAuthSettings, SignIn
from mailint_gui.domain.secret import IN_VAULT, NO_SECRET, SecretReference
from mailint_gui.domain.validation import own_server, trimmed, without_own_servers

IN, OUT = Direction.INCOMING, Direction.OUTGOING
FROM_FILE = SecretReference.parse("file:/etc/key.pem")


def microsoft(**changes: object) -> Integration:
    incoming = IncomingSettings(
        enabled=True, address="help@example.org", authentication=IncomingAuthentication.MICROSOFT365
    )
    outgoing = OutgoingSettings(enabled=True, authentication=OutgoingAuthentication.SAME_AS_INCOMING)
    return Integration(incoming=replace(incoming, **changes), outgoing=outgoing)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sign_in", "secret", "certificate", "used"),
    [
        (SignIn.APP_ONLY, NO_SECRET, NO_SECRET, Credential.CLIENT_SECRET),
        (SignIn.APP_ONLY, IN_VAULT, NO_SECRET, Credential.CLIENT_SECRET),
        (SignIn.APP_ONLY, NO_SECRET, FROM_FILE, Credential.CERTIFICATE),
        (SignIn.APP_ONLY, IN_VAULT, FROM_FILE, Credential.CERTIFICATE),
        (SignIn.INTERACTIVE, NO_SECRET, NO_SECRET, Credential.NOTHING),
        (SignIn.INTERACTIVE, IN_VAULT, FROM_FILE, Credential.CLIENT_SECRET),
        (SignIn.DEVICE_CODE, IN_VAULT, FROM_FILE, Credential.NOTHING),
    ],
)
def test_the_credential_in_use(
    sign_in: SignIn, secret: SecretReference, certificate: SecretReference, used: Credential
) -> None:
    assert OAuthSettings(sign_in=sign_in, client_secret=secret, certificate=certificate).credential is used


def test_another_credential_takes_the_place_of_the_one_in_use() -> None:
    both = OAuthSettings(client_secret=IN_VAULT, certificate=FROM_FILE)
    assert both.proved_by(Credential.CERTIFICATE) == both  # in use already: nothing is let go of
    by_secret = both.proved_by(Credential.CLIENT_SECRET)
    assert (by_secret.client_secret, by_secret.certificate) == (IN_VAULT, NO_SECRET)
    public = replace(by_secret, sign_in=SignIn.INTERACTIVE).proved_by(Credential.NOTHING)
    assert public.client_secret == NO_SECRET


def test_a_mailbox_that_is_not_named_is_that_of_the_address() -> None:
    assert mailbox_of(microsoft(), IN) == "help@example.org"
    assert (
        mailbox_of(microsoft(oauth=OAuthSettings(mailbox="shared@example.org")), IN) == "shared@example.org"
    )
    assert mailbox_of(microsoft(), OUT) == "help@example.org"


def test_a_sign_in_is_for_no_more_than_what_is_switched_on() -> None:
    both = microsoft(protocol=Protocol.POP3)
    assert protocols_of(both, IN) == (MailProtocol.POP3, MailProtocol.SMTP)
    own = replace(both, outgoing=replace(both.outgoing, authentication=OutgoingAuthentication.MICROSOFT365))
    assert protocols_of(own, IN) == (MailProtocol.POP3,)
    assert protocols_of(own, OUT) == (MailProtocol.SMTP,)


def test_a_provider_has_a_server_of_its_own_for_each_direction_and_cloud() -> None:
    found = own_server(microsoft(oauth=OAuthSettings(cloud=Cloud.US_GOV)), IN)
    assert found is not None
    assert (found.server, found.port, found.security) == ("outlook.office365.us", 993, Security.SSL)
    sending = own_server(microsoft(), OUT)
    assert sending is not None
    assert (sending.server, sending.port, sending.security) == (
        "smtp.office365.com",
        587,
        Security.STARTTLS,
    )
    assert own_server(microsoft(authentication=IncomingAuthentication.PASSWORD), OUT) is None


def test_only_what_was_filled_in_is_taken_out_again() -> None:
    filled = trimmed(microsoft())
    assert (filled.incoming.server, filled.outgoing.server) == ("outlook.office365.com", "smtp.office365.com")
    without = without_own_servers(filled)
    assert (without.incoming.server, without.outgoing.server) == ("", "")
    assert trimmed(without) == filled
    other_port = replace(filled, incoming=replace(filled.incoming, port=1993))
    assert without_own_servers(other_port).incoming == other_port.incoming
    by_password = microsoft(authentication=IncomingAuthentication.PASSWORD, server="mail.example.org")
    assert without_own_servers(by_password) == by_password
