"""Account properties: the contract of commands.md, both ways between value and text."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.domain.health import DirectionHealth, disables_at
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.properties import (
    AccountProperties,
    ErrorThresholds,
    ForgedTokens,
    OneMessageInManyMailboxes,
    ResetIncomingErrorsOn,
    properties_from_text,
)
from mailint_gui.domain.validation import FieldFault

DEFAULTS = {
    "notify_after_incoming_errors": "3",
    "notify_after_outgoing_errors": "3",
    "disable_after_incoming_errors": "10",
    "disable_after_outgoing_errors": "10",
    "disable_grace": "1h",
    "reset_incoming_errors_on": "any_successful_check",
    "notification_recipients": "",
    "check_concurrency": "8",
    "connections_per_host": "4",
    "one_message_in_many_mailboxes": "one_record",
    "subject_token": "[#{id}]",
    "extra_ca_file": "",
    "proxy": "",
    "keep_messages": "forever",
    "keep_history": "90d",
}
OTHERS_AS_SCREENS_NEED_THEM = {
    "admin_name": "",
    "send_for": "2d",
    "quiet_hours": "",
    "notifications_a_minute": "5",
    "outbox_stuck_after": "1h",
    "no_check_after": "6h",
    "no_mail_after": "7d",
    "webhook_url": "",
    "status_file": "",
    "forged_tokens": "correspondents_only",
    "record_statuses": "New, Open, Waiting, Closed",
    "closed_statuses": "Closed",
    "reopened_status": "Open",
    "record_categories": "",
    "record_urgencies": "Low, Normal, High, Urgent",
    "record_impacts": "Low, Normal, High",
    "record_priorities": "Low, Normal, High, Highest",
    "admins": "",
    "groups": "",
    "loop_limit_10m": "5",
    "loop_limit_30m": "10",
    "loop_limit_60m": "15",
}


def test_names_and_defaults_are_the_contract() -> None:
    assert AccountProperties().as_text() == DEFAULTS | OTHERS_AS_SCREENS_NEED_THEM


F = FieldFault
LISTS = ("record_categories", "record_urgencies", "record_impacts", "record_priorities", "admins", "groups")
LOOP_LIMITS = ("loop_limit_10m", "loop_limit_30m", "loop_limit_60m")
GOOD_TEXTS = {
    "notify_after_incoming_errors": ["1", "10", "never"],
    "notify_after_outgoing_errors": ["1", "10", "never"],
    "disable_after_incoming_errors": ["3", "1000", "never"],
    "disable_after_outgoing_errors": ["3", "1000", "never"],
    "disable_grace": ["0s", "90s", "36500d"],
    "send_for": ["0s", "4h", "2d"],
    "quiet_hours": ["", "22:00-07:00"],
    "notifications_a_minute": ["1", "10000"],
    "outbox_stuck_after": ["1h"],
    "no_check_after": ["6h"],
    "no_mail_after": ["7d"],
    "webhook_url": ["", "https://chat.example/hook"],
    "status_file": ["", "/run/mailint.json"],
    "reset_incoming_errors_on": [str(each) for each in ResetIncomingErrorsOn],
    "notification_recipients": ["", "a@b.example", "a@b.example, jörg@bücher.example"],
    "check_concurrency": ["1", "64"],
    "connections_per_host": ["1", "64"],
    "one_message_in_many_mailboxes": [str(each) for each in OneMessageInManyMailboxes],
    "subject_token": ["{id}", "[Ticket {id}]"],
    "forged_tokens": [str(each) for each in ForgedTokens],
    "record_statuses": ["Open, Closed", "Open, Closed, Büro / Ω"],
    "closed_statuses": ["", "Waiting, Closed"],
    "reopened_status": ["New", "Waiting"],
    **{key: ["", "One", "One, a@b.example, Zwei Wörter"] for key in LISTS},
    **{key: ["1", "10000"] for key in LOOP_LIMITS},
    "extra_ca_file": ["", "/etc/ssl/own.pem"],
    "proxy": ["", "http://proxy.example:3128"],
    "keep_messages": ["forever", "0s", "365d"],
    "keep_history": ["forever", "90d"],
    "admin_name": ["", "Jörg"],
}


def test_each_property_has_texts_here() -> None:
    assert set(GOOD_TEXTS) == {item.name for item in fields(AccountProperties)}


@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name, texts in GOOD_TEXTS.items() for text in texts]
)
def test_a_text_goes_in_and_comes_back(name: str, text: str) -> None:
    result, errors = AccountProperties().changed({name: f" {text} "})
    assert errors == ()
    assert result.as_text()[name] == text
    assert result.as_text() == AccountProperties().as_text() | {name: text}
    assert properties_from_text(result.as_text()) == result


COUNTS = ["0", "-1", "1001", "3.5", "", "three", "Never", "٣", "0000000064999", "1" + "0" * 5000]
FEW = ["0", "65", "never", "", "0000000064999", "00000001" + "0" * 5000]
DURATIONS = ["", "1", "h", "1w", "-1h", "1 h", "٣h", "1" * 5000 + "s"]
REFUSED = {
    "notify_after_incoming_errors": {F.OUT_OF_RANGE: COUNTS},
    "notify_after_outgoing_errors": {F.OUT_OF_RANGE: COUNTS},
    "disable_after_incoming_errors": {F.OUT_OF_RANGE: COUNTS},
    "disable_after_outgoing_errors": {F.OUT_OF_RANGE: COUNTS},
    "disable_grace": {F.BAD_DURATION: [*DURATIONS, "forever"], F.OUT_OF_RANGE: ["36501d", "999999999d"]},
    "send_for": {F.BAD_DURATION: [*DURATIONS, "forever"], F.OUT_OF_RANGE: ["36501d"]},
    "reset_incoming_errors_on": {F.UNKNOWN_VALUE: ["", "Received_Email", "both"]},
    "notification_recipients": {F.BAD_ADDRESS: ["a", "a@b.example, c", "A <a@b.example>"]},
    "check_concurrency": {F.OUT_OF_RANGE: FEW},
    "connections_per_host": {F.OUT_OF_RANGE: FEW},
    "one_message_in_many_mailboxes": {F.UNKNOWN_VALUE: ["", "many"]},
    "subject_token": {F.UNKNOWN_VALUE: ["", "[#]", "{id}{id}", "{id}\n[", "{id}" + "x" * 97]},
    "forged_tokens": {F.UNKNOWN_VALUE: ["", "Accept"]},
    "record_statuses": {F.REQUIRED: ["", ",,"], F.TOO_LONG: ["Open, Closed, " + "x" * 101]},
    "closed_statuses": {F.UNKNOWN_VALUE: ["Gone", "closed"]},
    "reopened_status": {F.UNKNOWN_VALUE: ["", "Gone", "open", "Closed"]},
    **{key: {F.TOO_LONG: ["x" * 101], F.CONTROL_CHARACTERS: ["a\nb", "a\x00b"]} for key in LISTS},
    **{key: {F.OUT_OF_RANGE: ["0", "10001", "never", ""]} for key in LOOP_LIMITS},
    "proxy": {
        F.NOT_SUPPORTED_YET: ["http://a@proxy.example:3128", "http://a:b@proxy.example:3128"],
        F.UNKNOWN_VALUE: ["proxy", "proxy:3128", "http://proxy.example", "socks5://proxy.example:1080"],
    },
    "keep_messages": {F.BAD_DURATION: [*DURATIONS, "never"], F.OUT_OF_RANGE: ["999999999d"]},
    "keep_history": {F.BAD_DURATION: [*DURATIONS, "never"], F.OUT_OF_RANGE: ["999999999d"]},
    "no_such_property": {F.UNKNOWN_KEY: ["", "1"]},
    "__class__": {F.UNKNOWN_KEY: ["1"]},
}


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        (name, text, fault)
        for name, faults in REFUSED.items()
        for fault, texts in faults.items()
        for text in texts
    ],
)
def test_a_bad_text_is_refused_with_its_fault(name: str, text: str, fault: FieldFault) -> None:
    before = AccountProperties(check_concurrency=5)
    result, errors = before.changed({name: text})
    assert result is before
    assert [(error.path, error.fault) for error in errors] == [(name, fault)]


def test_a_password_in_the_proxy_is_refused_and_not_repeated() -> None:
    """Properties are stored and listed in clear."""
    result, (error,) = AccountProperties().changed({"proxy": "http://admin:canary@proxy.example:3128"})
    assert result.proxy == ""
    assert error.fault is F.NOT_SUPPORTED_YET
    assert "canary" not in repr(error)


@pytest.mark.parametrize("direction", list(Direction))
def test_thresholds_are_judged_together(direction: Direction) -> None:
    notify, disable = f"notify_after_{direction}_errors", f"disable_after_{direction}_errors"
    before = AccountProperties()

    result, errors = before.changed({notify: "11"})
    assert result is before
    assert [(error.path, error.fault, dict(error.facts)) for error in errors] == [
        (disable, F.BELOW_NOTIFY, {"low": "11"})
    ]
    assert [error.path for error in before.changed({disable: "2"})[1]] == [disable]

    for values in (
        {notify: "20", disable: "20"},
        {notify: "11", disable: "never"},
        {notify: "never", disable: "1"},
    ):
        result, errors = before.changed(values)
        assert errors == ()
        assert result.thresholds(direction) == ErrorThresholds(
            None if values[notify] == "never" else int(values[notify]),
            None if values[disable] == "never" else int(values[disable]),
            timedelta(hours=1),
        )


def test_a_list_has_each_entry_once() -> None:
    result, errors = AccountProperties().changed({"groups": "Desk,, desk , Field team,Desk"})
    assert errors == ()
    assert result.groups == ("Desk", "Field team")


def test_statuses_are_judged_together() -> None:
    before = AccountProperties()
    result, errors = before.changed({"record_statuses": "Neu, Zu"})
    assert result is before
    assert [(error.path, error.fault, dict(error.facts)) for error in errors] == [
        ("closed_statuses", F.UNKNOWN_VALUE, {"value": "Closed", "allowed": "Neu, Zu"}),
        ("reopened_status", F.UNKNOWN_VALUE, {"value": "Open", "allowed": "Neu, Zu"}),
    ]
    renamed = {"record_statuses": "Neu, Zu", "closed_statuses": "Zu", "reopened_status": "Neu"}
    result, errors = before.changed(renamed)
    assert errors == ()
    assert result.as_text() == before.as_text() | renamed
    (error,) = before.changed(renamed | {"reopened_status": "Zu"})[1]
    assert (error.path, error.facts["allowed"]) == ("reopened_status", "Neu")


def test_every_error_is_listed_and_nothing_is_changed() -> None:
    before = AccountProperties()
    result, errors = before.changed(
        {"nothing": "1", "check_concurrency": "0", "proxy": "http://proxy.example"}
    )
    assert result is before
    assert [error.fault for error in errors] == [F.UNKNOWN_KEY, F.OUT_OF_RANGE, F.UNKNOWN_VALUE]


def test_what_this_version_does_not_know_keeps_its_default() -> None:
    stored = {"from_the_future": "1", "check_concurrency": "many", "connections_per_host": "2"}
    assert properties_from_text(stored) == AccountProperties(connections_per_host=2)


def test_one_lost_threshold_loses_nothing_else() -> None:
    stored = {
        "notify_after_incoming_errors": "20",
        "disable_after_incoming_errors": "a word of a newer version",
        "extra_ca_file": "own.pem",
    }
    read = properties_from_text(stored)
    assert read.notify_after_incoming_errors == 20
    assert read.extra_ca_file == "own.pem"


def test_the_longest_grace_still_gives_a_date() -> None:
    result, errors = AccountProperties().changed({"disable_grace": "36500d"})
    assert errors == ()
    run = DirectionHealth(consecutive_errors=10, first_error_at=datetime(2026, 11, 23, tzinfo=UTC))
    assert disables_at(run, result.thresholds(Direction.INCOMING)) is not None


counts = st.none() | st.integers(1, 1000)
periods = st.integers(0, 999_999_999).map(lambda seconds: timedelta(seconds=seconds))


@given(
    counts, counts, periods, st.none() | periods, st.integers(1, 64), st.sampled_from(ResetIncomingErrorsOn)
)
def test_any_values_come_back(
    notify: int | None,
    disable: int | None,
    grace: timedelta,
    keep: timedelta | None,
    concurrency: int,
    mode: ResetIncomingErrorsOn,
) -> None:
    one = replace(
        AccountProperties(),
        notify_after_incoming_errors=notify,
        disable_after_incoming_errors=disable,
        disable_grace=grace,
        keep_messages=keep,
        check_concurrency=concurrency,
        reset_incoming_errors_on=mode,
    )
    assert properties_from_text(one.as_text()) == one
    result, errors = AccountProperties().changed(one.as_text())
    clash = notify is not None and disable is not None and disable < notify
    assert [error.fault for error in errors] == [F.BELOW_NOTIFY] * clash
    assert clash or result == one


@given(st.dictionaries(st.sampled_from(sorted(GOOD_TEXTS)), st.text(st.characters())))
def test_any_text_gets_an_answer(values: dict[str, str]) -> None:
    before = AccountProperties()
    result, errors = before.changed(values)
    assert result is before if errors else properties_from_text(result.as_text()) == result
