"""What a person reads in the terminal: nothing that matters is hidden or cut, and JSON stays as promised."""

import pytest

from mailint_gui.wording.text import isolated
from tests.cli import contract
from tests.cli.in_process import InProcess
from tests.servers.ports import free_ports

ARABIC = "دعم"
PASSWORD = "MAILINT_TEST_PASSWORD"


@pytest.fixture
def failing(program: InProcess, monkeypatch: pytest.MonkeyPatch) -> InProcess:
    """One integration with a name from right to left, whose server refuses every connection, checked once."""
    monkeypatch.setenv(PASSWORD, "secret")
    document = program.file(
        f"""
[[integration]]
name = "{ARABIC}"
[integration.incoming]
address = "support@example.org"
server = "127.0.0.1"
port = {free_ports(1)[0]}
user_name = "support"
password_from = "env:{PASSWORD}"
"""
    )
    program.done("integrations", "import", document)
    assert program.run("integrations", "check", "--all").code == 1
    return program


def test_the_list_says_how_each_fares(failing: InProcess) -> None:
    heading, row = failing.done("integrations", "list").out.decode().splitlines()
    assert heading.split("  ")[0] == "NAME"
    assert heading.endswith("ERRORS IN  ERRORS OUT")
    assert "Failing (1 of 10)" in row
    assert row.split()[-2:] == ["1", "0"]
    [shape] = failing.json("integrations", "list")
    assert shape["state"] == "active"
    assert sorted(shape) == sorted(contract.INTEGRATION)


def test_the_steps_of_a_test_are_told_in_full(failing: InProcess) -> None:
    ended = failing.run("integrations", "test", ARABIC)
    assert ended.code == 1
    table = ended.out.decode()
    assert "…" not in table
    assert "and that the mail service is running. Details: " in table


def test_no_marks_of_direction_are_printed(failing: InProcess) -> None:
    for words in (["integrations", "test", ARABIC], ["integrations", "show", ARABIC]):
        for more in ([], ["--json"]):
            ended = failing.run(*words, *more)
            assert ARABIC in ended.out.decode()
            assert not set(isolated(ARABIC)).difference(ARABIC) & set(ended.out.decode() + ended.err)


@pytest.mark.parametrize(
    "text", ["[[integration]\n", "[other]\nname = 'a'\n", "[[integration]]\ndescription = 'a'\n"]
)
def test_a_file_that_is_wrong_is_named(program: InProcess, text: str) -> None:
    path = program.file(text, "desks.toml")
    ended = program.run("integrations", "import", path)
    assert ended.code == 1
    assert all(line.startswith(f"{path}: ") for line in ended.lines)
