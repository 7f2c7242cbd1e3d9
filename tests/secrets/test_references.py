import os
import threading
from pathlib import Path

import pytest

from mailint_gui.domain.problem import ProblemError, ProblemKind
from mailint_gui.domain.secret import IN_VAULT, NO_SECRET, Secret, SecretPlace, SecretReference
from mailint_gui.secrets import references
from mailint_gui.secrets.references import LONGEST, resolve


def of_file(path: Path) -> SecretReference:
    return SecretReference(SecretPlace.FILE, str(path))


def test_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPPORT_PW", " käse ")
    assert resolve(SecretReference.parse("env:SUPPORT_PW")) == Secret(" käse ")


@pytest.mark.parametrize(
    ("content", "value"),
    [
        ("canary", "canary"),
        ("canary\n", "canary"),
        ("canary\r\nsecond line\n", "canary"),
        ("\ufeffkäse \n", "käse "),
        ("x" * (LONGEST - 1) + "\n", "x" * (LONGEST - 1)),
    ],
)
def test_from_the_first_line_of_a_file(tmp_path: Path, content: str, value: str) -> None:
    file = tmp_path / "secret"
    file.write_bytes(content.encode())
    assert resolve(of_file(file)).reveal() == value


@pytest.mark.parametrize("content", [b"", b"\n", b"\ncanary", b"canary\xff", b"canary" + b"x" * LONGEST])
def test_refuses_a_file_without_a_usable_first_line(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "secret"
    file.write_bytes(content)
    refused(of_file(file))


def test_refuses_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMPTY_PW", "")
    monkeypatch.delenv("NO_PW", raising=False)
    for reference in (
        SecretReference.parse("env:NO_PW"),
        SecretReference.parse("env:EMPTY_PW"),
        of_file(tmp_path / "nothing"),
        of_file(tmp_path),
        SecretReference(SecretPlace.FILE, "a\x00b"),
    ):
        refused(reference)


def test_refuses_an_environment_that_is_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environb, b"SUPPORT_PW", b"canary\xff")
    refused(SecretReference.parse("env:SUPPORT_PW"))


def test_refuses_what_is_no_regular_file(tmp_path: Path) -> None:
    """Nobody ever writes into the FIFO: to read from it is to wait for ever."""
    os.mkfifo(tmp_path / "fifo")
    refused(of_file(tmp_path / "fifo"))
    refused(of_file(Path("/dev/zero")))


def test_a_file_system_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """An opener that waits stands for a network share that is gone; a second one joins the first."""
    gone, opened = threading.Event(), []

    def hanging(path: str, flags: int) -> int:
        opened.append(path)
        gone.wait()
        raise FileNotFoundError(path)

    monkeypatch.setattr(references, "_without_waiting", hanging)
    monkeypatch.setattr(references, "DEADLINE", 0.05)
    reference = of_file(Path("/share/secret"))
    try:
        refused(reference)
        refused(reference)
        assert opened == ["/share/secret"]
    finally:
        gone.set()


def refused(reference: SecretReference) -> None:
    with pytest.raises(ProblemError) as caught:
        resolve(reference)
    assert caught.value.problem.kind is ProblemKind.PASSWORD_MISSING
    assert caught.value.problem.facts == {"reference": str(reference)}
    assert "canary" not in f"{caught.value} {caught.value.__cause__}"


@pytest.mark.parametrize("reference", [IN_VAULT, NO_SECRET])
def test_only_references_are_resolved(reference: SecretReference) -> None:
    with pytest.raises(ValueError, match="not a reference"):
        resolve(reference)
