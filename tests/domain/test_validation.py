"""Every fault of every field, found at its field; and no fault where there is none."""

from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.domain.filing import FilingSettings
from mailint_gui.domain.integration import (
    AFTER_PROCESSING,
    AfterProcessing,
    IncomingSettings,
    Integration,
    OutgoingAuthentication,
    OutgoingSettings,
    Protocol,
    SaslMechanism,
    Security,
    name_key,
)
from mailint_gui.domain.validation import (
    MAX_ENTRIES,
    MAX_ENTRY,
    MAX_FOLDER,
    MAX_NAME,
    MAX_TEXT,
    MAX_USER_NAME,
    MAX_WORD,
    FieldError,
    FieldFault,
    ValidationError,
    trimmed,
    validate,
)

LONE_SURROGATE = b"\xff".decode(errors="surrogateescape")

GOOD = Integration(
    id=7,
    name="Support",
    description="Line one\n\tline two",
    responsible_admin="admin@example.org",
    incoming=IncomingSettings(
        enabled=True, address="support@example.org", server="mail.example.org", user_name="support"
    ),
    outgoing=OutgoingSettings(enabled=True, server="smtp.example.org", user_name="support"),
)


def changed(path: str, value: Any, **further: Any) -> Integration:
    """GOOD with the field at ``path`` set, and with other settings of the same direction."""
    part, dot, name = path.rpartition(".")
    if not dot:
        return replace(GOOD, **{name: value})
    return replace(GOOD, **{part: replace(getattr(GOOD, part), **{name: value}, **further)})


def found(draft: Integration, *others: Integration) -> list[tuple[str, FieldFault]]:
    return [(error.path, error.fault) for error in validate(draft, others)]


def test_a_good_one_has_no_fault() -> None:
    assert found(GOOD) == []
    assert found(GOOD, GOOD) == []


F = FieldFault
FILING_WORDS = ("status_after_reply", "category", "urgency", "priority", "assignee", "group")
LONG = "a" * 20_000
BAD_TEXTS = ["a\nb", "a\r\nb", "a\0b", "a\x1bb", "a\x7fb", "a\x9fb", f"a{LONE_SURROGATE}b"]
BAD_ADDRESSES = [
    "support",
    "a@b@example.org",
    "a b@example.org",
    "a@example.org\r\nX: y",
    LONG + "@example.org",
]
BAD_HOSTS = ["mail example.org", "https://mail.example.org", "mail.example.org:993", "1.2.3.4.5", "-a", LONG]

