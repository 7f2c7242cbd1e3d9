"""Which credentials of an integration can end, and when they do."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from mailint_gui.domain.credentials_in_use import also_used_by, credentials_in_use, expiries, field_path
from mailint_gui.domain.expiry import Expiry, ExpiryKind, end_of
from mailint_gui.domain.health import DirectionHealth, ErrorRecord, Health
from mailint_gui.domain.integration import (
    Direction,
    IncomingAuthentication,
    IncomingSettings,
    Integration,
    OutgoingAuthentication,
    OutgoingSettings,
)
from mailint_gui.domain.oauth import OAuthSettings, SignIn
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.domain.secret import IN_VAULT, SecretPlace, SecretReference

NOW = datetime(2027, 3, 3, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TYPED = date(2027, 4, 1)
IN, OUT = Direction.INCOMING, Direction.OUTGOING
MICROSOFT, GOOGLE = IncomingAuthentication.MICROSOFT365, IncomingAuthentication.GOOGLE
K = ExpiryKind


def receiving(
    authentication: IncomingAuthentication, sign_in: SignIn = SignIn.APP_ONLY, **oauth: Any
) -> Integration:
    settings = OAuthSettings(sign_in=sign_in, secret_expires_on=TYPED, **oauth)
    incoming = IncomingSettings(
        enabled=True,
        authentication=authentication,
        oauth=settings,
        password=IN_VAULT,
        password_expires_on=TYPED,
    )
    return Integration(1, "Support", incoming=incoming)


def sending(one: Integration, authentication: OutgoingAuthentication, **changes: Any) -> Integration:
    return replace(one, outgoing=OutgoingSettings(enabled=True, authentication=authentication, **changes))


def test_who_else_needs_the_new_secret_of_an_application() -> None:
    def another(number: int, client_secret: SecretReference, **oauth: Any) -> Integration:
        one = receiving(
            MICROSOFT, client_secret=client_secret, **{"client_id": "app", "tenant_id": "a", **oauth}
        )
        return replace(one, id=number, name=str(number))

    variable, other = (SecretReference(SecretPlace.ENVIRONMENT, name) for name in ("SECRET", "OTHER"))
    all_of_them = [
        another(1, IN_VAULT),
        another(2, IN_VAULT, client_id="APP"),
        another(3, IN_VAULT, client_id="else"),
        another(4, IN_VAULT, tenant_id="b"),
        another(5, variable),
        another(6, variable),
        another(7, other),
        replace(another(8, IN_VAULT), enabled=False),
        another(9, IN_VAULT, certificate=IN_VAULT),
    ]
    assert also_used_by(all_of_them[0], K.CLIENT_SECRET, IN, all_of_them) == ("2", "5", "6", "7")
    assert also_used_by(all_of_them[4], K.CLIENT_SECRET, IN, all_of_them) == ("1", "2", "7")
    assert also_used_by(all_of_them[0], K.SIGN_IN, IN, all_of_them) == ()
    assert also_used_by(SECRET, K.CLIENT_SECRET, IN, [replace(SECRET, id=2)]) == ()


SECRET = receiving(MICROSOFT, client_secret=IN_VAULT)


@pytest.mark.parametrize(
    ("one", "used"),
    [
        (receiving(IncomingAuthentication.PASSWORD), [(K.PASSWORD, IN)]),
        (SECRET, [(K.CLIENT_SECRET, IN)]),
        (receiving(MICROSOFT, client_secret=IN_VAULT, certificate=IN_VAULT), [(K.CERTIFICATE, IN)]),
        (
            receiving(MICROSOFT, SignIn.INTERACTIVE, client_secret=IN_VAULT, certificate=IN_VAULT),
            [(K.CLIENT_SECRET, IN), (K.SIGN_IN, IN)],
        ),
        (receiving(MICROSOFT, SignIn.INTERACTIVE), [(K.SIGN_IN, IN)]),
        (receiving(MICROSOFT, SignIn.DEVICE_CODE, client_secret=IN_VAULT), [(K.SIGN_IN, IN)]),
        (receiving(GOOGLE, SignIn.SERVICE_ACCOUNT, key_file=IN_VAULT), [(K.KEY_FILE, IN)]),
        (
            receiving(GOOGLE, SignIn.INTERACTIVE, client_secret=SecretReference(SecretPlace.FILE, "/s")),
            [(K.CLIENT_SECRET, IN), (K.SIGN_IN, IN)],
        ),
        (receiving(MICROSOFT), []),  # no secret is there yet: nothing of it can end
        (replace(SECRET, enabled=False), []),
        (replace(SECRET, incoming=replace(SECRET.incoming, enabled=False)), []),
        (sending(SECRET, OutgoingAuthentication.SAME_AS_INCOMING), [(K.CLIENT_SECRET, IN)]),
        (
            sending(
                replace(SECRET, incoming=replace(SECRET.incoming, enabled=False)),
                OutgoingAuthentication.SAME_AS_INCOMING,
            ),
            [(K.CLIENT_SECRET, IN)],
        ),
        (
            sending(SECRET, OutgoingAuthentication.PASSWORD, password=IN_VAULT),
            [(K.CLIENT_SECRET, IN), (K.PASSWORD, OUT)],
        ),
        (sending(SECRET, OutgoingAuthentication.NONE, password=IN_VAULT), [(K.CLIENT_SECRET, IN)]),
        (
            sending(SECRET, OutgoingAuthentication.MICROSOFT365, oauth=SECRET.incoming.oauth),
            [(K.CLIENT_SECRET, IN), (K.CLIENT_SECRET, OUT)],
        ),
    ],
)
def test_only_what_it_logs_in_with_is_in_use(
    one: Integration, used: list[tuple[ExpiryKind, Direction]]
) -> None:
    assert list(credentials_in_use(one)) == used


Kept = Mapping[tuple[ExpiryKind, Direction], datetime]


def ends(one: Integration, kept: Kept | None = None, health: Health | None = None) -> list[Expiry]:
    return list(expiries(one, health or Health(), lambda *which: (kept or {}).get(which)))


@pytest.mark.parametrize(
    ("one", "kind"),
    [
        (SECRET, K.CLIENT_SECRET),
        (receiving(IncomingAuthentication.PASSWORD), K.PASSWORD),
        (receiving(GOOGLE, SignIn.SERVICE_ACCOUNT, key_file=IN_VAULT), K.KEY_FILE),
    ],
)
def test_a_typed_date_is_good_until_its_end(one: Integration, kind: ExpiryKind) -> None:
    assert ends(one) == [Expiry(kind, IN, end_of(TYPED))]
    oauth = replace(one.incoming.oauth, secret_expires_on=None)
    unknown = replace(one.incoming, oauth=oauth, password_expires_on=None)
    assert ends(replace(one, incoming=unknown)) == []


def test_the_date_of_another_way_to_log_in_warns_of_nothing() -> None:
    """What was typed there stays, should it come back."""
    by_password = receiving(IncomingAuthentication.PASSWORD)
    assert ends(replace(by_password, incoming=replace(by_password.incoming, password_expires_on=None))) == []
    assert ends(replace(SECRET, incoming=replace(SECRET.incoming, password_expires_on=None))) != []


def test_a_certificate_says_itself_when_it_ends() -> None:
    one = receiving(MICROSOFT, certificate=IN_VAULT)
    assert ends(one) == []
    assert ends(one, {(K.CERTIFICATE, IN): NOW}) == [Expiry(K.CERTIFICATE, IN, NOW)]


@pytest.mark.parametrize(("authentication", "days"), [(MICROSOFT, 90), (GOOGLE, 180)])
def test_a_sign_in_ends_when_it_is_not_used(authentication: IncomingAuthentication, days: int) -> None:
    one = receiving(authentication, SignIn.INTERACTIVE)
    failing = Health(DirectionHealth(last_attempt_at=NOW, consecutive_errors=4, disabled_by_errors_at=NOW))
    assert ends(one, {(K.SIGN_IN, IN): NOW}, failing) == [Expiry(K.SIGN_IN, IN, NOW + days * DAY)]


SIGNED_IN = receiving(MICROSOFT, SignIn.INTERACTIVE)
USED: Kept = {(K.SIGN_IN, IN): NOW - 80 * DAY}
NEEDED = ErrorRecord(NOW, Problem(ProblemKind.SIGN_IN_NEEDED))


@pytest.mark.parametrize(
    ("health", "warned"),
    [
        (DirectionHealth(last_attempt_at=NOW - 80 * DAY), False),  # the program did not run: a check comes
        (DirectionHealth(), False),
        (DirectionHealth(last_attempt_at=NOW), True),  # checks, and none of them gets as far
        (
            DirectionHealth(last_attempt_at=NOW, consecutive_errors=1, last_error=NEEDED),
            False,
        ),  # told as such
    ],
    ids=["not running", "never checked", "never used", "sign in again"],
)
def test_no_warning_where_the_next_check_uses_it(health: DirectionHealth, warned: bool) -> None:
    assert bool(ends(SIGNED_IN, USED, Health(health))) == warned


def test_a_sign_in_that_only_sends_is_not_used_by_checks() -> None:
    incoming = replace(SIGNED_IN.incoming, enabled=False)
    sends = sending(replace(SIGNED_IN, incoming=incoming), OutgoingAuthentication.SAME_AS_INCOMING)
    assert ends(sends, USED) == [Expiry(K.SIGN_IN, IN, NOW + 10 * DAY)]
    own = sending(
        receiving(IncomingAuthentication.PASSWORD),
        OutgoingAuthentication.MICROSOFT365,
        oauth=SIGNED_IN.incoming.oauth,
    )
    assert Expiry(K.SIGN_IN, OUT, NOW + 10 * DAY) in ends(own, {(K.SIGN_IN, OUT): NOW - 80 * DAY})


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        (K.CLIENT_SECRET, "outgoing.client_secret"),
        (K.CERTIFICATE, "outgoing.certificate"),
        (K.KEY_FILE, "outgoing.key_file"),
        (K.SIGN_IN, "outgoing.tokens"),
        (K.PASSWORD, "outgoing.password"),
    ],
)
def test_where_the_next_one_is_entered(kind: ExpiryKind, path: str) -> None:
    assert field_path(kind, OUT) == path
