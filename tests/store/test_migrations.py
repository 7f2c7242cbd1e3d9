from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect
from sqlalchemy.engine import make_url

from mailint_gui.domain.check import CheckTally
from mailint_gui.domain.delivery import Delivery
from mailint_gui.domain.draft import MailDraft
from mailint_gui.domain.filing import FilingSettings
from mailint_gui.domain.incident import IncidentMark
from mailint_gui.domain.integration import IncomingSettings, Integration, OutgoingSettings
from mailint_gui.domain.message import FolderCursor, Identity
from mailint_gui.domain.notification import NotificationSetting
from mailint_gui.store import postgresql, sqlite
from mailint_gui.store.full_text import MESSAGE_SEARCH, RECORD_SEARCH
from mailint_gui.store.migration import configuration, downgrade, upgrade
from mailint_gui.store.migrations import HEAD, REVISIONS
from mailint_gui.store.rows import table_of
from mailint_gui.store.schema import (
    Base,
    CheckTable,
    CursorTable,
    DeliveryTable,
    DraftTable,
    FilingTable,
    IncidentMarkTable,
    IncomingTable,
    MessageTable,
    NotificationSettingTable,
    OutgoingTable,
)
from mailint_gui.store.unit_of_work import UnitOfWork


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest) -> Engine:
    if request.param == "sqlite":
        file = request.getfixturevalue("file")
        sqlite.create_file(file)
        return sqlite.migrator(file)
    return postgresql.writer(make_url(request.getfixturevalue("postgresql").database()))


def test_the_list_of_revisions_is_that_of_the_files() -> None:
    scripts = ScriptDirectory.from_config(configuration())
    assert [script.revision for script in reversed(list(scripts.walk_revisions()))] == list(REVISIONS)
    assert scripts.get_current_head() == HEAD


def test_the_newest_revision_is_what_the_tables_say(empty: Engine) -> None:
    with empty.begin() as connection:
        upgrade(connection)
        options = {"compare_type": True, "include_name": _is_mapped}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []
        assert _conditions(connection) == {
            (table.name, index.name): str(index.dialect_options["sqlite"]["where"])
            for table in Base.metadata.sorted_tables
            for index in table.indexes
            if index.dialect_options["sqlite"]["where"] is not None
        }


def _is_mapped(name: str | None, kind: str, _parents: object) -> bool:
    """Not the search indexes, nor the tables that FTS5 keeps beneath: no mapped table is like them."""
    return kind != "table" or not (name or "").startswith((MESSAGE_SEARCH, RECORD_SEARCH))


def _conditions(connection: Any) -> dict[tuple[str, str], str]:
    """What partial indexes are partial to, as far as the database says it in our words."""
    found = {}
    for table in Base.metadata.sorted_tables:
        for index in inspect(connection).get_indexes(table.name):
            options = index.get("dialect_options", {})
            for key, where in options.items():
                if key.endswith("_where"):
                    found[table.name, str(index["name"])] = str(where)
    if connection.dialect.name == "postgresql":  # it rewrites the condition: only the names are comparable
        ours = {index.name: index for table in Base.metadata.sorted_tables for index in table.indexes}
        return {key: str(ours[key[1]].dialect_options["sqlite"]["where"]) for key in found}
    return found


def test_each_revision_goes_up_and_down(empty: Engine) -> None:
    with empty.begin() as connection:
        for revision in REVISIONS:
            upgrade(connection, revision)
        for revision in (*reversed(REVISIONS[:-1]), "base"):
            downgrade(connection, revision)
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
        upgrade(connection)


def test_cursors_of_before_get_the_account_of_their_integration(empty: Engine) -> None:
    with empty.begin() as connection:
        upgrade(connection)
        unit = UnitOfWork(connection)
        incoming = IncomingSettings(server="Mail.example.org", user_name="Support")
        support = unit.integrations.add(Integration(name="Support", incoming=incoming))
        cursor = FolderCursor(support.id, "INBOX", 1, 2, 0, datetime(2026, 1, 1, tzinfo=UTC))
        unit.cursors.save(cursor)
        downgrade(connection, "0001")
        upgrade(connection)
        migrated = replace(cursor, server="mail.example.org", user_name="support")
        assert UnitOfWork(connection).cursors.get(support.id, "INBOX") == migrated


def test_rows_keep_their_ids_to_themselves(empty: Engine) -> None:
    """SQLite gives the largest id out again after its row is gone, unless told not to."""
    with empty.begin() as connection:
        upgrade(connection)
        if connection.dialect.name == "sqlite":
            statement = "SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%' ORDER BY name"
            names = connection.exec_driver_sql(statement).scalars().all()
            assert names == [
                "draft",
                "integration",
                "loop_stop",
                "message",
                "outbox",
                "rule",
                "service_record",
            ]


@pytest.mark.parametrize(
    ("kind", "mapped"),
    [
        (IncomingSettings, IncomingTable),
        (OutgoingSettings, OutgoingTable),
        (FilingSettings, FilingTable),
        (FolderCursor, CursorTable),
        (Identity, MessageTable),
        (CheckTally, CheckTable),
        (MailDraft, DraftTable),
        (Delivery, DeliveryTable),
        (IncidentMark, IncidentMarkTable),
        (NotificationSetting, NotificationSettingTable),
    ],
)
def test_each_field_of_the_domain_has_its_column(kind: type[Any], mapped: type[Base]) -> None:
    assert {field.name for field in fields(kind)} <= set(table_of(mapped).columns.keys())
