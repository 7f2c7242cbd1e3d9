"""What filing promises whatever comes, in whatever order: one place for each message, and books that balance."""

from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailint_gui.domain.filing import AutomaticMail, ClosedRecords, RecordMatching
from mailint_gui.domain.message import MessageState
from mailint_gui.domain.record import RecordFilter
from mailint_gui.domain.rule import Action, ActionKind, Rule
from mailint_gui.domain.trail import FilingReason, TrailStep
from mailint_gui.services.scope import CancelScope
from tests.services.incoming import facts, integration, mail, store
from tests.services.office import OpenOffice
from tests.services.rules import samples
from tests.services.test_filing import TOO_DEEP
from tests.services.test_filing_rules import when

SENDERS = [
    "joe@example.com",
    "ann@example.net",
    "robot@example.org",
    "support@ours.example",
    "",
    "odd address",
]
HEADERS: list[dict[str, str]] = [
    {},
    {"Auto_Submitted": "auto-replied"},
    {"Precedence": "bulk"},
    {"Return_Path": "<>"},
]


@dataclass(frozen=True)
class Letter:
    raw: bytes
    mailbox: int  # which of two integrations gets it; 2: both


@st.composite
def letters(draw: st.DrawFn) -> Letter:
    mailbox = draw(st.integers(0, 2))
    if draw(st.integers(0, 19)) == 0:
        return Letter(draw(st.sampled_from([TOO_DEEP, b"", b"\0" * 9, b"no headers"])), mailbox)
    number = draw(st.integers(1, 6))
    answered = draw(st.integers(1, 6))
    headers = dict(draw(st.sampled_from(HEADERS)))
    if draw(st.booleans()):
        headers["References"] = f"<{answered}@x>"
    subject = draw(
        st.sampled_from(["printer", "Re: [#1]", "[#2] [#1]", "[#99]", "WIN", "forward me", "ignore me"])
    )
    raw = mail(subject, draw(st.sampled_from(SENDERS)), message_id=f"<{number}@x>", **headers)
    return Letter(raw, mailbox)


RULES = [
    when("ignore", Action(ActionKind.IGNORE), Action(ActionKind.TAG, "t"), continue_with_later=False),
    when("printer", Action(ActionKind.SET_STATUS, "Closed"), Action(ActionKind.AUTO_REPLY, text="hello")),
    when("forward", Action(ActionKind.FORWARD, recipients=("ann@example.net",)), Action(ActionKind.NOTIFY)),
    when("re:", Action(ActionKind.MOVE_TO_FOLDER, "Replies")),
]
PROPERTIES = st.fixed_dictionaries(
    {
        "one_message_in_many_mailboxes": st.sampled_from(["one_record", "one_per_mailbox", "linked"]),
        "forged_tokens": st.sampled_from(["accept", "correspondents_only"]),
        "loop_limit_10m": st.sampled_from(["1", "5"]),
    }
)
FILING = st.fixed_dictionaries(
    {
        "automatic_mail": st.sampled_from(AutomaticMail),
        "record_matching": st.sampled_from(RecordMatching),
        "closed_records": st.sampled_from(ClosedRecords),
        "ignore_subjects": st.just(("win",)),
    }
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(letters(), min_size=1, max_size=12),
    PROPERTIES,
    FILING,
    st.lists(samples.rules([1]), max_size=2, unique_by=lambda rule: rule.name.casefold()),
)
def test_each_message_has_one_place(
    open_office: OpenOffice,
    sent: list[Letter],
    properties: dict[str, str],
    filing: dict[str, object],
    more: list[Rule],
) -> None:
    office = open_office()
    office.services.properties.set(properties)
    owners = [
        integration(office, name, f"{name}@ours.example", sends=True, **filing)
        for name in ("support", "sales")
    ]
    office.services.rule_book.save([*RULES, *more])
    ids = []
    for letter in sent:
        for owner in owners if letter.mailbox == 2 else [owners[letter.mailbox]]:
            one = store(office, owner, letter.raw)
            tally = office.services.filing.file(one, CancelScope()).tally
            assert (tally.filed + tally.ignored + tally.quarantined + tally.already_known, tally.waiting) == (
                1,
                0,
            )
            ids += one
    log = office.services.message_log
    numbers = {row.number for row in office.services.records.page(RecordFilter(), limit=1000)}
    for message_id in ids:
        row = log.get(message_id)
        assert row.state in set(MessageState) - {MessageState.RECEIVED, MessageState.TOO_LARGE}
        steps = [each.step for each in log.trail(message_id).steps]
        match row.state:
            case MessageState.FILED if row.reason == FilingReason.LOG_ONLY:
                assert row.record is None
            case MessageState.FILED:
                assert row.record in numbers
                assert (TrailStep.RECORD_OPENED in steps) != (TrailStep.RECORD_JOINED in steps)
            case MessageState.IGNORED:
                assert row.record is None
                assert row.reason in set(FilingReason)
            case MessageState.ALREADY_KNOWN:
                assert row.record in numbers
    opened = [
        int(each["record"])
        for message_id in ids
        for each in facts(office, log.get(message_id), TrailStep.RECORD_OPENED)
    ]
    assert sorted(opened) == sorted(numbers)  # each record was opened by exactly one message
    office.services.close()
