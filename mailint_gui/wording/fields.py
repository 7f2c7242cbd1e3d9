"""What each field is called, and what would be right where a field is refused."""

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.duration import format_duration, parse_duration
from mailint_gui.domain.validation import FieldError, FieldFault
from mailint_gui.wording.text import QT_TRANSLATE_NOOP, filled
from mailint_gui.wording.times import duration

translate = QCoreApplication.translate
_F = FieldFault

# By the dotted path of the import file, else by its last part.
_LABELS: dict[str, str] = {
    "name": QT_TRANSLATE_NOOP("fields", "Name"),
    "description": QT_TRANSLATE_NOOP("fields", "Description"),
    "is_default": QT_TRANSLATE_NOOP("fields", "Default email integration"),
    "enabled": QT_TRANSLATE_NOOP("fields", "Enabled"),
    "responsible_admin": QT_TRANSLATE_NOOP("fields", "Responsible admin"),
    "incoming": QT_TRANSLATE_NOOP("fields", "Incoming email"),
    "outgoing": QT_TRANSLATE_NOOP("fields", "Outgoing email"),
    "filing": QT_TRANSLATE_NOOP("fields", "Filing"),
    "integration": QT_TRANSLATE_NOOP("fields", "From"),
    "to": QT_TRANSLATE_NOOP("fields", "To"),
    "copies": QT_TRANSLATE_NOOP("fields", "Cc"),
    "blind_copies": QT_TRANSLATE_NOOP("fields", "Bcc"),
    "subject": QT_TRANSLATE_NOOP("fields", "Subject"),
    "attachments": QT_TRANSLATE_NOOP("fields", "Attachments"),
    "incoming.enabled": QT_TRANSLATE_NOOP("fields", "Enable incoming email"),
    "outgoing.enabled": QT_TRANSLATE_NOOP("fields", "Enable outgoing email"),
    "address": QT_TRANSLATE_NOOP("fields", "Email address"),
    "protocol": QT_TRANSLATE_NOOP("fields", "Protocol"),
    "authentication": QT_TRANSLATE_NOOP("fields", "Authentication"),
    "server": QT_TRANSLATE_NOOP("fields", "Server"),
    "outgoing.server": QT_TRANSLATE_NOOP("fields", "SMTP server"),
    "port": QT_TRANSLATE_NOOP("fields", "Port"),
    "security": QT_TRANSLATE_NOOP("fields", "Security"),
    "allow_insecure": QT_TRANSLATE_NOOP("fields", "Accept that the password can be read on the way"),
    "user_name": QT_TRANSLATE_NOOP("fields", "User name"),
    "password": QT_TRANSLATE_NOOP("fields", "Password"),
    "password_expires_on": QT_TRANSLATE_NOOP("fields", "Password expires on"),
    "password_from": QT_TRANSLATE_NOOP("fields", "Password"),
    "oauth": QT_TRANSLATE_NOOP("fields", "Sign-in"),
    "sign_in": QT_TRANSLATE_NOOP("fields", "Sign-in"),
    "mailbox": QT_TRANSLATE_NOOP("fields", "Mailbox"),
    "tenant_id": QT_TRANSLATE_NOOP("fields", "Tenant ID"),
    "client_id": QT_TRANSLATE_NOOP("fields", "Client ID"),
    "client_secret": QT_TRANSLATE_NOOP("fields", "Client secret"),
    "client_secret_from": QT_TRANSLATE_NOOP("fields", "Client secret"),
    "secret_expires_on": QT_TRANSLATE_NOOP("fields", "Expires on"),
    "credential": QT_TRANSLATE_NOOP("fields", "Credential"),
    "tokens": QT_TRANSLATE_NOOP("fields", "Account"),
    "certificate": QT_TRANSLATE_NOOP("fields", "Certificate"),
    "certificate_from": QT_TRANSLATE_NOOP("fields", "Certificate"),
    "key_file": QT_TRANSLATE_NOOP("fields", "Key file"),
    "cloud": QT_TRANSLATE_NOOP("fields", "Cloud"),
    "authority": QT_TRANSLATE_NOOP("fields", "Authority"),
    "authorization_endpoint": QT_TRANSLATE_NOOP("fields", "Authorization endpoint"),
    "token_endpoint": QT_TRANSLATE_NOOP("fields", "Token endpoint"),
    "scopes": QT_TRANSLATE_NOOP("fields", "Scopes"),
    "folder": QT_TRANSLATE_NOOP("fields", "Folder"),
    "check_every": QT_TRANSLATE_NOOP("fields", "Check every"),
    "push": QT_TRANSLATE_NOOP("fields", "Let the server announce new mail (IDLE)"),
    "first_check": QT_TRANSLATE_NOOP("fields", "First check"),
    "after_processing": QT_TRANSLATE_NOOP("fields", "After processing"),
    "move_to": QT_TRANSLATE_NOOP("fields", "Move to"),
    "delete_after_days": QT_TRANSLATE_NOOP("fields", "Delete after"),
    "largest_message_mb": QT_TRANSLATE_NOOP("fields", "Largest message"),
    "display_name": QT_TRANSLATE_NOOP("fields", "Display name"),
    "reply_to": QT_TRANSLATE_NOOP("fields", "Reply-to"),
    "sasl_mechanism": QT_TRANSLATE_NOOP("fields", "SASL mechanism"),
    "message_format": QT_TRANSLATE_NOOP("fields", "Message format"),
    "signature": QT_TRANSLATE_NOOP("fields", "Signature"),
    "sent_folder": QT_TRANSLATE_NOOP("fields", "Copy of sent mail in"),
    "messages_per_minute": QT_TRANSLATE_NOOP("fields", "Messages a minute"),
    "ignore_senders": QT_TRANSLATE_NOOP("fields", "Ignore senders"),
    "ignore_subjects": QT_TRANSLATE_NOOP("fields", "Ignore subjects"),
    "automatic_mail": QT_TRANSLATE_NOOP("fields", "Automatic replies"),
    "record_matching": QT_TRANSLATE_NOOP("fields", "Match records by"),
    "status_after_reply": QT_TRANSLATE_NOOP("fields", "Status after a reply"),
    "closed_records": QT_TRANSLATE_NOOP("fields", "Reply to a closed record"),
    "category": QT_TRANSLATE_NOOP("fields", "Category"),
    "urgency": QT_TRANSLATE_NOOP("fields", "Urgency"),
    "impact": QT_TRANSLATE_NOOP("fields", "Impact"),
    "priority": QT_TRANSLATE_NOOP("fields", "Priority"),
    "assignee": QT_TRANSLATE_NOOP("fields", "Assignee"),
    "group": QT_TRANSLATE_NOOP("fields", "Group"),
    "notify_after_incoming_errors": QT_TRANSLATE_NOOP("fields", "Notify after incoming errors"),
    "notify_after_outgoing_errors": QT_TRANSLATE_NOOP("fields", "Notify after outgoing errors"),
    "disable_after_incoming_errors": QT_TRANSLATE_NOOP("fields", "Disable after incoming errors"),
    "disable_after_outgoing_errors": QT_TRANSLATE_NOOP("fields", "Disable after outgoing errors"),
    "disable_grace": QT_TRANSLATE_NOOP("fields", "Grace before disabling"),
    "reset_incoming_errors_on": QT_TRANSLATE_NOOP("fields", "Reset incoming errors on"),
    "notification_recipients": QT_TRANSLATE_NOOP("fields", "Notification recipients"),
    "check_concurrency": QT_TRANSLATE_NOOP("fields", "Checks at the same time"),
    "connections_per_host": QT_TRANSLATE_NOOP("fields", "Connections to one server"),
    "one_message_in_many_mailboxes": QT_TRANSLATE_NOOP("fields", "One message in many mailboxes"),
    "subject_token": QT_TRANSLATE_NOOP("fields", "Subject token"),
    "forged_tokens": QT_TRANSLATE_NOOP("fields", "Token from a stranger"),
    "record_statuses": QT_TRANSLATE_NOOP("fields", "Statuses"),
    "closed_statuses": QT_TRANSLATE_NOOP("fields", "Closed statuses"),
    "reopened_status": QT_TRANSLATE_NOOP("fields", "Status when reopened"),
    "record_categories": QT_TRANSLATE_NOOP("fields", "Categories"),
    "record_urgencies": QT_TRANSLATE_NOOP("fields", "Urgencies"),
    "record_impacts": QT_TRANSLATE_NOOP("fields", "Impacts"),
    "record_priorities": QT_TRANSLATE_NOOP("fields", "Priorities"),
    "admins": QT_TRANSLATE_NOOP("fields", "Admins"),
    "groups": QT_TRANSLATE_NOOP("fields", "Groups"),
    "loop_limit_10m": QT_TRANSLATE_NOOP("fields", "Automatic mails in 10 minutes"),
    "loop_limit_30m": QT_TRANSLATE_NOOP("fields", "Automatic mails in 30 minutes"),
    "loop_limit_60m": QT_TRANSLATE_NOOP("fields", "Automatic mails in 60 minutes"),
    "extra_ca_file": QT_TRANSLATE_NOOP("fields", "Additional CA file"),
    "proxy": QT_TRANSLATE_NOOP("fields", "Proxy"),
    "send_for": QT_TRANSLATE_NOOP("fields", "Try to send for"),
    "keep_messages": QT_TRANSLATE_NOOP("fields", "Keep messages"),
    "quiet_hours": QT_TRANSLATE_NOOP("fields", "Quiet hours"),
    "notifications_a_minute": QT_TRANSLATE_NOOP("fields", "Single notifications a minute"),
    "outbox_stuck_after": QT_TRANSLATE_NOOP("fields", "Outbox is stuck after"),
    "no_check_after": QT_TRANSLATE_NOOP("fields", "Tell of no successful check after"),
    "no_mail_after": QT_TRANSLATE_NOOP("fields", "Tell of no mail after"),
    "webhook_url": QT_TRANSLATE_NOOP("fields", "Webhook"),
    "webhook_secret": QT_TRANSLATE_NOOP("fields", "Secret of the webhook"),
    "status_file": QT_TRANSLATE_NOOP("fields", "Status file"),
    "body": QT_TRANSLATE_NOOP("fields", "Text"),
    "recipients": QT_TRANSLATE_NOOP("fields", "Recipients"),
    "tray": QT_TRANSLATE_NOOP("fields", "Desktop notification"),
    "email": QT_TRANSLATE_NOOP("fields", "Email"),
    "sound": QT_TRANSLATE_NOOP("fields", "Sound"),
    "webhook": QT_TRANSLATE_NOOP("fields", "Webhook"),
    "breaks_quiet": QT_TRANSLATE_NOOP("fields", "Also in quiet hours"),
    "keep_history": QT_TRANSLATE_NOOP("fields", "Keep history"),
    "admin_name": QT_TRANSLATE_NOOP("fields", "Your name"),
}

