"""The catalogue is complete, speaks plainly, and stands missing and hostile facts."""

import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import pytest

from mailint_gui.domain import integration as model
from mailint_gui.domain.check import Stage, TestStage
from mailint_gui.domain.events import (
    DisabledByErrors,
    ErrorsReached,
    HealthEvent,
    IntegrationEvent,
    Recovered,
    SignInNeeded,
)
from mailint_gui.domain.filing import AutomaticMail, ClosedRecords, FilingSettings, RecordMatching
from mailint_gui.domain.health import Condition, DirectionHealth, DirectionState, Health
from mailint_gui.domain.integration import Direction, IncomingSettings, Integration, OutgoingSettings
from mailint_gui.domain.message import QuarantineReason
from mailint_gui.domain.notification import kind_of
from mailint_gui.domain.outbox import OutboxRecipient, OutboxState, RecipientState
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.domain.properties import (
    AccountProperties,
    ForgedTokens,
    OneMessageInManyMailboxes,
    ResetIncomingErrorsOn,
)
from mailint_gui.domain.refusal import Refusal
from mailint_gui.domain.secret import SecretReference, VaultState
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.domain.validation import FieldError, FieldFault
from mailint_gui.wording.events import event_words
from mailint_gui.wording.fields import field_label, field_words
from mailint_gui.wording.file_templates import UNUSABLE_FILES
from mailint_gui.wording.notifications import event_mail
from mailint_gui.wording.outbox import outbox_state_words, recipient_state_words
from mailint_gui.wording.problems import words
from mailint_gui.wording.refusals import refusal_words
from mailint_gui.wording.sign_in_service import SIGN_IN_SERVICE
from mailint_gui.wording.stages import brief_stage_words, quarantine_words, stage_words, test_stage_words
from mailint_gui.wording.states import (
    checking_words,
    condition_name,
    condition_words,
    direction_state_name,
    direction_words,
    vault_words,
)
from mailint_gui.wording.times import ago, ahead, duration, full, minute
from mailint_gui.wording.values import reference_words, value_words

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FACTS = {"server": "mail.example.org", "port": "993", "folder": "Done", "stage": "tls", "reference": "env:PW"}
SIGN_IN_FACTS = {
    "provider": "Microsoft 365",
    "mailbox": "support@example.org",
    "missing": "IMAP.AccessAsApp",
    "expected": "support@example.org",
    "got": "me@example.org",
}
test_stage_words.__test__ = False  # type: ignore[attr-defined]  # its name is a product's word, not a test's


def assert_plain(text: str) -> None:
    assert text
    assert text[0].isupper() or not text[0].isalpha()
    assert text.endswith(".")
    assert "!" not in text
    assert "{" not in text
    assert "}" not in text
    assert "  " not in text
    assert " ." not in text
    assert " ," not in text
    assert not re.search(r"\b[a-z]+_[a-z]+\b", text), "a code stands in the words"


@pytest.mark.parametrize("direction", [None, *Direction])
@pytest.mark.parametrize(
    "facts",
    [{}, FACTS, {"server": "mail.example.org"}, SIGN_IN_FACTS],
    ids=["none", "all", "server", "sign-in"],
)
@pytest.mark.parametrize("kind", ProblemKind)
def test_every_kind_says_what_happened_and_what_to_do(
    kind: ProblemKind, facts: dict[str, str], direction: Direction | None
) -> None:
    for subject in ("", "Support"):
        told = words(Problem(kind, facts), subject, direction)
        assert_plain(told.what)
        assert_plain(told.remedy)


@pytest.mark.parametrize("facts", [{}, FACTS | SIGN_IN_FACTS], ids=["no facts", "all facts"])
@pytest.mark.parametrize(
    ("service", "kind"), [(service, kind) for service, kinds in SIGN_IN_SERVICE.items() for kind in kinds]
)
def test_what_is_between_here_and_a_sign_in_service_has_words_of_its_own(
    service: str, kind: ProblemKind, facts: dict[str, str]
) -> None:
    told = words(Problem(kind, {**facts, "service": service}), "Support", Direction.INCOMING)
    assert_plain(told.what)
    assert_plain(told.remedy)
    assert told != words(Problem(kind, facts), "Support", Direction.INCOMING)


