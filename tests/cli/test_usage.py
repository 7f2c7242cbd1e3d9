"""Exit codes, what goes where, and that nothing a person types ends in a traceback."""

import json
import os
import signal
import sqlite3
import string
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailint_gui import __version__, application
from mailint_gui.cli.parser import VERBS, HelpAskedError, UsageError, parse
from mailint_gui.cli.program import run
from mailint_gui.domain.events import CredentialExpiring
from mailint_gui.domain.expiry import ExpiryKind
from mailint_gui.domain.finding import Examined, Finding, FindingKind, FindingState
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.refusal import Refusal
from mailint_gui.profile import Profile
from mailint_gui.services.refusal import StoreRefusal
from mailint_gui.wording.findings import examined_name, finding_state_name, finding_words
from mailint_gui.wording.refusals import database_words, refusal_words
from tests.cli import contract
from tests.cli.in_process import Captured, InProcess
from tests.cli.program import Program
from tests.servers.postgresql import PostgreSql
from tests.servers.secret_service import SecretService, on_bus
from tests.servers.session_bus import SessionBus

CONTRACT = {
    "integrations list", "integrations show", "integrations import", "integrations export", "integrations test",
    "integrations check", "integrations enable", "integrations disable", "messages list", "messages show",
    "messages export", "messages retry", "send", "outbox list", "outbox retry", "outbox cancel", "properties list",
    "properties set", "doctor", "records list", "records show", "rules list", "rules import", "rules export",
    "rules test", "integrations sign-in", "integrations sign-out",
    "outbox arrived",
}  # fmt: skip
FROM_STDIN = """
[[integration]]
name = "a"
[integration.incoming]
address = "a@example.org"
server = "mail.example.org"
user_name = "a"
password_from = "stdin"
"""
BAD_USAGE = [
    ["integrations"],
    ["integrations", "nonsense"],
    ["integrations", "check"],
    ["integrations", "check", "--all", "Support"],
    ["integrations", "list", "--jso"],
    ["records", "show"],
    ["records", "show", "x"],
    ["rules", "import"],
    ["messages", "show", "x"],
    ["messages", "show", "-1"],
    ["messages", "list", "--state", "nonsense"],
    ["properties", "set", "disable_grace"],
    ["properties", "set"],
    ["send", "--from", "Support", "--subject", "s"],
    ["send", "--from", "Support", "--to", "nobody", "--subject", "s"],
    ["send", "--from", "Support", "--to", "a@example.org", "--subject", "a\nBcc: b@example.org"],
    ["--demo", "--headless"],
    ["--headless", "doctor"],
    ["--nonsense"],
    ["nonsense"],
    ["integrations", "show", "\udc80"],
]


def test_the_verbs_are_those_of_the_contract() -> None:
    assert {" ".join(verb.path) for verb in VERBS} == CONTRACT


@pytest.mark.parametrize("words", BAD_USAGE, ids=" ".join)
def test_bad_usage_is_two(program: InProcess, words: list[str]) -> None:
    ended = program.run(*words)
    assert (ended.code, ended.out) == (2, b"")
    assert ended.lines[-1].startswith("mailint")


def test_without_a_profile_reading_finds_nothing_and_makes_nothing(
    program: InProcess, tmp_path: Path
) -> None:
    program.profile = tmp_path / "none"
    for words in (["integrations", "list"], ["messages", "list"], ["outbox", "list"]):
        assert program.json(*words) == []
        assert program.done(*words).out == b""
    assert program.done("integrations", "export").out == b""
    assert not program.profile.exists()


@pytest.mark.parametrize(
    "words",
    [
        ["integrations", "show", "Nobody"],
        ["integrations", "disable", "Nobody"],
        ["integrations", "check", "Nobody"],
        ["integrations", "test", "Nobody"],
        ["integrations", "enable", "Nobody"],
        ["integrations", "export", "Nobody"],
        ["integrations", "import", "nothing.toml"],
        ["integrations", "import", "."],
        ["messages", "show", "1"],
        ["messages", "export", "1"],
        ["messages", "retry", "1"],
        ["outbox", "retry", "1"],
        ["outbox", "arrived", "1"],
        ["outbox", "cancel", "999999999999999999"],
        ["send", "--from", "Nobody", "--to", "a@example.org", "--subject", "s"],
        ["properties", "set", "nonsense=1"],
    ],
    ids=" ".join,
)
def test_what_is_not_there_is_one_line_and_one(program: InProcess, words: list[str]) -> None:
    ended = program.run(*words)
    assert (ended.code, ended.out) == (1, b"")
    assert len(ended.lines) == 1


