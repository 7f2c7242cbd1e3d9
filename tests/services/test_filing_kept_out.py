"""What is kept out: by ignore lists, as automatic, as a loop; each with its reason, and filed if an admin says so."""

from datetime import UTC, datetime, timedelta

import pytest

from mailint_gui.domain.filing import AutomaticMail
from mailint_gui.domain.integration import Integration
from mailint_gui.domain.outbox import OutboxPurpose
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.domain.trail import TrailStep
from mailint_gui.services.announcements import LoopsChanged
from mailint_gui.services.scope import CancelScope
from tests.services.incoming import facts, integration, mail, one, receive, steps, store
from tests.services.office import Office

OUT_OF_OFFICE = {"Auto_Submitted": "auto-replied"}


@pytest.mark.parametrize(
    ("raw", "reason", "entry"),
    [
        (mail(sender="Joe@Example.com"), "ignored_sender", "joe@example.com"),
        (mail(sender="ann@spam.example"), "ignored_sender", "spam.example"),
        (mail(sender="no-reply-7@any.example"), "ignored_sender", "no-reply*@*"),
        (mail(subject="WIN a printer!", sender="x@y.example"), "ignored_subject", "win *"),
    ],
)
def test_ignore_lists(any_office: Office, raw: bytes, reason: str, entry: str) -> None:
    support = integration(
        any_office,
        ignore_senders=("joe@example.com", "spam.example", "no-reply*@*"),
        ignore_subjects=("win *",),
    )
    row = one(any_office, support, raw)
    assert (row.state, row.reason, row.record) == ("ignored", reason, None)
    assert facts(any_office, row, TrailStep.IGNORE_LIST)[0]["entry"] == entry
    assert one(any_office, support, mail(sender="ann@fine.example")).state == "filed"


@pytest.mark.parametrize(
    ("headers", "state", "reason"),
    [
        (OUT_OF_OFFICE, "ignored", "automatic_reply"),
        ({"Return_Path": "<>"}, "ignored", "automatic_reply"),
        ({"Precedence": "auto_reply"}, "ignored", "automatic_reply"),
        ({"Auto_Submitted": "auto-generated"}, "filed", ""),  # an alert of a monitoring program
        ({"Auto_Submitted": "no"}, "filed", ""),
        ({"Precedence": "bulk"}, "filed", ""),
        ({"List_Id": "<l.example>"}, "filed", ""),
    ],
)
def test_automatic_mail(office: Office, headers: dict[str, str], state: str, reason: str) -> None:
    row = one(office, integration(office), mail(**headers))
    assert (row.state, row.reason) == (state, reason)
    assert (TrailStep.AUTOMATIC in steps(office, row)) == (state == "ignored")


@pytest.mark.parametrize(
    ("setting", "state", "reason", "record"),
    [
        (AutomaticMail.IGNORE, "ignored", "automatic_reply", None),
        (AutomaticMail.LOG_ONLY, "filed", "log_only", None),
        (AutomaticMail.ACCEPT, "filed", "", 1),
    ],
)
def test_automatic_mail_is_treated_as_the_integration_says(
    any_office: Office, setting: AutomaticMail, state: str, reason: str, record: int | None
) -> None:
    row = one(any_office, integration(any_office, automatic_mail=setting), mail(**OUT_OF_OFFICE))
    assert (row.state, row.reason, row.record) == (state, reason, record)
    [step] = facts(any_office, row, TrailStep.AUTOMATIC)
    assert step == {"sign": "auto_replied", "header": "Auto-Submitted", "value": "auto-replied"}


def test_our_own_mail_that_comes_back(office: Office) -> None:
    support = integration(office, sends=True)
    item = office.services.outbox.queue(support, OutboxPurpose.TYPED, ["joe@example.com"], "s", "b")
    row = one(office, support, mail(message_id=item.message_id))
    assert (row.state, row.reason) == ("ignored", "own_message")


