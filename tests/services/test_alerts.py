"""Mail to the relevant admin: once, to the right one, through what still sends, and never about itself."""

import threading
from dataclasses import replace

import pytest

from mailint_gui.domain.check import CheckOutcome
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.notification import Channel, EventKind
from mailint_gui.domain.outbox import OutboxItem, OutboxPurpose
from mailint_gui.services.scope import CancelScope
from tests.servers.mailbox import Mailbox
from tests.servers.ports import free_ports
from tests.servers.smtp import SmtpServer
from tests.servers.wait import LIMIT
from tests.services.office import Office

RECIPIENTS = "ops@example.org, night@example.org"


@pytest.fixture
def alarmed(office: Office) -> Office:
    office.services.properties.set(
        {
            "notify_after_incoming_errors": "2",
            "disable_after_incoming_errors": "4",
            "notify_after_outgoing_errors": "2",
            "disable_after_outgoing_errors": "4",
            "disable_grace": "0s",
            "notification_recipients": RECIPIENTS,
        }
    )
    return office


def failing(office: Office, mailbox: Mailbox, **general: object) -> Integration:
    """Its incoming server refuses."""
    incoming = office.incoming(mailbox, port=free_ports(1)[0])
    return office.services.integrations.save(
        replace(Integration(name="Failing", incoming=incoming), **general)  # type: ignore[arg-type]  # as named
    )


def default(office: Office, server: SmtpServer, name: str = "Default", **changes: object) -> Integration:
    sender = office.sending(server, name, **changes)
    return office.services.integrations.save(replace(sender, is_default=True))


def queued(office: Office) -> list[OutboxItem]:
    items = office.services.outbox.all()
    return [item for item in items if item.purpose is OutboxPurpose.MONITORING]


def posted(office: Office) -> list[EventKind]:
    """What waits for the webhook."""
    with office.services.database.read() as unit:
        return [each.kind for each in unit.deliveries.due(Channel.WEBHOOK, office.services.clock())]


def addresses_of(item: OutboxItem) -> list[str]:
    return [each.address for each in item.recipients]


def test_one_mail_at_the_threshold_one_when_disabled_one_when_recovered(
    alarmed: Office, mailbox: Mailbox, smtp_server: SmtpServer
) -> None:
    office = alarmed
    sender = default(office, smtp_server)
    integration = failing(office, mailbox)
    counts = []
    for _ in range(4):
        office.check(integration)
        counts.append(len(queued(office)))
    assert counts == [0, 1, 1, 2]
    [first, disabled] = queued(office)
    assert (first.integration_id, addresses_of(first)) == (
        sender.id,
        ["ops@example.org", "night@example.org"],
    )
    assert "Failing" in first.subject
    assert first.subject != disabled.subject
    assert [office.send(item)[0].problem for item in office.services.send_mail.due()] == [None, None]
    arrived = smtp_server.wait_for_message()
    assert b"Auto-Submitted: auto-generated" in arrived.raw
    integration = office.change(integration, port=mailbox.server.ports.imap)
    office.services.enabling.enable(integration.id, CancelScope(), lambda _step: None)
    office.check(integration)
    assert len(queued(office)) == 3


def test_the_responsible_admin_instead_of_all(
    alarmed: Office, mailbox: Mailbox, smtp_server: SmtpServer
) -> None:
    default(alarmed, smtp_server)
    integration = failing(alarmed, mailbox, responsible_admin="ada@example.org")
    for _ in range(3):
        alarmed.check(integration)
    [item] = queued(alarmed)
    assert addresses_of(item) == ["ada@example.org"]


def test_nobody_to_tell_or_nothing_to_tell_with(
    office: Office, mailbox: Mailbox, smtp_server: SmtpServer
) -> None:
    office.services.properties.set({"notify_after_incoming_errors": "1"})
    integration = failing(office, mailbox)
    assert office.check(integration).events
    assert queued(office) == []  # no recipients
    default(office, smtp_server)
    assert queued(office) == []


def test_through_another_when_the_default_fails(
    alarmed: Office, mailbox: Mailbox, smtp_server: SmtpServer
) -> None:
    office = alarmed
    broken = default(office, smtp_server, port=free_ports(1)[0])
    healthy = office.sending(smtp_server, "Healthy")
    office.send(office.queue(broken))
    integration = failing(office, mailbox)
    for _ in range(2):
        office.check(integration)
    [item] = queued(office)
    assert item.integration_id == healthy.id