FAULTS: list[tuple[str, Any, FieldFault]] = [
    ("name", "", F.REQUIRED),
    ("name", "a" * (MAX_NAME + 1), F.TOO_LONG),
    *[("name", text, F.CONTROL_CHARACTERS) for text in BAD_TEXTS],
    ("description", "a" * (MAX_TEXT + 1), F.TOO_LONG),
    ("description", "a\0b", F.CONTROL_CHARACTERS),
    *[("responsible_admin", text, F.BAD_ADDRESS) for text in BAD_ADDRESSES],
    ("incoming.address", "", F.REQUIRED),
    *[("incoming.address", text, F.BAD_ADDRESS) for text in BAD_ADDRESSES],
    ("incoming.server", "", F.REQUIRED),
    *[("incoming.server", text, F.BAD_HOST) for text in BAD_HOSTS],
    *[("incoming.port", port, F.OUT_OF_RANGE) for port in (-1, 0, 65_536)],
    ("incoming.security", Security.NONE, F.INSECURE_NEEDS_CONSENT),
    ("incoming.user_name", "", F.REQUIRED),
    ("incoming.user_name", "a" * (MAX_USER_NAME + 1), F.TOO_LONG),
    *[("incoming.user_name", text, F.CONTROL_CHARACTERS) for text in BAD_TEXTS],
    *[
        (f"{part}.password_expires_on", day, F.OUT_OF_RANGE)
        for part in ("incoming", "outgoing")
        for day in (date.min, date(1999, 1, 1), date.max)
    ],
    ("incoming.folder", "", F.REQUIRED),
    ("incoming.folder", "a" * (MAX_FOLDER + 1), F.TOO_LONG),
    *[("incoming.folder", text, F.CONTROL_CHARACTERS) for text in BAD_TEXTS],
    ("incoming.check_every", timedelta(seconds=9.9), F.OUT_OF_RANGE),
    ("incoming.check_every", timedelta(hours=24, seconds=1), F.OUT_OF_RANGE),
    ("incoming.after_processing", AfterProcessing.LEAVE, F.UNKNOWN_VALUE),
    ("incoming.delete_after_days", -1, F.OUT_OF_RANGE),
    ("incoming.delete_after_days", 3651, F.OUT_OF_RANGE),
    ("incoming.largest_message_mb", 0, F.OUT_OF_RANGE),
    ("incoming.largest_message_mb", 51, F.OUT_OF_RANGE),
    *[("outgoing.address", text, F.BAD_ADDRESS) for text in BAD_ADDRESSES],
    ("outgoing.display_name", "a" * (MAX_NAME + 1), F.TOO_LONG),
    *[("outgoing.display_name", text, F.CONTROL_CHARACTERS) for text in BAD_TEXTS],
    *[("outgoing.reply_to", text, F.BAD_ADDRESS) for text in BAD_ADDRESSES],
    ("outgoing.server", "", F.REQUIRED),
    *[("outgoing.server", text, F.BAD_HOST) for text in BAD_HOSTS],
    *[("outgoing.port", port, F.OUT_OF_RANGE) for port in (-1, 0, 65_536)],
    ("outgoing.security", Security.NONE, F.INSECURE_NEEDS_CONSENT),
    ("outgoing.signature", "a" * (MAX_TEXT + 1), F.TOO_LONG),
    ("outgoing.signature", "a\0b", F.CONTROL_CHARACTERS),
    ("outgoing.user_name", "", F.REQUIRED),
    ("outgoing.user_name", "a" * (MAX_USER_NAME + 1), F.TOO_LONG),
    *[("outgoing.user_name", text, F.CONTROL_CHARACTERS) for text in BAD_TEXTS],
    ("outgoing.sent_folder", "a" * (MAX_FOLDER + 1), F.TOO_LONG),
    *[("outgoing.sent_folder", text, F.CONTROL_CHARACTERS) for text in BAD_TEXTS],
    ("outgoing.messages_per_minute", -1, F.OUT_OF_RANGE),
    ("outgoing.messages_per_minute", 10_001, F.OUT_OF_RANGE),
    ("outgoing.largest_message_mb", 0, F.OUT_OF_RANGE),
    ("outgoing.largest_message_mb", 51, F.OUT_OF_RANGE),
    *[
        ("filing.ignore_senders", ("ok@example.org", text), F.BAD_ADDRESS)
        for text in ("*", "a b", "@", "a@b@c", "*.*")
    ],
    *[("filing.ignore_senders", (text,), F.CONTROL_CHARACTERS) for text in BAD_TEXTS],
    *[("filing.ignore_subjects", ("ok", text), F.CONTROL_CHARACTERS) for text in BAD_TEXTS],
    ("filing.ignore_subjects", ("a" * (MAX_ENTRY + 1),), F.TOO_LONG),
    *[
        (f"filing.{name}", tuple(f"{number}.example" for number in range(MAX_ENTRIES + 1)), F.TOO_MANY)
        for name in ("ignore_senders", "ignore_subjects")
    ],
    *[(f"filing.{name}", "a" * (MAX_WORD + 1), F.TOO_LONG) for name in FILING_WORDS],
    *[(f"filing.{name}", "a\0b", F.CONTROL_CHARACTERS) for name in FILING_WORDS],
]


@pytest.mark.parametrize(("path", "value", "fault"), FAULTS)
def test_one_fault_is_found_at_its_field_alone(path: str, value: Any, fault: FieldFault) -> None:
    assert found(changed(path, value)) == [(path, fault)]