DEFAULTS = """
[[integration]]
name = "Silent"
is_default = true
[[integration]]
name = "Other"
"""


def test_a_default_that_cannot_send_is_warned_of(program: InProcess) -> None:
    words = ("integrations", "import", program.file(DEFAULTS))
    for options in ((), ("--json",)):
        ended = program.run(*words, *options)
        assert (ended.code, len(ended.lines)) == (0, 1)
        assert ended.lines[0].startswith("Silent is the default and cannot send")
    assert [each["name"] for each in json.loads(ended.out)] == ["Silent", "Other"]


def test_a_state_that_is_none_names_those_that_are(program: InProcess) -> None:
    ended = program.run("messages", "list", "--state", "bogus")
    assert ended.code == 2
    assert "'already_known', 'cancelled'" in ended.err


@pytest.mark.parametrize("profile", ["file", "file/profile"])
@pytest.mark.parametrize("words", [["properties", "set", "disable_grace=0s"], ["integrations", "list"]])
def test_a_profile_that_is_no_folder_is_said_so(
    program: InProcess, tmp_path: Path, profile: str, words: list[str]
) -> None:
    (tmp_path / "file").write_text("")
    program.profile = tmp_path / profile
    ended = program.run(*words)
    assert (ended.code, ended.out) == (1, b"")
    assert ended.lines == [f"{tmp_path / 'file'} is not a folder, so no profile can be there. Name a folder."]


def test_a_damaged_database_is_said_so(program: InProcess) -> None:
    database = Profile(program.profile).database_path
    database.write_bytes(b"nonsense" * 1000)
    for words in (["integrations", "list"], ["properties", "set", "disable_grace=0s"]):
        ended = program.run(*words)
        assert (ended.code, len(ended.lines)) == (1, 1)
        assert str(database) in ended.err
    assert database.read_bytes() == b"nonsense" * 1000


@pytest.mark.expects_log("a verb failed by a fault of the program")
def test_a_bug_is_one_line_and_its_traceback_is_in_the_log(program: InProcess) -> None:
    captured = Captured()
    streams = replace(captured.streams(b""), stdin=lambda: 1 / 0)  # type: ignore[arg-type,return-value]  # the bug
    program.done("properties", "set", "disable_grace=0s")
    words = ("integrations", "import", program.file(FROM_STDIN))
    code = run(parse(words), words, Profile(program.profile), application.build_services, streams)
    ended = captured.ended(code)
    assert (code, len(ended.lines)) == (1, 1)
    assert "ZeroDivisionError" in ended.err
    assert "Traceback" in Profile(program.profile).log_path.read_text()


WORDS = st.one_of(
    st.sampled_from(sorted({word for path in CONTRACT for word in path.split()})),
    st.sampled_from(
        ["--json", "--all", "--to", "--from", "--subject", "--queue", "--state", "--profile", "--", "-h"]
    ),
    st.text(st.characters(), max_size=12),
    st.text(string.printable, max_size=6).map("--".__add__),
)


@given(st.lists(WORDS, max_size=6))
@settings(max_examples=400, deadline=None)
def test_any_words_are_understood_or_refused(words: list[str]) -> None:
    text = _answer(words)
    assert text is None or (text.startswith(("usage: ", "mailint: error: ")) and text.endswith("\n"))


def _answer(words: list[str]) -> str | None:
    try:
        parse(words)
    except (UsageError, HelpAskedError) as error:
        return error.text
    return None


@given(st.binary(max_size=300))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_file_is_taken_or_refused(program: InProcess, content: bytes) -> None:
    ended = program.run("integrations", "import", program.file(content))
    assert ended.code in {0, 1}
    assert bool(ended.err) == bool(ended.code)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_output_that_cannot_be_written_is_said_so(real_program: Program) -> None:
    with Path("/dev/full").open("wb") as full:
        words = ["-m", "mailint_gui", "--profile", str(real_program.profile), "properties", "list"]
        ended = subprocess.run(
            [sys.executable, *words], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False
        )
    assert ended.returncode == 1
    assert ended.stderr.splitlines() == ["The output could not be written: No space left on device."]


