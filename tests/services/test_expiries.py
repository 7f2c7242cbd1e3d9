"""When real certificates and a real sign-in end, how it is told, and that nobody is asked for a keyring."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mailint_gui.domain.events import CredentialExpiring
from mailint_gui.domain.expiry import ExpiryKind, end_of
from mailint_gui.domain.health import Attempt, Condition
from mailint_gui.domain.integration import Direction, Integration, OutgoingAuthentication, OutgoingSettings
from mailint_gui.domain.notification import Channel
from mailint_gui.domain.oauth import OAuthSettings, SignIn
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.domain.secret import Secret, SecretPlace, SecretPurpose, SecretReference, TypedPasswords
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.services.announcements import EventsHappened, StatusChanged
from mailint_gui.services.credential_dates import UNREADABLE_FOR, CredentialDates
from mailint_gui.services.expiries import Expiries
from mailint_gui.services.status_file import as_status
from mailint_gui.services.statuses import Statuses
from mailint_gui.services.watching import Watching
from tests.servers.oidc_provider import OidcProvider
from tests.servers.secret_service import SecretService
from tests.services.oauth import (
    application_certificate,
    by_a_person,
    client_secret,
    integration,
    signed_in_on_device,
)
from tests.services.office import Office

IN = Direction.INCOMING
DAY = timedelta(days=1)
AUTHORITY = "https://login.example.org/tenant"


class Calendar:
    """The services of an office that look at credentials, on a day of the test's own."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.now = datetime.now(UTC).replace(microsecond=0)
        services = office.services
        self.dates = CredentialDates(services.credentials, self.clock)
        self.expiries = Expiries(self.dates, services.monitor, self.clock)
        self.statuses = Statuses(services.database, services.monitor, self.expiries)
        self._watching = Watching(
            *(services.database, services.monitor, services.properties, self.statuses, self.expiries),
            *(services.notifications.alerts, self.clock, office.announced.append),
        )

    def clock(self) -> datetime:
        return self.now

    def status(self, one: Integration) -> IntegrationStatus:
        [found] = self.statuses.of({one.id})
        return found

    def expiring(self, one: Integration) -> CredentialExpiring | None:
        return self.status(one).expiring

    def look(self) -> list[CredentialExpiring]:
        """-> what is told."""
        return [each.event for each in self._watching.look() if isinstance(each.event, CredentialExpiring)]

    def day(self, days: int) -> date:
        return (self.now + days * DAY).astimezone().date()


@pytest.fixture
def calendar(office: Office) -> Calendar:
    return Calendar(office)


@pytest.fixture
def _vault(office: Office) -> None:
    office.services.credentials.use_for_this_run()


def app_only(**changes: Any) -> Integration:
    return integration(OAuthSettings(SignIn.APP_ONLY, client_id="app", authority=AUTHORITY, **changes))


def with_secret(office: Office, expires_on: date | None, value: str = "s3cret") -> Integration:
    draft = app_only(secret_expires_on=expires_on)
    return office.services.integrations.save(draft, client_secret(value))


def typed_certificate(pem: str) -> TypedPasswords:
    return TypedPasswords(others={SecretPurpose.INCOMING_CERTIFICATE: Secret(pem)})


# Typed dates


@pytest.mark.usefixtures("_vault")
def test_a_secret_that_ends_soon_is_seen_in_the_list(office: Office, calendar: Calendar) -> None:
    far = with_secret(office, calendar.day(31))
    assert calendar.expiring(far) is None
    calendar.now += DAY
    found = calendar.expiring(far)
    assert found is not None
    assert (found.kind, found.days, found.direction) == (ExpiryKind.CLIENT_SECRET, 30, IN)
    assert calendar.status(far).condition is Condition.NEVER_CHECKED
    office.services.monitor.record(far, IN, Attempt())
    assert calendar.status(far).condition is Condition.EXPIRING
    problem = Problem(ProblemKind.CONNECTION_REFUSED)
    office.services.monitor.record(far, IN, Attempt(problem))
    assert calendar.status(far).condition is Condition.FAILING