RIGHT: list[tuple[str, Any]] = [
    ("name", "a" * MAX_NAME),
    ("name", "Büro 客服 ✉"),
    ("description", "a" * MAX_TEXT),
    ("description", ""),
    ("responsible_admin", ""),
    ("responsible_admin", "jörg@bücher.example"),
    ("incoming.address", "почта@почта.рф"),
    ("incoming.server", "bücher.example"),
    ("incoming.server", "xn--bcher-kva.example"),
    ("incoming.server", "192.0.2.1"),
    ("incoming.server", "2001:db8::1"),
    ("incoming.port", 1),
    ("incoming.port", 65_535),
    ("incoming.user_name", "EXAMPLE\\support"),
    ("incoming.user_name", "a" * MAX_USER_NAME),
    ("incoming.folder", "Büro/Eingang & mehr"),
    ("incoming.check_every", timedelta(seconds=10)),
    ("incoming.check_every", timedelta(hours=24)),
    ("incoming.after_processing", AfterProcessing.DELETE),
    ("incoming.delete_after_days", 3650),
    ("incoming.largest_message_mb", 1),
    ("incoming.largest_message_mb", 50),
    ("outgoing.address", ""),
    ("outgoing.address", "jörg@bücher.example"),
    ("outgoing.display_name", "Büro"),
    ("outgoing.reply_to", "other@example.org"),
    ("outgoing.signature", "--\nSupport"),
    ("outgoing.sent_folder", "Gesendete Objekte"),
    ("outgoing.server", "例え.テスト"),
    ("outgoing.messages_per_minute", 0),
    ("outgoing.messages_per_minute", 10_000),
    (
        "filing.ignore_senders",
        ("a@example.org", "example.org", "@example.org", "*@*.example.org", "bücher.example"),
    ),
    ("filing.ignore_senders", tuple(f"{number}.example" for number in range(MAX_ENTRIES))),
    ("filing.ignore_subjects", ("*out of office*", "\\ [x] ✉ \u05d0", "a" * MAX_ENTRY)),
    ("filing.status_after_reply", "Büro / Ω"),
    ("incoming.password_expires_on", date(2001, 1, 1)),
    ("outgoing.password_expires_on", date(2999, 12, 31)),
]


@pytest.mark.parametrize(("path", "value"), RIGHT)
def test_what_is_right_is_let_through(path: str, value: Any) -> None:
    assert found(changed(path, value)) == []


def test_every_field_of_a_form_is_judged_or_is_a_choice() -> None:
    """A field that is added later is not forgotten here."""
    choices = {"is_default", "enabled", "id", "last_modified_by", "last_modified_at"}
    choices |= {"incoming", "outgoing", "filing", "incoming.protocol"}
    choices |= {"incoming.oauth", "outgoing.oauth"}  # judged field by field in test_oauth_validation
    choices |= {f"incoming.{name}" for name in ("enabled", "authentication", "allow_insecure", "password")}
    choices |= {f"incoming.{name}" for name in ("push", "first_check", "move_to")}
    choices |= {f"outgoing.{name}" for name in ("enabled", "authentication", "allow_insecure", "password")}
    choices |= {f"outgoing.{name}" for name in ("sasl_mechanism", "message_format")}
    choices |= {f"filing.{name}" for name in ("automatic_mail", "record_matching", "closed_records")}
    there = {item.name for item in fields(Integration)}
    there |= {f"incoming.{item.name}" for item in fields(IncomingSettings)}
    there |= {f"outgoing.{item.name}" for item in fields(OutgoingSettings)}
    there |= {f"filing.{item.name}" for item in fields(FilingSettings)}
    assert {path for path, _value, _fault in FAULTS} | choices == there


# Fields that depend on one another


@pytest.mark.parametrize("name", ["support", "SUPPORT", "Support"])
def test_a_name_is_unique_by_case(name: str) -> None:
    other = replace(GOOD, id=8, name=name)
    assert found(GOOD, GOOD, other) == [("name", F.NOT_UNIQUE)]
    assert found(replace(GOOD, id=0), GOOD) == [("name", F.NOT_UNIQUE)]


def test_no_name_is_told_once() -> None:
    assert found(replace(GOOD, name=""), replace(GOOD, id=8, name="")) == [("name", F.REQUIRED)]


def test_none_as_security_is_allowed_with_consent() -> None:
    for part in ("incoming", "outgoing"):
        assert found(changed(f"{part}.security", Security.NONE, allow_insecure=True)) == []


@pytest.mark.parametrize(
    ("folder", "move_to", "expected"),
    [
        ("INBOX", "Done", []),
        ("INBOX", "", [F.REQUIRED]),
        ("INBOX", "INBOX", [F.SAME_AS_FOLDER]),
        ("INBOX", "Inbox", [F.SAME_AS_FOLDER]),
        ("inbox", "INBOX", [F.SAME_AS_FOLDER]),
        ("Done", "done", []),
        ("INBOX", "a" * (MAX_FOLDER + 1), [F.TOO_LONG]),
        ("INBOX", "a\r\nb", [F.CONTROL_CHARACTERS]),
    ],
)
def test_where_to_move(folder: str, move_to: str, expected: list[FieldFault]) -> None:
    draft = changed("incoming.move_to", move_to, folder=folder, after_processing=AfterProcessing.MOVE)
    assert found(draft) == [("incoming.move_to", fault) for fault in expected]


