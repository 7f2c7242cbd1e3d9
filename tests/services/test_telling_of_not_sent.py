"""Mail that does not get there interrupts whom it concerns: once, whatever refused it, and never for mail of ours."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mailint_gui.domain.notification import DEFAULTS, Channel, EventKind
from mailint_gui.domain.outbox import OutboxAction, OutboxItem, OutboxPurpose, OutboxState
from mailint_gui.services.watching import Watching
from tests.servers.smtp import SmtpServer
from tests.services.incoming import one
from tests.services.office import Office
from tests.services.reports import report_of


@pytest.fixture
def told(office: Office) -> Office:
    office.services.properties.set({"notification_recipients": "ops@example.org"})
    return office


def look(office: Office, later: timedelta = timedelta()) -> None:
    """As the workers do now and then."""
    services = office.services
    Watching(
        services.database,
        services.monitor,
        services.properties,
        services.statuses,
        services.expiries,
        services.notifications.alerts,
        lambda: datetime.now(UTC) + later,
        office.announced.append,
    ).look()


def mails(office: Office) -> list[OutboxItem]:
    return [each for each in office.services.outbox.all() if each.purpose is OutboxPurpose.MONITORING]


def text_of(office: Office, item: OutboxItem) -> str:
    with office.services.database.read() as unit:
        return unit.outbox.raw(item.id).decode()


@pytest.mark.parametrize("purpose", [OutboxPurpose.TYPED, OutboxPurpose.RULE, OutboxPurpose.AUTO_REPLY])
def test_a_refusal_is_told_through_the_integration_that_met_it(
    told: Office, smtp_server: SmtpServer, purpose: OutboxPurpose
) -> None:
    """The way out is as good as before: it is the only one here."""
    support = told.sending(smtp_server)
    smtp_server.script.answer("RCPT", "gone@", "550 5.1.1 User unknown")
    _, item = told.send(told.queue(support, "gone@example.com", purpose=purpose, subject="Your order"))
    assert item.state is OutboxState.FAILED
    look(told)
    [mail] = mails(told)
    assert mail.subject == "[Mailint] Support: a message did not reach its recipient"
    assert [each.address for each in mail.recipients] == ["ops@example.org"]
    text = text_of(told, mail)
    assert "To: gone@example.com" in text
    assert "Subject: Your order" in text
    assert "550 5.1.1 User unknown" in text
    look(told)
    assert len(mails(told)) == 1


def test_one_of_several_that_is_refused_is_told(told: Office, smtp_server: SmtpServer) -> None:
    support = told.sending(smtp_server)
    smtp_server.script.answer("RCPT", "gone@", "550 5.1.1 User unknown")
    _, item = told.send(told.queue(support, "joe@example.com", "gone@example.com"))
    assert item.state is OutboxState.SENT
    look(told)
    [mail] = mails(told)
    assert "To: gone@example.com\n" in text_of(told, mail).replace("\r", "")


def test_what_comes_back_later_is_told(told: Office, smtp_server: SmtpServer) -> None:
    support = told.sending(smtp_server)
    _, item = told.send(told.queue(support, "gone@example.com"))
    told.send(told.queue(support, "joe@example.com"))
    look(told)
    assert mails(told) == []
    one(told, support, report_of(item, "gone@example.com"))
    look(told)
    [mail] = mails(told)
    assert "no such user" in text_of(told, mail)


def test_many_are_one_mail(told: Office, smtp_server: SmtpServer) -> None:
    support = told.sending(smtp_server)
    smtp_server.script.answer("RCPT", "gone@", "550 5.1.1 User unknown")
    for _ in range(3):
        told.send(told.queue(support, "gone@example.com"))
    look(told)
    [mail] = mails(told)
    assert mail.subject == "[Mailint] Support: 3 messages did not reach their recipients"


@pytest.mark.parametrize("purpose", [OutboxPurpose.MONITORING, OutboxPurpose.TEST])
def test_a_failure_of_mail_of_ours_leads_to_no_other(
    told: Office, smtp_server: SmtpServer, purpose: OutboxPurpose
) -> None:
    support = told.sending(smtp_server)
    smtp_server.script.answer("RCPT", "gone@", "550 5.1.1 User unknown")
    _, item = told.send(told.queue(support, "gone@example.com", purpose=purpose))
    assert item.state is OutboxState.FAILED
    before = mails(told)
    look(told)
    assert mails(told) == before


def test_it_is_told_as_an_admin_set_it_up(told: Office, smtp_server: SmtpServer) -> None:
    told.services.properties.set({"webhook_url": "https://hooks.example.org/"})
    support = told.sending(smtp_server)
    kind = EventKind.MESSAGE_NOT_SENT
    typed = replace(
        DEFAULTS[kind],
        subject="{name}: {subject} for {to}",
        body="{why}|{details}",
        recipients=("ann@x.org",),
    )
    told.services.notifications.save({kind: typed})
    smtp_server.script.answer("RCPT", "gone@", "550 5.1.1 User unknown")
    told.send(told.queue(support, "gone@example.com", subject="Your order"))
    look(told)
    [mail] = mails(told)
    assert mail.subject == "Support: Your order for gone@example.com"
    assert [each.address for each in mail.recipients] == ["ann@x.org"]
    with told.services.database.read() as unit:
        [posted] = unit.deliveries.due(Channel.WEBHOOK, datetime.now(UTC))
    event = json.loads(posted.body)
    assert (event["kind"], event["direction"]) == ("message_not_sent", "outgoing")
    assert "gone@example.com" in event["text"]
    told.services.notifications.save({kind: replace(typed, enabled=False)})
    told.send(told.queue(support, "gone@example.com"))
    look(told)
    assert len(mails(told)) == 1


def test_what_stays_uncertain_is_told_and_hides_nothing(told: Office, smtp_server: SmtpServer) -> None:
    support = told.sending(smtp_server)
    lost = told.queue(support)
    with told.services.database.write() as unit:
        unit.outbox.claim(lost.id, lost.created_at)
        unit.outbox.settle(lost.id, OutboxAction.ANSWER_LOST, lost.created_at)
    look(told, timedelta(minutes=30))
    assert mails(told) == []
    look(told, timedelta(hours=2))
    [mail] = mails(told)
    assert mail.subject == "[Mailint] Support: it is uncertain whether a message was sent"
    told.queue(support)
    other = told.sending(smtp_server, "Other")  # mail that waits tells nothing good of its integration
    look(told, timedelta(hours=4))
    [_, stuck] = mails(told)
    assert stuck.subject == "[Mailint] Support: mail waits in the outbox and is not sent"
    assert stuck.integration_id == other.id
