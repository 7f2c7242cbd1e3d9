"""The catalogue for the way to a provider's sign-in service, beside ``problem_templates``: the mail server has no part
in these, nor have the fields that say where it is."""

from collections.abc import Mapping

from mailint_gui.domain.problem import ProblemKind, Service
from mailint_gui.wording.text import QT_TRANSLATE_NOOP

_K = ProblemKind

_CHECK_THE_WAY = QT_TRANSLATE_NOOP(
    "problems",
    "Check that this computer reaches the internet: its network, the firewall, and the proxy in Settings, Network. If "
    "an authority or endpoint of your own is named {there}, check that as well.",
)
_CHECK_WHO_ANSWERS = QT_TRANSLATE_NOOP(
    "problems",
    "A proxy or a log-in page of this network may answer in its place. If your organisation's proxy reads encrypted "
    "traffic, name the file of its authority in Settings, Network.",
)
_CHECK_WHO_ANSWERS_OTHERWISE = QT_TRANSLATE_NOOP(
    "problems",
    "A proxy or a log-in page of this network may answer in its place: log in to the network, or check the proxy in "
    "Settings, Network. If an authority or endpoint of your own is named {there}, check that as well.",
)
_ON_THE_WAY: Mapping[ProblemKind, tuple[str, str]] = {
    _K.RESOLVE_FAILED: (
        QT_TRANSLATE_NOOP(
            "problems",
            "{subject} could not log in: no address is known for {server}, the sign-in service of {provider}.",
        ),
        _CHECK_THE_WAY,
    ),
    _K.CONNECTION_REFUSED: (
        QT_TRANSLATE_NOOP(
            "problems",
            "{subject} could not log in: {endpoint}, the sign-in service of {provider}, refused the connection.",
        ),
        _CHECK_THE_WAY,
    ),
    _K.UNREACHABLE: (
        QT_TRANSLATE_NOOP(
            "problems",
            "{subject} could not log in: no route leads to {endpoint}, the sign-in service of {provider}.",
        ),
        _CHECK_THE_WAY,
    ),
    _K.TIMED_OUT: (
        QT_TRANSLATE_NOOP(
            "problems",
            "{subject} could not log in: {endpoint}, the sign-in service of {provider}, did not answer in time.",
        ),
        _CHECK_THE_WAY,
    ),
    _K.CONNECTION_LOST: (
        QT_TRANSLATE_NOOP(
            "problems",
            "{subject} could not log in: the connection to {endpoint}, the sign-in service of {provider}, was lost.",
        ),
        _CHECK_THE_WAY,
    ),
    _K.TLS_UNTRUSTED: (
        QT_TRANSLATE_NOOP(
            "problems",
            "{subject} could not log in: the certificate of {server}, the sign-in service of {provider}, is not from "
            "a trusted authority.",
        ),
        _CHECK_WHO_ANSWERS,
    ),
    _K.TLS_WRONG_HOST: (
        QT_TRANSLATE_NOOP(
            "problems",
            "{subject} could not log in: the certificate shown is not for {server}, the sign-in service of "
            "{provider}.",
        ),
        _CHECK_WHO_ANSWERS_OTHERWISE,
    ),
    _K.TLS_EXPIRED: (
        QT_TRANSLATE_NOOP(
            "problems",
            "{subject} could not log in: the certificate of {server}, the sign-in service of {provider}, has expired.",
        ),
        QT_TRANSLATE_NOOP(
            "problems",
            "Check that this computer's clock is right. If it is, a proxy or a log-in page of this network may answer "
            "in its place.",
        ),
    ),
    _K.TLS_NOT_OFFERED: (
        QT_TRANSLATE_NOOP(
            "problems",
            "{subject} could not log in: {endpoint}, the sign-in service of {provider}, does not answer encrypted.",
        ),
        _CHECK_WHO_ANSWERS_OTHERWISE,
    ),
    _K.TLS_HANDSHAKE_FAILED: (
        QT_TRANSLATE_NOOP(
            "problems",
            "{subject} could not log in: no encryption could be agreed on with {endpoint}, the sign-in service of "
            "{provider}.",
        ),
        _CHECK_WHO_ANSWERS_OTHERWISE,
    ),
}
_IN_ITS_PLACE: Mapping[ProblemKind, tuple[str, str]] = {
    _K.PROVIDER_UNAVAILABLE: (
        QT_TRANSLATE_NOOP(
            "problems",
            "{subject} could not log in: something else answered in place of {server}, the sign-in service of "
            "{provider}.",
        ),
        QT_TRANSLATE_NOOP(
            "problems",
            "Most often it is a proxy or a log-in page of this network: log in to the network, or check the proxy in "
            "Settings, Network. If an authority or endpoint of your own is named {there}, check that as well.",
        ),
    ),
}
NO_TOKEN_IN_TIME = (
    QT_TRANSLATE_NOOP(
        "problems", "{subject} could not log in: the sign-in service of {provider} did not answer in time."
    ),
    _CHECK_THE_WAY,
)
SIGN_IN_SERVICE: Mapping[str, Mapping[ProblemKind, tuple[str, str]]] = {
    Service.SIGN_IN: _ON_THE_WAY,
    Service.NOT_SIGN_IN: _IN_ITS_PLACE,
}
"""By the fact ``service``."""
