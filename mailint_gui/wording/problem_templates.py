"""The catalogue for problems: templates of what happened and of what to do, which ``problems`` fills with facts."""

from mailint_gui.domain.problem import ProblemKind
from mailint_gui.wording.text import QT_TRANSLATE_NOOP

_K = ProblemKind

PROBLEMS: dict[ProblemKind, tuple[str, str]] = {
    _K.RESOLVE_FAILED: (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} could not find {server}: no address is known for that name."
        ),
        QT_TRANSLATE_NOOP(
            "problems",
            "Check the server name {there}. If it is right, check the name service of this network.",
        ),
    ),
    _K.CONNECTION_REFUSED: (
        QT_TRANSLATE_NOOP("problems", "{subject} could not connect: {endpoint} refused the connection."),
        QT_TRANSLATE_NOOP("problems", "Check server and port {there}, and that the mail service is running."),
    ),
    _K.UNREACHABLE: (
        QT_TRANSLATE_NOOP("problems", "{subject} could not connect: no route leads to {endpoint}."),
        QT_TRANSLATE_NOOP(
            "problems", "Check the network and the firewall between this computer and the server."
        ),
    ),
    _K.TIMED_OUT: (
        QT_TRANSLATE_NOOP("problems", "{subject} got no answer in time from {endpoint} {during}."),
        QT_TRANSLATE_NOOP(
            "problems",
            "Check server and port {there}. If they are right, a firewall may be dropping the traffic.",
        ),
    ),
    _K.CONNECTION_LOST: (
        QT_TRANSLATE_NOOP("problems", "{subject} lost the connection to {endpoint} {during}."),
        QT_TRANSLATE_NOOP(
            "problems",
            "This often passes by itself. If it stays, ask whoever runs the server or the firewall.",
        ),
    ),
    _K.TLS_UNTRUSTED: (
        QT_TRANSLATE_NOOP(
            "problems",
            "{subject} did not connect: the certificate of {server} is not from a trusted authority.",
        ),
        QT_TRANSLATE_NOOP(
            "problems",
            "If your organisation has an authority of its own, {name_authority}.",
        ),
    ),
    _K.TLS_WRONG_HOST: (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} did not connect: the certificate shown is not for {server}."
        ),
        QT_TRANSLATE_NOOP(
            "problems", "Enter {there} the server name that stands in the certificate, or have it renewed."
        ),
    ),
    _K.TLS_EXPIRED: (
        QT_TRANSLATE_NOOP("problems", "{subject} did not connect: the certificate of {server} has expired."),
        QT_TRANSLATE_NOOP(
            "problems",
            "Have the certificate renewed on the server, and check that this computer's clock is right.",
        ),
    ),
    _K.TLS_NOT_OFFERED: (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} did not connect: {endpoint} does not offer the encryption that is set."
        ),
        QT_TRANSLATE_NOOP("problems", "Choose {there} the security and the port that the server offers."),
    ),
    _K.TLS_HANDSHAKE_FAILED: (
        QT_TRANSLATE_NOOP("problems", "{subject} could not agree on encryption with {endpoint}."),
        QT_TRANSLATE_NOOP(
            "problems",
            "Check that security and port {there} belong together, and that the server supports TLS 1.2.",
        ),
    ),
    _K.TLS_PREAUTHENTICATED: (
        QT_TRANSLATE_NOOP(
            "problems",
            "{subject} did not go on: {server} counts everybody as logged in before encryption starts.",
        ),
        QT_TRANSLATE_NOOP(
            "problems",
            "Something may be between this computer and the server. Choose SSL/TLS as security {there}.",
        ),
    ),
    _K.PROTOCOL_ERROR: (
        QT_TRANSLATE_NOOP("problems", "{subject} could not understand the answer of {endpoint}."),
        QT_TRANSLATE_NOOP(
            "problems",
            "Check that the port {there} is the one of this protocol. If it is, the server is at fault.",
        ),
    ),
    _K.AUTHENTICATION_FAILED: (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} could not log in: {server} refused the user name or the password."
        ),
        QT_TRANSLATE_NOOP("problems", "Enter the right user name and password {there}."),
    ),
    _K.LOGIN_DISABLED: (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} could not log in: {server} does not allow logging in this way."
        ),
        QT_TRANSLATE_NOOP(
            "problems",
            "Choose SSL/TLS or STARTTLS {there}, or have log-in by password allowed for this mailbox.",
        ),
    ),
    _K.ACCOUNT_LOCKED: (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} could not log in: {server} says that the account is locked or disabled."
        ),
        QT_TRANSLATE_NOOP(
            "problems", "Have the account unlocked by whoever runs the mail server, then test the connection."
        ),
    ),
    _K.POLICY_REFUSED: (
        QT_TRANSLATE_NOOP("problems", "{subject} was turned away: a rule of {server} does not allow it."),
        QT_TRANSLATE_NOOP(
            "problems", "Ask whoever runs the mail server to allow this mailbox to be used by a program."
        ),
    ),
    _K.PASSWORD_MISSING: (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} could not log in: its {secret} is not known here {reference}."
        ),
        QT_TRANSLATE_NOOP(
            "problems",
            "{enter_secret}, or see to it that the place that it is read from has it.",
        ),
    ),
    _K.VAULT_LOCKED: (
        QT_TRANSLATE_NOOP(
            "problems",
            "{subject} could not read its {secret}: the system keyring is locked or does not answer.",
        ),
        QT_TRANSLATE_NOOP("problems", "Unlock the keyring of this computer, then {try_again}."),
    ),
    _K.VAULT_ABSENT: (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} could not read its {secret}: this computer has no keyring that works."
        ),
        QT_TRANSLATE_NOOP("problems", "Install or start a keyring, or {without_keyring}."),
    ),
    _K.VAULT_FAILED: (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} could not read its {secret}: the system keyring reported an error."
        ),
        QT_TRANSLATE_NOOP(
            "problems", "Nothing was deleted. Check the keyring of this computer, then {try_again}."
        ),
    ),
    _K.SECRET_LOCKED_HERE: (
        QT_TRANSLATE_NOOP(
            "problems",
            "{subject} cannot use its {secret}: it was stored with a key that is not on this computer.",
        ),
        QT_TRANSLATE_NOOP("problems", "{enter_secret} once more. The stored one is kept."),
    ),
    _K.FOLDER_MISSING: (
        QT_TRANSLATE_NOOP("problems", "{subject} could not open {folder}: the mailbox has no such folder."),
        QT_TRANSLATE_NOOP("problems", "Choose a folder {there}, or create it on the server."),
    ),
    _K.SERVER_BUSY: (
        QT_TRANSLATE_NOOP("problems", "{subject} was sent away: {server} is busy or being maintained."),
        QT_TRANSLATE_NOOP("problems", "Nothing needs to be done now: it is tried again by itself."),
    ),
    _K.THROTTLED: (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} was asked to wait: {server} limits how often it may be used."
        ),
        QT_TRANSLATE_NOOP(
            "problems", "It goes on by itself after the wait. If this happens often, check less often."
        ),
    ),
    _K.MAILBOX_FULL: (
        QT_TRANSLATE_NOOP("problems", "{subject} could not go on: the mailbox on {server} is full."),
        QT_TRANSLATE_NOOP("problems", "Make room in the mailbox or have its quota raised."),
    ),
    _K.MESSAGE_TOO_LARGE: (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} could not send a message: it is larger than {server} accepts."
        ),
        QT_TRANSLATE_NOOP(
            "problems", "Send it with smaller attachments, or have the limit raised on the server."
        ),
    ),
    _K.MESSAGE_REFUSED: (
        QT_TRANSLATE_NOOP("problems", "{subject} could not send a message: {server} refused it."),
        QT_TRANSLATE_NOOP(
            "problems", "Read the server's answer; change the message, or ask whoever runs the server."
        ),
    ),
    _K.MESSAGE_PUT_OFF: (
        QT_TRANSLATE_NOOP("problems", "{subject} could not send a message yet: {server} put it off for now."),
        QT_TRANSLATE_NOOP(
            "problems", "Wait: what is in the outbox is tried again by itself, and holds up no other mail."
        ),
    ),
    _K.RECIPIENT_PUT_OFF: (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} could not send a message yet: {server} put {recipient} off for now."
        ),
        QT_TRANSLATE_NOOP(
            "problems",
            "Check the address. If it is right, wait: what is in the outbox is tried again by itself, and holds up no "
            "other mail.",
        ),
    ),
    _K.RECIPIENT_REFUSED: (
        QT_TRANSLATE_NOOP("problems", "{subject} could not send a message: {server} refused {recipient}."),
        QT_TRANSLATE_NOOP("problems", "Check the address of the recipient and send the message again."),
    ),
    _K.ADDRESS_NOT_CARRIED: (
        QT_TRANSLATE_NOOP(
            "problems",
            "{subject} could not send a message: {server} cannot carry {address}, which is not ASCII.",
        ),
        QT_TRANSLATE_NOOP(
            "problems",
            "Use another address of the same person, or send through a server that offers SMTPUTF8.",
        ),
    ),
    _K.SENDER_REFUSED: (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} could not send: {server} does not accept {sender} as sender."
        ),
        QT_TRANSLATE_NOOP("problems", "Enter {there_outgoing} an address that this user may send from."),
    ),
    _K.RELAY_DENIED: (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} could not send: {server} does not pass mail on to other domains for us."
        ),
        QT_TRANSLATE_NOOP("problems", "Set authentication with user name and password {there_outgoing}."),
    ),
    _K.DELIVERY_UNCERTAIN: (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} does not know whether a message was sent: the answer of {server} was lost."
        ),
        QT_TRANSLATE_NOOP(
            "problems",
            "Ask a recipient for it, then {settle}.",
        ),
    ),
    _K.STORE_FAILED: (
        QT_TRANSLATE_NOOP("problems", "Mailint could not write to its database."),
        QT_TRANSLATE_NOOP(
            "problems",
            "Check that its folder can be written to, and that no other program holds the database. No mail is lost: "
            "checking and sending go on by themselves. What you asked for was not done; try it again.",
        ),
    ),
    _K.DISK_FULL: (
        QT_TRANSLATE_NOOP(
            "problems", "The disk with Mailint's data is nearly full, so no more mail is taken in."
        ),
        QT_TRANSLATE_NOOP(
            "problems", "Make room on the disk. Mail waits on the server; taking it in goes on by itself."
        ),
    ),
    _K.PROXY_UNREACHABLE: (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} could not connect to {endpoint}: the proxy {proxy} does not answer."
        ),
        QT_TRANSLATE_NOOP("problems", "Check {proxy_setting}, and that it is running."),
    ),
    _K.PROXY_REFUSED: (
        QT_TRANSLATE_NOOP(
            "problems",
            "{subject} could not connect: the proxy {proxy} does not let it through to {endpoint}.",
        ),
        QT_TRANSLATE_NOOP(
            "problems",
            "Have the proxy allow this computer to CONNECT to that port, without a password; or change "
            "{proxy_setting}.",
        ),
    ),
    _K.OFFLINE: (
        QT_TRANSLATE_NOOP("problems", "This computer is offline, so {subject_within} was not reached."),
        QT_TRANSLATE_NOOP(
            "problems", "Nothing is counted as an error. Checks go on when the network is back."
        ),
    ),
    _K.UNKNOWN: (
        QT_TRANSLATE_NOOP("problems", "{subject} met a problem with {server} that Mailint has no words for."),
        QT_TRANSLATE_NOOP(
            "problems", "Show the server's answer to whoever runs the server; it is in the details."
        ),
    ),
}

