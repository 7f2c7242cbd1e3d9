import tomllib
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from itertools import islice
from pathlib import Path

from mailint_gui.demo import story
from mailint_gui.demo.endpoints import DemoEndpoints
from mailint_gui.demo.letters import REQUESTS, Letter
from mailint_gui.demo.profile import DEMO_PROPERTIES, demo_integrations, demo_properties
from mailint_gui.demo.rules import DEMO_RULES
from mailint_gui.domain.filtering import classify
from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.rule import ActionKind
from mailint_gui.services.rules.patterns import pattern_fault
from mailint_gui.services.rules.rules_file import import_rules

SENT_AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
ENDPOINTS = DemoEndpoints(imap_port=1143, smtp_port=1025, refused_port=1, ca_file=Path("demo", "ca.pem"))


def _one_round() -> list[Letter]:
    return [arrival.letter for arrival in islice(story.arrivals(), len(REQUESTS))]


def test_half_a_minute_brings_several_letters_and_then_it_gets_calm() -> None:
    pauses = [arrival.pause for arrival in islice(story.arrivals(), 100)]
    assert sum(pauses[:5], timedelta()) < timedelta(seconds=30)
    assert pauses[-1] >= timedelta(seconds=10)


def test_every_message_has_its_own_id() -> None:
    letters = [waiting.letter for waiting in story.backlog()]
    letters += [arrival.letter for arrival in islice(story.arrivals(), 200)]
    assert len({letter.message_id for letter in letters}) == len(letters)


def test_arriving_mail_shows_what_real_mail_has() -> None:
    messages = [message_from_bytes(letter.compose(SENT_AT), policy=default) for letter in _one_round()]
    assert not any(part.defects for message in messages for part in message.walk())
    attachments = [part.get_filename() for message in messages for part in message.iter_attachments()]
    assert "Übersicht März.csv" in attachments
    assert any(message.get_content_type() == "multipart/alternative" for message in messages)
    assert any(not str(message["From"]).isascii() for message in messages)
    assert {message["Date"].datetime for message in messages} == {SENT_AT}


def test_a_follow_up_comes_from_the_same_person_and_refers_to_the_first_letter() -> None:
    answers = [letter for letter in _one_round() if letter.answers is not None]
    assert answers
    for letter in answers:
        message = message_from_bytes(letter.compose(SENT_AT), policy=default)
        assert letter.answers is not None
        assert message["In-Reply-To"] == letter.answers.message_id
        assert letter.sender == letter.answers.sender


def test_what_a_mail_program_answers_is_known_as_that_and_nothing_else_is() -> None:
    letters = [*_one_round(), *(waiting.letter for waiting in story.backlog())]
    automatic = [
        letter
        for letter in letters
        if classify(message_from_bytes(letter.compose(SENT_AT), policy=default).items()).is_reply_or_loop
    ]
    assert automatic == [letter for letter in letters if letter.request.automatic]
    assert {letter.mailbox for letter in automatic} == {story.SUPPORT}


def test_a_reply_and_an_automatic_one_wait_from_the_start() -> None:
    waiting = [each.letter for each in story.backlog() if each.letter.mailbox == story.SUPPORT]
    assert any(letter.answers in waiting for letter in waiting)
    assert any(letter.request.automatic for letter in waiting)


def test_the_rules_set_only_what_an_admin_could_choose() -> None:
    document, _environment = demo_integrations(ENDPOINTS)
    names = {entry["name"]: number for number, entry in enumerate(tomllib.loads(document)["integration"], 1)}
    rules = import_rules(DEMO_RULES.encode(), (), names, pattern_fault)
    properties, errors = AccountProperties().changed(demo_properties(ENDPOINTS))
    assert not errors
    allowed = {
        ActionKind.SET_CATEGORY: properties.record_categories,
        ActionKind.SET_URGENCY: properties.record_urgencies,
        ActionKind.ASSIGN_GROUP: properties.groups,
    }
    chosen = [action for rule in rules for action in rule.actions if action.kind in allowed]
    assert chosen
    assert all(action.value in allowed[action.kind] for action in chosen)


def test_messages_are_lines_of_crlf_only() -> None:
    for letter in _one_round():
        raw = letter.compose(SENT_AT)
        assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")


def test_the_import_file_tells_the_four_stories() -> None:
    document, environment = demo_integrations(ENDPOINTS)
    integrations = {entry["name"]: entry for entry in tomllib.loads(document)["integration"]}
    assert list(integrations) == ["Support", "Billing", "Sales", "Offsite"]
    assert [name for name, entry in integrations.items() if entry["is_default"]] == ["Support"]
    assert integrations["Offsite"]["incoming"]["port"] == ENDPOINTS.refused_port
    assert integrations["Support"]["outgoing"]["port"] == ENDPOINTS.smtp_port
    references = {name: entry["incoming"]["password_from"] for name, entry in integrations.items()}
    assert references == {name: f"env:MAILINT_DEMO_{name.upper()}" for name in integrations}
    wrong = {name for name in environment if environment[name] != story.PASSWORD}
    assert wrong == {"MAILINT_DEMO_SALES"}


def test_the_properties_trust_the_servers_and_reach_the_thresholds_soon() -> None:
    assert demo_properties(ENDPOINTS) == {**DEMO_PROPERTIES, "extra_ca_file": str(ENDPOINTS.ca_file)}
    assert int(DEMO_PROPERTIES["notify_after_incoming_errors"]) == 2
    assert int(DEMO_PROPERTIES["disable_after_incoming_errors"]) == 4
