"""Signing in at a provider from a terminal."""

import os
import re
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from mailint_gui.instance.streams import Streams
from tests.cli import contract
from tests.cli.in_process import Captured, InProcess
from tests.cli.program import LIMIT, Ended, Program
from tests.cli.test_running_instance import headless
from tests.servers.certificates import Certificates
from tests.servers.mailbox import Mailbox
from tests.servers.oidc_answer import Answer
from tests.servers.oidc_provider import OidcProvider, User
from tests.servers.secret_service import SecretService, on_bus
from tests.servers.session_bus import SessionBus
from tests.services.oauth import MAIL, application_certificate, visiting

# MSAL's advice; a loopback address is sent a query
pytestmark = pytest.mark.filterwarnings("ignore:response_mode='form_post' is recommended")

CODE = re.compile(r"the code (\S+) before")
Say = Callable[[str], object]


@pytest.fixture
def desk(
    program: InProcess,
    secret_service: SecretService,
    certificates: Certificates,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[InProcess]:
    """The command line of somebody at this computer, with a keyring."""
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    with secret_service.in_process():
        program.done("properties", "set", f"extra_ca_file={certificates.ca}")
        yield program


@pytest.fixture
def user(oidc_provider: OidcProvider, oauth_mailbox: Mailbox) -> User:
    return oidc_provider.add_user(oauth_mailbox.address)


def settings(mailbox: Mailbox, sign_in: str) -> str:
    """``sign_in``: the keys of the sign-in."""
    return f"""
[[integration]]
name = "Support"
[integration.incoming]
address = "{mailbox.address}"
server = "{mailbox.server.host}"
port = {mailbox.server.ports.imaps}
first_check = "everything"
{sign_in}
"""


def microsoft(provider: OidcProvider, sign_in: str, client_id: str = "") -> str:
    return f"""
authentication = "microsoft365"
authority = "{provider.authority}"
client_id = "{client_id or provider.add_client().id}"
sign_in = "{sign_in}"
scopes = ["{MAIL}/IMAP.AccessAsUser.All"]
"""


def google(provider: OidcProvider) -> str:
    client = provider.add_client(secret="desk-secret")
    os.environ["DESK_SECRET"] = client.secret
    return f"""
authentication = "google"
authorization_endpoint = "{provider.authorization_endpoint}"
token_endpoint = "{provider.token_endpoint}"
client_id = "{client.id}"
client_secret_from = "env:DESK_SECRET"
sign_in = "interactive"
"""


def said(program: InProcess, on_line: Say, *words: str) -> Ended:
    """What it ends with; ``on_line`` gets each line on standard error as it comes."""
    captured = Captured()

    def err(data: bytes) -> None:
        captured.err.append(data)
        for line in data.decode().splitlines():
            on_line(line)

    streams = Streams(captured.out.append, err, bytes)
    return captured.ended(program._run(words, streams))


def entering(provider: OidcProvider, user: User, *, allow: bool = True) -> Say:
    """Somebody who types the code that is shown, on another device."""

    def on_line(line: str) -> None:
        if found := CODE.search(line):
            provider.enter_code(found[1], user, allow=allow)

    return on_line


def state_of(program: InProcess) -> str:
    state: str = program.json("integrations", "list")[0]["state"]
    return state


def test_a_code_signs_in_and_mail_is_taken_in_until_it_is_signed_out(
    desk: InProcess, oidc_provider: OidcProvider, oauth_mailbox: Mailbox, user: User
) -> None:
    desk.done(
        "integrations", "import", desk.file(settings(oauth_mailbox, microsoft(oidc_provider, "device_code")))
    )
    oauth_mailbox.deliver(b"Subject: by token\r\n\r\nx\r\n")
    assert desk.run("integrations", "check", "Support").code == 1
    assert state_of(desk) == "needs_sign_in"

    ended = said(desk, entering(oidc_provider, user), "integrations", "sign-in", "Support", "--json")
    assert (ended.code, len(ended.lines)) == (0, 1), ended.err
    assert oidc_provider.verification_page in ended.err
    shape = ended.json
    assert list(shape) == contract.SIGN_IN
    assert (shape["name"], shape["account"]) == ("Support", user.name)
    assert f"{MAIL}/IMAP.AccessAsUser.All" in shape["scopes"]
    assert datetime.fromisoformat(shape["valid_until"]) > datetime.now(UTC)

    assert state_of(desk) == "active"
    (checked,) = desk.json("integrations", "check", "Support")
    assert (checked["ok"], checked["filed"]) == (True, 1)
    token = desk.json("integrations", "test", "Support")[0]
    assert (token["step"], token["ok"]) == ("token", True)
    assert f"It is of {user.name}, for IMAP.AccessAsUser.All" in token["message"]
    assert re.search(r"valid until 2\S+ \S+, then renewed by itself\.$", token["message"])

    desk.done("integrations", "sign-out", "Support")
    assert state_of(desk) == "needs_sign_in"


def test_a_sign_in_with_the_browser_can_be_by_a_code_as_a_public_client(
    desk: InProcess,
    oidc_provider: OidcProvider,
    oauth_mailbox: Mailbox,
    user: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DESK_SECRET", "of no use to a public client")
    keys = microsoft(oidc_provider, "interactive") + 'client_secret_from = "env:DESK_SECRET"'
    desk.done("integrations", "import", desk.file(settings(oauth_mailbox, keys)))
    assert said(desk, entering(oidc_provider, user), "integrations", "sign-in", "Support").code == 0
    oidc_provider.forget_requests()
    assert all(each["ok"] for each in desk.json("integrations", "test", "Support"))
    assert oidc_provider.token_requests("refresh_token") == 1


def test_google_has_no_code_and_shows_a_page(
    desk: InProcess, oidc_provider: OidcProvider, oauth_mailbox: Mailbox, user: User
) -> None:
    desk.done("integrations", "import", desk.file(settings(oauth_mailbox, google(oidc_provider))))
    visit = visiting(oidc_provider, user)

    def on_line(line: str) -> None:
        if line.startswith(oidc_provider.authorization_endpoint):
            visit(line)

    ended = said(desk, on_line, "integrations", "sign-in", "Support")
    assert (ended.code, len(ended.lines)) == (0, 2), ended.err
    assert user.name in ended.out.decode()
    assert all(each["ok"] for each in desk.json("integrations", "test", "Support"))


def test_google_from_another_computer_is_refused(
    desk: InProcess, oidc_provider: OidcProvider, oauth_mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.done("integrations", "import", desk.file(settings(oauth_mailbox, google(oidc_provider))))
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22")
    ended = desk.run("integrations", "sign-in", "Support")
    assert (ended.code, len(ended.lines)) == (1, 1)
    assert "service account" in ended.err


@pytest.mark.parametrize(
    "keys",
    [
        'authentication = "microsoft365"\nclient_secret_from = "env:X"\n'
        'client_id = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"\ntenant_id = "contoso.example"',
        'authentication = "google"\nkey_file = "key.json"',
        'user_name = "a"\npassword_from = "env:X"',
    ],
)
@pytest.mark.parametrize("verb", ["sign-in", "sign-out"])
def test_nobody_signs_in_for_what_logs_in_by_itself(
    program: InProcess, oauth_mailbox: Mailbox, keys: str, verb: str
) -> None:
    assert program.run("integrations", "import", program.file(settings(oauth_mailbox, keys))).code == 0
    ended = program.run("integrations", verb, "Support")
    assert (ended.code, ended.out, len(ended.lines)) == (1, b"", 1)
    assert ended.err.startswith("Nobody signs in for Support")


def test_a_direction_that_is_off_has_no_sign_in(
    desk: InProcess, oidc_provider: OidcProvider, oauth_mailbox: Mailbox
) -> None:
    keys = microsoft(oidc_provider, "device_code")
    desk.done("integrations", "import", desk.file(settings(oauth_mailbox, keys)))
    ended = desk.run("integrations", "sign-in", "Support", "--outgoing")
    assert (ended.code, len(ended.lines)) == (1, 1)
    assert "outgoing email is off" in ended.err


def test_outgoing_signs_in_for_itself(
    desk: InProcess, oidc_provider: OidcProvider, oauth_mailbox: Mailbox, user: User
) -> None:
    keys = microsoft(oidc_provider, "device_code")
    own = f"""
[integration.outgoing]
server = "{oauth_mailbox.server.host}"
port = {oauth_mailbox.server.ports.submission}
{keys.replace("IMAP.AccessAsUser.All", "SMTP.Send")}
"""
    desk.done("integrations", "import", desk.file(settings(oauth_mailbox, keys) + own))
    enter = entering(oidc_provider, user)
    out = said(desk, enter, "integrations", "sign-in", "Support", "--outgoing", "--json").json
    assert f"{MAIL}/SMTP.Send" in out["scopes"]
    assert desk.run("integrations", "test", "Support", "--incoming").code == 1
    assert all(each["ok"] for each in desk.json("integrations", "test", "Support", "--outgoing"))


@pytest.mark.parametrize("answer", [Answer(503, "down"), Answer.throttled(30)], ids=["503", "429"])
def test_whoever_signs_in_while_the_provider_is_down_is_told_to_try_again(
    desk: InProcess, oidc_provider: OidcProvider, oauth_mailbox: Mailbox, answer: Answer
) -> None:
    keys = microsoft(oidc_provider, "device_code")
    desk.done("integrations", "import", desk.file(settings(oauth_mailbox, keys)))
    oidc_provider.answer(answer, endpoint="device_authorization")
    ended = desk.run("integrations", "sign-in", "Support")
    assert (ended.code, len(ended.lines)) == (1, 1)
    assert "Support was not signed in" in ended.err
    assert "Try again in a few minutes." in ended.err
    assert "by itself" not in ended.err


def test_a_log_in_that_outgoing_shares_is_told_once(
    desk: InProcess, oidc_provider: OidcProvider, oauth_mailbox: Mailbox
) -> None:
    lent = f"""
[integration.outgoing]
authentication = "same_as_incoming"
server = "{oauth_mailbox.server.host}"
port = {oauth_mailbox.server.ports.submission}
"""
    keys = microsoft(oidc_provider, "device_code")
    desk.done("integrations", "import", desk.file(settings(oauth_mailbox, keys) + lent))
    ended = desk.run("integrations", "test", "Support")
    assert (ended.code, len(ended.lines)) == (1, 2)
    assert "sign-in Support" in ended.lines[0]
    assert ended.lines[1] == "Outgoing email: The same, as it logs in with the token of incoming email."
    alone = desk.run("integrations", "test", "Support", "--outgoing")
    assert "sign-in Support" in alone.err


def test_whoever_refuses_is_told_so(
    desk: InProcess, oidc_provider: OidcProvider, oauth_mailbox: Mailbox, user: User
) -> None:
    desk.done(
        "integrations", "import", desk.file(settings(oauth_mailbox, microsoft(oidc_provider, "device_code")))
    )
    ended = said(desk, entering(oidc_provider, user, allow=False), "integrations", "sign-in", "Support")
    assert (ended.code, ended.out, len(ended.lines)) == (1, b"", 2)
    assert "Support was not signed in" in ended.lines[1]
    assert "Microsoft 365" in ended.lines[1]


def test_what_a_provider_said_that_nobody_knows_is_told_without_its_secrets(
    desk: InProcess, oidc_provider: OidcProvider, oauth_mailbox: Mailbox
) -> None:
    desk.done(
        "integrations", "import", desk.file(settings(oauth_mailbox, microsoft(oidc_provider, "device_code")))
    )
    odd = Answer.aadsts(99999, "odd_error", "The moon is wrong. refresh_token=0.AaBbCcDd")
    oidc_provider.answer(odd, endpoint="device_authorization")
    ended = desk.run("integrations", "sign-in", "Support")
    assert (ended.code, ended.out, len(ended.lines)) == (1, b"", 1), ended
    assert "Mailint has no words for" in ended.err
    assert (
        "look it up in the sign-in logs at Microsoft 365, by the correlation ID in the details" in ended.err
    )
    assert "Details: " in ended.err
    assert "AADSTS99999: The moon is wrong." in ended.err
    assert "AaBbCcDd" not in ended.err


def test_who_signed_in_is_told_as_the_form_shows_it(
    desk: InProcess, oidc_provider: OidcProvider, oauth_mailbox: Mailbox, user: User
) -> None:
    desk.done(
        "integrations", "import", desk.file(settings(oauth_mailbox, microsoft(oidc_provider, "device_code")))
    )
    assert "“mailint integrations sign-in Support”" in desk.run("integrations", "check", "Support").err
    ended = said(desk, entering(oidc_provider, user), "integrations", "sign-in", "Support")
    told = ended.out.decode().splitlines()
    assert told[0] == f"Signed in as {user.name}."
    assert told[-1].endswith(", then renewed by itself.")


def test_another_account_than_the_mailboxs_is_told_and_kept(
    desk: InProcess, oidc_provider: OidcProvider, oauth_mailbox: Mailbox
) -> None:
    admin = oidc_provider.add_user("admin@example.org", shared=oauth_mailbox.address)
    keys = microsoft(oidc_provider, "device_code")
    desk.done("integrations", "import", desk.file(settings(oauth_mailbox, keys)))
    ended = said(desk, entering(oidc_provider, admin), "integrations", "sign-in", "Support")
    assert (ended.code, len(ended.lines)) == (0, 2), ended.err
    assert ended.lines[1].startswith(f"Signed in as {admin.name}; the mailbox is {oauth_mailbox.address}: ")
    assert ended.out.startswith(b"For IMAP.AccessAsUser.All.\n")  # who, is not said again
    assert desk.json("integrations", "check", "Support")[0]["ok"]
    named = keys + f'mailbox = "{oauth_mailbox.address}"'
    desk.done("integrations", "import", desk.file(settings(oauth_mailbox, named)))
    ended = said(desk, entering(oidc_provider, admin), "integrations", "sign-in", "Support")
    assert (ended.code, len(ended.lines)) == (0, 1), ended.err


def test_without_a_keyring_nobody_is_asked_to_sign_in(
    program: InProcess, empty_bus: SessionBus, oidc_provider: OidcProvider, oauth_mailbox: Mailbox
) -> None:
    keys = microsoft(oidc_provider, "device_code")
    with on_bus(empty_bus):
        program.done("integrations", "import", program.file(settings(oauth_mailbox, keys)))
        ended = program.run("integrations", "sign-in", "Support")
    assert (ended.code, len(ended.lines)) == (1, 1)
    assert "The sign-in of Support could not be stored: this computer has no keyring that works" in ended.err
    assert oidc_provider.requests_to("device_authorization") == []


def test_ctrl_c_gives_it_up(
    desk: InProcess, real_program: Program, oidc_provider: OidcProvider, oauth_mailbox: Mailbox
) -> None:
    desk.done(
        "integrations", "import", desk.file(settings(oauth_mailbox, microsoft(oidc_provider, "device_code")))
    )
    process = real_program.start("integrations", "sign-in", "Support", start_new_session=True)
    assert process.stderr is not None
    assert CODE.search(process.stderr.readline().decode())
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=LIMIT)
    assert (process.returncode, out, err) == (1, b"", b"Interrupted.\n")


def test_the_instance_that_runs_waits_for_whoever_signs_in(
    desk: InProcess, real_program: Program, oidc_provider: OidcProvider, oauth_mailbox: Mailbox, user: User
) -> None:
    desk.done(
        "integrations", "import", desk.file(settings(oauth_mailbox, microsoft(oidc_provider, "device_code")))
    )
    with headless(real_program):
        given_up = real_program.start("integrations", "sign-in", "Support", start_new_session=True)
        assert given_up.stderr is not None
        assert CODE.search(given_up.stderr.readline().decode())
        os.killpg(given_up.pid, signal.SIGINT)
        given_up.communicate(timeout=LIMIT)
        assert given_up.returncode == 1

        ended = said(desk, entering(oidc_provider, user), "integrations", "sign-in", "Support", "--json")
        assert (ended.code, ended.json["account"]) == (0, user.name)
        assert desk.json("integrations", "check", "Support")[0]["ok"]


@pytest.mark.parametrize(("days", "lines"), [(-3, 1), (400, 0)])
def test_an_import_says_of_a_certificate_that_it_is_over(
    desk: InProcess, monkeypatch: pytest.MonkeyPatch, days: int, lines: int
) -> None:
    """And takes it: the next one may be on its way."""
    end = datetime.now(UTC) + timedelta(days=days)
    monkeypatch.setenv("DESK_CERTIFICATE", application_certificate(end)[0])
    keys = """
[[integration]]
name = "Support"
[integration.incoming]
address = "support@example.org"
authentication = "microsoft365"
tenant_id = "example.org"
client_id = "00000000-0000-0000-0000-000000000001"
certificate_from = "env:DESK_CERTIFICATE"
"""
    ended = desk.run("integrations", "import", desk.file(keys), "--json")
    assert (ended.code, len(ended.json)) == (0, 1)
    assert len(ended.err.splitlines()) == lines
    assert ended.err.startswith("The certificate of Support expired on" if lines else "")
