"""What is wrong with how an integration signs in."""

from dataclasses import replace

import pytest

from mailint_gui.domain.field_error import FieldFault
from mailint_gui.domain.integration import (
    IncomingAuthentication,
    IncomingSettings,
    Integration,
    OutgoingAuthentication,
    OutgoingSettings,
    Security,
)
from mailint_gui.domain.oauth import Cloud, OAuthSettings, Provider, SignIn
from mailint_gui.domain.oauth_validation import oauth_faults, trimmed_oauth
from mailint_gui.domain.validation import trimmed, validate

GUID = "11111111-2222-3333-4444-abcdefABCDEF"
MICROSOFT = OAuthSettings(tenant_id="contoso.example", client_id=GUID, mailbox="help@contoso.example")
GOOGLE = OAuthSettings(sign_in=SignIn.INTERACTIVE, client_id="1-a.apps.googleusercontent.com")


def faults(provider: Provider, settings: OAuthSettings) -> list[tuple[str, FieldFault]]:
    return [(each.path, each.fault) for each in oauth_faults("incoming", provider, trimmed_oauth(settings))]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"tenant_id": GUID},
        {"tenant_id": " contoso.onmicrosoft.com\t"},
        {"sign_in": SignIn.INTERACTIVE, "tenant_id": "organizations"},
        {"sign_in": SignIn.DEVICE_CODE, "tenant_id": "Common"},
        {"authority": "https://localhost:8443/tenant", "tenant_id": "", "client_id": "any name"},
        {"cloud": Cloud.CHINA, "scopes": (" one ", "one", "")},
        {"mailbox": ""},
    ],
)
def test_right_for_microsoft(changes: dict[str, object]) -> None:
    assert faults(Provider.MICROSOFT365, replace(MICROSOFT, **changes)) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("tenant_id", "", FieldFault.REQUIRED),
        ("tenant_id", "contoso", FieldFault.NO_TENANT),
        (
            "tenant_id",
            "common",
            FieldFault.NO_TENANT,
        ),  # an application without a person belongs to one tenant
        ("tenant_id", "https://contoso.example", FieldFault.NO_TENANT),
        ("client_id", "", FieldFault.REQUIRED),
        ("client_id", "1234", FieldFault.NO_GUID),
        ("client_id", GUID + "0", FieldFault.NO_GUID),
        ("mailbox", "help", FieldFault.BAD_ADDRESS),
        ("authority", "http://localhost/tenant", FieldFault.BAD_URL),
        ("authority", "https://", FieldFault.BAD_URL),
        ("authority", "https://host:99999/", FieldFault.BAD_URL),
        ("token_endpoint", "https://a b/", FieldFault.BAD_URL),
        ("sign_in", SignIn.SERVICE_ACCOUNT, FieldFault.UNKNOWN_VALUE),
        ("scopes", ("a\x00b",), FieldFault.CONTROL_CHARACTERS),
        ("scopes", ("s" * 2001,), FieldFault.TOO_LONG),
    ],
)
def test_wrong_for_microsoft(name: str, value: object, fault: FieldFault) -> None:
    assert (f"incoming.{name}", fault) in faults(Provider.MICROSOFT365, replace(MICROSOFT, **{name: value}))  # type: ignore[arg-type]


def test_google_asks_for_a_client_only_where_somebody_signs_in() -> None:
    assert faults(Provider.GOOGLE, GOOGLE) == []
    assert faults(Provider.GOOGLE, OAuthSettings(sign_in=SignIn.SERVICE_ACCOUNT)) == []
    assert faults(Provider.GOOGLE, replace(GOOGLE, client_id=" ")) == [
        ("incoming.client_id", FieldFault.REQUIRED)
    ]


def test_the_servers_of_the_provider_stand_in_for_those_that_are_not_named() -> None:
    incoming = IncomingSettings(
        enabled=True,
        address="help@contoso.example",
        authentication=IncomingAuthentication.MICROSOFT365,
        oauth=replace(MICROSOFT, cloud=Cloud.US_GOV),
    )
    outgoing = OutgoingSettings(enabled=True, authentication=OutgoingAuthentication.SAME_AS_INCOMING)
    filled = trimmed(Integration(name="Help", incoming=incoming, outgoing=outgoing))
    assert (filled.incoming.server, filled.incoming.port) == ("outlook.office365.us", 993)
    assert (filled.outgoing.server, filled.outgoing.port) == ("smtp.office365.us", 587)
    assert filled.outgoing.security is Security.STARTTLS
    assert validate(filled, ()) == ()
    named = trimmed(replace(filled, incoming=replace(filled.incoming, server="mail.example", port=1993)))
    assert (named.incoming.server, named.incoming.port) == ("mail.example", 1993)


def test_same_as_incoming_needs_what_incoming_signs_in_with() -> None:
    outgoing = OutgoingSettings(
        enabled=True, address="a@b.example", authentication=OutgoingAuthentication.SAME_AS_INCOMING
    )
    incoming = IncomingSettings(
        address="a@b.example",
        authentication=IncomingAuthentication.MICROSOFT365,
        oauth=replace(MICROSOFT, client_id=""),
    )
    draft = trimmed(Integration(name="Help", incoming=incoming, outgoing=outgoing))
    assert [each.path for each in validate(draft, ())] == ["incoming.client_id"]
