"""The form signs in at an identity provider: over the desk of the running program, by browser and by code."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from mailint_gui.domain.integration import Direction, IncomingAuthentication, Integration
from mailint_gui.domain.oauth import OAuthSettings, SignIn
from mailint_gui.domain.secret import Secret, SecretPurpose, TypedPasswords
from mailint_gui.profile import Profile
from mailint_gui.services.parsing import ParserProcess
from mailint_gui.ui.integration_form import IntegrationForm
from mailint_gui.ui.integration_form.sign_in_box import SignInBox
from mailint_gui.ui.integration_form.sign_in_states import State
from tests.servers.certificates import Certificates
from tests.servers.oidc_provider import OidcProvider, User
from tests.services.oauth import by_a_person, google, integration, visiting
from tests.workers.running_desk import LIMIT, RunningDesk


@pytest.fixture
def running(
    qtbot: QtBot, tmp_path: Path, blank: Path, parser: ParserProcess, certificates: Certificates
) -> Iterator[RunningDesk]:
    """A desk that is not started yet, on a vault for this run."""
    profile = Profile(tmp_path / "profile")
    profile.create()
    shutil.copy(blank, profile.database_path)
    made = RunningDesk(qtbot, tmp_path, parser)
    made.office.services.properties.set({"extra_ca_file": str(certificates.ca)})
    yield made
    made.close()


class Person(QObject):
    """Sits at the browser of this computer, and signs in on whatever page opens."""

    def __init__(self, provider: OidcProvider, user: User) -> None:
        super().__init__()
        self.provider, self.user, self.allows = provider, user, True

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        address = url.toString(QUrl.ComponentFormattingOption.FullyEncoded)
        visiting(self.provider, self.user, allow=self.allows)(address)


@pytest.fixture
def person(oidc_provider: OidcProvider) -> Iterator[Person]:
    """The browser of this computer belongs to them."""
    found = Person(oidc_provider, oidc_provider.add_user("help@example.org"))
    QDesktopServices.setUrlHandler("https", found, "open")
    yield found
    QDesktopServices.unsetUrlHandler("https")


class Signing:
    """A form on the integration, of which the provider knows the application."""

    def __init__(self, running: RunningDesk, one: Integration, typed: TypedPasswords) -> None:
        self.running = running
        running.office.services.credentials.use_for_this_run()
        stored = running.office.services.integrations.save(one, typed)
        desk = running.start()
        running.asked(desk.use_vault_for_this_run()).result()
        self.form = IntegrationForm(desk, running.status(stored.id), None, "incoming")
        self.form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        running.qtbot.addWidget(self.form, before_close_func=lambda each: each.pages.load(each.pages.stored))
        self.form.show()

    @property
    def box(self) -> SignInBox:
        return self.form.pages.incoming.oauth.ui.tokens

    @property
    def said(self) -> str:
        return self.box.ui.said.toPlainText()

    def sign_in(self) -> None:
        self.box.ui.sign_in.click()

    def until(self, state: State) -> None:
        self.running.qtbot.waitUntil(lambda: self.box.state is state, timeout=LIMIT)

    def apply(self) -> None:
        with self.running.qtbot.waitSignal(self.form.saved, timeout=LIMIT):
            self.form.apply()

    def kept(self) -> str:
        """The account of the tokens in the vault."""
        found = self.running.services.sign_ins.status(self.form.pages.stored, Direction.INCOMING)
        return found.account if found else ""


def signing(running: RunningDesk, oauth: OAuthSettings, authentication: IncomingAuthentication) -> Signing:
    one = integration(oauth, authentication=authentication, port=1)
    secret = Secret("of the app") if authentication is IncomingAuthentication.GOOGLE else None
    others = {SecretPurpose.INCOMING_CLIENT_SECRET: secret} if secret else {}
    return Signing(running, one, TypedPasswords(others=others))


MICROSOFT365, GOOGLE = IncomingAuthentication.MICROSOFT365, IncomingAuthentication.GOOGLE


def test_signing_in_with_the_browser(
    running: RunningDesk, oidc_provider: OidcProvider, person: Person
) -> None:
    client = oidc_provider.add_client()
    form = signing(running, by_a_person(oidc_provider, client.id, SignIn.INTERACTIVE), MICROSOFT365)
    form.sign_in()
    form.until(State.SIGNED_IN)
    assert form.said.splitlines()[:2] == ["Signed in as help@example.org.", "For IMAP.AccessAsUser.All."]
    assert form.kept() == ""  # before Apply nothing is stored
    form.apply()
    assert form.kept() == "help@example.org"
    form.form.requests.oauth.sign_out(Direction.INCOMING)
    form.until(State.IDLE)
    assert form.kept() == ""


def test_signing_in_at_google_with_the_browser(
    running: RunningDesk, oidc_provider: OidcProvider, person: Person
) -> None:
    client = oidc_provider.add_client(secret="of the app")
    form = signing(running, google(oidc_provider, SignIn.INTERACTIVE, client.id), GOOGLE)
    form.form.pages.incoming.oauth.ui.client_secret.setText("of the app")  # the vault was another run's
    form.sign_in()
    form.until(State.SIGNED_IN)
    assert form.said.splitlines()[:2] == [
        "Signed in as help@example.org.",
        "For mail.google.com.",
    ]


def test_consent_that_is_refused_is_told(
    running: RunningDesk, oidc_provider: OidcProvider, person: Person
) -> None:
    person.allows = False
    client = oidc_provider.add_client()
    form = signing(running, by_a_person(oidc_provider, client.id, SignIn.INTERACTIVE), MICROSOFT365)
    form.sign_in()
    form.until(State.FAILED)
    assert "refused, or broken off" in form.said
    assert "Incoming email tab" in form.said


def test_signing_in_with_a_code(running: RunningDesk, oidc_provider: OidcProvider) -> None:
    user = oidc_provider.add_user("help@example.org")
    client = oidc_provider.add_client()
    form = signing(running, by_a_person(oidc_provider, client.id, SignIn.DEVICE_CODE), MICROSOFT365)
    form.sign_in()
    form.until(State.CODE)
    assert form.box.ui.code_address.text() == oidc_provider.verification_page
    code = form.box.ui.code.text()
    threading.Thread(target=oidc_provider.enter_code, args=(code, user), daemon=True).start()
    form.until(State.SIGNED_IN)
    form.apply()
    assert form.kept() == "help@example.org"


def test_a_provider_that_is_down_is_told(running: RunningDesk, oidc_provider: OidcProvider) -> None:
    client = oidc_provider.add_client()
    form = signing(running, by_a_person(oidc_provider, client.id, SignIn.DEVICE_CODE), MICROSOFT365)
    oidc_provider.stop()
    form.sign_in()
    form.until(State.FAILED)
    assert "localhost" in form.said


def test_nobody_at_the_browser_is_waited_for_no_longer_than_the_form_is_open(
    running: RunningDesk, oidc_provider: OidcProvider, qtbot: QtBot
) -> None:
    client = oidc_provider.add_client()
    form = signing(running, by_a_person(oidc_provider, client.id, SignIn.INTERACTIVE), MICROSOFT365)
    form.sign_in()
    form.until(State.BROWSER)
    address = form.box.ui.page_address.text()
    assert address.startswith(oidc_provider.authorization_endpoint)
    form.form.reject()
    assert form.box.state is State.IDLE
    running.until(lambda: len(form.form.requests.oauth._calls) == 0)
