"""Notifications of a whole desk: what rows and clocks say, the webhook and the status file, beside everything else."""

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mailint_gui.domain.message import MessageState
from mailint_gui.domain.notification import DEFAULTS, Channel, EventKind
from mailint_gui.workers import telling
from tests.servers.smtp import SmtpServer
from tests.servers.webhook import WebhookServer
from tests.store.samples import received
from tests.workers.running_desk import RunningDesk


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "LOOK_EVERY", 0.1)
    monkeypatch.setattr(telling, "WATCH_EVERY", 0.1)


def quarantine(running: RunningDesk, integration_id: int) -> None:
    with running.office.services.database.write() as unit:
        unit.messages.add_received([received(integration_id, 1, b"odd", state=MessageState.QUARANTINED)])


def test_what_lies_there_is_told_to_window_webhook_and_monitors(
    running: RunningDesk, smtp_server: SmtpServer, tmp_path: Path
) -> None:
    hook, status = WebhookServer(), tmp_path / "status.json"
    try:
        properties = {"webhook_url": hook.url, "status_file": str(status)}
        running.office.services.properties.set(properties)
        support = running.office.sending(smtp_server)
        quarantine(running, support.id)
        running.start()
        event = running.wait("event_happened")
        assert (event.integration_id, event.event.count) == (support.id, 1)
        running.until(lambda: bool(hook.posted))
        content = json.loads(hook.posted[0].body)
        assert [each["kind"] for each in content["events"]] == ["message_quarantined"]
        running.until(status.exists)
        running.until(lambda: json.loads(status.read_text())["integrations"][0]["quarantined"] == 1)
    finally:
        hook.stop()


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A listener whose kernel takes connections, and that never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def test_a_webhook_that_hangs_holds_up_nothing(
    silent: socket.socket, running: RunningDesk, smtp_server: SmtpServer
) -> None:
    """``silent`` comes before ``running``, and so ends after it."""
    url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
    running.office.services.properties.set({"webhook_url": url, "notification_recipients": "ops@example.org"})
    support = running.office.sending(smtp_server)
    channels = frozenset({Channel.EMAIL, Channel.WEBHOOK})
    loud = replace(DEFAULTS[EventKind.MESSAGE_QUARANTINED], channels=channels)
    running.office.services.notifications.save({EventKind.MESSAGE_QUARANTINED: loud})
    quarantine(running, support.id)
    running.start()
    outcome = running.wait("send_finished")
    assert outcome.problem is None
    assert b"quarantine" in smtp_server.wait_for_message().raw


def test_how_it_is_told_is_known_at_the_start_and_after_each_change(running: RunningDesk) -> None:
    running.office.services.properties.set({"quiet_hours": "22:00-07:00"})
    running.start()
    assert str(running.desk._telling.quiet_hours) == "22:00-07:00"
    running.services.properties.set({"quiet_hours": ""})
    running.until(lambda: running.desk._telling.quiet_hours is None)
    off = replace(DEFAULTS[EventKind.NO_MAIL], enabled=False)
    running.services.notifications.save({EventKind.NO_MAIL: off})
    running.until(lambda: running.desk._telling.settings[EventKind.NO_MAIL] == off)
