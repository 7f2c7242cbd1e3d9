"""The rows of the list: settings, health and what waits, read together."""

from mailint_gui.domain.health import Condition
from mailint_gui.domain.integration import Integration
from mailint_gui.services.scope import CancelScope
from tests.servers.mailbox import Mailbox
from tests.servers.smtp import SmtpServer
from tests.services.office import Office, letter
from tests.services.test_filing import TOO_DEEP


def test_all_by_name_with_their_counts(any_office: Office, mailbox: Mailbox, smtp_server: SmtpServer) -> None:
    office = any_office
    mailbox.deliver_many([letter(1), TOO_DEEP])
    support = office.receiving(mailbox, "support")
    desk = office.sending(smtp_server, "Desk")
    office.services.integrations.save(Integration(name="Zero", enabled=False))
    before = office.services.statuses.all()
    assert [each.name for each in before] == ["Desk", "support", "Zero"]
    assert [each.condition for each in before] == [
        Condition.OK,
        Condition.NEVER_CHECKED,
        Condition.DISABLED,
    ]
    office.check(support)
    office.queue(desk)
    counts = {
        each.name: (each.waiting_messages, each.quarantined_messages, each.unsent_messages)
        for each in office.services.statuses.all()
    }
    assert counts == {"Desk": (0, 0, 1), "support": (0, 1, 0), "Zero": (0, 0, 0)}
    [status] = office.services.statuses.of([support.id])
    assert status.health == office.services.monitor.health(support.id)
    assert status.condition is Condition.OK


def test_waiting_messages_until_they_are_filed(office: Office, mailbox: Mailbox) -> None:
    mailbox.deliver(letter(1))
    support = office.receiving(mailbox)
    office.check(support)
    with office.services.database.write() as unit:
        unit.messages.set_received(office.rows()[0].id)
    assert [each.waiting_messages for each in office.services.statuses.all()] == [1]
    office.services.filing.file_pending(CancelScope())
    assert [each.waiting_messages for each in office.services.statuses.all()] == [0]


def test_one_integration(office: Office, mailbox: Mailbox) -> None:
    support = office.receiving(mailbox)
    assert office.services.statuses.integration(support.id) == support
    assert office.services.statuses.integration(999) is None
    assert office.services.statuses.of([]) == ()