@pytest.mark.usefixtures("_vault")
def test_what_ends_first_is_shown(office: Office, calendar: Calendar) -> None:
    one = with_secret(office, calendar.day(20))
    password = SecretReference(SecretPlace.ENVIRONMENT, "SMTP_PW")
    outgoing = OutgoingSettings(
        *(True, "", "", ""),
        authentication=OutgoingAuthentication.PASSWORD,
        server="smtp.example.org",
        user_name="help",
        password=password,
        password_expires_on=calendar.day(3),
    )
    one = office.services.integrations.save(replace(one, outgoing=outgoing))
    found = calendar.expiring(one)
    assert found is not None
    assert (found.kind, found.direction, found.days) == (ExpiryKind.PASSWORD, Direction.OUTGOING, 3)
    assert [each.days for each in calendar.look()] == [20, 3]


@pytest.mark.usefixtures("_vault")
def test_a_new_secret_keeps_everything_else_and_ends_the_warning(office: Office, calendar: Calendar) -> None:
    one = with_secret(office, calendar.day(5))
    assert [each.days for each in calendar.look()] == [5]
    draft = replace(
        one,
        incoming=replace(
            one.incoming, oauth=replace(one.incoming.oauth, secret_expires_on=calendar.day(400))
        ),
    )
    renewed = office.services.integrations.save(draft, client_secret("n3w"))
    assert replace(renewed, last_modified_at=None) == replace(draft, last_modified_at=None)
    assert calendar.expiring(renewed) is None
    assert calendar.look() == []
    calendar.now += 395 * DAY
    assert [each.days for each in calendar.look()] == [5]


# Certificates


@pytest.mark.usefixtures("_vault")
def test_a_certificate_in_the_vault_says_itself_when_it_ends(office: Office, calendar: Calendar) -> None:
    until = calendar.now + 6 * DAY
    one = office.services.integrations.save(app_only(), typed_certificate(application_certificate(until)[0]))
    assert calendar.expiring(one) == CredentialExpiring(ExpiryKind.CERTIFICATE, until, 6, IN)
    later = application_certificate(calendar.now + 300 * DAY)[0]
    one = office.services.integrations.save(one, typed_certificate(later))
    assert calendar.expiring(one) is None


def test_a_certificate_in_a_file_is_read_again_when_it_changes(
    office: Office, calendar: Calendar, tmp_path: Path
) -> None:
    path = tmp_path / "app.pem"
    until = calendar.now + 6 * DAY
    path.write_text(application_certificate(until)[0])
    reference = SecretReference(SecretPlace.FILE, str(path))
    one = office.services.integrations.save(app_only(certificate=reference))
    assert [each.on for each in calendar.look()] == [until]
    assert calendar.expiring(one) == CredentialExpiring(ExpiryKind.CERTIFICATE, until, 6, IN)
    path.write_text(application_certificate(calendar.now + 300 * DAY)[0])
    assert calendar.look() == []
    assert calendar.expiring(one) is None
    assert [each.expiring for each in office.of(StatusChanged)[-1].statuses] == [None]


