"""What is kept for a time and no longer."""

from datetime import timedelta

import pytest

from mailint_gui.domain.integration import Integration
from mailint_gui.services import retention as module
from tests.servers.mailbox import Mailbox
from tests.services.office import Office


def checks(office: Office, integration: Integration) -> int:
    office.services.monitor.flush()
    with office.services.database.read() as unit:
        return len(unit.checks.list(integration.id, 100))


def in_days(office: Office, days: int) -> module.Retention:
    then = office.services.clock() + timedelta(days=days)
    return module.Retention(office.services.database, office.services.properties, lambda: then)


def test_history_goes_when_its_time_is_over(
    any_office: Office, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = any_office
    monkeypatch.setattr(module, "AT_ONCE", 2)
    support = office.receiving(mailbox)
    for _ in range(5):
        office.check(support)
    assert checks(office, support) == 5
    office.services.housekeeping()
    assert in_days(office, 89).prune() == 0
    assert checks(office, support) == 5
    assert in_days(office, 91).prune() == 5
    assert checks(office, support) == 0


def test_history_that_is_kept_for_ever(office: Office, mailbox: Mailbox) -> None:
    office.services.properties.set({"keep_history": "forever"})
    support = office.receiving(mailbox)
    office.check(support)
    office.services.monitor.flush()
    assert in_days(office, 100_000).prune() == 0
    assert checks(office, support) == 1
