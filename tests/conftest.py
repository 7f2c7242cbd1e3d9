"""Fixtures of all tests: the real servers, a directory per test, and no log line that nobody expects."""

import logging
import os
import re
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.browser import Browser
from tests.servers.certificates import Certificates
from tests.servers.desktop import Desktop
from tests.servers.dovecot import Dovecot
from tests.servers.fault_proxy import FaultProxy
from tests.servers.mailbox import Mailbox
from tests.servers.oidc_provider import OidcProvider
from tests.servers.postfix import Postfix
from tests.servers.postfix_policy import Policy
from tests.servers.postgresql import PostgreSql
from tests.servers.secret_service import SecretService
from tests.servers.session_bus import SessionBus
from tests.servers.smtp import SmtpServer

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before anything imports Qt


def pytest_configure(config: pytest.Config) -> None:
    # Whatever starts us in the background has Ctrl-C ignored, and the programs that tests interrupt would inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)
    config.addinivalue_line(
        "markers",
        "expects_log(pattern): this test must log a WARNING or worse that matches",
    )


class _Warnings(logging.Handler):
    """Keeps WARNING and worse."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def _expected_log_only(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test when our own loggers warn unexpectedly, or do not when the test is marked `expects_log`."""
    seen = _Warnings()
    loggers = [logging.getLogger(name) for name in ("mailint", "mailint_gui")]
    for logger in loggers:
        logger.addHandler(seen)
    yield
    for logger in loggers:
        logger.removeHandler(seen)
    patterns = [mark.args[0] for mark in request.node.iter_markers("expects_log")]
    unexpected = [text for text in seen.texts if not any(re.search(pattern, text) for pattern in patterns)]
    missed = [pattern for pattern in patterns if not any(re.search(pattern, text) for text in seen.texts)]
    assert not unexpected, "unexpected in the log:\n" + "\n".join(unexpected)
    assert not missed, f"expected in the log, and not there: {missed}"


@pytest.fixture(scope="session")
def server_directory() -> Iterator[Path]:
    """A directory for the state of servers: short, for Unix sockets, and other users may enter it."""
    directory = Path(tempfile.mkdtemp(prefix="mailint-", dir=_memory()))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory)


def _memory() -> str | None:
    """Where files cost no disk: 10,000 messages are delivered in a tenth of the time."""
    memory = "/dev/shm"
    roomy = Path(memory).is_dir() and shutil.disk_usage(memory).free > 2_000_000_000
    return memory if roomy else None


@pytest.fixture(scope="session")
def certificates(server_directory: Path) -> Certificates:
    return Certificates(server_directory / "certificates")


@pytest.fixture(scope="session")
def dovecot(server_directory: Path, certificates: Certificates, _smtp: SmtpServer) -> Iterator[Dovecot]:
    """One server for the whole run."""
    with Dovecot(server_directory / "dovecot", certificates, relay_port=_smtp.port) as server:
        yield server


@pytest.fixture
def mailbox(dovecot: Dovecot) -> Mailbox:
    """An empty mailbox of this test alone, on a server that runs whatever the last test did to it."""
    dovecot.revive()
    return dovecot.mailbox()


@pytest.fixture(scope="session")
def _smtp(certificates: Certificates) -> Iterator[SmtpServer]:
    with SmtpServer(certificates) as server:
        yield server


@pytest.fixture
def smtp_server(_smtp: SmtpServer) -> Iterator[SmtpServer]:
    """The far end, empty and with its own answers; so it is left to those that reach it through Dovecot."""
    _smtp.reset()
    yield _smtp
    _smtp.reset()


@pytest.fixture(scope="session")
def _oidc_provider(server_directory: Path, certificates: Certificates) -> Iterator[OidcProvider]:
    with OidcProvider(server_directory / "oidc", certificates) as provider:
        yield provider


@pytest.fixture
def oidc_provider(_oidc_provider: OidcProvider) -> OidcProvider:
    """An identity provider that knows nobody."""
    _oidc_provider.reset()
    return _oidc_provider


