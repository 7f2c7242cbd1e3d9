"""A token really opens a mailbox and sends: an identity provider that issues it, and a Dovecot that asks it back."""

from dataclasses import replace

import pytest

from mailint_gui.domain.health import Condition, DirectionState, condition, direction_state
from mailint_gui.domain.integration import (
    AfterProcessing,
    Direction,
    FirstCheck,
    IncomingAuthentication,
    Integration,
    OutgoingAuthentication,
    OutgoingSettings,
    Protocol,
    Security,
)
from mailint_gui.domain.oauth import SignIn
from mailint_gui.domain.outbox import OutboxState
from mailint_gui.domain.problem import ProblemKind
from mailint_gui.domain.secret import TypedPasswords
from mailint_gui.services.scope import CancelScope
from mailint_gui.wording.problems import words
from mailint_gui.wording.surface import Surface
from tests.servers.mailbox import Mailbox
from tests.servers.oidc_answer import Answer
from tests.servers.oidc_provider import Client, OidcProvider
from tests.services.oauth import (
    PERMISSIONS,
    app_only,
    by_a_person,
    client_secret,
    integration,
    signed_in_on_device,
)
from tests.services.office import Office, letter

IN, OUT = Direction.INCOMING, Direction.OUTGOING


@pytest.fixture(autouse=True)
def _vault(office: Office) -> None:
    office.services.credentials.use_for_this_run()


@pytest.fixture
def client(oidc_provider: OidcProvider) -> Client:
    return oidc_provider.add_client(secret="s3cret")


def receiving(
    office: Office,
    provider: OidcProvider,
    client: Client,
    mailbox: Mailbox,
    protocol: Protocol = Protocol.IMAP,
    typed: TypedPasswords | None = None,
) -> Integration:
    ports = mailbox.server.ports
    port = ports.pop3 if protocol is Protocol.POP3 else ports.imap
    one = integration(app_only(provider, client.id), mailbox.address, port=port, protocol=protocol)
    after = AfterProcessing.LEAVE if protocol is Protocol.POP3 else AfterProcessing.MARK_READ
    incoming = replace(one.incoming, first_check=FirstCheck.EVERYTHING, after_processing=after)
    return office.services.integrations.save(
        replace(one, incoming=incoming), typed or client_secret(client.secret)
    )


def sending(office: Office, one: Integration, mailbox: Mailbox) -> Integration:
    """It sends, too, with what it receives by."""
    outgoing = OutgoingSettings(
        enabled=True,
        authentication=OutgoingAuthentication.SAME_AS_INCOMING,
        server="localhost",
        port=mailbox.server.ports.submission,
        security=Security.STARTTLS,
    )
    return office.services.integrations.save(replace(one, outgoing=outgoing))


@pytest.mark.parametrize("protocol", list(Protocol))
def test_mail_is_taken_in(
    office: Office, oidc_provider: OidcProvider, client: Client, oauth_mailbox: Mailbox, protocol: Protocol
) -> None:
    oauth_mailbox.deliver(letter(1))
    one = receiving(office, oidc_provider, client, oauth_mailbox, protocol)
    outcome = office.check(one)
    assert outcome.problem is None
    assert outcome.tally.filed == 1
    oauth_mailbox.deliver(letter(2))
    assert office.check(one).tally.filed == 1
    assert oidc_provider.token_requests() == 1


def test_a_renewed_token_keeps_the_session(
    office: Office, oidc_provider: OidcProvider, client: Client, oauth_mailbox: Mailbox
) -> None:
    one = receiving(office, oidc_provider, client, oauth_mailbox)
    office.check(one)
    office.services.sign_ins.tokens.refused(one, IN)
    logins = oauth_mailbox.server.log().count("imap-login: Login:")
    assert office.check(one).problem is None
    assert oidc_provider.token_requests() == 2
    assert oauth_mailbox.server.log().count("imap-login: Login:") == logins


@pytest.mark.parametrize("protocol", list(Protocol))
def test_a_kept_token_that_was_revoked_is_asked_for_anew_before_anybody_hears_of_it(
    office: Office, oidc_provider: OidcProvider, client: Client, oauth_mailbox: Mailbox, protocol: Protocol
) -> None:
    one = receiving(office, oidc_provider, client, oauth_mailbox, protocol)
    office.check(one)
    oidc_provider.revoke_access_tokens()
    office.services.sessions.drop_all()
    assert office.check(one).problem is None
    assert oidc_provider.token_requests() == 2