@pytest.mark.parametrize(
    ("kind", "facts", "told"),
    [
        (
            ProblemKind.TIMED_OUT,
            {"stage": "sign_in", "lifetime": "900"},
            "Choose Sign in on the Incoming email tab again, and sign in there within 15 min.",
        ),
        (
            ProblemKind.TIMED_OUT,
            {"stage": "sign_in"},
            "Choose Sign in on the Incoming email tab again, and sign in there within a few minutes.",
        ),
        (
            ProblemKind.TIMED_OUT,
            {"stage": "greeting", "greeting": "in_clear"},
            "Check server and port on the Incoming email tab. If they are right, a firewall may be dropping the "
            "traffic, or the port expects SSL/TLS: choose it as security.",
        ),
        (
            ProblemKind.ACCESS_POLICY_DENIED,
            {"sign_in": "app_only"},
            "Ask an administrator of the organisation to except the application from the policy, or to allow the "
            "network of this computer: the sign-in log of service principals there names the policy.",
        ),
        (
            ProblemKind.ACCESS_POLICY_DENIED,
            {"sign_in": "device_code"},
            "Ask an administrator of the organisation to allow it: the sign-in log there names the policy. If it "
            "asks for a second factor, choose Sign in on the Incoming email tab.",
        ),
        (
            ProblemKind.MAILBOX_NOT_ALLOWED,
            {"account": "me@example.org"},
            "If that is the wrong account, choose Sign in on the Incoming email tab again, with the right one. Else "
            "check the mailbox address, have me@example.org given access to that mailbox, and the protocol switched "
            "on for it.",
        ),
    ],
)
def test_what_is_to_be_done_follows_the_way_of_signing_in(
    kind: ProblemKind, facts: dict[str, str], told: str
) -> None:
    assert words(Problem(kind, facts), "Support", Direction.INCOMING).remedy == told


def test_the_subject_the_server_and_the_tab_are_named() -> None:
    told = words(Problem(ProblemKind.AUTHENTICATION_FAILED, FACTS), "Support", Direction.INCOMING)
    assert told.what == "Support could not log in: mail.example.org refused the user name or the password."
    assert told.remedy == "Enter the right user name and password on the Incoming email tab."


@pytest.mark.parametrize(
    ("kind", "facts", "told"),
    [
        (
            ProblemKind.WRONG_USER_SIGNED_IN,
            SIGN_IN_FACTS,
            "Support could not log in: me@example.org signed in, but support@example.org was expected.",
        ),
        (
            ProblemKind.WRONG_USER_SIGNED_IN,
            {},
            "Support could not log in: another account signed in, but the account of this mailbox was expected.",
        ),
        (
            ProblemKind.SCOPE_MISSING,
            SIGN_IN_FACTS,
            "Support could not log in: its token lacks IMAP.AccessAsApp.",
        ),
        (
            ProblemKind.ACCOUNT_UNKNOWN,
            {"provider": "google", "user_name": "x@example.org"},
            "Support could not log in: Google knows no account x@example.org.",
        ),
    ],
)
def test_a_problem_of_signing_in_names_provider_accounts_and_scopes(
    kind: ProblemKind, facts: dict[str, str], told: str
) -> None:
    assert words(Problem(kind, facts), "Support").what == told


@pytest.mark.parametrize(
    ("secret", "what", "remedy"),
    [
        ("", "its password is not known here.", "Enter the password on the Incoming email tab, or see"),
        ("client_secret", "its client secret is not", "Enter the client secret on the Incoming email tab,"),
        ("certificate", "its certificate is not", "Choose the certificate on the Incoming email tab,"),
        ("key_file", "its key file is not", "Choose the key file on the Incoming email tab,"),
        ("tokens", "its sign-in is not", "Choose Sign in on the Incoming email tab,"),
        (
            "credential",
            "its client secret or certificate is not",
            "Enter the client secret, or choose a certificate, on the Incoming email tab,",
        ),
    ],
)
def test_a_secret_that_is_missing_is_named_with_the_tab_where_it_is_entered(
    secret: str, what: str, remedy: str
) -> None:
    missing = Problem(ProblemKind.PASSWORD_MISSING, {"secret": secret, "log_in": "incoming"})
    told = words(missing, "Support", Direction.OUTGOING)
    assert what in told.what
    assert told.remedy.startswith(remedy)
    locked = words(Problem(ProblemKind.SECRET_LOCKED_HERE, missing.facts), "Support")
    assert locked.remedy.endswith(" on the Incoming email tab once more. The stored one is kept.")


@pytest.mark.parametrize(("kind", "fault"), UNUSABLE_FILES)
def test_a_file_of_no_use_is_named_with_its_fault(kind: ProblemKind, fault: str) -> None:
    facts = {"fault": fault, "reference": "file:/etc/app.pem", "provider": "microsoft365"}
    told = words(Problem(kind, facts), "Support", Direction.INCOMING)
    for text in (told.what, told.remedy):
        assert_plain(text)
    assert "the file /etc/app.pem" in told.what
    assert "on the Incoming email tab" in told.remedy
    assert "the file that was chosen" in words(Problem(kind, {"fault": fault})).what
    assert words(Problem(kind), "Support").what != told.what