def test_file_anyway_passes_what_kept_it_out(any_office: Office) -> None:
    office = any_office
    office.services.properties.set({"admin_name": "Ann"})
    support = integration(office, ignore_senders=("example.com",))
    row = one(office, support, mail(**OUT_OF_OFFICE))
    assert row.reason == "ignored_sender"
    again = office.services.message_log.file_anyway(row.id, CancelScope())
    assert (again.state, again.reason, again.record) == ("filed", "", 1)
    assert steps(office, row) == [TrailStep.IGNORE_LIST, TrailStep.FILED_ANYWAY, TrailStep.RECORD_OPENED]
    assert facts(office, row, TrailStep.FILED_ANYWAY) == [{"admin": "Ann"}]
    with pytest.raises(RefusedError) as refused:
        office.services.message_log.file_anyway(row.id, CancelScope())
    assert refused.value.refusal is Refusal.NOT_IGNORED
    assert one(office, support, mail("another")).state == "ignored"


def test_what_was_only_logged_can_be_filed(office: Office) -> None:
    support = integration(office, automatic_mail=AutomaticMail.LOG_ONLY)
    row = one(office, support, mail(**OUT_OF_OFFICE))
    assert office.services.message_log.file_anyway(row.id, CancelScope()).record == 1


class Time:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_minutes(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)


@pytest.fixture
def clock(office: Office) -> Time:
    time = Time()
    office.use_clock(time)
    return time


def replies(office: Office, owner: Integration, count: int, sender: str = "robot@example.net") -> list[str]:
    """The reasons of so many automatic replies, one after the other."""
    start = len(office.rows())
    return [
        one(office, owner, mail(f"away {start + number}", sender, **OUT_OF_OFFICE)).reason
        for number in range(count)
    ]


def test_a_loop_is_stopped_until_it_is_released(office: Office, clock: Time) -> None:
    accepting = integration(office, automatic_mail=AutomaticMail.ACCEPT)
    assert replies(office, accepting, 5) == [""] * 5
    assert office.services.loop_breaker.active() == ()
    assert replies(office, accepting, 2) == ["loop"] * 2
    [stop] = office.services.loop_breaker.active()
    assert (stop.integration, stop.sender, stop.count, stop.minutes) == (
        "Support",
        "robot@example.net",
        6,
        10,
    )
    assert sorted(stop.messages) == [row.id for row in office.rows()[:6]]
    assert office.of(LoopsChanged) == [LoopsChanged((stop,))]
    assert replies(office, accepting, 1, "other@example.net") == [""]
    assert one(office, accepting, mail("a person", "robot@example.net")).record is not None

    last = office.rows("ignored")[-1]
    assert facts(office, last, TrailStep.LOOP) == [
        {"address": "robot@example.net", "count": "6", "minutes": "10"}
    ]
    clock.pass_minutes(1)
    released = office.services.loop_breaker.release(stop.id)
    assert released.released_at is not None
    assert office.services.message_log.get(last.id).state == "ignored"
    clock.pass_minutes(1)
    assert replies(office, accepting, 5) == [""] * 5
    assert replies(office, accepting, 1) == ["loop"]
    with pytest.raises(RefusedError):
        office.services.loop_breaker.release(stop.id)
    assert office.services.message_log.file_anyway(last.id, CancelScope()).record is not None


@pytest.mark.usefixtures("clock")
def test_a_loop_within_one_batch(office: Office) -> None:
    accepting = integration(office, automatic_mail=AutomaticMail.ACCEPT)
    batch = [mail(f"away {number}", "robot@example.net", **OUT_OF_OFFICE) for number in range(8)]
    assert [row.reason for row in receive(office, accepting, *batch)] == [""] * 5 + ["loop"] * 3


@pytest.mark.usefixtures("clock")
def test_what_was_sent_in_hours_and_taken_in_at_once_is_no_loop(any_office: Office) -> None:
    """After an outage. With as many in a few minutes it is one."""
    office = any_office
    accepting = integration(office, automatic_mail=AutomaticMail.ACCEPT)

    def batch(minutes: int) -> list[str]:
        dates = [
            f"Mon, 23 Nov 2026 {number * minutes // 60:02}:{number * minutes % 60:02}:00 +0000"
            for number in range(8)
        ]
        sender = f"robot{minutes}@example.net"
        raws = [mail(f"away {date}", sender, date=date, **OUT_OF_OFFICE) for date in dates]
        return [row.reason for row in receive(office, accepting, *raws)]

    assert batch(30) == [""] * 8
    assert batch(1) == [""] * 5 + ["loop"] * 3


