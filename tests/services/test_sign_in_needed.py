"""A sign-in that is needed: told at once, nothing is tried until somebody signed in, and then all goes on."""

from dataclasses import replace
from uuid import UUID

import pytest

from mailint_gui.domain.events import Recovered, SignInNeeded
from mailint_gui.domain.health import Attempt, DirectionState
from mailint_gui.domain.integration import Direction, Integration, OutgoingAuthentication, OutgoingSettings
from mailint_gui.domain.oauth import OAuthSettings, SignIn
from mailint_gui.domain.outbox import OutboxPurpose, OutboxState
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.domain.secret import Secret, SecretPurpose, TypedPasswords
from mailint_gui.services.announcements import StatusChanged
from mailint_gui.services.check_mail import NotCheckableError
from mailint_gui.services.scope import CancelScope
from tests.servers.mailbox import Mailbox
from tests.servers.smtp import SmtpServer
from tests.services.oauth import integration
from tests.services.office import Office, letter

EXPIRED = Attempt(Problem(ProblemKind.SIGN_IN_NEEDED, {"provider": "Google"}, "invalid_grant"))


@pytest.fixture
def both(office: Office, mailbox: Mailbox, smtp_server: SmtpServer) -> Integration:
    return office.services.integrations.save(
        Integration(name="Both", incoming=office.incoming(mailbox), outgoing=office.outgoing(smtp_server))
    )


def states(office: Office, integration: Integration) -> list[DirectionState]:
    [status] = office.services.statuses.of([integration.id])
    return [status.state_of(direction) for direction in Direction]


def refuse(office: Office, integration: Integration, direction: Direction) -> list[type]:
    _health, told = office.services.monitor.record(
        integration, direction, EXPIRED, office.services.notifications.alerts.tell
    )
    return [type(event.event) for event in told]


def test_the_mailbox_is_left_alone_until_somebody_signed_in(
    office: Office, both: Integration, mailbox: Mailbox
) -> None:
    office.check(both)
    assert refuse(office, both, Direction.INCOMING) == [SignInNeeded]
    office.restart()
    assert states(office, both) == [DirectionState.NEEDS_SIGN_IN, DirectionState.ACTIVE]
    [status] = office.services.statuses.of([both.id])
    assert status.next_check_at is None
    with pytest.raises(NotCheckableError) as caught:
        office.check(both)
    assert caught.value.state is DirectionState.NEEDS_SIGN_IN
    mailbox.deliver(letter())
    office.services.monitor.signed_in(both.id)
    office.restart()
    assert states(office, both) == [DirectionState.ACTIVE, DirectionState.ACTIVE]
    outcome = office.check(both)
    assert outcome.tally.filed == 1
    [recovered] = outcome.events
    assert isinstance(recovered.event, Recovered)


def test_signing_out_says_at_once_that_a_sign_in_is_needed(office: Office) -> None:
    """In both directions, where outgoing is sent by the sign-in of incoming; and nobody is notified of it."""
    office.services.credentials.use_for_this_run()
    oauth = OAuthSettings(sign_in=SignIn.INTERACTIVE, tenant_id="example.org", client_id=str(UUID(int=1)))
    same = OutgoingSettings(
        enabled=True, server="localhost", authentication=OutgoingAuthentication.SAME_AS_INCOMING
    )
    typed = TypedPasswords(others={SecretPurpose.INCOMING_TOKENS: Secret("state")})
    shared = office.services.integrations.save(replace(integration(oauth), outgoing=same), typed)
    assert states(office, shared) == [DirectionState.ACTIVE] * 2
    office.announced.clear()
    office.services.sign_ins.sign_out(shared, Direction.INCOMING)
    assert states(office, shared) == [DirectionState.NEEDS_SIGN_IN] * 2
    [told] = office.announced
    assert isinstance(told, StatusChanged)
    assert told.statuses[0].state_of(Direction.INCOMING) is DirectionState.NEEDS_SIGN_IN
    office.services.integrations.save(shared, typed)
    assert states(office, shared) == [DirectionState.ACTIVE] * 2


