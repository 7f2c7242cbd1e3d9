"""The parser process: killed, stopped, starved, closed, orphaned; whatever happens, there is an answer."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from mailint_gui.domain.message import MessageView, ParsedMessage, ParseRefused, QuarantineReason
from mailint_gui.domain.read_message import ReadMessage
from mailint_gui.domain.rule import Action, ActionKind, Field, FieldTest, Group, GroupKind, Operator, Rule
from mailint_gui.services.parsing import ParserClosedError, ParserProcess
from tests.servers import wait

SMALL = b"Subject: small\r\n\r\nx\r\n"
SLOW = (
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n" + b"a\n" * 8_000_000
)  # seconds of parsing
LARGE = b"Content-Type: text/html\r\n\r\n" + b"<p>word</p>\r\n" * 3_000_000


@pytest.fixture
def parser() -> Iterator[ParserProcess]:
    process = ParserProcess()
    yield process
    process.close()


def pid_of(parser: ParserProcess) -> int:
    assert parser.pid is not None
    return parser.pid


def started(parser: ParserProcess) -> int:
    """Starts the child, and gives its process id."""
    assert isinstance(parser.parse(SMALL), ParsedMessage)
    return pid_of(parser)


def in_background(parser: ParserProcess, raw: bytes) -> tuple[threading.Thread, list[object]]:
    answers: list[object] = []

    def work() -> None:
        try:
            answers.append(parser.parse(raw))
        except ParserClosedError as error:
            answers.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    return thread, answers


def has_ended(child: int) -> bool:
    return not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE


def threads_of_children() -> int:
    return sum(each.name.startswith("parser ") for each in threading.enumerate())


def is_busy(pid: int) -> bool:
    """Has taken a slow message in: it holds far more memory than when idle."""
    return psutil.Process(pid).memory_info().rss > 60_000_000


def test_an_answer(parser: ParserProcess) -> None:
    answer = parser.parse(b"Subject: =?utf-8?q?=C3=BC?=\r\n\r\ntext\r\n")
    assert isinstance(answer, ParsedMessage)
    assert (answer.subject, answer.text) == ("ü", "text")


def test_a_batch_keeps_its_order(parser: ParserProcess) -> None:
    sizes = [10, 300_000, 0, 2_000_000, 5_000_000] * 10
    batch = [(n, b"Subject: %d\r\n\r\n" % n + b"word " * (size // 5)) for n, size in enumerate(sizes)]
    answers = list(parser.parse_many(batch))
    assert [key for key, _ in answers] == list(range(len(batch)))
    assert [answer.subject for _, answer in answers if isinstance(answer, ParsedMessage)] == [
        str(n) for n in range(len(batch))
    ]


def test_a_batch_given_up_half_way(parser: ParserProcess) -> None:
    answers = parser.parse_many((n, b"Subject: %d\r\n\r\n" % n) for n in range(100))
    assert next(answers)[0] == 0
    answers.close()  # type: ignore[attr-defined]  # a generator, whatever its signature says
    answer = parser.parse(SMALL)
    assert isinstance(answer, ParsedMessage)
    assert answer.subject == "small"


def test_a_view_does_not_wait_for_filing(parser: ParserProcess) -> None:
    answers = parser.parse_many((n, SMALL) for n in range(100))
    next(answers)
    shown = parser.view(b"Content-Type: text/html\r\n\r\n<p>seen<script>no</script>")
    assert isinstance(shown, MessageView)
    assert shown.html == "<p>seen</p>"
    assert len(list(answers)) == 99


def test_an_attachment(parser: ParserProcess) -> None:
    raw = b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC\r\n"
    assert parser.attachment(raw, 0) == b"\0\1\2"
    refused = parser.attachment(raw, 1)
    assert isinstance(refused, ParseRefused)
    assert refused.reason is QuarantineReason.UNPARSABLE


def test_html_that_takes_too_long_is_left_out() -> None:
    """Each unclosed font is opened anew in each paragraph: ten million elements of 320 KB."""
    html = b"<p>" + b"".join(b"<font color=%d>" % n for n in range(240)) + b"</p>" + b"<p>x</p>" * 40_000
    raw = b"Content-Type: text/html\r\n\r\n" + html
    parser = ParserProcess(seconds=3)
    try:
        shown = parser.view(raw)
    finally:
        parser.close()
    assert isinstance(shown, MessageView)
    assert shown.html == ""
    assert shown.text.startswith("x")


def judged(parser: ParserProcess, rules: tuple[Rule, ...], raw: bytes = SMALL) -> tuple[str, list[str]]:
    """The text that came back, and what the rules ordered."""
    [(key, read)] = parser.read_many([("key", 1, raw)], rules)
    assert key == "key"
    assert isinstance(read, ReadMessage)
    assert read.verdict is not None
    return read.parsed.text, [each.value for each in read.verdict.actions]


def rules_to(tag: str) -> tuple[Rule, ...]:
    test = FieldTest(Field.SUBJECT, Operator.CONTAINS, "small")
    return (Rule(1, tag, condition=Group(GroupKind.ALL, (test,)), actions=(Action(ActionKind.TAG, tag),)),)


def test_a_message_is_judged_by_the_rules_of_now(parser: ParserProcess) -> None:
    first, second = rules_to("first"), rules_to("second")
    assert judged(parser, first) == ("", ["first"])
    assert judged(parser, second) == ("", ["second"])
    assert judged(parser, first) == ("", ["first"])
    assert judged(parser, ()) == ("", [])


def test_another_child_has_the_rules_too(parser: ParserProcess) -> None:
    rules = rules_to("first")
    assert judged(parser, rules) == ("", ["first"])
    os.kill(pid_of(parser), signal.SIGKILL)
    assert judged(parser, rules) == ("", ["first"])


def test_what_is_read_for_filing_has_its_words(parser: ParserProcess) -> None:
    raw = b"From: Ann <ann@example.org>\r\nSubject: =?utf-8?q?=C3=9C?=\r\n\r\nHello, World\r\n"
    [(_, read)] = parser.read_many([(1, 1, raw)], ())
    assert isinstance(read, ReadMessage)
    assert read.words == "u ann example org hello world"


def test_what_cannot_be_judged_in_the_child_is_left_to_the_parent(parser: ParserProcess) -> None:
    """A fault of ours in a rule: told by whoever files."""
    broken = replace(rules_to("x")[0], condition=Group(GroupKind.ALL, (None,)))  # type: ignore[arg-type]
    [(_, read)] = parser.read_many([(1, 1, SMALL)], (broken,))
    assert isinstance(read, ReadMessage)
    assert read.verdict is None
    assert read.parsed.text == "x"


def test_no_messages(parser: ParserProcess) -> None:
    assert list(parser.parse_many([])) == []
    assert parser.pid is None


def test_a_child_killed_while_idle(parser: ParserProcess) -> None:
    first = started(parser)
    carriers = threads_of_children()
    os.kill(first, signal.SIGKILL)
    wait.until(lambda: has_ended(first), "the end of the first child")
    assert isinstance(parser.parse(SMALL), ParsedMessage)
    assert pid_of(parser) != first
    wait.until(lambda: threads_of_children() <= carriers, "the end of what served the first")


def test_a_child_killed_at_work_is_replaced_and_the_message_tried_again(parser: ParserProcess) -> None:
    first = started(parser)
    os.kill(first, signal.SIGSTOP)
    thread, answers = in_background(parser, SMALL)
    os.kill(first, signal.SIGKILL)
    thread.join(wait.LIMIT)
    assert isinstance(answers[0], ParsedMessage)


def test_a_message_that_two_children_died_of(parser: ParserProcess) -> None:
    first = started(parser)
    thread, answers = in_background(parser, SLOW)
    wait.until(lambda: is_busy(first), "the first child at work")
    os.kill(first, signal.SIGKILL)
    second = wait.until(lambda: parser.pid if parser.pid != first else None, "a second child")
    wait.until(lambda: is_busy(second), "the second child at work")
    os.kill(second, signal.SIGKILL)
    thread.join(wait.LIMIT)
    assert answers == [ParseRefused(QuarantineReason.PARSER_DIED, "exit code -9")]
    assert isinstance(parser.parse(SMALL), ParsedMessage)


def test_a_child_that_hangs(parser: ParserProcess) -> None:
    os.kill(started(parser), signal.SIGSTOP)
    large = b"\r\n" + b"x" * 3_000_000  # more than a pipe holds: the sending hangs as well
    answer = parser.parse(large, timeout=0.5)
    assert isinstance(answer, ParseRefused)
    assert answer.reason is QuarantineReason.TOO_SLOW
    assert isinstance(parser.parse(SMALL), ParsedMessage)


def test_the_rest_of_a_batch_goes_on_after_a_slow_message() -> None:
    parser = ParserProcess(seconds=0.5)
    try:
        answers = dict(parser.parse_many([(1, SMALL), (2, SLOW), (3, SMALL), (4, SMALL)]))
    finally:
        parser.close()
    assert [type(answers[key]) for key in (1, 2, 3, 4)] == [
        ParsedMessage, ParseRefused, ParsedMessage, ParsedMessage,
    ]  # fmt: skip
    assert answers[2] == ParseRefused(QuarantineReason.TOO_SLOW, "not parsed after 0.5 s")


def test_a_message_that_needs_too_much_memory() -> None:
    parser = ParserProcess(memory=60_000_000)
    try:
        answers = dict(parser.parse_many([(1, SMALL), (2, LARGE), (3, SMALL)]))
    finally:
        parser.close()
    assert answers[2] == ParseRefused(QuarantineReason.TOO_MUCH_MEMORY)
    assert isinstance(answers[1], ParsedMessage)
    assert isinstance(answers[3], ParsedMessage)


def test_what_a_child_answered_before_it_died_is_not_asked_for_again() -> None:
    parser = ParserProcess(memory=60_000_000)
    answers = iter(parser.parse_many([*((number, SMALL) for number in range(50)), (50, LARGE)]))
    try:
        next(answers)
        first = pid_of(parser)
        wait.until(lambda: has_ended(first), "the end of the child")
        for _ in range(49):
            assert isinstance(next(answers)[1], ParsedMessage)
            assert parser.pid == first
        assert next(answers) == (50, ParseRefused(QuarantineReason.TOO_MUCH_MEMORY))
    finally:
        parser.close()


@pytest.mark.timeout(wait.LIMIT, func_only=True)
@pytest.mark.parametrize("stop", [False, True], ids=["at work", "hanging"])
def test_closing_in_the_middle(stop: bool) -> None:
    parser = ParserProcess()
    child = started(parser)
    if stop:
        os.kill(child, signal.SIGSTOP)
    thread, answers = in_background(parser, SLOW)
    if not stop:
        wait.until(lambda: is_busy(child), "the child at work")
    parser.close()
    thread.join(wait.LIMIT)
    assert isinstance(answers[0], ParserClosedError)
    assert not psutil.pid_exists(child)
    with pytest.raises(ParserClosedError):
        parser.parse(SMALL)
    parser.close()


def test_several_threads(parser: ParserProcess) -> None:
    threads = [in_background(parser, b"Subject: %d\r\n\r\n" % n) for n in range(8)]
    for n, (thread, answers) in enumerate(threads):
        thread.join(wait.LIMIT)
        assert isinstance(answers[0], ParsedMessage)
        assert answers[0].subject == str(n)


def test_the_child_stands_back_and_stays_small(parser: ParserProcess) -> None:
    child = psutil.Process(started(parser))
    assert child.nice() > psutil.Process().nice() or child.nice() == 19
    loaded = [each.path for each in child.memory_maps()]
    assert not [path for path in loaded if "PySide6" in path or "sqlalchemy" in path]


def test_the_parent_loads_no_reader() -> None:
    code = "import sys, mailint_gui.services.parsing as _; print(*{'nh3', 'fast_mail_parser'} & set(sys.modules))"
    root = str(Path(__file__).parents[2])
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == ""


ORPHANING = """
import os, sys
from mailint_gui.domain.read_message import ReadMessage
from mailint_gui.domain.rule import Action, ActionKind, Field, FieldTest, Group, GroupKind, Operator, Rule
from mailint_gui.services.parsing import ParserProcess
if __name__ == "__main__":
    parser = ParserProcess()
    parser.parse(b"Subject: x\\r\\n\\r\\n")
    print(parser.pid, "PySide6" in sys.modules, flush=True)
    sys.stdin.readline()
    os._exit(0)
"""


@pytest.mark.parametrize("how", ["leaves", "is killed"])
def test_the_child_ends_with_its_parent(tmp_path: Path, how: str) -> None:
    script = tmp_path / "parent.py"
    script.write_text(ORPHANING)
    parent = subprocess.Popen(
        [sys.executable, str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert parent.stdin is not None
    assert parent.stdout is not None
    child = int(parent.stdout.readline().split()[0])
    if how == "leaves":
        parent.stdin.write("\n")
        parent.stdin.flush()
    else:
        parent.kill()
    parent.wait(wait.LIMIT)
    parent.stdin.close()
    parent.stdout.close()
    wait.until(lambda: has_ended(child), "the end of the child")
