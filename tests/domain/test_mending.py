"""Where in the form a problem is mended."""

from datetime import UTC, datetime

import pytest

from mailint_gui.domain.events import (
    CredentialExpiring,
    DisabledByErrors,
    NoMailSince,
    SignInNeeded,
)
from mailint_gui.domain.expiry import ExpiryKind
from mailint_gui.domain.integration import (
    Direction,
    IncomingAuthentication,
    IncomingSettings,
    Integration,
    OutgoingAuthentication,
    OutgoingSettings,
)
from mailint_gui.domain.mending import place_of_event, place_to_mend, tab_of
from mailint_gui.domain.oauth import OAuthSettings, SignIn
from mailint_gui.domain.problem import Problem, ProblemKind

IN, OUT, K = Direction.INCOMING, Direction.OUTGOING, ProblemKind
NOW = datetime(2026, 11, 23, tzinfo=UTC)
SAME = OutgoingSettings(enabled=True, authentication=OutgoingAuthentication.SAME_AS_INCOMING)
MICROSOFT, GOOGLE = IncomingAuthentication.MICROSOFT365, IncomingAuthentication.GOOGLE


def integration(
    authentication: IncomingAuthentication = IncomingAuthentication.PASSWORD,
    sign_in: SignIn = SignIn.APP_ONLY,
    outgoing: OutgoingSettings = SAME,
) -> Integration:
    incoming = IncomingSettings(enabled=True, authentication=authentication, oauth=OAuthSettings(sign_in))
    return Integration(incoming=incoming, outgoing=outgoing)


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("kind", ProblemKind)
def test_every_problem_has_a_place_on_a_tab(kind: ProblemKind, direction: Direction) -> None:
    place = place_to_mend(integration(), direction, Problem(kind))
    assert place.split(".")[0] == tab_of(place)
    assert not place.endswith(".")


@pytest.mark.parametrize(
    ("given", "kind", "place"),
    [
        (integration(), K.AUTHENTICATION_FAILED, "incoming.password"),
        (integration(MICROSOFT), K.AUTHENTICATION_FAILED, "incoming.client_secret"),
        (integration(GOOGLE, SignIn.SERVICE_ACCOUNT), K.PASSWORD_MISSING, "incoming.key_file"),
        (integration(MICROSOFT, SignIn.DEVICE_CODE), K.SECRET_LOCKED_HERE, "incoming.tokens"),
        (integration(MICROSOFT, SignIn.DEVICE_CODE), K.SIGN_IN_NEEDED, "incoming.tokens"),
        (integration(MICROSOFT), K.CLIENT_SECRET_EXPIRED, "incoming.client_secret"),
        (integration(), K.RESOLVE_FAILED, "outgoing.server"),
        (integration(), K.SENDER_REFUSED, "outgoing.address"),
        (integration(), K.STORE_FAILED, "outgoing"),
    ],
)
def test_mail_that_goes_out_by_the_log_in_of_incoming_is_mended_there(
    given: Integration, kind: ProblemKind, place: str
) -> None:
    assert place_to_mend(given, OUT, Problem(kind)) == place


def test_a_log_in_of_its_own_is_mended_where_it_is() -> None:
    own = OutgoingSettings(enabled=True, authentication=OutgoingAuthentication.PASSWORD)
    refused = Problem(K.AUTHENTICATION_FAILED)
    assert place_to_mend(integration(MICROSOFT, outgoing=own), OUT, refused) == "outgoing.password"


def test_events_are_mended_where_their_problem_is() -> None:
    given = integration(MICROSOFT, SignIn.DEVICE_CODE)
    disabled = DisabledByErrors(IN, 10, NOW, Problem(K.FOLDER_MISSING))
    needed = SignInNeeded(OUT, NOW, Problem(K.SIGN_IN_NEEDED))
    assert place_of_event(given, disabled) == "incoming.folder"
    assert place_of_event(given, needed) == "incoming.tokens"
    expiring = CredentialExpiring(ExpiryKind.CERTIFICATE, NOW, 6, OUT)
    assert place_of_event(given, expiring) == "outgoing.certificate"
    assert place_of_event(given, NoMailSince(NOW)) == "incoming"
