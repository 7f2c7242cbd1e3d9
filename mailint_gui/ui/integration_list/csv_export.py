"""The list as a CSV file (RFC 4180), with true values: full times, numbers."""

import csv
import io
from collections.abc import Iterable
from datetime import datetime

from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.ui.integration_list.row import Column, heading
from mailint_gui.wording.states import condition_words

_READ_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(statuses: Iterable[IntegrationStatus], properties: AccountProperties) -> str:
    """One line a status, in the order given, below a line of headings. Times in ISO 8601, local."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([heading(column) for column in Column])
    for status in statuses:
        writer.writerow([_harmless(value) for value in _values(status, properties)])
    return text.getvalue()


def _values(status: IntegrationStatus, properties: AccountProperties) -> list[str]:
    integration, health = status.integration, status.health
    return [
        condition_words(status, properties),
        integration.name,
        "1" if integration.is_default else "0",
        integration.address,
        integration.incoming.protocol.upper() if integration.incoming.enabled else "",
        "SMTP" if integration.outgoing.enabled else "",
        _iso(health.incoming.last_attempt_at),
        _iso(status.next_check_at),
        str(health.incoming.consecutive_errors),
        str(health.outgoing.consecutive_errors),
    ]


def _iso(moment: datetime | None) -> str:
    return moment.astimezone().isoformat(timespec="seconds") if moment else ""


def _harmless(value: str) -> str:
    """A name that a spreadsheet would run as a formula is marked as text."""
    return f"'{value}" if value.startswith(_READ_AS_FORMULA) else value
