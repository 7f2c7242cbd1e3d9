"""The gate: nothing that anybody typed begins a command of its own."""

import contextlib
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.domain.integration import Security
from mailint_gui.domain.login import Login
from mailint_gui.domain.problem import ProblemError
from mailint_gui.domain.secret import Secret
from mailint_gui.mail.connect import Endpoint, Network
from mailint_gui.mail.imap import ImapSession
from mailint_gui.mail.imap_protocol import ImapProtocol
from mailint_gui.mail.scope import CancelScope
from mailint_gui.mail.wire import WireError, checked
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import Mailbox

HOSTILE = ("x\r\nX1 DELETE victim", "x\nX1 DELETE victim", "x\rX1 DELETE victim", "x\0y", "x\r\n", "\r\n")
LITERAL = 'x" {3+}\r\nabc\r\nX1 DELETE victim\r\n'


@given(st.text(alphabet=st.characters(exclude_characters="\r\n\0")))
def test_everything_else_passes(text: str) -> None:
    assert checked(text) is text
    assert checked(text.encode("utf-8", "surrogatepass")) == text.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("value", [*HOSTILE, LITERAL])
def test_line_breaks_and_nul_are_refused_and_not_repeated(value: str) -> None:
    for form in (value, value.encode()):
        with pytest.raises(WireError) as caught:
            checked(form)
        assert "DELETE" not in str(caught.value)


NO_COMMANDS = {"bind", "use", "open", "shutdown", "read", "readline"}


@pytest.fixture
def session(dovecot: Dovecot, mailbox: Mailbox) -> Iterator[ImapSession]:
    mailbox.create_folder("victim")
    mailbox.deliver(b"Subject: one\r\n\r\ntext\r\n")
    scope = CancelScope()
    endpoint = Endpoint(dovecot.host, dovecot.ports.imap, Security.NONE)
    session = ImapSession.open(endpoint, scope, Network())
    session.log_in(Login(mailbox.address, Secret(mailbox.password)), scope)
    session.select("INBOX")
    yield session
    session.close()


def _calls(method: Callable[..., Any], hostile: str) -> dict[str, Any]:
    """A hostile value wherever text or something that becomes text goes in; plain ones elsewhere."""
    values = {
        "uids": [hostile],
        "last_uid": 0,
        "patience": 5.0,
        "read_only": False,
        "scope": CancelScope(),
        "sizes": {},
        "login": Login(hostile, Secret(hostile)),
    }
    names = [
        name
        for name, parameter in inspect.signature(method).parameters.items()
        if parameter.kind is not parameter.VAR_POSITIONAL
    ]
    return {name: values.get(name, hostile) for name in names}


def _public_methods(kind: type) -> list[str]:
    return [name for name, _ in inspect.getmembers(kind, inspect.isfunction) if not name.startswith("_")]


@pytest.mark.parametrize("name", [name for name in _public_methods(ImapSession) if name != "open"])
def test_no_method_of_a_session_lets_a_command_through(
    name: str, session: ImapSession, mailbox: Mailbox
) -> None:
    for hostile in (*HOSTILE, LITERAL):
        method = getattr(session, name)
        try:
            answer = method(**_calls(method, hostile))
            if inspect.isgenerator(answer):
                list(answer)
        except (ProblemError, TypeError, ValueError):
            pass  # refused; what matters is what the server did
    assert "victim" in mailbox.folders()


@pytest.mark.parametrize("name", [name for name in _public_methods(ImapProtocol) if name not in NO_COMMANDS])
def test_nothing_goes_round_the_gate_below_a_session(
    name: str, session: ImapSession, mailbox: Mailbox
) -> None:
    """imaplib's own commands, which check nothing, are behind the gate too."""
    protocol = session._protocol
    for hostile in (*HOSTILE, LITERAL):
        for value in (hostile, hostile.encode()):
            method = getattr(protocol, name)
            parameters = inspect.signature(method).parameters.values()
            count = sum(p.default is p.empty and p.kind is not p.VAR_POSITIONAL for p in parameters)
            variable = any(p.kind is p.VAR_POSITIONAL for p in parameters)
            protocol.bind(protocol.scope, 0.2)  # some wait for what the server has no reason to say
            _try(method, [value] * (count + 2 * variable))
    assert "victim" in mailbox.folders()


@pytest.mark.parametrize("name", ["run", "uid", "xatom"])
@pytest.mark.parametrize("hostile", [*HOSTILE, LITERAL])
def test_arguments_of_named_commands_are_refused_before_anything_is_sent(
    name: str, hostile: str, session: ImapSession, mailbox: Mailbox
) -> None:
    protocol = session._protocol
    first = "SEARCH" if name == "uid" else "NOOP"
    for value in (hostile, hostile.encode()):
        with pytest.raises(WireError):
            getattr(protocol, name)(first, value)
    session.noop()  # still in step
    assert session.usable
    assert "victim" in mailbox.folders()


def _try(method: Callable[..., Any], arguments: list[Any]) -> None:
    with contextlib.suppress(Exception):  # whatever a library makes of it: the server is asked afterwards
        method(*arguments)