def test_a_second_revocation_is_waited_out_and_no_fault_of_the_mailbox(
    office: Office, oidc_provider: OidcProvider, client: Client, oauth_mailbox: Mailbox
) -> None:
    """One token in ten minutes is asked for in place of a refused one; what the next one says is not known before."""
    one = receiving(office, oidc_provider, client, oauth_mailbox)
    office.check(one)
    for _ in range(2):
        oidc_provider.revoke_access_tokens()
        office.services.sessions.drop_all()
        outcome = office.check(one)
    assert oidc_provider.token_requests() == 2
    assert outcome.problem is not None
    assert outcome.problem.kind is ProblemKind.THROTTLED
    assert 540 < outcome.problem.wait_asked_for <= 600
    assert outcome.health.incoming.consecutive_errors == 0
    assert condition(one, outcome.health) is Condition.WAITING
    assert "refused its access token" in words(outcome.problem).what


def test_a_mailbox_that_is_closed_to_an_application_is_told_at_once(
    office: Office, oidc_provider: OidcProvider, oauth_mailbox: Mailbox
) -> None:
    """The new token says so, too; and who never opened it with the kept one need not wait to hear it."""
    client = oidc_provider.add_client(secret="s3cret", mailboxes=oauth_mailbox.address)
    one = receiving(office, oidc_provider, client, oauth_mailbox)
    shut = office.services.integrations.save(
        replace(one, id=0, name="Shut", incoming=replace(one.incoming, address="shut@example.org")),
        client_secret(client.secret),
    )
    assert office.check(one).problem is None
    for _ in range(3):
        problem = office.check(shut).problem
        assert problem is not None
        assert problem.kind is ProblemKind.MAILBOX_NOT_ALLOWED


def test_many_that_share_a_revoked_token_ask_once(
    office: Office, oidc_provider: OidcProvider, client: Client, oauth_mailbox: Mailbox
) -> None:
    one = receiving(office, oidc_provider, client, oauth_mailbox)
    other = office.services.integrations.save(replace(one, id=0, name="Other"), client_secret(client.secret))
    assert [office.check(each).problem for each in (one, other)] == [None, None]
    oidc_provider.revoke_access_tokens()
    office.services.sessions.drop_all()
    assert [office.check(each).problem for each in (one, other)] == [None, None]
    assert oidc_provider.token_requests() == 2


def test_a_sign_in_from_an_earlier_run_is_renewed_where_its_token_was_revoked(
    office: Office, oidc_provider: OidcProvider, oauth_mailbox: Mailbox
) -> None:
    user = oidc_provider.add_user(oauth_mailbox.address)
    client = oidc_provider.add_client()
    oauth = by_a_person(oidc_provider, client.id, SignIn.DEVICE_CODE)
    draft = integration(oauth, oauth_mailbox.address, port=oauth_mailbox.server.ports.imap)
    one = office.services.integrations.save(draft)
    office.services.sign_ins.keep(one, IN, signed_in_on_device(office.services, one, oidc_provider, user))
    oidc_provider.revoke_access_tokens()  # the one in the vault
    assert office.check(one).problem is None
    assert oidc_provider.token_requests("refresh_token") == 1


def test_a_message_goes_out_although_the_kept_token_was_revoked(
    office: Office, oidc_provider: OidcProvider, client: Client, oauth_mailbox: Mailbox
) -> None:
    one = sending(office, receiving(office, oidc_provider, client, oauth_mailbox), oauth_mailbox)
    assert office.send(office.queue(one))[0].problem is None
    oidc_provider.revoke_access_tokens()
    assert office.send(office.queue(one))[0].problem is None
    assert oidc_provider.token_requests() == 2


def test_a_mailbox_that_never_takes_a_token_costs_one_more_in_ten_minutes(
    office: Office, oidc_provider: OidcProvider, oauth_mailbox: Mailbox
) -> None:
    client = oidc_provider.add_client(secret="s3cret", mailboxes="other@example.org")
    one = receiving(office, oidc_provider, client, oauth_mailbox)
    asked_back = []  # by the mail server, as often for each log-in
    for _ in range(5):
        before = len(oidc_provider.requests_to("introspection"))
        assert office.check(one).problem is not None
        asked_back.append(len(oidc_provider.requests_to("introspection")) - before)
    assert len(set(asked_back)) == 1
    assert oidc_provider.token_requests() == 2


