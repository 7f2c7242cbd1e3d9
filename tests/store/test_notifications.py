"""Monitoring notifications: settings, what is to be delivered, what was told, and what was said of incidents."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from mailint_gui.domain.delivery import Delivery
from mailint_gui.domain.incident import IncidentMark
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.message import MessageState
from mailint_gui.domain.notification import DEFAULTS, Channel, EventKind, NotificationSetting
from mailint_gui.domain.outbox import OutboxAction, OutboxPurpose
from mailint_gui.domain.secret import SealedSecret, SecretPurpose
from mailint_gui.store.database import Database
from tests.store.samples import received

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LATER = AT + 60 * MINUTE
SETTING = NotificationSetting(
    enabled=False,
    channels=frozenset({Channel.SOUND, Channel.WEBHOOK}),
    recipients=("ann@example.org", "bob@example.org"),
    subject="{what}",
    body="{why}\n{{x}}",
    breaks_quiet=True,
)


def delivery(support: Integration, channel: Channel = Channel.WEBHOOK) -> Delivery:
    return Delivery(
        channel=channel,
        kind=EventKind.RECOVERED,
        integration_id=support.id,
        direction=Direction.INCOMING,
        title="Support: works again",
        body='{"kind": "recovered"}',
        recipients=("ann@example.org",),
        at=AT,
        due_at=AT,
    )


def test_a_setting_comes_back_as_it_was(database: Database) -> None:
    with database.write() as work:
        assert work.notifications.settings() == {}
        work.notifications.put_setting(EventKind.DISABLED, DEFAULTS[EventKind.DISABLED])
        work.notifications.put_setting(EventKind.DISABLED, SETTING)
    with database.read() as work:
        assert work.notifications.settings() == {EventKind.DISABLED: SETTING}


def test_deliveries_are_due_until_they_are_told(database: Database, support: Integration) -> None:
    with database.write() as work:
        first = work.deliveries.add(delivery(support))
        late = work.deliveries.add(replace(delivery(support), due_at=AT + MINUTE))
        mail = work.deliveries.add(delivery(support, Channel.EMAIL))
        assert work.deliveries.due(Channel.WEBHOOK, AT) == (replace(delivery(support), id=first),)
        assert [each.id for each in work.deliveries.due(Channel.WEBHOOK, AT + MINUTE)] == [first, late]
        assert [each.id for each in work.deliveries.due(Channel.EMAIL, AT)] == [mail]
        assert work.deliveries.any_due(Channel.EMAIL, AT)
        assert not work.deliveries.any_due(Channel.EMAIL, AT - MINUTE)
        work.deliveries.try_later(first, 3, AT + 2 * MINUTE)
        assert [each.id for each in work.deliveries.due(Channel.WEBHOOK, AT + MINUTE)] == [late]
        work.deliveries.set_told([late, mail], AT + MINUTE)
    with database.read() as work:
        assert [(each.id, each.attempts) for each in work.deliveries.due(Channel.WEBHOOK, LATER)] == [
            (first, 3)
        ]
        assert not work.deliveries.any_due(Channel.EMAIL, LATER)
        assert work.deliveries.told_since(Channel.EMAIL, AT + MINUTE) == 1
        assert work.deliveries.told_since(Channel.EMAIL, AT + 2 * MINUTE) == 0


def test_what_was_told_long_ago_is_forgotten(database: Database, support: Integration) -> None:
    with database.write() as work:
        told, waiting = (work.deliveries.add(delivery(support)) for _ in range(2))
        work.deliveries.set_told([told], AT)
        work.deliveries.forget_told(AT)
        assert work.deliveries.told_since(Channel.WEBHOOK, AT) == 1
        work.deliveries.forget_told(AT + MINUTE)
        assert work.deliveries.told_since(Channel.WEBHOOK, AT) == 0
        assert [each.id for each in work.deliveries.due(Channel.WEBHOOK, LATER)] == [waiting]


def test_what_is_held_is_due_later(database: Database, support: Integration) -> None:
    with database.write() as work:
        held = work.deliveries.add(delivery(support))
        work.deliveries.hold_until([held], AT + MINUTE)
        assert work.deliveries.due(Channel.WEBHOOK, AT) == ()
        assert [each.id for each in work.deliveries.due(Channel.WEBHOOK, AT + MINUTE)] == [held]


def test_marks_replace_one_another(database: Database, support: Integration) -> None:
    with database.write() as work:
        work.notifications.set_marks(support.id, {EventKind.NO_MAIL: 2**40, EventKind.LOOP_STOPPED: 1})
        work.notifications.set_marks(support.id, {EventKind.LOOP_STOPPED: 2})
        assert work.notifications.marks() == {support.id: {EventKind.LOOP_STOPPED: 2}}
        work.notifications.set_marks(support.id, {})
        assert work.notifications.marks() == {}


def test_what_lies_in_quarantine_and_in_the_outbox(database: Database, support: Integration) -> None:
    with database.write() as work:
        ids = work.messages.add_received([received(support.id, uid, b"%d" % uid) for uid in (1, 2)])
        assert work.notifications.quarantined() == {}
        work.messages.add_received([received(support.id, 3, b"3", state=MessageState.QUARANTINED)])
        [found] = work.notifications.quarantined()[support.id]
        assert found not in ids
        assert work.notifications.unsent() == {}
        for number, purpose in enumerate((OutboxPurpose.TYPED, OutboxPurpose.RULE, OutboxPurpose.MONITORING)):
            work.outbox.add(
                support.id,
                purpose=purpose,
                sender="support@example.org",
                subject="s",
                message_id=f"<{number}@x>",
                recipients=["joe@example.com"],
                raw=b"raw",
                at=AT + number * MINUTE,
            )
        assert work.notifications.unsent() == {support.id: (2, AT)}
        [first, *_] = work.outbox.all()
        work.outbox.claim(first.id, AT)
        work.outbox.settle(first.id, OutboxAction.ANSWER_LOST, AT)
        assert work.notifications.unsent() == {support.id: (1, AT + MINUTE)}


def test_one_word_on_the_incident_of_a_direction(database: Database, support: Integration) -> None:
    mark = IncidentMark(support.id, Direction.OUTGOING, AT, "ann", AT + MINUTE, None)
    with database.write() as work:
        work.notifications.put_incident_mark(replace(mark, since=AT - MINUTE, snoozed_until=AT))
        work.notifications.put_incident_mark(mark)
    with database.read() as work:
        assert work.notifications.incident_marks() == {(support.id, Direction.OUTGOING): mark}


def test_a_secret_of_the_profile(database: Database) -> None:
    """It needs no integration, and says as any other that the vault is used."""
    sealed = SealedSecret("key", b"nonce", b"ciphertext")
    with database.write() as work:
        work.secrets.put(0, SecretPurpose.WEBHOOK, sealed)
        assert work.secrets.get(0, SecretPurpose.WEBHOOK) == sealed
        assert work.secrets.all() == {(0, SecretPurpose.WEBHOOK): sealed}
        assert work.secrets.key_ids() == {"key"}
        work.secrets.delete(0, SecretPurpose.WEBHOOK)
        assert work.secrets.get(0, SecretPurpose.WEBHOOK) is None


def test_what_is_purged_takes_its_marks_along(database: Database, support: Integration) -> None:
    with database.write() as work:
        work.notifications.set_marks(support.id, {EventKind.NO_MAIL: 1})
        work.notifications.put_incident_mark(IncidentMark(support.id, Direction.INCOMING, AT))
        work.integrations.soft_delete([support.id], AT)
        work.integrations.purge_deleted(AT + MINUTE)
        assert work.notifications.marks() == {}
        assert work.notifications.incident_marks() == {}
