"""The list as a CSV file (RFC 4180), with true values: full times, numbers."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QSaveFile

from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.ui.csv_text import csv_text
from mailint_gui.ui.integration_list.row import Column, heading
from mailint_gui.wording.states import condition_words


def as_csv(statuses: Iterable[IntegrationStatus], properties: AccountProperties) -> str:
    """One line a status, in the order given, below a line of headings. Times in ISO 8601, local."""
    headings = [heading(column) for column in Column]
    return csv_text(headings, (_values(status, properties) for status in statuses))


def save_csv(path: Path, statuses: Iterable[IntegrationStatus], properties: AccountProperties) -> str:
    """-> why that failed, in the system's words; the file is then as it was before. Empty: it did not."""
    text = as_csv(statuses, properties)
    file = QSaveFile(str(path))
    written = file.open(QSaveFile.OpenModeFlag.WriteOnly) and file.write(text.encode("utf-8-sig")) >= 0
    return "" if written and file.commit() else file.errorString()


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
