"""A secret is never shown by accident, and its reference is plain text both ways."""

import copy
import dataclasses
import json
import logging
import pickle
import traceback
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.domain.secret import (
    IN_VAULT,
    NO_SECRET,
    Secret,
    SecretPlace,
    SecretReference,
    TypedPasswords,
)

CANARY = "canary-4711-hunter2"
SECRET = Secret(CANARY)

SHOWN: dict[str, Callable[[], str]] = {
    "repr": lambda: repr(SECRET),
    "str": lambda: str(SECRET),
    "format": lambda: format(SECRET, ">40"),
    "f-string": lambda: f"{SECRET} {SECRET!r} {SECRET!s} {SECRET:x}",
    "str.format": lambda: "{0} {0!r}".format(SECRET),  # noqa: UP032  this very way is tested
    "percent": lambda: "%s %r" % (SECRET, SECRET),  # noqa: UP031  this very way is tested
    "in a list": lambda: repr([SECRET, {"password": SECRET}]),
    "in a dataclass": lambda: repr(TypedPasswords(SECRET, SECRET)),
    "in an exception": lambda: "".join(traceback.format_exception(ValueError(SECRET))),
    "dir": lambda: repr(dir(SECRET)),
}


@pytest.mark.parametrize("show", SHOWN.values(), ids=SHOWN.keys())
def test_it_is_not_shown(show: Callable[[], str]) -> None:
    assert CANARY not in show()


TAKEN: dict[str, Callable[[], object]] = {
    **{
        f"pickle {protocol}": lambda protocol=protocol: pickle.dumps(SECRET, protocol)
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
    },
    "pickle of a holder": lambda: pickle.dumps(TypedPasswords(incoming=SECRET)),
    "copy": lambda: copy.copy(SECRET),
    "deepcopy": lambda: copy.deepcopy(SECRET),
    "asdict": lambda: dataclasses.asdict(TypedPasswords(incoming=SECRET)),
    "vars": lambda: vars(SECRET),
    "json": lambda: json.dumps(SECRET),
    "join": lambda: "".join([SECRET]),  # type: ignore[list-item]  # that it is no str is what is tested
}


@pytest.mark.parametrize("take", TAKEN.values(), ids=TAKEN.keys())
def test_it_is_not_taken_along(take: Callable[[], object]) -> None:
    with pytest.raises(TypeError) as caught:
        take()
    assert CANARY not in str(caught.value)


def test_it_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("canary").warning("%s %r %s", SECRET, SECRET, TypedPasswords(SECRET))
    assert "Secret(…)" in caplog.text
    assert CANARY not in caplog.text


def test_it_is_a_value() -> None:
    assert SECRET.reveal() == CANARY
    assert Secret(CANARY) == SECRET
    assert hash(Secret(CANARY)) == hash(SECRET)
    assert Secret("other") != SECRET
    assert SECRET != CANARY
    assert SECRET
    assert not Secret("")


REFERENCES = [
    ("", NO_SECRET),
    ("vault", IN_VAULT),
    ("env:SUPPORT_PW", SecretReference(SecretPlace.ENVIRONMENT, "SUPPORT_PW")),
    ("file:/run/secrets/support", SecretReference(SecretPlace.FILE, "/run/secrets/support")),
    ("file:C:\\secrets\\support", SecretReference(SecretPlace.FILE, "C:\\secrets\\support")),
    ("env:vault", SecretReference(SecretPlace.ENVIRONMENT, "vault")),
]


@pytest.mark.parametrize(("text", "reference"), REFERENCES)
def test_a_reference_and_its_text(text: str, reference: SecretReference) -> None:
    assert SecretReference.parse(text) == reference
    assert str(reference) == text


@pytest.mark.parametrize(
    "text",
    ["env", "env:", "file", "file:", ":", "vault:", "vault:x", "VAULT", "Env:A", "none", "stdin", CANARY],
)
def test_what_is_no_reference(text: str) -> None:
    with pytest.raises(ValueError, match="env:NAME") as caught:
        SecretReference.parse(text)
    assert CANARY not in str(caught.value)


@given(st.sampled_from([SecretPlace.ENVIRONMENT, SecretPlace.FILE]), st.text(min_size=1))
def test_any_reference_comes_back(place: SecretPlace, name: str) -> None:
    reference = SecretReference(place, name)
    assert SecretReference.parse(str(reference)) == reference