def test_a_pop3_server_without_unique_ids_is_told_what_to_do_instead() -> None:
    told = words(Problem(ProblemKind.PROTOCOL_ERROR, {**FACTS, "missing": "UIDL"}), "", Direction.INCOMING)
    for text in (told.what, told.remedy):
        assert_plain(text)
    assert "UIDL" in told.what
    assert "IMAP on the Incoming email tab" in told.remedy


def test_facts_are_shown_as_one_short_line_and_never_filled_twice() -> None:
    hostile = {"server": "a\r\nb{folder}\u202e" + "x" * 500, "folder": "secret"}
    told = words(Problem(ProblemKind.RESOLVE_FAILED, hostile))
    assert "\n" not in told.what
    assert "\u202e" not in told.what
    assert "a b{folder} x" in told.what
    assert len(told.what) < 300


@pytest.mark.parametrize("fault", FieldFault)
@pytest.mark.parametrize(
    "facts", [{}, {"value": "x y", "low": "10s", "high": "24h", "limit": "200", "allowed": "a"}]
)
@pytest.mark.parametrize("path", ["name", "incoming.port", "after_processing", "nonsense"])
def test_every_fault_says_what_would_be_right(fault: FieldFault, facts: dict[str, str], path: str) -> None:
    assert_plain(field_words(FieldError(path, fault, facts)))


def test_a_name_that_is_taken_is_told_for_whatever_bears_it() -> None:
    for fault in (FieldFault.REQUIRED, FieldFault.NOT_UNIQUE):
        assert "integration" not in field_words(FieldError("name", fault, {"value": "Spam"}))


@pytest.mark.parametrize("refusal", Refusal)
def test_every_refusal_is_whole_whatever_facts_are_missing(refusal: Refusal) -> None:
    if refusal is Refusal.BUG:
        told = refusal_words(refusal, {"detail": "KeyError", "path": ""})
        assert told == "This failed by a fault of Mailint itself (KeyError)."
        assert refusal_words(refusal, {"path": "a.log"}).endswith("The details are in a.log.")
    assert_plain(refusal_words(refusal, {"name": "Support", "path": "A.log", "detail": "x", "id": "7"}))


def test_a_message_that_was_removed_is_told_with_its_day() -> None:
    at = datetime(2026, 11, 23, 12, 20, tzinfo=UTC)
    told = refusal_words(Refusal.FORGOTTEN, {"id": "7", "at": at.isoformat()})
    assert told == f"Message 7 was removed on {minute(at)}, as the account property “Keep messages” says."


def test_limits_that_are_durations_are_words() -> None:
    error = FieldError("incoming.check_every", FieldFault.OUT_OF_RANGE, {"low": "10s", "high": "24h"})
    assert field_words(error) == "Enter a value from 10 s to 1 day."


def test_every_field_and_every_property_has_a_label() -> None:
    paths = [
        name
        for name in Integration.__dataclass_fields__
        if name not in {"id", "last_modified_by", "last_modified_at"}
    ]
    paths += [f"incoming.{name}" for name in IncomingSettings.__dataclass_fields__]
    paths += [f"outgoing.{name}" for name in OutgoingSettings.__dataclass_fields__]
    paths += [f"filing.{name}" for name in FilingSettings.__dataclass_fields__]
    paths += list(AccountProperties().as_text())
    assert [path for path in paths if field_label(path) == path] == []


@pytest.mark.parametrize(
    "enum",
    [
        model.Protocol,
        model.Security,
        model.OutgoingAuthentication,
        model.SaslMechanism,
        model.FirstCheck,
        model.AfterProcessing,
        model.MessageFormat,
        ResetIncomingErrorsOn,
        AutomaticMail,
        RecordMatching,
        ClosedRecords,
        OneMessageInManyMailboxes,
        ForgedTokens,
    ],
)
def test_every_value_offered_has_a_word(enum: type[StrEnum]) -> None:
    assert all(value_words(value) for value in enum)
    assert len({value_words(value) for value in enum}) == len(enum)


def test_every_stage_state_and_reason_has_a_word() -> None:
    shown = [stage_words(each) for each in Stage] + [test_stage_words(each) for each in TestStage]
    shown += [brief_stage_words(each) for each in Stage]
    shown += [quarantine_words(each) for each in QuarantineReason]
    states = [*map(outbox_state_words, OutboxState), outbox_state_words(OutboxState.SENT, partly_sent=True)]
    assert len(set(states)) == len(states)
    shown += states
    shown += [
        recipient_state_words(OutboxRecipient("joe@example.com", each), of)
        for each in RecipientState
        for of in OutboxState
    ]
    shown += [condition_name(each) for each in Condition]
    shown += [direction_state_name(each) for each in DirectionState]
    assert all(shown)
    for state in VaultState:
        assert_plain(vault_words(state).what)
        assert_plain(vault_words(state).remedy)