@pytest.fixture(scope="session")
def _oauth_dovecot(
    server_directory: Path, certificates: Certificates, _smtp: SmtpServer, _oidc_provider: OidcProvider
) -> Iterator[Dovecot]:
    url = _oidc_provider.introspection_endpoint
    directory = server_directory / "oauth-dovecot"
    with Dovecot(directory, certificates, relay_port=_smtp.port, introspection_url=url) as server:
        yield server


@pytest.fixture
def oauth_mailbox(_oauth_dovecot: Dovecot, oidc_provider: OidcProvider) -> Mailbox:
    """An empty mailbox that opens to the tokens of its user at `oidc_provider` too, and to those of apps."""
    _oauth_dovecot.revive()
    mailbox = _oauth_dovecot.mailbox()
    oidc_provider.add_user(mailbox.address)
    return mailbox


@pytest.fixture(scope="session")
def _policy() -> Iterator[Policy]:
    with Policy() as policy:
        yield policy


@pytest.fixture
def policy(_policy: Policy) -> Policy:
    """What ``postfix`` answers at RCPT: nothing of its own yet."""
    _policy.clear()
    return _policy


@pytest.fixture(scope="session")
def _postfix(
    server_directory: Path, certificates: Certificates, _smtp: SmtpServer, _policy: Policy
) -> Iterator[Postfix]:
    directory = server_directory / "postfix"
    relay = (_smtp.host, _smtp.port)
    with Postfix(directory, certificates, relay=relay, policy_port=_policy.port) as server:
        yield server


@pytest.fixture
def postfix(_postfix: Postfix, policy: Policy, smtp_server: SmtpServer) -> Postfix:
    """A real queue, empty, in front of ``smtp_server``."""
    _postfix.empty()
    return _postfix


@pytest.fixture
def fault_proxy(dovecot: Dovecot) -> Iterator[FaultProxy]:
    """In front of Dovecot's plain IMAP port."""
    with FaultProxy(dovecot.ports.imap) as proxy:
        yield proxy


@pytest.fixture(scope="session")
def postgresql(server_directory: Path) -> Iterator[PostgreSql]:
    """One server for the whole run; `database()` makes a fresh database each time."""
    with PostgreSql(server_directory / "postgresql") as server:
        yield server


@pytest.fixture(scope="session")
def session_bus(server_directory: Path) -> Iterator[SessionBus]:
    """The bus that `secret_service` and `desktop` share, so that a program finds both."""
    with SessionBus(server_directory / "session") as bus:
        yield bus


@pytest.fixture
def empty_bus(server_directory: Path) -> Iterator[SessionBus]:
    """A bus without a Secret Service and without a notification server."""
    with SessionBus(server_directory / "empty") as bus:
        yield bus


@pytest.fixture(scope="session")
def _secret_service(session_bus: SessionBus) -> Iterator[SecretService]:
    with SecretService(session_bus) as service:
        yield service


@pytest.fixture
def secret_service(_secret_service: SecretService) -> SecretService:
    """gnome-keyring, unlocked and empty."""
    _secret_service.clear()
    return _secret_service


@pytest.fixture(scope="session")
def _desktop(session_bus: SessionBus) -> Iterator[Desktop]:
    with Desktop(session_bus) as desktop:
        yield desktop


@pytest.fixture
def desktop(_desktop: Desktop) -> Desktop:
    """The desktop, without notifications."""
    _desktop.clear_notifications()
    return _desktop


@pytest.fixture(scope="session")
def _browser(server_directory: Path, certificates: Certificates) -> Iterator[Browser]:
    with Browser(server_directory / "browser", certificates.good) as browser:
        yield browser


@pytest.fixture
def browser(_browser: Browser) -> Browser:
    """A browser with no cookies, at an empty page."""
    _browser.renew()
    return _browser


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """An empty directory for a profile."""
    directory = tmp_path / "profile"
    directory.mkdir(mode=0o700)
    return directory