def test_the_wrong_account_is_named_where_it_opens_nothing(
    office: Office, oidc_provider: OidcProvider, oauth_mailbox: Mailbox
) -> None:
    stranger = oidc_provider.add_user("stranger@example.org")
    client = oidc_provider.add_client()
    oauth = by_a_person(oidc_provider, client.id, SignIn.DEVICE_CODE)
    draft = integration(oauth, oauth_mailbox.address, port=oauth_mailbox.server.ports.imap)
    one = office.services.integrations.save(draft)
    office.services.sign_ins.keep(one, IN, signed_in_on_device(office.services, one, oidc_provider, stranger))
    problem = office.check(one).problem
    assert problem is not None
    assert problem.kind is ProblemKind.MAILBOX_NOT_ALLOWED
    assert words(problem).what == (
        f"Help is signed in as stranger@example.org, but localhost does not open {oauth_mailbox.address} with that."
    )
    step = office.services.connection_test.test(one, IN, CancelScope())[-1]
    assert step.problem is not None
    assert "stranger@example.org" in words(step.problem).what


def test_a_mailbox_that_the_application_may_not_open(
    office: Office, oidc_provider: OidcProvider, oauth_mailbox: Mailbox
) -> None:
    client = oidc_provider.add_client(secret="s3cret", mailboxes="other@example.org")
    problem = office.check(receiving(office, oidc_provider, client, oauth_mailbox)).problem
    assert problem is not None
    assert problem.kind is ProblemKind.MAILBOX_NOT_ALLOWED
    assert problem.facts["user_name"] == oauth_mailbox.address


def test_what_is_in_the_way_of_a_token_is_mended_where_the_log_in_is_set_up(
    office: Office, oauth_mailbox: Mailbox, oidc_provider: OidcProvider
) -> None:
    client = oidc_provider.add_client(secret="s3cret")
    one = sending(office, receiving(office, oidc_provider, client, oauth_mailbox), oauth_mailbox)
    oauth = replace(one.incoming.oauth, authority="https://localhost:1/tenant")
    one = office.services.integrations.save(replace(one, incoming=replace(one.incoming, oauth=oauth)))
    step = office.services.connection_test.test(one, OUT, CancelScope())[-1]
    assert step.problem is not None
    assert step.problem.facts["log_in"] == IN
    told = words(step.problem, "Help", OUT, Surface.TERMINAL).remedy
    assert "[integration.incoming]" in told
    assert "[integration.outgoing]" not in told


@pytest.mark.parametrize("roles", [["SMTP.SendAsApp"], []])
def test_a_role_that_is_missing_is_told_before_the_mailbox_refuses(
    office: Office, oidc_provider: OidcProvider, oauth_mailbox: Mailbox, roles: list[str]
) -> None:
    oidc_provider.configure(jwt=True)
    client = oidc_provider.add_client(secret="s3cret", roles=roles)
    tried = oauth_mailbox.server.log().count("imap-login:")
    problem = office.check(receiving(office, oidc_provider, client, oauth_mailbox)).problem
    assert problem is not None
    assert problem.kind is ProblemKind.SCOPE_MISSING
    assert problem.facts["missing"] == "IMAP.AccessAsApp"
    assert oauth_mailbox.server.log().count("imap-login:") == tried


def test_a_wait_that_the_provider_asks_for_is_no_error(
    office: Office, oidc_provider: OidcProvider, client: Client, oauth_mailbox: Mailbox
) -> None:
    one = receiving(office, oidc_provider, client, oauth_mailbox)
    oidc_provider.answer(Answer.throttled(30))
    outcome = office.check(one)
    assert outcome.problem is not None
    assert outcome.problem.kind is ProblemKind.THROTTLED
    assert outcome.health.incoming.consecutive_errors == 0
    assert outcome.health.incoming.held_up


