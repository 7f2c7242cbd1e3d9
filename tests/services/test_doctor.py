"""What doctor finds, and whose fault it is."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import keyring
import pytest

from mailint_gui.application import build_services
from mailint_gui.cli.desktop_probe import look_at_desktop
from mailint_gui.domain.clock import system_clock
from mailint_gui.domain.expiry import ExpiryKind
from mailint_gui.domain.finding import STATES, Examined, FindingKind, FindingState
from mailint_gui.domain.health import Attempt
from mailint_gui.domain.integration import Direction, IncomingAuthentication, IncomingSettings, Integration
from mailint_gui.domain.oauth import OAuthSettings, SignIn
from mailint_gui.domain.secret import Secret, SecretPlace, SecretPurpose, SecretReference, TypedPasswords
from mailint_gui.profile import Profile
from mailint_gui.services import doctor as examined_module
from mailint_gui.services.doctor import Desktop, Doctor
from mailint_gui.services.services import Services
from mailint_gui.wording.findings import finding_words
from tests.servers.certificates import Certificates
from tests.servers.connect_proxy import ConnectProxy
from tests.servers.desktop import Desktop as RealDesktop
from tests.servers.ports import black_hole, refusing_port
from tests.servers.secret_service import SecretService, on_bus
from tests.servers.session_bus import SessionBus
from tests.services.oauth import application_certificate, integration

WITH_TRAY = Desktop(tray=True)


@pytest.fixture
def services(profile: Path) -> Iterator[Services]:
    found = build_services(Profile(profile))
    yield found
    found.close()


def findings(doctor: Doctor) -> dict[Examined, FindingKind]:
    found = list(doctor.examine())
    assert [each.examined for each in found] == list(Examined)
    return {each.examined: each.kind for each in found}


def of(profile: Path, services: Services | None = None, desktop: Desktop = WITH_TRAY) -> Doctor:
    return Doctor(profile, system_clock, lambda: desktop, services)


def test_every_kind_has_a_state() -> None:
    assert set(STATES) == set(FindingKind)


def test_on_a_sound_computer(profile: Path, services: Services, secret_service: SecretService) -> None:
    with secret_service.in_process():
        found = findings(of(profile, services))
    assert found.pop(Examined.SQLITE) in {FindingKind.SQLITE_GOOD, FindingKind.SQLITE_ONE_WRITER}
    assert found == {
        Examined.KEYRING: FindingKind.KEYRING_READY,
        Examined.TRAY: FindingKind.TRAY_THERE,
        Examined.DATABASE: FindingKind.DATABASE_GOOD,
        Examined.QT: FindingKind.QT_GOOD,
        Examined.SIGN_IN: FindingKind.SIGN_IN_LIBRARIES,
        Examined.TLS_TRUST: FindingKind.TLS_TRUST_GOOD,
        Examined.PROXY: FindingKind.PROXY_NOT_SET,
        Examined.CLOCK: FindingKind.CLOCK_GOOD,
        Examined.DISK: FindingKind.DISK_GOOD,
        Examined.STATUS_FILE: FindingKind.STATUS_FILE_NOT_SET,
        Examined.PARSER: FindingKind.PARSER_GOOD,
        Examined.REFERENCES: FindingKind.REFERENCES_GOOD,
        Examined.EXPIRY: FindingKind.NOTHING_EXPIRES,
    }


def test_a_locked_keyring_is_a_warning_and_is_left_as_it_is(
    profile: Path, services: Services, secret_service: SecretService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examined_module, "KEYRING_SECONDS", 2.0)
    with secret_service.in_process():
        secret_service.lock()
        try:
            found = findings(of(profile, services))
        finally:
            secret_service.unlock()
    assert found[Examined.KEYRING] is FindingKind.KEYRING_LOCKED
    assert STATES[FindingKind.KEYRING_LOCKED] is FindingState.WARNING


class _Silent:
    """A keyring that hangs: each of its calls waits until the test ends."""

    def __init__(self) -> None:
        self.asked = 0
        self.over = threading.Event()

    def get_password(self, _service: str, _name: str) -> None:
        self.asked += 1
        self.over.wait()


def test_a_keyring_that_does_not_answer_is_waited_for_once(
    profile: Path, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = _Silent()
    monkeypatch.setattr(examined_module, "KEYRING_SECONDS", 0.1)
    monkeypatch.setattr(keyring, "get_keyring", lambda: silent)
    try:
        found = findings(of(profile, services))
    finally:
        silent.over.set()
    assert found[Examined.KEYRING] is FindingKind.KEYRING_LOCKED
    assert silent.asked == 1


def test_without_a_keyring(profile: Path, empty_bus: SessionBus) -> None:
    with on_bus(empty_bus):
        found = findings(of(profile))
    assert found[Examined.KEYRING] is FindingKind.KEYRING_ABSENT
    assert found[Examined.DATABASE] is FindingKind.DATABASE_NOT_YET


def test_a_ca_file_that_went(
    profile: Path, services: Services, certificates: Certificates, tmp_path: Path
) -> None:
    file = tmp_path / "ca.pem"
    file.write_bytes(certificates.ca.read_bytes())
    services.properties.set({"extra_ca_file": str(file)})
    file.unlink()
    (found,) = [each for each in of(profile, services).examine() if each.examined is Examined.TLS_TRUST]
    assert (found.state, found.facts["ca_file"]) == (FindingState.FAILED, str(file))


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), FindingKind.CLOCK_WRONG),
        (datetime.now(UTC) - timedelta(hours=1), FindingKind.CLOCK_BEHIND),
    ],
)
def test_a_clock_that_is_wrong(
    profile: Path, services: Services, now: datetime, expected: FindingKind
) -> None:
    integration = services.integrations.save(Integration(name="Support"))
    services.monitor.record(integration, Direction.INCOMING, Attempt())
    doctor = Doctor(profile, lambda: now, lambda: WITH_TRAY, services)
    assert findings(doctor)[Examined.CLOCK] is expected


@pytest.mark.parametrize(
    ("desktop", "tray", "qt"),
    [
        (Desktop(tray=False), FindingKind.TRAY_MISSING, FindingKind.QT_GOOD),
        (Desktop(), FindingKind.NO_DISPLAY, FindingKind.QT_GOOD),
        (Desktop(display_opens=False), FindingKind.DISPLAY_UNUSABLE, FindingKind.QT_GOOD),
        (
            Desktop(widgets_load=False, display_opens=False, detail="libEGL.so.1"),
            FindingKind.DISPLAY_UNUSABLE,
            FindingKind.QT_NOT_LOADED,
        ),
    ],
)
def test_what_the_desktop_says(profile: Path, desktop: Desktop, tray: FindingKind, qt: FindingKind) -> None:
    found = findings(of(profile, desktop=desktop))
    assert (found[Examined.TRAY], found[Examined.QT]) == (tray, qt)


@contextmanager
def environment(monkeypatch: pytest.MonkeyPatch, **values: str) -> Iterator[None]:
    with monkeypatch.context() as patch:
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
            patch.delenv(name, raising=False)
        for name, value in values.items():
            patch.setenv(name, value)
        yield


def test_a_real_tray_is_seen(desktop: RealDesktop, monkeypatch: pytest.MonkeyPatch) -> None:
    with environment(monkeypatch, **desktop.environment):
        assert look_at_desktop() == Desktop(tray=True)


def test_a_display_without_a_tray_and_none_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    with environment(monkeypatch, QT_QPA_PLATFORM="offscreen"):
        assert look_at_desktop() == Desktop(tray=False)
    with environment(monkeypatch):
        assert look_at_desktop() == Desktop()


def test_a_display_that_is_not_there_ends_the_child_and_not_us(monkeypatch: pytest.MonkeyPatch) -> None:
    with environment(monkeypatch, DISPLAY=":4711", QT_QPA_PLATFORM="xcb"):
        assert look_at_desktop() == Desktop(display_opens=False)


def expiring(services: Services, name: str, days: int) -> Integration:
    """A password from the environment, with the date on which it ends."""
    until = (datetime.now(UTC) + timedelta(days=days)).astimezone().date()
    incoming = IncomingSettings(
        enabled=True,
        address="support@example.org",
        server="mail.example.org",
        user_name="support",
        password=SecretReference(SecretPlace.ENVIRONMENT, "SUPPORT_PW"),
        password_expires_on=until,
    )
    return services.integrations.save(Integration(name=name, incoming=incoming))


def test_what_expires_is_a_warning_for_each_integration(profile: Path, services: Services) -> None:
    expiring(services, "Support", 6)
    expiring(services, "Orders", 400)
    expiring(services, "Returns", -3)
    found = [each for each in of(profile, services).examine() if each.examined is Examined.EXPIRY]
    assert [(each.state, each.facts["name"]) for each in found] == [
        (FindingState.WARNING, "Returns"),
        (FindingState.WARNING, "Support"),
    ]
    told = [finding_words(each) for each in found]
    assert told[0].startswith("The password of Returns expired on ")
    assert told[1].startswith("The password of Support expires on ")
    assert "in [integration.incoming] of its import file before " in told[1]


def test_what_lies_in_the_vault_is_looked_at_where_the_keyring_answers(
    profile: Path, secret_service: SecretService
) -> None:
    pem, _certificate = application_certificate(datetime.now(UTC) + timedelta(days=6))
    typed = TypedPasswords(others={SecretPurpose.INCOMING_CERTIFICATE: Secret(pem)})
    app = OAuthSettings(SignIn.APP_ONLY, client_id="app", authority="https://login.example.org/tenant")
    with secret_service.in_process():
        first = build_services(Profile(profile))
        first.integrations.save(integration(app), typed)
        first.close()
        later = build_services(Profile(profile), read_only=True)
        found = [each for each in of(profile, later).examine() if each.examined is Examined.EXPIRY]
        later.close()
    assert [each.expiring and each.expiring.kind for each in found] == [ExpiryKind.CERTIFICATE]


def told_of(examined: Examined, doctor: Doctor) -> list[str]:
    """Warnings, in words."""
    found = [each for each in doctor.examine() if each.examined is examined]
    assert {each.state for each in found} == {FindingState.WARNING}
    return [finding_words(each) for each in found]


def test_a_proxy_that_answers(profile: Path, services: Services) -> None:
    with ConnectProxy() as proxy:
        services.properties.set({"proxy": proxy.url})
        assert findings(of(profile, services))[Examined.PROXY] is FindingKind.PROXY_ANSWERS


def test_a_proxy_that_is_down_or_hangs_is_told_in_time(
    profile: Path, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examined_module, "PROXY_SECONDS", 0.5)
    for port_of, why in ((refusing_port, "Connection refused"), (black_hole, "timed out")):
        with port_of() as port:
            services.properties.set({"proxy": f"http://127.0.0.1:{port}"})
            [told] = told_of(Examined.PROXY, of(profile, services))
        assert f"127.0.0.1:{port}" in told
        assert why in told
        assert "“mailint properties set proxy=http://HOST:PORT”" in told


def test_a_status_file_is_tried(profile: Path, services: Services, tmp_path: Path) -> None:
    folder = tmp_path / "monitor"
    folder.mkdir()
    services.properties.set({"status_file": str(folder / "status.json")})
    assert findings(of(profile, services))[Examined.STATUS_FILE] is FindingKind.STATUS_FILE_GOOD
    assert list(folder.iterdir()) == []
    folder.rmdir()
    [told] = told_of(Examined.STATUS_FILE, of(profile, services))
    assert str(folder / "status.json") in told
    assert "No such file or directory" in told


def test_variables_and_files_that_are_not_there(
    profile: Path, services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPPORT_PW", "a")
    monkeypatch.delenv("ORDERS_PW", raising=False)
    empty, key = tmp_path / "empty", tmp_path / "key.json"
    empty.touch()
    given = {
        "Support": "env:SUPPORT_PW",
        "Orders": "env:ORDERS_PW",
        "Returns": f"file:{tmp_path / 'gone'}",
        "Billing": f"file:{empty}",
    }
    for name, reference in given.items():
        stored = expiring(services, name, 400)
        incoming = replace(stored.incoming, password=SecretReference.parse(reference))
        services.integrations.save(replace(stored, incoming=incoming))
    oauth = OAuthSettings(SignIn.SERVICE_ACCOUNT, key_file=SecretReference(SecretPlace.FILE, str(key)))
    google = IncomingAuthentication.GOOGLE
    services.integrations.save(
        Integration(
            name="Sales",
            incoming=IncomingSettings(
                enabled=True, address="sales@example.org", authentication=google, oauth=oauth
            ),
        )
    )
    told = told_of(Examined.REFERENCES, of(profile, services))
    assert [each.partition(" logs in with ")[0] for each in told] == ["Billing", "Orders", "Returns", "Sales"]
    assert "the environment variable ORDERS_PW" in told[1]
    assert f"the file {tmp_path / 'gone'}, which cannot be read (No such file or directory)" in told[2]
    assert str(key) in told[3]
    key.write_text("{}")
    assert len(told_of(Examined.REFERENCES, of(profile, services))) == 3


def test_what_is_not_used_may_be_missing(profile: Path, services: Services) -> None:
    """A password beside a sign-in, and that of a direction that is off."""
    stored = expiring(services, "Support", 400)
    off = replace(stored.incoming, enabled=False)
    services.integrations.save(replace(stored, incoming=off))
    assert findings(of(profile, services))[Examined.REFERENCES] is FindingKind.REFERENCES_GOOD
