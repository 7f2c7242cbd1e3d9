"""The message log at a million rows: a first page and a search, beside the same statements alone."""

import sqlite3
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.post_office import PostOffice
from benchmarks.rounds import load, medians
from benchmarks.table import Table, ratio, within
from mailint_gui.domain.integration import Integration
from mailint_gui.domain.message_filter import MessageFilter
from mailint_gui.store.database import Database
from tests.store.statements import selects

MESSAGES = 1_000_000
PAGE = 100
ROUNDS = 21
AT_MOST = 1.5
START = datetime(2026, 1, 1, tzinfo=UTC)

# Every row has "message" and "ticket", one in a thousand "printer", a handful "rare…".
_FILL = f"""
WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {MESSAGES})
INSERT INTO message (id, integration_id, direction, folder, uidvalidity, uid, generation, uidl, state, reason, detail,
    acknowledgement, acknowledge_to, message_id, subject, sender, recipients, date, received_at, filed_at, size, sha256,
    record, attachments, defects, content_digest, automatic, file_anyway)
SELECT n, 1 + n % 5, 'incoming', 'INBOX', 1, n, 0, '',
    CASE WHEN n % 1000 = 7 THEN 'quarantined' WHEN n % 10 = 3 THEN 'ignored' ELSE 'filed' END, '', '',
    '', '', '<' || n || '@example.org>', 'A message about ticket ' || n, 'person' || n % 500 || '@example.org',
    '["support@example.org"]', datetime(1767225600 + n * 30, 'unixepoch') || '.000000',
    datetime(1767225600 + n * 30, 'unixepoch') || '.000000', NULL, 4000, printf('%064x', n),
    CASE WHEN n % 10 = 3 THEN NULL ELSE n / 3 END, '[]', '[]', '', 0, 0
FROM number
"""
_FILL_SEARCH = """
INSERT INTO message_search (rowid, content)
SELECT id, 'a message about ticket ' || id || ' ' || replace(replace(sender, '@', ' '), '.', ' ')
    || CASE WHEN id % 1000 = 0 THEN ' printer' ELSE '' END || CASE WHEN id % 100000 = 1 THEN ' rare' ELSE '' END
    || ' word' || (id % 997) || ' word' || (id % 4999) || ' and so on with some more words of a body '
    || (id * 7919 % 100003)
FROM message
"""
WANTED: Mapping[str, MessageFilter] = {
    "first page": MessageFilter(),
    "first page of an integration": MessageFilter(integration_id=3),
    "first page of quarantine": MessageFilter(state="quarantined"),
    "first page of a day long ago": MessageFilter(
        since=datetime(2026, 2, 1, tzinfo=UTC), until=datetime(2026, 2, 2, tzinfo=UTC)
    ),
    "search: a word of every message": MessageFilter(text="message"),
    "search: a word of one in 1,000": MessageFilter(text="printer"),
    "search: two words, the second begun": MessageFilter(text="message print"),
    "search: a word of ten messages": MessageFilter(text="rare"),
    "search in an integration": MessageFilter(text="ticket", integration_id=3),
}


def run(_office: PostOffice, directory: Path) -> Table:
    path = directory / "profile" / "mailint.sqlite"
    database = Database.open(path)
    try:
        seconds = _fill(database)
        table = Table(
            f"Message log of {MESSAGES:,} rows, ms for {PAGE} of them", ("", "ours", "SQL alone", "ratio", "")
        )
        with sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True) as alone:
            for name, wanted in WANTED.items():
                table.add(name, *_measured(database, alone, wanted))
    finally:
        database.close()
    table.notes += [
        f"to reach: ≤ {AT_MOST} × the same statements run by sqlite3 itself, median of {ROUNDS} in turn",
        f"the rows took {seconds:.0f} s to make; {load()}",
    ]
    return table


def _fill(database: Database) -> float:
    start = time.perf_counter()
    with database.write() as unit:
        for number in range(5):
            unit.integrations.add(Integration(name=f"Mailbox {number}"))
        connection = unit.messages._connection
        connection.exec_driver_sql(_FILL)
        connection.exec_driver_sql(_FILL_SEARCH)
    return time.perf_counter() - start


def _measured(database: Database, alone: sqlite3.Connection, wanted: MessageFilter) -> tuple[str, ...]:
    statements = _statements(database, wanted)

    def ours() -> None:
        with database.read() as unit:
            found = unit.messages.page(wanted, None, PAGE)
        if not found:
            raise RuntimeError(f"{wanted} finds nothing")

    def theirs() -> None:
        alone.execute("BEGIN")
        for statement, values in statements:
            alone.execute(statement, values).fetchall()
        alone.execute("COMMIT")

    found = medians({"ours": lambda: _seconds(ours), "theirs": lambda: _seconds(theirs)}, ROUNDS)
    times = found["ours"], found["theirs"]
    return (*(f"{each * 1000:.2f}" for each in times), ratio(*times), within(times[0] / times[1], AT_MOST))


def _seconds(call: Callable[[], None]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def _statements(database: Database, wanted: MessageFilter) -> list[tuple[str, Any]]:
    """What one page asks of SQLite."""
    with database.read() as unit, selects() as seen:
        unit.messages.page(wanted, None, PAGE)
    return seen
