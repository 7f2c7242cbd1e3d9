"""What the values of each closed list are called, in the order in which they are offered."""

from enum import StrEnum

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.filing import AutomaticMail, ClosedRecords, RecordMatching
from mailint_gui.domain.integration import (
    AfterProcessing,
    FirstCheck,
    IncomingAuthentication,
    MessageFormat,
    OutgoingAuthentication,
    Protocol,
    SaslMechanism,
    Security,
)
from mailint_gui.domain.oauth import Cloud, Credential, Provider, SignIn
from mailint_gui.domain.properties import ForgedTokens, OneMessageInManyMailboxes, ResetIncomingErrorsOn
from mailint_gui.domain.secret import SecretPlace, SecretReference
from mailint_gui.wording.text import QT_TRANSLATE_NOOP, filled

translate = QCoreApplication.translate

# By type first: as text, Security.NONE and OutgoingAuthentication.NONE are equal.
_VALUES: dict[type[StrEnum], dict[StrEnum, str]] = {
    Protocol: {
        Protocol.IMAP: QT_TRANSLATE_NOOP("values", "IMAP"),
        Protocol.POP3: QT_TRANSLATE_NOOP("values", "POP3"),
    },
    Security: {
        Security.SSL: QT_TRANSLATE_NOOP("values", "SSL/TLS"),
        Security.STARTTLS: QT_TRANSLATE_NOOP("values", "STARTTLS"),
        Security.NONE: QT_TRANSLATE_NOOP("values", "None"),
    },
    IncomingAuthentication: {
        IncomingAuthentication.PASSWORD: QT_TRANSLATE_NOOP("values", "User name and password"),
        IncomingAuthentication.MICROSOFT365: QT_TRANSLATE_NOOP("values", "OAuth 2.0: Microsoft 365"),
        IncomingAuthentication.GOOGLE: QT_TRANSLATE_NOOP("values", "OAuth 2.0: Google"),
    },
    SignIn: {
        SignIn.APP_ONLY: QT_TRANSLATE_NOOP("values", "By the application itself"),
        SignIn.SERVICE_ACCOUNT: QT_TRANSLATE_NOOP("values", "Service account"),
        SignIn.INTERACTIVE: QT_TRANSLATE_NOOP("values", "Sign in with the browser"),
        SignIn.DEVICE_CODE: QT_TRANSLATE_NOOP("values", "Sign in with a code on any device"),
    },
    Credential: {
        Credential.NOTHING: QT_TRANSLATE_NOOP("values", "None (public client)"),
        Credential.CLIENT_SECRET: QT_TRANSLATE_NOOP("values", "Client secret"),
        Credential.CERTIFICATE: QT_TRANSLATE_NOOP("values", "Certificate"),
    },
    Cloud: {
        Cloud.PUBLIC: QT_TRANSLATE_NOOP("values", "Worldwide"),
        Cloud.US_GOV: QT_TRANSLATE_NOOP("values", "US Government"),
        Cloud.CHINA: QT_TRANSLATE_NOOP("values", "China (21Vianet)"),
    },
    Provider: {
        Provider.MICROSOFT365: QT_TRANSLATE_NOOP("values", "Microsoft 365"),
        Provider.GOOGLE: QT_TRANSLATE_NOOP("values", "Google"),
    },
    OutgoingAuthentication: {
        OutgoingAuthentication.PASSWORD: QT_TRANSLATE_NOOP("values", "User name and password"),
        OutgoingAuthentication.MICROSOFT365: QT_TRANSLATE_NOOP("values", "OAuth 2.0: Microsoft 365"),
        OutgoingAuthentication.GOOGLE: QT_TRANSLATE_NOOP("values", "OAuth 2.0: Google"),
        OutgoingAuthentication.SAME_AS_INCOMING: QT_TRANSLATE_NOOP("values", "Same as incoming"),
        OutgoingAuthentication.NONE: QT_TRANSLATE_NOOP("values", "None"),
    },
    SaslMechanism: {
        SaslMechanism.AUTOMATIC: QT_TRANSLATE_NOOP("values", "Automatic"),
        SaslMechanism.PLAIN: QT_TRANSLATE_NOOP("values", "PLAIN"),
        SaslMechanism.LOGIN: QT_TRANSLATE_NOOP("values", "LOGIN"),
        SaslMechanism.CRAM_MD5: QT_TRANSLATE_NOOP("values", "CRAM-MD5"),
    },
    FirstCheck: {
        FirstCheck.NEW: QT_TRANSLATE_NOOP("values", "Only new mail from now on"),
        FirstCheck.EVERYTHING: QT_TRANSLATE_NOOP("values", "Everything in the folder"),
    },
    AfterProcessing: {
        AfterProcessing.MARK_READ: QT_TRANSLATE_NOOP("values", "Leave and mark as read"),
        AfterProcessing.MOVE: QT_TRANSLATE_NOOP("values", "Move to folder"),
        AfterProcessing.DELETE: QT_TRANSLATE_NOOP("values", "Delete from server"),
        AfterProcessing.LEAVE: QT_TRANSLATE_NOOP("values", "Leave on server"),
    },
    MessageFormat: {
        MessageFormat.HTML: QT_TRANSLATE_NOOP("values", "HTML with plain-text part"),
        MessageFormat.PLAIN: QT_TRANSLATE_NOOP("values", "Plain text"),
    },
    ResetIncomingErrorsOn: {
        ResetIncomingErrorsOn.ANY_SUCCESSFUL_CHECK: QT_TRANSLATE_NOOP("values", "Any successful check"),
        ResetIncomingErrorsOn.RECEIVED_EMAIL: QT_TRANSLATE_NOOP("values", "A received email only"),
    },
    AutomaticMail: {
        AutomaticMail.IGNORE: QT_TRANSLATE_NOOP("values", "Ignore"),
        AutomaticMail.LOG_ONLY: QT_TRANSLATE_NOOP("values", "Keep in the log, without a record"),
        AutomaticMail.ACCEPT: QT_TRANSLATE_NOOP("values", "File like other mail"),
    },
    RecordMatching: {
        RecordMatching.BOTH: QT_TRANSLATE_NOOP("values", "Subject token and references"),
        RecordMatching.SUBJECT_TOKEN: QT_TRANSLATE_NOOP("values", "Subject token only"),
        RecordMatching.REFERENCES: QT_TRANSLATE_NOOP("values", "References only"),
    },
    ClosedRecords: {
        ClosedRecords.REOPEN: QT_TRANSLATE_NOOP("values", "Reopens it"),
        ClosedRecords.LINKED_RECORD: QT_TRANSLATE_NOOP("values", "Opens a new record linked to it"),
    },
    OneMessageInManyMailboxes: {
        OneMessageInManyMailboxes.ONE_RECORD: QT_TRANSLATE_NOOP("values", "One record"),
        OneMessageInManyMailboxes.ONE_PER_MAILBOX: QT_TRANSLATE_NOOP("values", "One record for each mailbox"),
        OneMessageInManyMailboxes.LINKED: QT_TRANSLATE_NOOP("values", "Linked records"),
    },
    ForgedTokens: {
        ForgedTokens.CORRESPONDENTS_ONLY: QT_TRANSLATE_NOOP("values", "Opens a new record"),
        ForgedTokens.ACCEPT: QT_TRANSLATE_NOOP("values", "Joins the record"),
    },
}


def value_words(value: StrEnum) -> str:
    """The word for one value. Raises KeyError for a list that has no words."""
    return translate("values", _VALUES[type(value)][value])


def reference_words(reference: SecretReference) -> str:
    """Where a password comes from; empty for none and for one kept in the vault."""
    match reference.place:
        case SecretPlace.ENVIRONMENT:
            template = translate("values", "from variable {name}")
        case SecretPlace.FILE:
            template = translate("values", "from file {name}")
        case _:
            return ""
    return filled(template, {"name": reference.name})
