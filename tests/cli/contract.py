"""The keys and values that the command line promises, copied from its contract. They change with a migration note."""

INTEGRATION = [
    "name", "description", "is_default", "enabled", "state", "incoming_state", "outgoing_state", "address",
    "responsible_admin", "last_modified_by", "last_modified_at", "last_successful_incoming_email_at",
    "last_successful_outgoing_email_at", "last_check_at", "last_successful_check_at", "next_check_at",
    "last_incoming_error", "last_outgoing_error", "consecutive_incoming_errors", "consecutive_outgoing_errors",
]  # fmt: skip
DIRECTION_STATES = {"active", "disabled", "disabled_by_errors", "needs_sign_in", "off"}
ERROR = ["at", "kind", "message", "remedy"]
CHECK = [
    "name", "ok", "seen", "filed", "ignored", "quarantined", "already_known", "too_large", "waiting",
    "skipped_existing", "error",
]  # fmt: skip
SIGN_IN = ["name", "account", "scopes", "valid_until"]
STEP = ["step", "ok", "ms", "message"]
MESSAGE = [
    "id", "integration", "direction", "state", "reason", "folder", "uid", "message_id", "subject", "from", "to",
    "date", "received_at", "size", "sha256", "record", "attachments",
]  # fmt: skip
RECORD = [
    "number", "integration", "subject", "requester", "status", "category", "urgency", "impact", "priority",
    "assignee", "group", "tags", "linked_to", "messages", "created_at", "changed_at",
]  # fmt: skip
ATTACHMENT = ["name", "type", "size"]
OUTBOX = [
    "id", "integration", "state", "message_id", "subject", "recipients", "attempts", "next_try_at", "reason",
]  # fmt: skip
RECIPIENT = ["address", "state"]
SENT = ["id", "state"]
FINDING = ["check", "state", "message"]
PROPERTIES = {
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
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