def test_where_to_move_matters_only_when_moving() -> None:
    assert found(changed("incoming.move_to", "INBOX")) == []


@pytest.mark.parametrize("days", [0, 14])
@pytest.mark.parametrize(
    ("after", "fault"),
    [
        (AfterProcessing.LEAVE, []),
        (AfterProcessing.DELETE, []),
        (AfterProcessing.MARK_READ, [F.UNKNOWN_VALUE]),
        (AfterProcessing.MOVE, [F.UNKNOWN_VALUE]),
    ],
)
def test_what_pop3_can_do_after_processing(
    after: AfterProcessing, fault: list[FieldFault], days: int
) -> None:
    draft = changed(
        "incoming.after_processing",
        after,
        protocol=Protocol.POP3,
        delete_after_days=days,
        folder="",  # it has none, and what is left there does not matter
        move_to="\0",
    )
    errors = validate(draft, ())
    assert [(error.path, error.fault) for error in errors] == [
        ("incoming.after_processing", each) for each in fault
    ]
    assert [error.facts["allowed"] for error in errors] == ["leave, delete"] * len(fault)


def test_every_protocol_can_do_its_default() -> None:
    for protocol, possible in AFTER_PROCESSING.items():
        assert found(changed("incoming.protocol", protocol, after_processing=possible[0])) == []


def test_every_bad_entry_is_told() -> None:
    errors = validate(changed("filing.ignore_senders", ("a b", "example.org", "*")), ())
    assert [(error.path, error.facts["value"]) for error in errors] == [
        ("filing.ignore_senders", "a b"),
        ("filing.ignore_senders", "*"),
    ]


def test_filing_is_judged_with_incoming_only() -> None:
    mess = FilingSettings(ignore_senders=("*",), category="a\0b")
    off = replace(GOOD, incoming=IncomingSettings(), filing=mess)
    assert found(replace(off, outgoing=OutgoingSettings())) == []


def test_an_address_that_comes_from_incoming_is_judged_there() -> None:
    assert found(changed("incoming.address", "?")) == [("incoming.address", F.BAD_ADDRESS)]
    off = replace(GOOD, incoming=replace(GOOD.incoming, enabled=False, address="?"))
    assert found(off) == [("outgoing.address", F.BAD_ADDRESS)]


def test_a_sender_is_needed_from_somewhere() -> None:
    outgoing_only = replace(GOOD, incoming=IncomingSettings())
    assert found(outgoing_only) == [("outgoing.address", F.REQUIRED)]


def test_what_a_sender_without_password_needs() -> None:
    none = OutgoingAuthentication.NONE
    assert found(changed("outgoing.user_name", "", authentication=none)) == []
    plain = changed("outgoing.authentication", none, sasl_mechanism=SaslMechanism.PLAIN)
    assert found(plain) == [("outgoing.sasl_mechanism", F.MECHANISM_WITHOUT_PASSWORD)]


def test_same_as_incoming_needs_an_incoming_user_name() -> None:
    same = changed("outgoing.user_name", "", authentication=OutgoingAuthentication.SAME_AS_INCOMING)
    assert found(same) == []
    nobody = replace(same, incoming=replace(GOOD.incoming, enabled=False, user_name=""))
    assert found(nobody) == [("outgoing.authentication", F.NOTHING_INCOMING)]


def test_same_as_incoming_judges_the_user_name_of_an_incoming_that_is_off() -> None:
    same = changed("outgoing.authentication", OutgoingAuthentication.SAME_AS_INCOMING)
    off = replace(same, incoming=replace(GOOD.incoming, enabled=False, user_name="a\0b"))
    assert found(off) == [("incoming.user_name", F.CONTROL_CHARACTERS)]


def test_a_direction_that_is_off_may_be_half_done() -> None:
    mess = IncomingSettings(address="?", server=" ", port=0, folder="", check_every=timedelta(0))
    sender = replace(GOOD.outgoing, address="support@example.org")
    assert found(replace(GOOD, incoming=mess, outgoing=sender)) == []
    assert found(replace(GOOD, outgoing=OutgoingSettings(address="?", server=" ", port=0))) == []