def test_help_and_version(program: InProcess, real_program: Program) -> None:
    for verb in VERBS:
        assert b"usage: mailint" in program.done(*verb.path, "--help").out
    assert real_program.done("--version").out.decode() == f"mailint {__version__}\n"


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("words", [[], ["--headless"], ["--demo"]])
def test_ctrl_c_while_qt_is_loaded_ends_it_without_a_word(words: list[str], tmp_path: Path) -> None:
    """Interrupted by an exception there, Qt's binding prints a traceback and aborts."""
    code = """if True:
        import os, signal, sys
        class Interrupting:
            @staticmethod
            def find_spec(name, path=None, target=None):
                if any(each.startswith("shibokensupport.") for each in sys.modules):
                    os.kill(os.getpid(), signal.SIGINT)
        sys.meta_path.insert(0, Interrupting)
        from mailint_gui.__main__ import main
        sys.exit(main(sys.argv[1:]))
    """
    profile = [] if words == ["--demo"] else ["--profile", str(tmp_path / "profile")]
    ended = subprocess.run(
        [sys.executable, "-c", code, *profile, *words],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (-signal.SIGINT, "", "")


def test_no_verb_imports_widgets(profile: Path, tmp_path: Path) -> None:
    """And one that has nothing to complain about does without Qt at all."""
    code = (
        "import sys, json\n"
        "from mailint_gui.__main__ import main\n"
        f"codes = [main(['--profile', {str(profile)!r}, *words]) for words in json.loads(sys.argv[1])]\n"
        "qt = sorted(each for each in sys.modules if each.startswith('PySide6'))\n"
        "print(json.dumps([codes, qt]), file=sys.stderr)"
    )

    def modules(*verbs: list[str]) -> tuple[list[int], list[str]]:
        ended = subprocess.run(
            [sys.executable, "-c", code, json.dumps(verbs)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            check=True,
        )
        codes, names = json.loads(ended.stderr.splitlines()[-1])
        return codes, names

    codes, names = modules(
        ["properties", "set", "disable_grace=0s"],
        ["integrations", "list"],
        ["integrations", "check", "--all"],
        ["messages", "list", "--json"],
        ["outbox", "list"],
    )
    assert (codes, names) == ([0] * 5, [])
    codes, names = modules(["integrations", "show", "Nobody"], ["doctor"])
    assert codes == [1, 0]
    assert not [name for name in names if name in {"PySide6.QtWidgets", "PySide6.QtGui"}]


def test_doctor_looks_at_everything(program: InProcess) -> None:
    found = program.json("doctor")
    assert [list(each) for each in found] == [contract.FINDING] * len(found)
    assert [each["check"] for each in found] == list(Examined)
    assert {each["state"] for each in found} <= set(FindingState)
    assert all(each["message"] for each in found)
    assert program.done("doctor").out.count(b"\n") == len(found)


def test_doctor_fails_on_a_database_that_is_refused(program: InProcess) -> None:
    Profile(program.profile).database_path.write_bytes(b"nonsense" * 1000)
    ended = program.run("doctor", "--json")
    assert ended.code == 1
    states = {each["check"]: each["state"] for each in ended.json}
    assert states["database"] == "failed"


def test_everything_that_can_be_said_has_words() -> None:
    for refusal in Refusal:
        assert refusal_words(refusal, {})
    for reason in StoreRefusal:
        assert database_words(reason, {"path": "/p"})
    ending = CredentialExpiring(ExpiryKind.PASSWORD, datetime(2027, 3, 3, tzinfo=UTC), 6, Direction.INCOMING)
    for kind in FindingKind:
        assert finding_words(Finding(Examined.DISK, kind, {"reason": "corrupt"}, ending))
    for examined in Examined:
        assert examined_name(examined)
    for state in FindingState:
        assert finding_state_name(state)


def test_an_empty_database_is_brought_up_to_date_before_it_is_read(program: InProcess) -> None:
    Profile(program.profile).database_path.touch(mode=0o600)
    assert program.json("integrations", "list") == []
    assert Profile(program.profile).database_path.stat().st_size > 0


def test_a_newer_database_is_refused_and_left_alone(program: InProcess) -> None:
    program.done("properties", "set", "disable_grace=0s")
    path = Profile(program.profile).database_path
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'r9999'")
        connection.commit()
    for words in (["integrations", "list"], ["properties", "set", "disable_grace=1h"]):
        ended = program.run(*words)
        assert (ended.code, ended.out, len(ended.lines)) == (1, b"", 1)
        assert "r9999" in ended.err


def test_postgresql_does_the_same(program: InProcess, postgresql: PostgreSql) -> None:
    url = ("--database", postgresql.database())
    assert program.json(*url, "integrations", "list") == []
    program.done(*url, "integrations", "import", program.file('[[integration]]\nname = "There"'))
    assert [each["name"] for each in program.json(*url, "integrations", "list")] == ["There"]
    assert program.json("integrations", "list") == []
    ended = program.run("--database", "nonsense", "integrations", "list")
    assert (ended.code, len(ended.lines)) == (1, 1)


VALUE_VERBS = (
    ("integrations", "show"),
    ("integrations", "export"),
    ("integrations", "disable"),
    ("integrations", "import"),
    ("messages", "list", "--integration"),
    ("messages", "show"),
    ("properties", "set"),
    ("send", "--to", "a@example.org", "--subject", "s", "--from"),
)


@given(
    st.sampled_from(VALUE_VERBS),
    st.text(max_size=20),
    st.sampled_from(["", "proxy=", "extra_ca_file=", "subject_token="]),
)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_value_is_taken_or_refused(
    program: InProcess, verb: tuple[str, ...], value: str, prefix: str
) -> None:
    ended = program.run(*verb, prefix + value)
    assert ended.code in {0, 1, 2}
    assert "fault of Mailint" not in ended.err


def test_a_password_that_cannot_be_kept_changes_nothing(program: InProcess, empty_bus: SessionBus) -> None:
    document = program.file(FROM_STDIN)
    with on_bus(empty_bus):
        ended = program.run("integrations", "import", document, stdin=b"canary-4711\n")
    assert (ended.code, len(ended.lines)) == (1, 1)
    told = "The password of a could not be stored: this computer has no keyring that works. Install or start "
    assert ended.lines[0].startswith(told)
    assert program.json("integrations", "list") == []


def test_an_import_without_a_secret_says_what_to_do(
    program: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOME_PASSWORD", "there")
    document = program.file(FROM_STDIN.replace('password_from = "stdin"', ""))
    [done] = program.json("integrations", "import", document)
    assert (done["enabled"], done["missing_passwords"]) == (False, ["incoming"])
    [missing] = done["missing_secrets"]
    assert missing == {
        "direction": "incoming",
        "kind": "password_missing",
        "secret": "password",
        "message": "a is disabled: it was imported without its password.",
        "remedy": missing["remedy"],
    }
    assert 'password_from = "env:NAME"' in missing["remedy"]
    told = program.done("integrations", "import", document).out.decode()
    assert f"{missing['message']} {missing['remedy']}" in told.splitlines()
    assert b"Disabled: no password" in program.done("integrations", "list").out
    [listed] = program.json("integrations", "list")
    assert listed["last_incoming_error"]["remedy"] == missing["remedy"]
    program.done("integrations", "import", program.file(FROM_STDIN.replace("stdin", "env:SOME_PASSWORD")))
    [listed] = program.json("integrations", "list")
    assert (listed["state"], listed["last_incoming_error"]) == ("active", None)


def test_an_import_warns_of_references_that_cannot_be_read_here(
    program: InProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is done all the same: the process that checks may have them."""
    document = program.file(FROM_STDIN.replace("stdin", "env:DESK_PASSWORD"))
    monkeypatch.delenv("DESK_PASSWORD", raising=False)
    ended = program.run("integrations", "import", document)
    assert (ended.code, len(ended.lines)) == (0, 1)
    assert "a logs in with the environment variable DESK_PASSWORD, which this process cannot" in ended.err
    ended = program.run("integrations", "import", document, "--json")
    assert (ended.json[0]["enabled"], len(ended.lines)) == (True, 1)
    monkeypatch.setenv("DESK_PASSWORD", "there")
    assert program.run("integrations", "import", document).lines == []
    document = program.file(FROM_STDIN.replace("stdin", f"file:{tmp_path / 'none'}"))
    assert (
        f"the file {tmp_path / 'none'}, which cannot be read"
        in program.run("integrations", "import", document).err
    )


def test_a_password_on_standard_input_is_kept_and_never_shown(
    program: InProcess, secret_service: SecretService
) -> None:
    document = program.file(FROM_STDIN)
    with secret_service.in_process():
        done = program.json("integrations", "import", document, stdin=b"canary-4711\n")
    assert done == [
        {"name": "a", "result": "created", "enabled": True, "missing_passwords": [], "missing_secrets": []}
    ]
    assert b'password_from = "vault"' in program.done("integrations", "export").out
    for path in program.profile.iterdir():
        assert b"canary-4711" not in path.read_bytes()