GIVEN_UP: dict[ProblemKind, tuple[str, str]] = {
    _K.SERVER_BUSY: (
        QT_TRANSLATE_NOOP("problems", "{subject} gave up sending a message: {server} was busy all the time."),
        QT_TRANSLATE_NOOP("problems", "Retry it once the server takes mail again."),
    ),
    _K.THROTTLED: (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} gave up sending a message: {server} asked to wait all the time."
        ),
        QT_TRANSLATE_NOOP("problems", "Retry it later, and have fewer messages sent a minute."),
    ),
    _K.MESSAGE_PUT_OFF: (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} gave up sending a message: {server} put it off again and again."
        ),
        PROBLEMS[_K.MESSAGE_REFUSED][1],
    ),
    _K.RECIPIENT_PUT_OFF: (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} gave up sending a message: {server} put {recipient} off again and again."
        ),
        PROBLEMS[_K.RECIPIENT_REFUSED][1],
    ),
}
"""With the fact ``given_up``: the time for which it was tried is over."""

SILENT_WITHOUT_TLS = (
    PROBLEMS[_K.TIMED_OUT][0],
    QT_TRANSLATE_NOOP(
        "problems",
        "Check server and port {there}. If they are right, a firewall may be dropping the traffic, or the port "
        "expects SSL/TLS: choose it as security.",
    ),
)
"""Of TIMED_OUT, with the fact ``greeting``: the server was to speak first, and in clear."""

IMPORTED_WITHOUT = (
    QT_TRANSLATE_NOOP("problems", "{subject} is disabled: it was imported without its {secret}."),
    QT_TRANSLATE_NOOP("problems", "{supply}."),
)
"""Of PASSWORD_MISSING, with the fact ``key``: what gives it in the import file."""
NOTHING_IN_VAULT = (
    QT_TRANSLATE_NOOP(
        "problems",
        "{subject} is disabled: it was imported with “vault” for its {secret}, and nothing is stored there.",
    ),
    QT_TRANSLATE_NOOP("problems", "{supply_instead}."),
)
"""The same with the fact ``reference`` of the vault: that it is there already is what the file says."""

MISSING: dict[str, tuple[str, str]] = {
    "UIDL": (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} cannot be checked: {server} does not know UIDL, a part of POP3."
        ),
        QT_TRANSLATE_NOOP(
            "problems",
            "Without it no message can be told from another, so none is taken in. Choose IMAP {there} if the "
            "server offers it, or have UIDL enabled on the server.",
        ),
    ),
}
"""Of PROTOCOL_ERROR: what a server lacks that we cannot do without, by the fact ``missing``."""
