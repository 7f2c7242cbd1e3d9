"""What to do is told in the words of where it is read."""

import re
import shlex
from datetime import date

import pytest

from mailint_gui.domain.events import CredentialExpiring
from mailint_gui.domain.expiry import ExpiryKind, end_of
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.oauth import Provider
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.domain.refusal import Refusal
from mailint_gui.wording.expiry import expiry_words
from mailint_gui.wording.problems import words
from mailint_gui.wording.refusals import refusal_words
from mailint_gui.wording.surface import Surface, as_argument, ways
from mailint_gui.wording.text import without_isolates

OF_A_WINDOW = re.compile(
    r"\btab\b|\bSettings\b|\bthe settings\b|\b[Cc]hoose (Sign in|Test|Try)|\bbutton\b|\bbelow\b"
)


def in_terminal(kind: ProblemKind, direction: Direction | None = None, name: str = "Support") -> str:
    return words(Problem(kind, {"provider": Provider.GOOGLE}), name, direction, Surface.TERMINAL).remedy


def test_each_way_has_words_for_either_place() -> None:
    in_window, typed = (ways(surface, "Support", None) for surface in Surface)
    assert set(in_window) == set(typed)


@pytest.mark.parametrize("direction", [None, *Direction])
@pytest.mark.parametrize("kind", ProblemKind)
def test_a_terminal_is_not_told_of_tabs_and_a_window_not_of_verbs(
    kind: ProblemKind, direction: Direction | None
) -> None:
    told = in_terminal(kind, direction)
    assert told[0].isupper()
    assert told.endswith(".")
    assert "{" not in told
    assert not OF_A_WINDOW.search(told)
    shown = words(Problem(kind), "Support", direction).remedy
    assert "mailint " not in shown
    assert "import file" not in shown


@pytest.mark.parametrize("days", [6, -1])
@pytest.mark.parametrize("kind", ExpiryKind)
def test_nor_where_something_expires(kind: ExpiryKind, days: int) -> None:
    found = CredentialExpiring(kind, end_of(date(2027, 3, 3)), days, Direction.OUTGOING)
    told = expiry_words("Support", found, Surface.TERMINAL).remedy
    assert told.endswith(".")
    assert not OF_A_WINDOW.search(told)
    assert not OF_A_WINDOW.search(told)
    assert "[integration.outgoing]" in told or "sign-in Support --outgoing" in told


def test_a_sign_in_is_told_as_the_verb_that_signs_in() -> None:
    needed = ProblemKind.SIGN_IN_NEEDED
    assert in_terminal(needed, Direction.INCOMING).startswith("Run “mailint integrations sign-in Support”. ")
    assert in_terminal(needed, Direction.OUTGOING).startswith(
        "Run “mailint integrations sign-in Support --outgoing”. "
    )
    assert "“mailint integrations sign-in NAME”" in in_terminal(needed, name="")
    consent = in_terminal(ProblemKind.CONSENT_MISSING, Direction.INCOMING)
    assert consent.endswith(", then run “mailint integrations test Support”.")


def test_settings_are_told_as_the_table_of_the_import_file() -> None:
    told = in_terminal(ProblemKind.RESOLVE_FAILED, Direction.INCOMING)
    assert told.startswith("Check the server name in [integration.incoming] of its import file.")
    assert "[integration.outgoing]" in in_terminal(ProblemKind.RELAY_DENIED)


@pytest.mark.parametrize("kind", [ProblemKind.CLIENT_SECRET_EXPIRED, ProblemKind.CLIENT_SECRET_WRONG])
@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("env:DESK_SECRET", "put its value into the environment variable DESK_SECRET"),
        ("file:/etc/desk/secret", "put its value into the file /etc/desk/secret"),
        ("vault", 'client_secret_from = "stdin" in [integration.incoming] of the import file'),
    ],
)
def test_a_new_client_secret_goes_where_it_is_read_from(kind: ProblemKind, at: str, told: str) -> None:
    problem = Problem(kind, {"provider": Provider.MICROSOFT365, "client_secret_at": at})
    typed = words(problem, "Support", Direction.INCOMING, Surface.TERMINAL)
    assert told in without_isolates(typed.remedy)
    shown = words(problem, "Support", Direction.INCOMING)
    assert "enter its value on the Incoming email tab" in without_isolates(shown.remedy)


def test_what_expires_is_renewed_where_it_is_read_from() -> None:
    found = CredentialExpiring(ExpiryKind.PASSWORD, end_of(date(2027, 3, 3)), 6, Direction.INCOMING)
    told = without_isolates(expiry_words("Support", found, Surface.TERMINAL).remedy)
    assert (
        "put it where password_from says, and its date into password_expires_on, in [integration.inc" in told
    )
    assert told.endswith("of its import file before 2027-03-03.")


@pytest.mark.parametrize("name", ["Support", "Help desk", "it's", "a;b $HOME `id`", "Büro"])
def test_a_name_is_one_argument(name: str) -> None:
    assert shlex.split(as_argument(name)) == [name]


def test_a_name_from_right_to_left_is_quoted_and_isolated_once() -> None:
    told = in_terminal(ProblemKind.SIGN_IN_NEEDED, Direction.INCOMING, "دعم")
    assert without_isolates(told).startswith("Run “mailint integrations sign-in 'دعم'”. ")


@pytest.mark.parametrize(
    ("refusal", "verb"),
    [
        (Refusal.NOT_CHECKED_DISABLED, "enable"),
        (Refusal.NOT_CHECKED_DISABLED_BY_ERRORS, "enable"),
        (Refusal.NOT_CHECKED_NEEDS_SIGN_IN, "sign-in"),
        (Refusal.CANNOT_SEND_DISABLED, "enable"),
        (Refusal.CANNOT_SEND_DISABLED_BY_ERRORS, "enable"),
        (Refusal.CANNOT_SEND_NEEDS_SIGN_IN, "sign-in"),
        (Refusal.NOBODY_SIGNS_IN, "test"),
    ],
)
def test_a_refusal_names_the_whole_command(refusal: Refusal, verb: str) -> None:
    assert f"mailint integrations {verb} 'Help desk'" in refusal_words(refusal, {"name": "Help desk"})