def test_through_the_failing_default_when_there_is_no_other(
    alarmed: Office, mailbox: Mailbox, smtp_server: SmtpServer
) -> None:
    office = alarmed
    broken = default(office, smtp_server, port=free_ports(1)[0])
    office.send(office.queue(broken))
    integration = failing(office, mailbox)
    for _ in range(2):
        office.check(integration)
    assert [item.integration_id for item in queued(office)] == [broken.id]


def test_failure_to_send_is_told_through_another(alarmed: Office, smtp_server: SmtpServer) -> None:
    office = alarmed
    broken = default(office, smtp_server, port=free_ports(1)[0])
    healthy = office.sending(smtp_server, "Healthy")
    for _ in range(2):
        office.send(office.queue(broken))
    [item] = queued(office)
    assert item.integration_id == healthy.id
    assert "Default" in item.subject


def test_never_about_the_failure_of_monitoring_mail(alarmed: Office, smtp_server: SmtpServer) -> None:
    office = alarmed
    broken = default(office, smtp_server, port=free_ports(1)[0])
    office.sending(smtp_server, "Healthy")
    alarm = office.queue(broken, purpose=OutboxPurpose.MONITORING)
    outcomes = [office.send(alarm)[0] for _ in range(4)]
    assert [len(each.events) for each in outcomes] == [0, 1, 0, 1]  # the tray is told
    assert queued(office) == [office.services.outbox.get(alarm.id)]
    [status] = office.services.statuses.of([broken.id])
    assert status.health.of(Direction.OUTGOING).disabled_by_errors


def test_what_monitoring_mail_meets_is_told_by_the_webhook(alarmed: Office, smtp_server: SmtpServer) -> None:
    office = alarmed
    office.services.properties.set({"webhook_url": "https://hooks.example.org/"})
    broken = default(office, smtp_server)
    office.sending(smtp_server, "Healthy")
    smtp_server.script.answer("MAIL", "", "451 4.3.0 later", times=2)
    alarm = office.queue(broken, purpose=OutboxPurpose.MONITORING)
    for _ in range(2):
        office.send(alarm)
    assert posted(office) == [EventKind.ERRORS_REACHED]
    assert queued(office) == [office.services.outbox.get(alarm.id)]
    office.send(alarm)
    assert posted(office) == [EventKind.ERRORS_REACHED, EventKind.RECOVERED]
    assert "again" in queued(office)[-1].subject  # good news leads to no other mail


@pytest.mark.expects_log("no mail about 'Failing': recipient_refused")
def test_mail_that_cannot_be_made_keeps_no_health_from_being_written(
    alarmed: Office, mailbox: Mailbox, smtp_server: SmtpServer
) -> None:
    office = alarmed
    default(office, smtp_server)
    integration = failing(office, mailbox)
    with office.services.database.write() as unit:
        unit.integrations.update(replace(integration, responsible_admin="nobody"))
    events = [each for _ in range(2) for each in office.check(integration).events]
    assert len(events) == 1
    office.restart()
    assert office.services.monitor.health(integration.id).incoming.notified
    assert queued(office) == []


@pytest.mark.expects_log("health is not written yet")
def test_a_store_that_fails_is_no_end_of_the_check_and_loses_no_alert(
    alarmed: Office, mailbox: Mailbox, smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The note that an admin was told, and the mail that tells, are written together or not at all."""
    office = alarmed
    default(office, smtp_server)
    integration = failing(office, mailbox)
    office.check(integration)
    monkeypatch.setattr("mailint_gui.store.sqlite.BUSY_TIMEOUT", 0.1)
    ended: list[CheckOutcome] = []
    with office.services.database.write():
        check = threading.Thread(target=lambda: ended.append(office.check(integration)))
        check.start()
        check.join(LIMIT)
    [outcome] = ended
    assert outcome.events
    assert outcome.health.incoming.notified
    assert queued(office) == []
    office.services.monitor.flush()
    assert len(queued(office)) == 1
    office.services.monitor.flush()
    assert len(queued(office)) == 1
