"""The fields of the settings, tab by tab: each property with its widget, kind and help."""

from PySide6.QtCore import QCoreApplication

from mailint_gui.ui._generated.ui_settings import Ui_SettingsForm
from mailint_gui.ui.fields.binding import Field
from mailint_gui.ui.fields.kinds import (
    COUNT_OR_NEVER_AS_TEXT,
    DURATION_AS_TEXT,
    ENTRIES_AS_TEXT,
    LINE,
    NUMBER_AS_TEXT,
    PERIOD_AS_TEXT,
    choice_as_text,
)

translate = QCoreApplication.translate
_NAMES = 39  # characters; what marks need, so that a mark moves nothing aside


def general_fields(ui: Ui_SettingsForm) -> list[Field]:
    count, number = COUNT_OR_NEVER_AS_TEXT, NUMBER_AS_TEXT
    grace = translate(
        "settings", "Faults that may pass by themselves disable only after errors for this long; 0: at once."
    )
    recipients = translate(
        "settings", "Who hears of errors where no responsible admin is named; separated by commas."
    )
    reset = translate("settings", "What ends a run of consecutive errors on incoming.")
    authority = translate("settings", "Certificates of this file (PEM) are trusted beside the system's.")
    proxy = translate(
        "settings",
        "Like http://proxy.example.org:3128. Servers are reached through it; this computer itself is not.",
    )
    never = translate("settings", "Type a number, or never.")
    modified = translate("settings", "Shown as “Last modified by”. Empty: the account on this computer.")
    return [
        Field("notify_after_incoming_errors", ui.notify_after_incoming_errors, count, 8, never),
        Field("disable_after_incoming_errors", ui.disable_after_incoming_errors, count, 8, never),
        Field("notify_after_outgoing_errors", ui.notify_after_outgoing_errors, count, 8, never),
        Field("disable_after_outgoing_errors", ui.disable_after_outgoing_errors, count, 8, never),
        Field("disable_grace", ui.disable_grace, DURATION_AS_TEXT, 0, grace),
        Field("reset_incoming_errors_on", ui.reset_incoming_errors_on, choice_as_text(), 26, reset),
        Field("notification_recipients", ui.notification_recipients, LINE, 44, recipients),
        Field("check_concurrency", ui.check_concurrency, number, 8),
        Field("connections_per_host", ui.connections_per_host, number, 8),
        Field("extra_ca_file", ui.extra_ca_file, LINE, 34, authority),
        Field("proxy", ui.proxy, LINE, 34, proxy),
        Field("admin_name", ui.admin_name, LINE, 36, modified),
    ]


def mail_fields(ui: Ui_SettingsForm) -> list[Field]:
    many, number = ui.one_message_in_many_mailboxes, NUMBER_AS_TEXT
    token = translate("settings", "{id} stands for the record's number.")
    forged = translate(
        "settings", "What a subject token does in mail of somebody who has not written to that record before."
    )
    same = translate("settings", "What becomes of a message that reaches several of our mailboxes.")
    loop = translate(
        "settings",
        "More automatic mails than this of one sender are a loop: it is stopped until an admin releases it.",
    )
    messages = translate(
        "settings",
        "Older messages are forgotten, their text and attachments too. Those of a service record stay until it has"
        " been closed for as long; what is not filed or not sent stays.",
    )
    history = translate("settings", "Older checks and sends leave the history.")
    sending = translate(
        "settings",
        "A message that a server does not take at once is tried again and again for so long; then it has failed.",
    )
    return [
        Field("subject_token", ui.subject_token, LINE, 26, token),
        Field("forged_tokens", ui.forged_tokens, choice_as_text(), 26, forged),
        Field("one_message_in_many_mailboxes", many, choice_as_text(), 26, same),
        Field("loop_limit_10m", ui.loop_limit_10m, number, 8, loop),
        Field("loop_limit_30m", ui.loop_limit_30m, number, 8, loop),
        Field("loop_limit_60m", ui.loop_limit_60m, number, 8, loop),
        Field("keep_messages", ui.keep_messages, PERIOD_AS_TEXT, 0, messages),
        Field("keep_history", ui.keep_history, PERIOD_AS_TEXT, 0, history),
        Field("send_for", ui.send_for, DURATION_AS_TEXT, 0, sending),
    ]


def record_fields(ui: Ui_SettingsForm) -> list[Field]:
    entries = ENTRIES_AS_TEXT
    one_a_line = translate("settings", "One a line, in the order in which they are offered.")
    statuses = translate(
        "settings", "One a line, in the order in which they are offered. A new record has the first."
    )
    closed = translate("settings", "Those of the statuses in which a record is done with, one a line.")
    reopened = translate("settings", "What a reply to a closed record sets it to.")
    return [
        Field("record_statuses", ui.record_statuses, entries, _NAMES, statuses),
        Field("closed_statuses", ui.closed_statuses, entries, _NAMES, closed),
        Field("reopened_status", ui.reopened_status, LINE, _NAMES, reopened),
        Field("admins", ui.admins, entries, _NAMES, one_a_line),
        Field("groups", ui.groups, entries, _NAMES, one_a_line),
        Field("record_categories", ui.record_categories, entries, _NAMES, one_a_line),
        Field("record_urgencies", ui.record_urgencies, entries, _NAMES, one_a_line),
        Field("record_impacts", ui.record_impacts, entries, _NAMES, one_a_line),
        Field("record_priorities", ui.record_priorities, entries, _NAMES, one_a_line),
    ]