def test_every_fault_is_listed_at_once() -> None:
    draft = Integration(
        incoming=IncomingSettings(enabled=True, port=0), outgoing=OutgoingSettings(enabled=True)
    )
    assert found(draft) == [
        ("name", F.REQUIRED),
        ("incoming.address", F.REQUIRED),
        ("incoming.server", F.REQUIRED),
        ("incoming.port", F.OUT_OF_RANGE),
        ("incoming.user_name", F.REQUIRED),
        ("outgoing.server", F.REQUIRED),
        ("outgoing.user_name", F.REQUIRED),
    ]


def test_a_fault_says_what_would_be_right() -> None:
    (port,) = validate(changed("incoming.port", 0), ())
    assert port.facts == {"low": "1", "high": "65535"}
    (every,) = validate(changed("incoming.check_every", timedelta(0)), ())
    assert every.facts == {"low": "10s", "high": "24h"}
    (name,) = validate(changed("name", "a" * 300), ())
    assert name.facts == {"limit": str(MAX_NAME)}


# Blanks


@pytest.mark.parametrize(
    ("typed", "name"), [("inbox", "INBOX"), (" Inbox ", "INBOX"), ("Inbox/a", "Inbox/a")]
)
def test_inbox_has_one_spelling(typed: str, name: str) -> None:
    draft = trimmed(changed("incoming.folder", typed, move_to=typed))
    assert (draft.incoming.folder, draft.incoming.move_to) == (name, name)


def test_blanks_around_are_trimmed() -> None:
    blank = "\u00a0 \t\n"
    texts = {
        "": ["description", "responsible_admin", "name"],
        "incoming": ["address", "server", "user_name", "folder", "move_to"],
        "outgoing": ["address", "display_name", "reply_to", "server", "user_name"],
    }
    draft = trimmed(changed("incoming.move_to", "Done"))
    padded = replace(draft, **{name: f"{blank}{getattr(draft, name)}{blank}" for name in texts[""]})
    for part in ("incoming", "outgoing"):
        settings = getattr(draft, part)
        spaced = {name: f"{blank}{getattr(settings, name)}{blank}" for name in texts[part]}
        padded = replace(padded, **{part: replace(settings, **spaced)})
    assert trimmed(padded) == draft
    assert found(trimmed(padded)) == []


def test_entries_and_words_of_filing_are_trimmed() -> None:
    filing = FilingSettings(
        ignore_senders=(" a@example.org ", "", "\t", "a@example.org"),
        ignore_subjects=(" x ",),
        group=" Desk ",
    )
    assert trimmed(replace(GOOD, filing=filing)).filing == FilingSettings(
        ignore_senders=("a@example.org",), ignore_subjects=("x",), group="Desk"
    )


@given(st.text())
def test_trimming_twice_changes_nothing_more(text: str) -> None:
    once = trimmed(replace(GOOD, name=text, description=text))
    assert trimmed(once) == once


@given(st.text(), st.text(alphabet=" \t\u00a0", max_size=3))
def test_the_name_key_knows_neither_case_nor_blanks(name: str, blank: str) -> None:
    assert name_key(blank + name + blank) == name_key(name)
    assert name_key(name_key(name)) == name_key(name)
    if name.isascii():
        assert name_key(name.upper()) == name_key(name.lower())


def test_name_keys() -> None:
    assert name_key("  Support\t Desk ") == name_key("SUPPORT desk") == "support desk"
    assert name_key("STRASSE") == name_key("Straße")
    assert name_key("Support") != name_key("Support 2")


any_value = st.text(st.characters(), max_size=40)


@given(any_value, any_value, any_value, any_value, st.integers())
def test_any_draft_gets_an_answer(name: str, address: str, server: str, user_name: str, port: int) -> None:
    draft = trimmed(
        replace(
            GOOD,
            name=name,
            incoming=replace(GOOD.incoming, address=address, server=server, user_name=user_name, port=port),
        )
    )
    assert (validate(draft, ()) == ()) == (validate(draft, (draft,)) == ())


def test_the_errors_are_values() -> None:
    error = FieldError("name", F.TOO_LONG, {"limit": "200"})
    raised = ValidationError([error], "Support")
    assert raised.errors == (error,)
    assert raised.subject == "Support"
    assert str(raised) == "name: too_long"