@pytest.mark.parametrize("content", [b"", b"no certificate", b"\x30\x82\x00\x00", None])
def test_a_file_that_cannot_be_read_is_no_warning_and_is_tried_again(
    office: Office, calendar: Calendar, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "app.pem"
    if content is not None:
        path.write_bytes(content)
    reference = SecretReference(SecretPlace.FILE, str(path))
    one = office.services.integrations.save(app_only(certificate=reference))
    assert calendar.look() == []
    calendar.now += UNREADABLE_FOR  # which may lead into another day
    path.write_text(application_certificate(calendar.now + 6 * DAY)[0])
    assert [each.days for each in calendar.look()] == [6]
    assert calendar.expiring(one) is not None


@pytest.mark.usefixtures("_vault")
def test_a_certificate_that_is_none_is_no_warning(office: Office, calendar: Calendar) -> None:
    one = office.services.integrations.save(app_only(), typed_certificate("no certificate"))
    assert calendar.expiring(one) is None
    assert calendar.look() == []


# A sign-in


@pytest.mark.usefixtures("_vault")
def test_a_sign_in_ends_when_nobody_uses_it(
    office: Office, calendar: Calendar, oidc_provider: OidcProvider
) -> None:
    admin = oidc_provider.add_user("help@example.org")
    draft = integration(by_a_person(oidc_provider, oidc_provider.add_client().id, SignIn.DEVICE_CODE))
    signed_in = signed_in_on_device(office.services, draft, oidc_provider, admin)
    typed = TypedPasswords(others={SecretPurpose.INCOMING_TOKENS: signed_in.state})
    one = office.services.integrations.save(draft, typed)
    status = office.services.sign_ins.status(one, IN)
    assert status is not None
    until = status.last_used_at + 90 * DAY
    calendar.now = until - 6 * DAY
    assert calendar.expiring(one) is None  # the next check uses it
    attempt = Attempt(Problem(ProblemKind.CONNECTION_REFUSED))
    office.services.monitor._clock = lambda: calendar.now
    office.services.monitor.record(one, IN, attempt)
    assert calendar.expiring(one) == CredentialExpiring(ExpiryKind.SIGN_IN, until, 6, IN)
    again = signed_in_on_device(office.services, one, oidc_provider, admin)
    office.services.sign_ins.keep(one, IN, again)
    assert [each.on for each in calendar.look()] != [until]


# The vault


def test_nobody_is_asked_for_a_keyring(office: Office, secret_service: SecretService) -> None:
    """A locked vault is no warning and no error; once it is open, what is there is told."""
    until = datetime.now(UTC).replace(microsecond=0) + 6 * DAY
    with secret_service.in_process():
        one = office.services.integrations.save(
            app_only(), typed_certificate(application_certificate(until)[0])
        )
        office.restart()
        calendar = Calendar(office)
        secret_service.lock()
        try:
            assert calendar.look() == []
            assert calendar.expiring(one) is None
            assert not office.services.credentials.vault_is_open
        finally:
            secret_service.unlock()
        office.services.credentials.open_vault()
        assert [each.on for each in calendar.look()] == [until]
        assert [each.expiring and each.expiring.days for each in office.of(StatusChanged)[-1].statuses] == [6]


# Telling


@pytest.mark.usefixtures("_vault")
def test_the_list_follows_the_calendar(office: Office, calendar: Calendar) -> None:
    one = with_secret(office, calendar.day(32))
    calendar.look()
    office.announced.clear()
    for _ in range(4):
        calendar.now += DAY / 2
        calendar.look()
    [changed] = office.of(StatusChanged)
    assert [(each.id, each.expiring and each.expiring.days) for each in changed.statuses] == [(one.id, 30)]


@pytest.mark.usefixtures("_vault")
def test_it_is_told_by_every_channel_and_once_after_a_restart(office: Office) -> None:
    properties = {"notification_recipients": "ops@example.org", "webhook_url": "https://hook.example.org/"}
    office.services.properties.set(properties)
    sender = OutgoingSettings(
        enabled=True,
        address="desk@example.org",
        server="smtp.example.org",
        authentication=OutgoingAuthentication.NONE,
    )
    office.services.integrations.save(Integration(name="Desk", outgoing=sender))
    one = with_secret(office, Calendar(office).day(1))
    Calendar(office).look()
    [happened] = office.of(EventsHappened)
    assert [each.integration_id for each in happened.events] == [one.id]
    with office.services.database.read() as unit:
        [queued] = unit.outbox.all()
        [delivery] = unit.deliveries.due(Channel.WEBHOOK, happened.events[0].at)
    assert queued.subject == "[Mailint] Help: the client secret expires tomorrow"
    assert '"kind": "credential_expiring"' in delivery.body
    assert "s3cret" not in delivery.body
    office.restart()
    assert Calendar(office).look() == []


@pytest.mark.usefixtures("_vault")
def test_the_status_file_has_it(office: Office, calendar: Calendar) -> None:
    one = with_secret(office, calendar.day(6))
    office.services.monitor.record(one, IN, Attempt())
    told = as_status(calendar.statuses.all())
    assert (told["ok"], told["state"]) == (True, "expiring")
    assert told["integrations"][0]["expiring"] == {
        "what": "client_secret",
        "direction": "incoming",
        "at": f"{end_of(calendar.day(6)):%Y-%m-%dT%H:%M:%SZ}",
        "days": 6,
    }
    assert as_status([replace(calendar.status(one), expiring=None)])["integrations"][0]["expiring"] is None