_FAULTS: dict[FieldFault, str] = {
    _F.REQUIRED: QT_TRANSLATE_NOOP("faults", "Fill this in; it cannot be empty."),
    _F.TOO_LONG: QT_TRANSLATE_NOOP("faults", "Use at most {limit} characters."),
    _F.CONTROL_CHARACTERS: QT_TRANSLATE_NOOP(
        "faults", "Use visible characters only; line breaks and control characters are not allowed."
    ),
    _F.BAD_ADDRESS: QT_TRANSLATE_NOOP(
        "faults", "{value} is not an email address. Enter one like support@example.org."
    ),
    _F.BAD_HOST: QT_TRANSLATE_NOOP(
        "faults", "{value} is not a server name. Enter one like mail.example.org, without port or slashes."
    ),
    _F.BAD_URL: QT_TRANSLATE_NOOP(
        "faults", "{value} is not an address of the web that begins with https://. Copy it from the provider."
    ),
    _F.NO_GUID: QT_TRANSLATE_NOOP(
        "faults",
        "{value} is not the ID of an application. Copy the application (client) ID from the provider; it looks "
        "like 11111111-2222-3333-4444-555555555555.",
    ),
    _F.NO_TENANT: QT_TRANSLATE_NOOP(
        "faults",
        "{value} is not a tenant. Copy the directory (tenant) ID from the provider, or enter a domain of it like "
        "contoso.example.",
    ),
    _F.NO_CERTIFICATE: QT_TRANSLATE_NOOP(
        "faults",
        "There is no certificate in it. Use a PEM or PFX file that holds the certificate and its private key.",
    ),
    _F.NO_PRIVATE_KEY: QT_TRANSLATE_NOOP(
        "faults", "The private key of the certificate is missing. Use a file that holds both."
    ),
    _F.PRIVATE_KEY_LOCKED: QT_TRANSLATE_NOOP(
        "faults",
        "This password does not open it. Choose the file again, and enter the one that it was saved with.",
    ),
    _F.PRIVATE_KEY_UNREADABLE: QT_TRANSLATE_NOOP(
        "faults", "The private key in it cannot be read. Use a file that is whole."
    ),
    _F.PRIVATE_KEY_NOT_RSA: QT_TRANSLATE_NOOP(
        "faults", "The private key in it is not one of RSA, the only kind that the provider takes."
    ),
    _F.PRIVATE_KEY_OF_ANOTHER: QT_TRANSLATE_NOOP(
        "faults", "The private key in it belongs to another certificate. Use a file that holds the right two."
    ),
    _F.NO_KEY_FILE: QT_TRANSLATE_NOOP(
        "faults",
        "It is not the key file of a service account. Use the JSON file that Google made for the key.",
    ),
    _F.SECRET_OR_CERTIFICATE: QT_TRANSLATE_NOOP("faults", "Enter a client secret, or choose a certificate."),
    _F.BAD_DATE: QT_TRANSLATE_NOOP("faults", "Enter a date like 2027-01-31."),
    _F.BAD_SCOPE: QT_TRANSLATE_NOOP(
        "faults", "{value} is not one scope. Enter each by itself, without blanks and quotes in it."
    ),
    _F.OUT_OF_RANGE: QT_TRANSLATE_NOOP("faults", "Enter a value from {low} to {high}."),
    _F.NOT_UNIQUE: QT_TRANSLATE_NOOP(
        "faults", "{value} is the name of another one. Choose a name that is not in use."
    ),
    _F.INSECURE_NEEDS_CONSENT: QT_TRANSLATE_NOOP(
        "faults", "Choose SSL/TLS or STARTTLS, or agree to sending the password without encryption."
    ),
    _F.TWO_DEFAULTS: QT_TRANSLATE_NOOP("faults", "Only one integration can be the default. Choose one."),
    _F.UNKNOWN_KEY: QT_TRANSLATE_NOOP("faults", "{value} is not a known name. Check how it is spelled."),
    _F.OTHER_AUTHENTICATION: QT_TRANSLATE_NOOP(
        "faults", "{value} belongs to another authentication ({allowed}). Leave it out, or choose that one."
    ),
    _F.OTHER_SIGN_IN: QT_TRANSLATE_NOOP(
        "faults", "{value} belongs to another kind of sign-in ({allowed}). Leave it out, or choose that one."
    ),
    _F.OTHER_CREDENTIAL: QT_TRANSLATE_NOOP(
        "faults",
        "{value} belongs to a client secret, and a certificate is used here. Leave out what belongs to one of them.",
    ),
    _F.UNKNOWN_VALUE: QT_TRANSLATE_NOOP("faults", "{value} cannot be used here. Choose one of: {allowed}."),
    _F.WRONG_TYPE: QT_TRANSLATE_NOOP("faults", "Enter a value of the right type: {expected}."),
    _F.BAD_DURATION: QT_TRANSLATE_NOOP("faults", "Enter a number and a unit, like 30 s, 2 min, 1 h or 90 d."),
    _F.BAD_REFERENCE: QT_TRANSLATE_NOOP("faults", "Use vault, env:NAME or file:PATH."),
    _F.SAME_AS_FOLDER: QT_TRANSLATE_NOOP("faults", "Choose another folder than the one that is checked."),
    _F.MECHANISM_WITHOUT_PASSWORD: QT_TRANSLATE_NOOP(
        "faults", "Choose Automatic, or authentication with user name and password."
    ),
    _F.NOTHING_INCOMING: QT_TRANSLATE_NOOP(
        "faults", "There is no incoming user name to use. Fill it in, or choose User name and password."
    ),
    _F.BELOW_NOTIFY: QT_TRANSLATE_NOOP(
        "faults", "Enter {low} or more, or never: notifying comes before disabling."
    ),
    _F.NOT_SUPPORTED_YET: QT_TRANSLATE_NOOP("faults", "{value} is not supported yet. Choose another value."),
    _F.UNREADABLE: QT_TRANSLATE_NOOP("faults", "This cannot be read {where}. Check the file and its format."),
    _F.UNWRITABLE: QT_TRANSLATE_NOOP(
        "faults", "{value} cannot be written ({detail}). Choose a place that Mailint may write to."
    ),
    _F.NO_FOLDER: QT_TRANSLATE_NOOP(
        "faults", "The folder {value} is not there. Make it, or choose another place."
    ),
    _F.UNSTORABLE_CHARACTER: QT_TRANSLATE_NOOP(
        "faults", "Take out the character that cannot be stored: a null, or half of a broken symbol."
    ),
    _F.UNKNOWN_INTEGRATION: QT_TRANSLATE_NOOP(
        "faults", "There is no integration called {value}. Check how it is spelled, or use all."
    ),
    _F.EMPTY_GROUP: QT_TRANSLATE_NOOP("faults", "Add a condition to this group, or remove the group."),
    _F.TOO_MANY: QT_TRANSLATE_NOOP("faults", "Use at most {limit} of these."),
    _F.TOO_DEEP: QT_TRANSLATE_NOOP("faults", "Put groups into groups at most {limit} levels deep."),
    _F.BAD_PATTERN: QT_TRANSLATE_NOOP(
        "faults", "{value} is not a pattern that can be used ({detail}). Correct it, or use “contains”."
    ),
    _F.PATTERN_TOO_LARGE: QT_TRANSLATE_NOOP(
        "faults", "This pattern is too large. Use fewer or smaller repetitions, or several conditions."
    ),
    _F.PATTERNS_UNAVAILABLE: QT_TRANSLATE_NOOP(
        "faults", "Patterns are not available on this computer. Use “contains” or another comparison."
    ),
    _F.CANNOT_SEND: QT_TRANSLATE_NOOP(
        "faults", "{value} cannot send now. Choose another sender, or enable its outgoing email."
    ),
    _F.FILE_VANISHED: QT_TRANSLATE_NOOP(
        "faults", "{value} is not there any more. Put it back, or take it off the message."
    ),
    _F.FILE_CHANGED: QT_TRANSLATE_NOOP(
        "faults", "{value} has changed since it was attached. Attach it again, or take it off the message."
    ),
    _F.FILE_UNREADABLE: QT_TRANSLATE_NOOP(
        "faults", "{value} cannot be read ({detail}). Mend that, or take it off the message."
    ),
    _F.MESSAGE_TOO_LARGE: QT_TRANSLATE_NOOP(
        "faults", "The message has {size} MB; at most {limit} MB can be sent. Take attachments off."
    ),
}