def test_mail_waits_in_the_outbox_until_somebody_signed_in(office: Office, both: Integration) -> None:
    item = office.queue(both)
    assert refuse(office, both, Direction.OUTGOING) == [SignInNeeded]
    assert states(office, both) == [DirectionState.ACTIVE, DirectionState.NEEDS_SIGN_IN]
    assert office.services.send_mail.due() == ()
    assert office.services.outbox.get(item.id) == item
    assert office.check(both).problem is None
    office.services.monitor.signed_in(both.id)
    [due] = office.services.send_mail.due()
    assert office.send(due)[0].state == OutboxState.SENT


def test_the_admin_is_told_by_mail_once(office: Office, both: Integration) -> None:
    office.services.properties.set({"notification_recipients": "ann@example.org"})
    assert refuse(office, both, Direction.INCOMING) == [SignInNeeded]
    assert refuse(office, both, Direction.INCOMING) == []
    [mail] = [each for each in office.services.outbox.all() if each.purpose is OutboxPurpose.MONITORING]
    assert mail.subject == "[Mailint] Both: sign in for incoming email"


def test_a_sign_in_that_is_saved_with_the_form_tries_again(office: Office, both: Integration) -> None:
    office.services.credentials.use_for_this_run()
    refuse(office, both, Direction.INCOMING)
    office.services.integrations.save(both)
    assert states(office, both)[0] is DirectionState.NEEDS_SIGN_IN
    typed = TypedPasswords(others={SecretPurpose.INCOMING_TOKENS: Secret("state")})
    office.services.integrations.save(both, typed)
    assert states(office, both) == [DirectionState.ACTIVE, DirectionState.ACTIVE]


def test_a_test_of_what_is_stored_that_passes_makes_a_sign_in_needless(
    office: Office, both: Integration, mailbox: Mailbox
) -> None:
    """As after an administrator at the provider had given what was missing."""
    for direction in Direction:
        refuse(office, both, direction)
    test = office.services.connection_test.test
    other = replace(both, incoming=replace(both.incoming, folder="Elsewhere"))
    typed = TypedPasswords(incoming=Secret(mailbox.password))
    mailbox.create_folder("Elsewhere")
    for draft, passwords in ((other, TypedPasswords()), (both, typed)):
        assert all(step.ok for step in test(draft, Direction.INCOMING, CancelScope(), passwords=passwords))
        assert states(office, both) == [DirectionState.NEEDS_SIGN_IN] * 2  # it may be another log-in
    office.announced.clear()
    assert all(step.ok for step in test(both, Direction.INCOMING, CancelScope()))
    assert states(office, both) == [DirectionState.ACTIVE, DirectionState.NEEDS_SIGN_IN]
    assert [
        each.id for told in office.announced if isinstance(told, StatusChanged) for each in told.statuses
    ] == [both.id]
    [recovered] = office.check(both).events
    assert isinstance(recovered.event, Recovered)


def test_a_test_that_fails_leaves_the_sign_in_needed(
    office: Office, both: Integration, mailbox: Mailbox
) -> None:
    refuse(office, both, Direction.INCOMING)
    mailbox.set_password("another")
    steps = office.services.connection_test.test(both, Direction.INCOMING, CancelScope())
    assert not steps[-1].ok
    assert states(office, both)[0] is DirectionState.NEEDS_SIGN_IN


def test_enabling_it_tries_again(office: Office, both: Integration) -> None:
    """As after an admin chose a password in place of the sign-in."""
    refuse(office, both, Direction.INCOMING)
    office.services.monitor.reenable(both.id)
    assert states(office, both) == [DirectionState.ACTIVE, DirectionState.ACTIVE]
    assert office.check(both).problem is None
