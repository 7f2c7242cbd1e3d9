"""How an integration signs in survives storing, on both databases."""

from dataclasses import fields, replace
from datetime import date

from mailint_gui.domain.integration import IncomingAuthentication, IncomingSettings, Integration
from mailint_gui.domain.oauth import NO_OAUTH, Cloud, OAuthSettings, SignIn
from mailint_gui.domain.secret import IN_VAULT, SecretPlace, SecretReference
from mailint_gui.store.database import Database

EVERYTHING = OAuthSettings(
    sign_in=SignIn.DEVICE_CODE,
    mailbox="help@contoso.example",
    tenant_id="contoso.example",
    client_id='a "quoted" \\ one, Ω',
    client_secret=SecretReference(SecretPlace.ENVIRONMENT, "SECRET"),
    secret_expires_on=date(2027, 2, 28),
    certificate=SecretReference(SecretPlace.FILE, "/etc/app.pem"),
    key_file=IN_VAULT,
    cloud=Cloud.CHINA,
    authority="https://localhost/tenant",
    authorization_endpoint="https://localhost/auth",
    token_endpoint="https://localhost/token",
    scopes=("one", "two"),
)


def test_every_field_comes_back(database: Database) -> None:
    assert all(getattr(EVERYTHING, item.name) != getattr(NO_OAUTH, item.name) for item in fields(NO_OAUTH))
    incoming = IncomingSettings(authentication=IncomingAuthentication.MICROSOFT365, oauth=EVERYTHING)
    with database.write() as unit:
        stored = unit.integrations.add(Integration(name="Help", incoming=incoming))
    with database.read() as unit:
        read = unit.integrations.get(stored.id)
    assert read == stored
    assert read.incoming.oauth == EVERYTHING


def test_each_alone_comes_back(database: Database) -> None:
    for item in fields(NO_OAUTH):
        oauth = replace(NO_OAUTH, **{item.name: getattr(EVERYTHING, item.name)})
        with database.write() as unit:
            stored = unit.integrations.add(
                Integration(name=item.name, incoming=IncomingSettings(oauth=oauth))
            )
        with database.read() as unit:
            assert unit.integrations.get(stored.id) == stored
