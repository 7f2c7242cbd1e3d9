"""The short way to the window says what the parser would."""

from pathlib import Path

import pytest

from mailint_gui.cli.parser import Mode, parse
from mailint_gui.cli.plain_start import PlainStart, plain_start


@pytest.mark.parametrize(
    ("words", "directory"),
    [
        ([], None),
        (["--profile", "/some/where"], Path("/some/where")),
        (["--profile", "here"], Path("here")),
        (["--profile", "with blanks and ümlauts"], Path("with blanks and ümlauts")),
    ],
)
def test_the_window_of_a_profile(words: list[str], directory: Path | None) -> None:
    assert plain_start(words) == PlainStart(directory)
    request = parse(words)
    assert (request.mode, request.directory, request.database_url) == (Mode.WINDOW, directory, None)


@pytest.mark.parametrize(
    "words",
    [
        ["--demo"],
        ["--headless"],
        ["--version"],
        ["--help"],
        ["doctor"],
        ["--profile"],
        ["--profile", ""],
        ["--profile", "--demo"],
        ["--profile", "\udcff"],
        ["--profile", "a\0b"],
        ["--profile", "here", "--demo"],
        ["--profile", "here", "doctor"],
        ["--database", "postgresql://here"],
    ],
)
def test_everything_else_is_for_the_parser(words: list[str]) -> None:
    assert plain_start(words) is None