def failing(errors: int, *, disabled: bool = False) -> IntegrationStatus:
    health = DirectionHealth(
        consecutive_errors=errors,
        first_error_at=NOON,
        last_attempt_at=NOON,
        disabled_by_errors_at=NOON if disabled else None,
    )
    return IntegrationStatus(Integration(1, incoming=IncomingSettings(enabled=True)), Health(incoming=health))


def test_conditions_read_as_the_table_of_states_has_them() -> None:
    properties = AccountProperties()
    assert condition_words(failing(2), properties) == "Failing (2 of 10)"
    local = (NOON + timedelta(hours=1)).astimezone().strftime("%H:%M")
    assert condition_words(failing(12), properties) == f"Failing (12 of 10), disabled at {local}"
    assert condition_words(failing(10, disabled=True), properties) == "Disabled after 10 errors"
    assert (
        direction_words(failing(1, disabled=True), Direction.INCOMING, properties) == "Disabled after 1 error"
    )
    assert direction_words(failing(0), Direction.INCOMING, properties) == "Active"
    assert direction_words(failing(0), Direction.OUTGOING, properties) == "Off"
    never = properties.changed({"disable_after_incoming_errors": "never"})[0]
    assert condition_words(failing(2), never) == "Failing (2)"
    assert checking_words() == "Checking…"
    assert checking_words(Stage.FETCH) == "Checking… (fetching)"


@pytest.mark.parametrize(
    ("seconds", "past", "future"),
    [
        (0, "just now", "now"),
        (40, "just now", "in 40 s"),
        (130, "2 min ago", "in 2 min"),
        (2 * 3600, "2 h ago", "in 2 h"),
        (86400, "1 day ago", "in 1 day"),
        (3 * 86400, "3 days ago", "in 3 days"),
    ],
)
def test_times_are_relative_to_now(seconds: int, past: str, future: str) -> None:
    assert ago(NOON - timedelta(seconds=seconds), NOON) == past
    assert ahead(NOON + timedelta(seconds=seconds), NOON) == future


def test_what_never_happened_is_said_so() -> None:
    assert ago(None, NOON) == full(None) == "Never"
    assert ago(NOON + timedelta(seconds=5), NOON) == "just now"  # a clock that was set back


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(), "0 s"),
        (timedelta(seconds=45), "45 s"),
        (timedelta(minutes=2), "2 min"),
        (timedelta(hours=1, minutes=5, seconds=3), "1 h 5 min"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=3, minutes=5), "3 days"),
    ],
)
def test_durations_have_their_two_largest_units(length: timedelta, text: str) -> None:
    assert duration(length) == text


PROBLEM = Problem(ProblemKind.AUTHENTICATION_FAILED, FACTS, "NO [AUTHENTICATIONFAILED] wrong\r\nBcc: x")


def at_noon(event: HealthEvent) -> IntegrationEvent:
    return IntegrationEvent(1, "Support\r\nBcc: x@y", NOON, event)


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("count", [0, 1, 5])
def test_events_have_a_one_line_title_and_a_body(direction: Direction, count: int) -> None:
    for event in (
        ErrorsReached(direction, count, NOON, PROBLEM),
        DisabledByErrors(direction, count, NOON, PROBLEM),
        SignInNeeded(direction, NOON, Problem(ProblemKind.SIGN_IN_NEEDED, FACTS)),
        Recovered(direction, NOON, timedelta(hours=2), count),
    ):
        told = event_words(at_noon(event))
        subject, body = event_mail(at_noon(event), kind_of(at_noon(event)))
        assert_plain(told.body)
        assert "{" not in told.title
        assert "\r" not in subject + body
        assert "\n" not in subject + told.title
        assert told.body in body
        assert full(NOON) in body
    assert event_words(at_noon(ErrorsReached(direction, 3, NOON, PROBLEM))).title == (
        f"Support Bcc: x@y: 3 errors in a row on {direction} email"
    )


def test_the_place_of_a_password_is_told() -> None:
    assert reference_words(SecretReference.parse("env:PW")) == "from variable PW"
    assert reference_words(SecretReference.parse("file:a/b")) == "from file a/b"
    assert reference_words(SecretReference.parse("vault")) == ""


def test_the_catalogue_needs_no_widgets_and_no_application() -> None:
    code = (
        "import sys, mailint_gui.wording.events, mailint_gui.wording.states, mailint_gui.wording.fields as f;"
        "assert f.field_label('incoming.port') == 'Port';"
        "assert not {'PySide6.QtWidgets', 'PySide6.QtGui'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_what_an_admin_asked_for_does_not_go_on_by_itself() -> None:
    told = words(Problem(ProblemKind.STORE_FAILED))
    assert "What you asked for was not done; try it again." in told.remedy