_NO_SUCH_DAY = QT_TRANSLATE_NOOP(
    "faults",
    "This is no day that can be meant. Enter one from {low} to {high}, written like 2027-01-31. "
    "Where it never expires, leave this out.",
)
_NO_VAULT = QT_TRANSLATE_NOOP(
    "faults",
    "A shared database keeps no secrets yet. Import the integration with env:NAME or file:PATH instead.",
)

# Where a field deserves better than the general words.
_AT_FIELD: dict[tuple[str, FieldFault], str] = {
    ("name", _F.REQUIRED): QT_TRANSLATE_NOOP("faults", "Enter a name."),
    ("to", _F.REQUIRED): QT_TRANSLATE_NOOP("faults", "Enter at least one recipient."),
    ("integration", _F.REQUIRED): QT_TRANSLATE_NOOP(
        "faults", "No integration can send. Enable outgoing email of one, then choose it."
    ),
    ("address", _F.REQUIRED): QT_TRANSLATE_NOOP(
        "faults", "Enter an email address, for example support@example.org."
    ),
    ("server", _F.REQUIRED): QT_TRANSLATE_NOOP(
        "faults", "Enter the name of the server, for example mail.example.org."
    ),
    ("user_name", _F.REQUIRED): QT_TRANSLATE_NOOP(
        "faults", "Enter the user name; it is often the email address."
    ),
    ("password", _F.REQUIRED): QT_TRANSLATE_NOOP("faults", "Enter the password."),
    ("tenant_id", _F.REQUIRED): QT_TRANSLATE_NOOP(
        "faults", "Enter the directory (tenant) ID, or a domain of the organisation."
    ),
    ("client_id", _F.REQUIRED): QT_TRANSLATE_NOOP("faults", "Enter the client ID of the application."),
    ("client_secret", _F.REQUIRED): QT_TRANSLATE_NOOP("faults", "Enter the client secret."),
    ("client_secret", _F.SECRET_OR_CERTIFICATE): QT_TRANSLATE_NOOP(
        "faults", "Enter the client secret, or choose a certificate as the credential."
    ),
    ("certificate", _F.REQUIRED): QT_TRANSLATE_NOOP(
        "faults", "Choose the certificate, a PEM or PFX file that holds its private key."
    ),
    ("certificate_from", _F.PRIVATE_KEY_LOCKED): QT_TRANSLATE_NOOP(
        "faults",
        "The private key in it is protected by a password. Save the file without one, or choose it in the window, "
        "which asks for the password.",
    ),
    ("client_secret_from", _F.OTHER_CREDENTIAL): QT_TRANSLATE_NOOP(
        "faults", "An application proves itself by one of the two. Leave this out, or certificate_from."
    ),
    ("secret_expires_on", _F.OTHER_CREDENTIAL): QT_TRANSLATE_NOOP(
        "faults", "A certificate says itself when it expires. Leave this out."
    ),
    ("secret_expires_on", _F.OUT_OF_RANGE): _NO_SUCH_DAY,
    ("password_expires_on", _F.OUT_OF_RANGE): _NO_SUCH_DAY,
    ("key_file", _F.REQUIRED): QT_TRANSLATE_NOOP(
        "faults", "Choose the JSON key file of the service account."
    ),
    ("folder", _F.REQUIRED): QT_TRANSLATE_NOOP("faults", "Enter the folder to check, for example INBOX."),
    ("move_to", _F.REQUIRED): QT_TRANSLATE_NOOP("faults", "Choose the folder to move messages to."),
    ("password", _F.NOT_SUPPORTED_YET): QT_TRANSLATE_NOOP(
        "faults",
        "A shared database keeps no passwords yet. Import the integration with env:NAME or file:PATH instead.",
    ),
    ("client_secret", _F.NOT_SUPPORTED_YET): _NO_VAULT,
    ("certificate", _F.NOT_SUPPORTED_YET): _NO_VAULT,
    ("key_file", _F.NOT_SUPPORTED_YET): _NO_VAULT,
    ("sign_in", _F.NOT_SUPPORTED_YET): QT_TRANSLATE_NOOP(
        "faults",
        "A shared database keeps no sign-ins of persons yet. Let the application or a service account sign in.",
    ),
    ("proxy", _F.NOT_SUPPORTED_YET): QT_TRANSLATE_NOOP(
        "faults",
        "A proxy that asks for a password cannot be used yet. Enter its address alone: http:// and {value}.",
    ),
    ("proxy", _F.UNKNOWN_VALUE): QT_TRANSLATE_NOOP(
        "faults", "Enter the address of the proxy with its port, like {allowed}, or leave this empty."
    ),
    ("ignore_senders", _F.BAD_ADDRESS): QT_TRANSLATE_NOOP(
        "faults",
        "{value} is neither an address nor a domain. Enter entries like a@example.org, example.org or *@example.org.",
    ),
    ("closed_statuses", _F.UNKNOWN_VALUE): QT_TRANSLATE_NOOP(
        "faults", "{value} is none of the statuses. Choose among: {allowed}."
    ),
    ("subject", _F.UNKNOWN_VALUE): QT_TRANSLATE_NOOP(
        "faults", "{value} is no field. Fields are {allowed}; a brace that is none is written twice."
    ),
    ("body", _F.UNKNOWN_VALUE): QT_TRANSLATE_NOOP(
        "faults", "{value} is no field. Fields are {allowed}; a brace that is none is written twice."
    ),
    ("quiet_hours", _F.UNKNOWN_VALUE): QT_TRANSLATE_NOOP(
        "faults", "Enter the hours as {allowed}, or leave this empty."
    ),
    ("webhook_url", _F.UNKNOWN_VALUE): QT_TRANSLATE_NOOP(
        "faults", "Enter an address that begins with https://, or with http:// for this computer itself."
    ),
    ("reopened_status", _F.UNKNOWN_VALUE): QT_TRANSLATE_NOOP(
        "faults", "{value} is no status of an open record. Choose one of: {allowed}."
    ),
}