@pytest.mark.usefixtures("clock")
def test_a_loop_without_dates_is_one(office: Office) -> None:
    accepting = integration(office, automatic_mail=AutomaticMail.ACCEPT)
    batch = [mail(f"away {number}", "robot@example.net", date="", **OUT_OF_OFFICE) for number in range(8)]
    assert [row.reason for row in receive(office, accepting, *batch)] == [""] * 5 + ["loop"] * 3


def test_slow_loops_are_found_in_an_hour(office: Office, clock: Time) -> None:
    accepting = integration(office, automatic_mail=AutomaticMail.ACCEPT)
    for _ in range(15):
        assert replies(office, accepting, 1) == [""]
        clock.pass_minutes(3.9)
    assert replies(office, accepting, 1) == ["loop"]
    assert office.services.loop_breaker.active()[0].minutes == 60


@pytest.mark.usefixtures("clock")
def test_pairs_are_counted_apart(office: Office) -> None:
    one_, other = (
        integration(office, name, f"{name}@ours.example", automatic_mail=AutomaticMail.ACCEPT)
        for name in ("one", "other")
    )
    assert replies(office, one_, 5) + replies(office, other, 5) == [""] * 10
    assert replies(office, other, 1) == ["loop"]
    assert replies(office, one_, 1, "ROBOT@example.net") == ["loop"]


@pytest.mark.usefixtures("clock")
def test_alerts_that_open_records_are_no_loop(office: Office) -> None:
    support = integration(office)
    alerts = [
        mail(f"disk {number}", "monitor@example.net", Auto_Submitted="auto-generated") for number in range(40)
    ]
    assert {row.reason for row in receive(office, support, *alerts)} == {""}
    assert len({row.record for row in office.rows()}) == 40


@pytest.mark.usefixtures("clock")
def test_alerts_that_go_on_from_an_alert_are_no_answers(office: Office) -> None:
    """A monitoring program says in the same thread that all is well again, and may say so often."""
    support = integration(office)
    alert = {"sender": "monitor@example.com", "Auto_Submitted": "auto-generated"}
    threaded = [
        mail(f"no. {number}", message_id=f"<{number}@m>", References="<0@m>", **alert)
        for number in range(1, 9)
    ]
    rows = receive(office, support, mail("no. 0", message_id="<0@m>", **alert), *threaded)
    assert [(row.state, row.record) for row in rows] == [("filed", 1)] * 9
    assert office.services.loop_breaker.active() == ()
    another = mail("out", "ann@example.com", References="<0@m>", Auto_Submitted="auto-generated")
    assert one(office, support, another).reason == "automatic_reply"


def test_automatic_mail_that_joins_a_record_is_counted(office: Office) -> None:
    support = integration(office)
    first = one(office, support, mail(sender="tickets@example.net"))
    rows = [
        one(office, support, mail(f"[#{first.record}] {number}", "tickets@example.net", Precedence="bulk"))
        for number in range(7)
    ]
    assert [row.reason for row in rows] == [""] * 5 + ["loop"] * 2


def test_a_message_in_quarantine_is_discarded(office: Office) -> None:
    support = integration(office)
    [broken] = store(office, support, b"Subject: x\r\n\r\n")
    with office.services.database.write() as unit:
        unit.messages._connection.exec_driver_sql(f"DELETE FROM raw_message WHERE message_id = {broken}")
    office.services.filing.file([broken], CancelScope())
    log = office.services.message_log
    assert log.get(broken).state == "quarantined"
    row = log.discard(broken)
    assert (row.state, row.reason) == ("ignored", "discarded")
    with pytest.raises(RefusedError) as refused:
        log.discard(broken)
    assert refused.value.refusal is Refusal.CANNOT_DISCARD
    with pytest.raises(RefusedError) as refused:
        log.file_anyway(broken, CancelScope())
    assert refused.value.refusal is Refusal.NO_RAW_MESSAGE