def test_the_test_of_a_connection_shows_whose_token_it_is(
    office: Office, oidc_provider: OidcProvider, client: Client, oauth_mailbox: Mailbox
) -> None:
    oidc_provider.configure(jwt=True)
    one = receiving(office, oidc_provider, client, oauth_mailbox)
    steps = office.services.connection_test.test(one, IN, CancelScope())
    assert [step.stage for step in steps][:1] == ["token"]
    assert all(step.ok for step in steps)
    facts = dict(steps[0].facts)
    assert "IMAP.AccessAsApp" in facts["scopes"]
    assert facts["valid_until"]


def test_mail_goes_out_with_the_token_of_incoming(
    office: Office, oidc_provider: OidcProvider, client: Client, oauth_mailbox: Mailbox
) -> None:
    one = sending(office, receiving(office, oidc_provider, client, oauth_mailbox), oauth_mailbox)
    outcome, item = office.send(office.queue(one))
    assert outcome.problem is None
    assert item.state is OutboxState.SENT


def test_a_person_signs_in_to_a_shared_mailbox(
    office: Office, oidc_provider: OidcProvider, oauth_mailbox: Mailbox
) -> None:
    admin = oidc_provider.add_user("admin@example.org", shared=oauth_mailbox.address)
    client = oidc_provider.add_client()
    oauth = by_a_person(oidc_provider, client.id, SignIn.DEVICE_CODE)
    oauth = replace(oauth, scopes=PERMISSIONS)
    draft = integration(oauth, oauth_mailbox.address, port=oauth_mailbox.server.ports.imap)
    one = office.services.integrations.save(draft)
    outcome = office.check(one)
    assert outcome.problem is not None
    assert outcome.problem.kind is ProblemKind.SIGN_IN_NEEDED
    assert direction_state(one, outcome.health, IN) is DirectionState.NEEDS_SIGN_IN
    signed_in = signed_in_on_device(office.services, one, oidc_provider, admin)
    office.services.sign_ins.keep(one, IN, signed_in)
    assert office.check(one).problem is None
    oidc_provider.revoke_refresh_tokens()
    oidc_provider.revoke_access_tokens()
    office.services.sessions.drop_all()
    problem = office.check(one).problem
    assert problem is not None
    assert problem.kind is ProblemKind.SIGN_IN_NEEDED
    asked = oidc_provider.token_requests()
    with pytest.raises(Exception, match="needs_sign_in"):
        office.check(one)
    assert oidc_provider.token_requests() == asked


def test_going_back_to_a_password_needs_no_sign_in(
    office: Office, oidc_provider: OidcProvider, oauth_mailbox: Mailbox
) -> None:
    client = oidc_provider.add_client()
    oauth = by_a_person(oidc_provider, client.id, SignIn.DEVICE_CODE)
    draft = integration(oauth, oauth_mailbox.address, port=oauth_mailbox.server.ports.imap)
    one = office.services.integrations.save(draft)
    assert office.check(one).problem is not None
    incoming = replace(
        one.incoming,
        authentication=IncomingAuthentication.PASSWORD,
        user_name=oauth_mailbox.address,
        password=office.password(oauth_mailbox.password),
    )
    one = office.services.integrations.save(replace(one, incoming=incoming))
    assert office.check(one).problem is None


def test_sending_that_is_switched_on_later_asks_for_a_sign_in_and_leaves_receiving_alone(
    office: Office, oidc_provider: OidcProvider, oauth_mailbox: Mailbox
) -> None:
    user = oidc_provider.add_user(oauth_mailbox.address)
    client = oidc_provider.add_client()
    oauth = replace(by_a_person(oidc_provider, client.id, SignIn.DEVICE_CODE), scopes=())
    draft = integration(oauth, oauth_mailbox.address, port=oauth_mailbox.server.ports.imap)
    one = office.services.integrations.save(draft)
    office.services.sign_ins.keep(one, IN, signed_in_on_device(office.services, one, oidc_provider, user))
    assert office.check(one).problem is None
    one = sending(office, one, oauth_mailbox)
    office.services.sessions.drop_all()
    assert office.check(one).problem is None
    outcome, _item = office.send(office.queue(one))
    assert outcome.problem is not None
    assert outcome.problem.kind is ProblemKind.SIGN_IN_NEEDED
    assert direction_state(one, outcome.health, OUT) is DirectionState.NEEDS_SIGN_IN
    assert office.check(one).problem is None
    office.services.sign_ins.keep(one, IN, signed_in_on_device(office.services, one, oidc_provider, user))
    assert office.send(office.queue(one))[0].problem is None
