"""The stand-alone program: built once (two minutes on two cores), then run without Python and far from the sources."""

import importlib.metadata
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import qVersion

from mailint_gui import __version__
from tests.e2e.imports import healthy
from tests.servers import parts, wait
from tests.servers.certificates import Certificates
from tests.servers.desktop import Desktop
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import Mailbox
from tests.servers.oidc_provider import OidcProvider
from tests.servers.postgresql import PostgreSql
from tests.servers.secret_service import SecretService
from tests.servers.session_bus import SessionBus
from tests.servers.smtp import SmtpServer

ROOT = Path(__file__).parents[2]
BUILD_SECONDS = 900.0
RUN_SECONDS = 90.0

pytestmark = pytest.mark.timeout(BUILD_SECONDS)


@dataclass(frozen=True, slots=True)
class Bundle:
    """The program as a user has it; nothing in `environment` leads to Python or to the sources."""

    program: Path
    environment: Mapping[str, str]
    folder: Path

    def on(self, bus: SessionBus | Desktop, **more: str) -> "Bundle":
        kept = {
            name: value
            for name, value in {**bus.environment, **more}.items()
            if not name.startswith(("PYTHON", "VIRTUAL_ENV", "QT_")) or name in more
        }
        return Bundle(self.program, {**kept, "PATH": "/usr/bin:/bin"}, self.folder)

    def run(self, *words: str, stdin: str = "") -> str:
        """What it prints. Fails the test when it complains."""
        done = subprocess.run(
            [self.program, *words],
            input=stdin,
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=RUN_SECONDS,
        )
        assert (done.returncode, done.stderr) == (0, ""), done
        return done.stdout

    def json(self, *words: str) -> Any:
        return json.loads(self.run(*words, "--json"))


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    parts.find("objdump")
    made = tmp_path_factory.mktemp("bundle")
    places = [f"--distpath={made / 'dist'}", f"--workpath={made / 'work'}"]
    build = [sys.executable, "-m", "PyInstaller", "--log-level=WARN", *places, "build.spec"]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    yield made / "dist" / "mailint" / "mailint"
    shutil.rmtree(made)  # a quarter of a gigabyte, which pytest would keep for three more runs


@pytest.fixture
def bundle(program: Path, empty_bus: SessionBus, tmp_path: Path) -> Bundle:
    """On a machine with neither a display nor a keyring."""
    return Bundle(program, {}, tmp_path).on(empty_bus)


def test_it_tells_its_version(bundle: Bundle) -> None:
    assert bundle.run("--version") == f"mailint {__version__}\n"


def test_doctor_finds_what_the_bundle_brought(bundle: Bundle, profile: Path) -> None:
    found = {each["check"]: each for each in bundle.json("--profile", str(profile), "doctor")}
    assert found["qt"]["state"] == "ok"
    assert qVersion() in found["qt"]["message"]
    assert importlib.metadata.version("msal") in found["sign_in"]["message"]
    assert found["parser"]["state"] == "ok", "it starts itself again as the process that reads messages"
    assert found["tls_trust"]["state"] == "ok"


def test_the_demo_pass(bundle: Bundle) -> None:
    printed = bundle.run("--demo")
    assert "Disabled after 4 errors" in printed
    assert printed.splitlines()[-1] == "Test email: sent. Reply: sent."


def test_a_check_with_a_password_of_the_keyring(
    bundle: Bundle,
    profile: Path,
    secret_service: SecretService,
    session_bus: SessionBus,
    certificates: Certificates,
    dovecot: Dovecot,
    mailbox: Mailbox,
    smtp_server: SmtpServer,
) -> None:
    smtp_server.users[mailbox.address] = mailbox.password
    mailbox.deliver(b"Subject: Printer on fire\r\n\r\nSmoke.\r\n")
    there = bundle.on(session_bus)
    where = ("--profile", str(profile))
    file = profile.parent / "support.toml"
    file.write_text(healthy(mailbox, dovecot, smtp_server, password_from="stdin"))
    there.run(*where, "properties", "set", f"extra_ca_file={certificates.ca}")
    there.run(*where, "integrations", "import", str(file), stdin=mailbox.password)
    (checked,) = there.json(*where, "integrations", "check", "Support")
    assert (checked["ok"], checked["filed"]) == (True, 1)
    (message,) = there.json(*where, "messages", "list")
    assert (message["subject"], message["state"]) == ("Printer on fire", "filed")
    letter = ("--from", "Support", "--to", "dana@example.org", "--subject", "Hello")
    there.run(*where, "send", *letter, stdin="It is out.\n")
    assert smtp_server.wait_for_message().recipients == ("dana@example.org",)


TENANT = """
[[integration]]
name = "Microsoft"
[integration.incoming]
address = "{address}"
authentication = "microsoft365"
sign_in = "app_only"
authority = "{authority}"
client_id = "{client}"
client_secret_from = "file:secret.txt"
server = "localhost"
port = {port}

[[integration]]
name = "Google"
[integration.incoming]
address = "{address}"
authentication = "google"
sign_in = "service_account"
token_endpoint = "{token_endpoint}"
key_file = "key.json"
server = "localhost"
port = {port}
"""


def test_checks_with_tokens_of_both_providers(
    bundle: Bundle,
    profile: Path,
    certificates: Certificates,
    oidc_provider: OidcProvider,
    oauth_mailbox: Mailbox,
) -> None:
    where, folder = ("--profile", str(profile)), profile.parent
    client = oidc_provider.add_client(secret="secret")
    (folder / "secret.txt").write_text(client.secret)
    (folder / "key.json").write_text(json.dumps(oidc_provider.add_service_account()))
    values = {
        "address": oauth_mailbox.address,
        "authority": oidc_provider.authority,
        "token_endpoint": oidc_provider.token_endpoint,
        "client": client.id,
        "port": oauth_mailbox.server.ports.imaps,
    }
    (folder / "tenant.toml").write_text(TENANT.format(**values))
    bundle.run(*where, "properties", "set", f"extra_ca_file={certificates.ca}")
    bundle.run(*where, "integrations", "import", str(folder / "tenant.toml"))
    checked = bundle.json(*where, "integrations", "check", "--all")
    assert [each["ok"] for each in checked] == [True, True], checked


def test_postgresql(bundle: Bundle, profile: Path, postgresql: PostgreSql) -> None:
    where = ("--profile", str(profile), "--database", postgresql.database())
    bundle.run(*where, "properties", "set", "notify_after_incoming_errors=2")
    assert bundle.json(*where, "properties", "list")["notify_after_incoming_errors"] == "2"


def test_the_window(bundle: Bundle, profile: Path, desktop: Desktop) -> None:
    shown = bundle.on(desktop, QT_QPA_PLATFORM="xcb")
    output = profile.parent / "output.txt"
    with output.open("wb") as file:
        window = subprocess.Popen(
            [shown.program, "--profile", profile], env=shown.environment, stdout=file, stderr=file
        )
    try:
        desktop.display.wait_for_window("^Mailint$", RUN_SECONDS)
        window.send_signal(signal.SIGTERM)
        assert window.wait(wait.LIMIT) == 0, output.read_text()
    finally:
        window.kill()
        window.wait()
    assert output.read_text() == ""