# What stands for a fact that is not given.
_ABSENT: dict[str, str] = {
    "value": QT_TRANSLATE_NOOP("faults", "What was entered"),
    "limit": QT_TRANSLATE_NOOP("faults", "fewer"),
    "low": QT_TRANSLATE_NOOP("faults", "the lowest allowed"),
    "high": QT_TRANSLATE_NOOP("faults", "the highest allowed"),
    "allowed": QT_TRANSLATE_NOOP("faults", "the values that are offered"),
    "expected": QT_TRANSLATE_NOOP("faults", "see the documentation"),
    "detail": QT_TRANSLATE_NOOP("faults", "it cannot be read"),
    "size": QT_TRANSLATE_NOOP("faults", "too many"),
}


def field_label(path: str) -> str:
    """The name of a field by its dotted path (``incoming.port``) or a property by its name; else the path."""
    label = _LABELS.get(path) or _LABELS.get(path.rpartition(".")[2])
    return translate("fields", label) if label else path


def field_words(error: FieldError) -> str:
    """One sentence or two that say what would be right."""
    template = _AT_FIELD.get((error.path.rpartition(".")[2], error.fault)) or _FAULTS[error.fault]
    facts = {name: translate("faults", text) for name, text in _ABSENT.items()}
    facts |= {name: _shown(name, value) for name, value in error.facts.items() if value}
    return filled(translate("faults", template), {"where": "", **facts})


def _shown(name: str, value: str) -> str:
    """Values as typed stand in quotes; limits that are durations get their words."""
    if name == "value":
        return f"“{value}”"
    if name in {"low", "high"} and not value.isdigit():
        return _as_duration(value)
    return value


def _as_duration(text: str) -> str:
    try:
        length = parse_duration(text)
    except ValueError:
        return text
    return format_duration(length) if not length else duration(length)
