"""Several incidents of one minute are one notification; the first is told at once."""

from datetime import timedelta

from mailint_gui.domain.events import (
    CredentialExpiring,
    DisabledByErrors,
    ErrorsReached,
    IntegrationEvent,
    Recovered,
    SignInNeeded,
)
from mailint_gui.domain.expiry import ExpiryKind
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.ui.notifications.collector import GATHERED_FOR, Collector
from tests.ui.desk_double import NOW
from tests.ui.samples import REFUSED, UNREACHABLE


def reached(number: int, name: str) -> IntegrationEvent:
    return IntegrationEvent(number, name, NOW, ErrorsReached(Direction.INCOMING, 3, NOW, REFUSED))


def ended(number: int, name: str) -> IntegrationEvent:
    return IntegrationEvent(number, name, NOW, DisabledByErrors(Direction.INCOMING, 10, NOW, UNREACHABLE))


def recovered(number: int, name: str) -> IntegrationEvent:
    return IntegrationEvent(number, name, NOW, Recovered(Direction.INCOMING, NOW, timedelta(hours=1), 4))


def ending(number: int, name: str) -> IntegrationEvent:
    found = CredentialExpiring(ExpiryKind.CLIENT_SECRET, NOW + timedelta(days=7), 7, Direction.INCOMING)
    return IntegrationEvent(number, name, NOW, found)


def signed_out(number: int, name: str) -> IntegrationEvent:
    problem = Problem(ProblemKind.SIGN_IN_NEEDED, {"provider": "Microsoft 365"})
    return IntegrationEvent(number, name, NOW, SignInNeeded(Direction.INCOMING, NOW, problem))


def test_the_first_speaks_of_its_integration() -> None:
    notice = Collector().take(reached(1, "Orders"), NOW)
    assert (notice.event, notice.replaces) == (reached(1, "Orders"), False)
    assert notice.title.startswith("Orders: ")
    assert "could not log in" in notice.body


def test_others_of_the_same_minute_join_it() -> None:
    collector = Collector()
    collector.take(reached(1, "Orders"), NOW)
    collector.take(ended(2, "Billing"), NOW + timedelta(seconds=20))
    notice = collector.take(recovered(3, "Returns"), NOW + timedelta(seconds=59))
    assert (notice.title, notice.event, notice.replaces) == (
        "2 integrations have errors",
        None,
        True,
    )
    assert notice.body == "Orders, Billing\nWork again: Returns"


def test_after_a_minute_it_begins_anew() -> None:
    collector = Collector()
    collector.take(reached(1, "Orders"), NOW)
    notice = collector.take(reached(2, "Billing"), NOW + GATHERED_FOR)
    assert (notice.event, notice.replaces) == (reached(2, "Billing"), False)


def test_a_clock_set_back_begins_anew() -> None:
    collector = Collector()
    collector.take(reached(1, "Orders"), NOW)
    assert not collector.take(reached(2, "Billing"), NOW - timedelta(hours=1)).replaces


def test_of_one_integration_the_newest_counts() -> None:
    collector = Collector()
    collector.take(reached(1, "Orders"), NOW)
    notice = collector.take(ended(1, "Orders"), NOW + timedelta(seconds=5))
    assert (notice.event, notice.replaces) == (ended(1, "Orders"), True)
    assert "disabled" in notice.title


def test_a_common_recovery_is_good_news() -> None:
    collector = Collector()
    for number in range(1, 4):
        notice = collector.take(recovered(number, f"Desk {number}"), NOW)
    assert (notice.title, notice.body) == ("3 integrations work again", "Desk 1, Desk 2, Desk 3")


def test_a_long_list_of_names_is_cut() -> None:
    collector = Collector()
    for number in range(1, 21):
        notice = collector.take(reached(number, f"Desk {number}\n"), NOW)
    assert notice.title == "20 integrations have errors"
    assert notice.body == "Desk 1, Desk 2, Desk 3, Desk 4, Desk 5 and 15 more"


def test_what_expires_is_no_error() -> None:
    collector = Collector()
    for number in range(1, 4):
        notice = collector.take(ending(number, f"Desk {number}"), NOW)
    assert notice.title == "3 integrations have something that expires"
    assert notice.body == "Desk 1, Desk 2, Desk 3"
    notice = collector.take(recovered(4, "Returns"), NOW)
    assert notice.body == "Desk 1, Desk 2, Desk 3\nWork again: Returns"
    notice = collector.take(reached(5, "Orders"), NOW)
    assert notice.title == "1 integration has errors"
    assert notice.body == "Orders\nSomething expires: Desk 1, Desk 2, Desk 3\nWork again: Returns"


def test_a_sign_in_that_is_needed_is_no_error() -> None:
    collector = Collector()
    for number, name in enumerate(("Orders", "Billing"), start=1):
        notice = collector.take(signed_out(number, name), NOW)
    assert (notice.title, notice.body) == ("2 integrations need a sign-in", "Orders, Billing")
    notice = collector.take(recovered(3, "Returns"), NOW)
    assert notice.title == "2 integrations need a sign-in"
    notice = collector.take(reached(4, "Support"), NOW)
    assert notice.title == "1 integration has errors"
    assert notice.body == "Support\n2 need a sign-in: Orders, Billing\nWork again: Returns"
    notice = collector.take(recovered(2, "Billing"), NOW)
    assert "1 needs a sign-in: Orders" in notice.body.splitlines()


def test_one_sign_in_beside_what_is_less_grave_is_the_title() -> None:
    collector = Collector()
    collector.take(signed_out(1, "Orders"), NOW)
    notice = collector.take(ending(2, "Billing"), NOW)
    assert (notice.title, notice.body) == (
        "1 integration needs a sign-in",
        "Orders\nSomething expires: Billing",
    )
