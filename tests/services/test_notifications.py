"""Monitoring notifications: as they are set up, held back, gathered, delivered; with a real web server as webhook."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Engine
from sqlalchemy.event import listen, remove

from mailint_gui.domain.events import (
    DisabledByErrors,
    ErrorsReached,
    HealthEvent,
    IntegrationEvent,
    NoSuccessSince,
    OutboxStuck,
)
from mailint_gui.domain.health import Attempt
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.notification import DEFAULTS, Channel, EventKind
from mailint_gui.domain.notification_sample import sample_event
from mailint_gui.domain.outbox import OutboxItem, OutboxPurpose
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.domain.secret import Secret
from mailint_gui.domain.validation import ValidationError
from mailint_gui.domain.webhook import SIGNATURE_HEADER, signature
from mailint_gui.services.announcements import EventsHappened, TellingChanged
from mailint_gui.services.scope import CancelScope
from mailint_gui.services.status_file import WRITTEN_EVERY, StatusFile
from mailint_gui.services.watching import Watching
from mailint_gui.services.webhook import Webhook
from tests.servers.certificates import Certificates
from tests.servers.ports import free_ports
from tests.servers.smtp import SmtpServer
from tests.servers.webhook import WebhookServer
from tests.services.office import Office

PROBLEM = Problem(ProblemKind.AUTHENTICATION_FAILED, {}, "NO wrong")
MINUTE = timedelta(minutes=1)
MakeHook = Callable[..., WebhookServer]


@pytest.fixture
def told(office: Office) -> Office:
    office.services.properties.set({"notification_recipients": "ops@example.org"})
    return office


@pytest.fixture
def make_hook() -> Iterator[MakeHook]:
    made: list[WebhookServer] = []

    def make(**changes: object) -> WebhookServer:
        made.append(WebhookServer(**changes))  # type: ignore[arg-type]  # as named
        return made[-1]

    yield make
    for each in made:
        each.stop()


@pytest.fixture
def hooked(office: Office, make_hook: MakeHook) -> tuple[Office, WebhookServer]:
    hook = make_hook()
    office.services.properties.set({"webhook_url": hook.url})
    return office, hook


def now() -> datetime:
    return datetime.now(UTC)


def event(
    integration: Integration, at: datetime, happened: HealthEvent | NoSuccessSince | None = None
) -> IntegrationEvent:
    reached = ErrorsReached(Direction.INCOMING, 3, at, PROBLEM)
    return IntegrationEvent(integration.id, integration.name, at, happened or reached)


def tell(office: Office, *events: IntegrationEvent) -> None:
    with office.services.database.write() as unit:
        office.services.notifications.alerts.tell(unit, events)


def look_at(office: Office, moment: datetime) -> None:
    """As the workers do now and then."""
    services = office.services
    watching = Watching(
        services.database,
        services.monitor,
        services.properties,
        services.statuses,
        services.expiries,
        services.notifications.alerts,
        lambda: moment,
        office.announced.append,
    )
    watching.look()
    watching.tell_held()


def mails(office: Office) -> list[OutboxItem]:
    return [each for each in office.services.outbox.all() if each.purpose is OutboxPurpose.MONITORING]


def quiet_around(moment: datetime) -> str:
    """Hours that ``moment`` lies in, and that end an hour later, or sooner."""
    local = moment.astimezone()
    return f"{(local - timedelta(hours=1)):%H:%M}-{(local + timedelta(hours=1)):%H:%M}"


def test_the_words_are_those_that_an_admin_typed(told: Office, smtp_server: SmtpServer) -> None:
    support = told.sending(smtp_server)
    setting = replace(
        DEFAULTS[EventKind.ERRORS_REACHED],
        subject="ALARM {name} {{x}}",
        body="{count} errors\n{since}{name.__class__}",
    )
    with pytest.raises(ValidationError) as refused:
        told.services.notifications.save({EventKind.ERRORS_REACHED: setting})
    assert [each.path for each in refused.value.errors] == ["errors_reached.body"]
    setting = replace(setting, body="{count} errors", recipients=("night@example.org",))
    told.services.notifications.save({EventKind.ERRORS_REACHED: setting})
    tell(told, event(support, now()))
    [mail] = mails(told)
    assert mail.subject == "ALARM Support {x}"
    assert [each.address for each in mail.recipients] == ["night@example.org"]
    with told.services.database.read() as unit:
        assert b"3 errors" in unit.outbox.raw(mail.id)


def test_what_is_off_is_not_told(told: Office, smtp_server: SmtpServer) -> None:
    support = told.sending(smtp_server)
    off = replace(DEFAULTS[EventKind.ERRORS_REACHED], enabled=False)
    telling = told.services.notifications.save({EventKind.ERRORS_REACHED: off})
    assert telling.settings[EventKind.ERRORS_REACHED] == off
    assert TellingChanged(telling) in told.announced
    tell(told, event(support, now()))
    told.services.notifications.save(
        {EventKind.ERRORS_REACHED: replace(off, enabled=True, channels=frozenset())}
    )
    tell(told, event(support, now()))
    assert mails(told) == []


def test_a_storm_is_one_mail(told: Office, smtp_server: SmtpServer) -> None:
    support = told.sending(smtp_server)
    told.services.properties.set({"notifications_a_minute": "2"})
    at = now()
    tell(told, *(event(support, at + timedelta(seconds=number)) for number in range(5)))
    assert len(mails(told)) == 2
    look_at(told, at + timedelta(seconds=30))
    assert len(mails(told)) == 2
    look_at(told, at + timedelta(minutes=2))
    [_, _, digest] = mails(told)
    assert digest.subject == "[Mailint] 3 monitoring notifications"
    with told.services.database.read() as unit:
        assert unit.outbox.raw(digest.id).count(b"- Support: 3 errors in a row") == 2 * 3  # plain text, HTML
    look_at(told, at + timedelta(minutes=4))
    assert len(mails(told)) == 3


def test_events_of_one_moment_are_told_in_one_reading_of_the_integrations(
    told: Office, smtp_server: SmtpServer
) -> None:
    """It is done while nobody else can write."""
    support, at, seen = told.sending(smtp_server), now(), []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(" ".join(statement.split()))

    listen(Engine, "before_cursor_execute", note)
    try:
        tell(told, *(event(support, at) for _ in range(8)))
    finally:
        remove(Engine, "before_cursor_execute", note)
    assert len(mails(told)) == 5
    assert sum("FROM integration JOIN incoming_settings" in each for each in seen) == 1


def test_in_quiet_hours_only_what_may_breaks_through(told: Office, smtp_server: SmtpServer) -> None:
    support, at = told.sending(smtp_server), now()
    told.services.properties.set({"quiet_hours": quiet_around(at)})
    tell(told, event(support, at), event(support, at, DisabledByErrors(Direction.INCOMING, 10, at, PROBLEM)))
    [mail] = mails(told)
    assert "disabled" in mail.subject
    told.restart()
    look_at(told, at + timedelta(minutes=30))
    assert len(mails(told)) == 1
    look_at(told, at + timedelta(hours=2))
    assert [each.subject for each in mails(told)][1:] == [
        "[Mailint] Support: 3 errors in a row on incoming email"
    ]


def test_a_digest_waits_for_an_integration_that_sends(told: Office, smtp_server: SmtpServer) -> None:
    support, at = told.sending(smtp_server), now()
    told.services.properties.set({"quiet_hours": quiet_around(at)})
    tell(told, event(support, at, ErrorsReached(Direction.OUTGOING, 3, at, PROBLEM)))
    look_at(told, at + timedelta(hours=2))
    assert mails(told) == []  # it is about the only one that could send it
    other = told.sending(smtp_server, "Other")
    look_at(told, at + timedelta(hours=3))
    assert [each.integration_id for each in mails(told)] == [other.id]


def failing(office: Office, server: SmtpServer) -> Integration:
    """Three errors in a row on incoming, told."""
    support = office.sending(server)
    for _ in range(3):
        office.services.monitor.record(
            support, Direction.INCOMING, Attempt(PROBLEM), office.services.notifications.alerts.tell
        )
    return support


def test_an_incident_that_is_acknowledged_or_snoozed_is_silent(told: Office, smtp_server: SmtpServer) -> None:
    support, notifications = failing(told, smtp_server), told.services.notifications
    since = told.services.monitor.health(support.id).incoming.incident_since
    assert since
    assert len(mails(told)) == 1
    disabled = event(support, now(), DisabledByErrors(Direction.INCOMING, 10, since, PROBLEM))
    notifications.acknowledge(support.id, Direction.INCOMING)
    tell(told, disabled)
    assert len(mails(told)) == 1
    notifications.snooze(support.id, Direction.INCOMING, now() + MINUTE)
    tell(told, disabled)
    assert len(mails(told)) == 1
    tell(told, replace(disabled, at=now() + 2 * MINUTE))
    assert len(mails(told)) == 2
    with pytest.raises(RefusedError) as refused:
        notifications.acknowledge(support.id, Direction.OUTGOING)
    assert refused.value.refusal is Refusal.NO_INCIDENT


def test_a_test_goes_out_as_typed(told: Office, smtp_server: SmtpServer) -> None:
    notifications, setting = told.services.notifications, DEFAULTS[EventKind.RECOVERED]
    sample = sample_event(EventKind.RECOVERED, None, now())
    with pytest.raises(RefusedError) as refused:
        notifications.send_test(sample, setting, CancelScope())
    assert refused.value.refusal is Refusal.NOTHING_SENDS
    told.sending(smtp_server)
    tried = notifications.send_test(sample, replace(setting, subject="{what}!"), CancelScope())
    assert (tried.sender, tried.recipients, tried.webhook) == ("Support", ("ops@example.org",), False)
    assert [each.subject for each in mails(told)] == ["Test: Support: incoming email works again!"]
    told.services.properties.set({"notification_recipients": ""})
    with pytest.raises(RefusedError) as refused:
        notifications.send_test(sample, setting, CancelScope())
    assert refused.value.refusal is Refusal.NOBODY_TO_TELL


# The webhook


def test_events_are_posted_signed(hooked: tuple[Office, WebhookServer], smtp_server: SmtpServer) -> None:
    office, hook = hooked
    office.services.credentials.use_for_this_run()
    office.services.notifications.set_secret(Secret("canary"))
    support = office.sending(smtp_server)
    tell(office, event(support, now()), event(support, now()))
    assert office.services.webhook.has_due()
    office.services.webhook.deliver(CancelScope())
    posted = hook.wait_for_post()
    assert posted.headers[SIGNATURE_HEADER] == signature("canary", posted.body)
    assert posted.path == "/hook?x=1"
    content = json.loads(posted.body)
    assert [each["integration"] for each in content["events"]] == ["Support", "Support"]
    assert content["events"][0]["kind"] == "errors_reached"
    assert content["events"][0]["details"] == "NO wrong"
    office.services.webhook.deliver(CancelScope())
    assert not office.services.webhook.has_due()
    assert len(hook.posted) == 1
    assert b"canary" not in office.database_path.read_bytes()
    office.services.notifications.set_secret(Secret(""))
    assert not office.services.webhook.has_secret()


@pytest.mark.expects_log("the webhook did not take 1 events")
def test_what_is_not_taken_is_tried_again_after_a_restart(
    hooked: tuple[Office, WebhookServer], smtp_server: SmtpServer
) -> None:
    office, hook = hooked
    hook.status = 503
    tell(office, event(office.sending(smtp_server), now()))
    office.services.webhook.deliver(CancelScope())
    assert len(hook.posted) == 1
    hook.status = 200
    office.restart()
    assert not office.services.webhook.has_due()
    services = office.services
    later = Webhook(services.database, services.credentials, services.properties, lambda: now() + MINUTE)
    later.deliver(CancelScope())
    assert len(hook.posted) == 2
    assert not later.has_due()


@pytest.mark.expects_log("the webhook did not take 1 events")
@pytest.mark.expects_log("the webhook never took")
def test_it_is_given_up_after_a_day(hooked: tuple[Office, WebhookServer], smtp_server: SmtpServer) -> None:
    office, hook = hooked
    hook.status = 404
    tell(office, event(office.sending(smtp_server), now() - timedelta(days=1)))
    office.services.webhook.deliver(CancelScope())
    with office.services.database.read() as unit:
        assert not unit.deliveries.any_due(Channel.WEBHOOK, now() + timedelta(days=2))


def test_a_redirection_is_not_followed(hooked: tuple[Office, WebhookServer], make_hook: MakeHook) -> None:
    office, hook = hooked
    elsewhere = make_hook()
    hook.status, hook.location = 307, elsewhere.url
    with pytest.raises(ProblemError) as failed:
        office.services.webhook.post([], CancelScope())
    assert failed.value.problem.kind is ProblemKind.POLICY_REFUSED
    assert elsewhere.posted == []


def test_tls_is_verified(office: Office, make_hook: MakeHook, certificates: Certificates) -> None:
    good = make_hook(context=certificates.good.server_context())
    office.services.properties.set({"webhook_url": good.url})
    office.services.webhook.post([], CancelScope())
    assert len(good.posted) == 1
    for name, kind in (
        ("self_signed", ProblemKind.TLS_UNTRUSTED),
        ("wrong_host", ProblemKind.TLS_WRONG_HOST),
    ):
        bad = make_hook(context=getattr(certificates, name).server_context())
        office.services.properties.set({"webhook_url": bad.url})
        with pytest.raises(ProblemError) as failed:
            office.services.webhook.post([], CancelScope())
        assert failed.value.problem.kind is kind
        assert bad.posted == []


def test_nobody_there(office: Office) -> None:
    office.services.properties.set({"webhook_url": f"http://127.0.0.1:{free_ports(1)[0]}/"})
    with pytest.raises(ProblemError) as failed:
        office.services.webhook.post([], CancelScope())
    assert failed.value.problem.kind is ProblemKind.CONNECTION_REFUSED


def test_without_a_webhook_nothing_is_kept_for_one(told: Office, smtp_server: SmtpServer) -> None:
    tell(told, event(told.sending(smtp_server), now()))
    assert not told.services.webhook.has_due()


# What the clock says


def test_what_no_check_tells_is_told_once(told: Office, smtp_server: SmtpServer) -> None:
    support, at = told.sending(smtp_server), now()
    told.sending(smtp_server, "Other")
    told.queue(support)
    look_at(told, at + timedelta(minutes=30))
    assert mails(told) == []
    look_at(told, at + timedelta(hours=2))
    [announced] = [each for each in told.announced if isinstance(each, EventsHappened)]
    [found] = announced.events
    assert isinstance(found.event, OutboxStuck)
    assert found.event.count == 1
    assert [each.subject for each in mails(told)] == [
        "[Mailint] Support: mail waits in the outbox and is not sent"
    ]
    told.restart()
    look_at(told, at + timedelta(hours=4))
    assert len(mails(told)) == 1


# The status file


@pytest.mark.expects_log("the status file cannot be written")
def test_the_status_file_says_how_all_fares(told: Office, smtp_server: SmtpServer, tmp_path: Path) -> None:
    path = tmp_path / "status.json"
    file = told.services.status_file
    file.write_if_due()
    told.services.properties.set({"status_file": str(path)})
    support = told.sending(smtp_server)
    file.write_if_due()
    first = json.loads(path.read_text())
    assert (first["ok"], first["state"]) == (True, "ok")
    assert first["integrations"][0]["outgoing"] == {"state": "active", "consecutive_errors": 0}
    inode = path.stat().st_ino
    file.write_if_due()
    assert path.stat().st_ino == inode
    told.services.monitor.record(support, Direction.OUTGOING, Attempt(PROBLEM))
    file.write_if_due()
    assert json.loads(path.read_text())["state"] == "failing"
    assert json.loads(path.read_text())["ok"] is False
    assert path.stat().st_ino != inode
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []
    folder = tmp_path / "gone"
    folder.mkdir()
    told.services.properties.set({"status_file": str(folder / "status.json")})
    folder.rmdir()
    file.write_if_due()
    file.write_if_due()


def test_a_status_file_that_nobody_writes_any_more_shows(told: Office, tmp_path: Path) -> None:
    path, other = tmp_path / "status.json", tmp_path / "other.json"
    began = now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    file = StatusFile(told.services.statuses, told.services.properties, lambda: now)

    def written(at: datetime) -> dict[str, Any]:
        nonlocal now
        now = at
        file.write_if_due()
        found: dict[str, Any] = json.loads(path.read_text())
        return found

    told.services.properties.set({"status_file": str(path)})
    first = written(began)
    assert first["running"] is True
    assert first["written_at"] == first["changed_at"] == "2026-11-23T12:00:00Z"
    assert written(began + WRITTEN_EVERY - timedelta(seconds=1)) == first
    assert written(began + WRITTEN_EVERY) == {**first, "written_at": "2026-11-23T12:02:00Z"}
    assert (
        written(began - timedelta(days=1))["written_at"] == "2026-11-22T12:00:00Z"
    )  # the clock was set back
    told.services.properties.set({"status_file": str(other)})
    assert written(began)["running"] is False
    assert json.loads(other.read_text()) == first
    told.services.properties.set({"status_file": ""})
    file.write_if_due()
    assert json.loads(other.read_text()) == {**first, "running": False}


def test_the_status_file_says_that_the_program_has_ended(told: Office, tmp_path: Path) -> None:
    path = tmp_path / "status.json"
    told.services.properties.set({"status_file": str(path)})
    told.services.status_file.write_if_due()
    assert json.loads(path.read_text())["running"] is True
    told.restart()
    assert json.loads(path.read_text())["running"] is False


def test_what_a_killed_run_was_writing_is_removed(told: Office, tmp_path: Path) -> None:
    left, others = tmp_path / ".status[1].json.abcd1234.tmp", tmp_path / ".status1.json.abcd1234.tmp"
    for each in (left, others):
        each.write_text("{")
    told.services.properties.set({"status_file": str(tmp_path / "status[1].json")})
    told.services.status_file.write_if_due()
    assert not left.exists()
    assert others.exists()
