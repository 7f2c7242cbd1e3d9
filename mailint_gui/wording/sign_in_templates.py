"""The catalogue for problems of signing in at a provider, beside ``problem_templates``: tokens, consent, policies.

Facts of their own: ``provider``, ``mailbox``, ``missing`` (scopes or roles), ``expected`` and ``got`` (accounts),
``account`` (who signed in), ``lifetime`` (seconds in which somebody could have signed in), ``sign_in`` (its kind),
``client_secret_at`` (the reference to it).
"""

from mailint_gui.domain.problem import ProblemKind
from mailint_gui.wording.file_templates import HOLDS_BOTH
from mailint_gui.wording.text import QT_TRANSLATE_NOOP

_K = ProblemKind

NOBODY_CAME = (
    QT_TRANSLATE_NOOP("problems", "{subject} was not signed in: nobody did so at {provider} in time."),
    QT_TRANSLATE_NOOP("problems", "{sign_in} again, and sign in there within {lifetime}."),
)
DOWN_AT_SIGN_IN = (
    QT_TRANSLATE_NOOP(
        "problems",
        "{subject} was not signed in: the sign-in service of {provider} does not work at present.",
    ),
    QT_TRANSLATE_NOOP(
        "problems",
        "Try again in a few minutes. If it stays, look at the provider's status page.",
    ),
)
THROTTLED_AT_SIGN_IN = (
    QT_TRANSLATE_NOOP("problems", "{subject} was not signed in: {server} limits how often it may be used."),
    QT_TRANSLATE_NOOP("problems", "Try again in a few minutes."),
)
_UNKNOWN_ANSWER = QT_TRANSLATE_NOOP(
    "problems", "{subject} could not log in: {provider} gave an answer that Mailint has no words for."
)
UNKNOWN_AT_MICROSOFT = (
    _UNKNOWN_ANSWER,
    QT_TRANSLATE_NOOP(
        "problems",
        "Have an administrator of the organisation look it up in the sign-in logs at {provider}, by the correlation "
        "ID in the details: they name the reason.",
    ),
)
UNKNOWN_AT_GOOGLE = (
    _UNKNOWN_ANSWER,
    QT_TRANSLATE_NOOP(
        "problems",
        "Show the details to an administrator of the organisation at {provider}, who can compare them with how the "
        "application and the account are set up there.",
    ),
)
TOKEN_REVOKED = (
    QT_TRANSLATE_NOOP(
        "problems",
        "{subject} has to wait: {server} refused its access token, which had opened the mailbox before.",
    ),
    QT_TRANSLATE_NOOP(
        "problems",
        "It asks for a new token by itself after the wait; the last one was asked for a few minutes ago. If this "
        "happens often, ask an administrator of the organisation who revokes its tokens.",
    ),
)
APPLICATION_DENIED = (
    QT_TRANSLATE_NOOP(
        "problems",
        "{subject} could not log in: an access policy of the organisation at {provider} does not let its application "
        "in.",
    ),
    QT_TRANSLATE_NOOP(
        "problems",
        "Ask an administrator of the organisation to except the application from the policy, or to allow the network "
        "of this computer: the sign-in log of service principals there names the policy.",
    ),
)
ACCOUNT_NOT_ALLOWED = (
    QT_TRANSLATE_NOOP(
        "problems", "{subject} is signed in as {account}, but {server} does not open {mailbox} with that."
    ),
    QT_TRANSLATE_NOOP(
        "problems",
        "If that is the wrong account, {sign_in} again, with the right one. Else check the mailbox "
        "address, have {account} given access to that mailbox, and the protocol switched on for it.",
    ),
)
SIGN_IN_PROBLEMS: dict[ProblemKind, tuple[str, str]] = {
    _K.SIGN_IN_NEEDED: (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} could not log in: the sign-in at {provider} is missing or no longer valid."
        ),
        QT_TRANSLATE_NOOP("problems", "{sign_in}. Until then nothing is tried; mail waits."),
    ),
    _K.SIGN_IN_REFUSED: (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} was not signed in: it was refused, or broken off, at {provider}."
        ),
        QT_TRANSLATE_NOOP(
            "problems",
            "{sign_in} again and agree to what is asked for. If the account may not agree, have an "
            "administrator of the organisation do so.",
        ),
    ),
    _K.WRONG_USER_SIGNED_IN: (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} could not log in: {got} signed in, but {expected} was expected."
        ),
        QT_TRANSLATE_NOOP(
            "problems",
            "{sign_in} again, with the right account. For a shared mailbox, name the account that "
            "may open it.",
        ),
    ),
    _K.CONSENT_MISSING: (
        QT_TRANSLATE_NOOP(
            "problems",
            "{subject} could not log in: nobody has consented to what the application asks for at {provider}.",
        ),
        QT_TRANSLATE_NOOP(
            "problems",
            "Have an administrator of the organisation consent to the application's permissions, then {test}.",
        ),
    ),
    _K.CLIENT_SECRET_EXPIRED: (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} could not log in: its client secret at {provider} has expired."
        ),
        QT_TRANSLATE_NOOP(
            "problems",
            "Create a new client secret for the application at {provider} and {give_client_secret}.",
        ),
    ),
    _K.CLIENT_SECRET_WRONG: (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} could not log in: {provider} does not accept the client secret."
        ),
        QT_TRANSLATE_NOOP(
            "problems",
            "Check the client ID {there}; for the client secret, {give_client_secret}, not its ID. If the value is no "
            "longer known, create a new one.",
        ),
    ),
    _K.CERTIFICATE_UNUSABLE: (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} could not log in: nothing can be proved with {source} as certificate."
        ),
        HOLDS_BOTH,
    ),
    _K.CERTIFICATE_REFUSED: (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} could not log in: {provider} does not accept the certificate."
        ),
        QT_TRANSLATE_NOOP(
            "problems",
            "Upload this certificate to the application at {provider}, or choose {there} the one that is there, "
            "and see that it has not expired.",
        ),
    ),
    _K.APPLICATION_UNKNOWN: (
        QT_TRANSLATE_NOOP(
            "problems",
            "{subject} could not log in: {provider} knows no application with this client ID, or it was disabled "
            "or deleted there.",
        ),
        QT_TRANSLATE_NOOP(
            "problems", "Check the client ID and the tenant {there} against the application's page."
        ),
    ),
    _K.APPLICATION_SETTINGS_WRONG: (
        QT_TRANSLATE_NOOP(
            "problems",
            "{subject} could not log in: the application at {provider} is not set up for this kind of sign-in.",
        ),
        QT_TRANSLATE_NOOP(
            "problems",
            "At {provider}, allow public client flows and the redirect address http://localhost for it, or choose "
            "another kind of sign-in {there}.",
        ),
    ),
    _K.TENANT_UNKNOWN: (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} could not log in: the tenant ID leads to no organisation at {provider}."
        ),
        QT_TRANSLATE_NOOP(
            "problems", "Check the tenant ID {there}, and that the cloud of the organisation is chosen."
        ),
    ),
    _K.ACCOUNT_UNKNOWN: (
        QT_TRANSLATE_NOOP("problems", "{subject} could not log in: {provider} knows no account {mailbox}."),
        QT_TRANSLATE_NOOP(
            "problems",
            "Check the mailbox address and the account {there}, and that they belong to this organisation.",
        ),
    ),
    _K.SCOPE_MISSING: (
        QT_TRANSLATE_NOOP("problems", "{subject} could not log in: its token lacks {missing}."),
        QT_TRANSLATE_NOOP(
            "problems",
            "Add the permission to the application at {provider}, have an administrator consent to it, then {test}.",
        ),
    ),
    _K.SCOPE_REFUSED: (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} could not log in: {provider} does not know a scope that was asked for."
        ),
        QT_TRANSLATE_NOOP(
            "problems",
            "Clear the scopes {there} to ask for the usual ones, and check that the cloud and the tenant are those "
            "of the mailbox.",
        ),
    ),
    _K.MAILBOX_NOT_ALLOWED: (
        QT_TRANSLATE_NOOP("problems", "{subject} has a token, but {server} does not open {mailbox} with it."),
        QT_TRANSLATE_NOOP(
            "problems",
            "Check the mailbox address {there}. Have the account or the application given access to the mailbox, and "
            "the protocol switched on for it; in Exchange Online an application needs a service principal as well.",
        ),
    ),
    _K.MAILBOX_NOT_LICENSED: (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} could not log in: {mailbox} has no mailbox or no licence at {provider}."
        ),
        QT_TRANSLATE_NOOP(
            "problems",
            "Have a licence with a mailbox assigned to the account, or check the mailbox address {there}.",
        ),
    ),
    _K.TOKENS_NOT_OFFERED: (
        QT_TRANSLATE_NOOP("problems", "{subject} could not log in: {server} does not take access tokens."),
        QT_TRANSLATE_NOOP(
            "problems",
            "Check the server name; with a mail server that is not the provider's, log in by password.",
        ),
    ),
    _K.PROTOCOL_DISABLED: (
        QT_TRANSLATE_NOOP(
            "problems",
            "{subject} could not log in: {server} has this protocol switched off for {mailbox}.",
        ),
        QT_TRANSLATE_NOOP(
            "problems",
            "Have IMAP, POP or authenticated SMTP switched on for the mailbox, and for the organisation.",
        ),
    ),
    _K.ACCESS_POLICY_DENIED: (
        QT_TRANSLATE_NOOP(
            "problems",
            "{subject} could not log in: an access policy of the organisation at {provider} does not allow it.",
        ),
        QT_TRANSLATE_NOOP(
            "problems",
            "Ask an administrator of the organisation to allow it: the sign-in log there names the policy. If it "
            "asks for a second factor, {sign_in}.",
        ),
    ),
    _K.DELEGATION_MISSING: (
        QT_TRANSLATE_NOOP(
            "problems",
            "{subject} could not log in: the service account may not act for {mailbox} at {provider}.",
        ),
        QT_TRANSLATE_NOOP(
            "problems",
            "Have an administrator add the client ID of the service account, with the scope "
            "https://mail.google.com/, under Domain-wide delegation in the Admin console.",
        ),
    ),
    _K.KEY_FILE_WRONG: (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} could not log in: its key file is not one that {provider} accepts."
        ),
        QT_TRANSLATE_NOOP(
            "problems",
            "Choose {there} the JSON key of a service account that exists. If in doubt, create a new key.",
        ),
    ),
    _K.CLOCK_WRONG: (
        QT_TRANSLATE_NOOP(
            "problems", "{subject} could not log in: the clock of this computer differs from {provider}'s."
        ),
        QT_TRANSLATE_NOOP(
            "problems",
            "Set the date, the time and the time zone of this computer. Then it goes on by itself.",
        ),
    ),
    _K.PROVIDER_UNAVAILABLE: (
        QT_TRANSLATE_NOOP(
            "problems",
            "{subject} could not log in: the sign-in service of {provider} does not work at present.",
        ),
        QT_TRANSLATE_NOOP(
            "problems",
            "Nothing needs to be done now: it is tried again by itself. If it stays, look at the provider's status "
            "page.",
        ),
    ),
}
