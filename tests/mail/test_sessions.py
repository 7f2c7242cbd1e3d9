"""Sessions kept between checks: reused while they live, dropped when anything about them changed."""

import threading
from collections.abc import Callable, Iterator

import pytest

from mailint_gui.domain.check import Stage
from mailint_gui.domain.integration import Security
from mailint_gui.domain.login import Login
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.domain.secret import Secret
from mailint_gui.mail import sessions
from mailint_gui.mail.connect import Endpoint, Network
from mailint_gui.mail.imap import ImapSession
from mailint_gui.mail.scope import DEADLINES, Cancelled, CancelReason, CancelScope
from mailint_gui.mail.sessions import SessionCache
from tests.servers.fault_proxy import Fault, FaultProxy
from tests.servers.mailbox import Mailbox

KEY = (1, "fingerprint")
Opener = Callable[[CancelScope], ImapSession]


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cache(clock: Clock) -> Iterator[SessionCache]:
    cache = SessionCache(max_idle=100, max_sessions=2, clock=clock)
    yield cache
    cache.close_all()


@pytest.fixture
def open_session(fault_proxy: FaultProxy, mailbox: Mailbox) -> Opener:
    def opener(scope: CancelScope) -> ImapSession:
        endpoint = Endpoint("127.0.0.1", fault_proxy.port, Security.NONE)
        session = ImapSession.open(endpoint, scope, Network())
        session.log_in(Login(mailbox.address, Secret(mailbox.password)), scope)
        return session

    return opener


@pytest.fixture
def check(cache: SessionCache, open_session: Opener) -> Callable[..., ImapSession]:
    """One quiet check; the session that it had."""

    def run(key: tuple[object, ...] = KEY, scope: CancelScope | None = None) -> ImapSession:
        scope = scope or CancelScope()
        with cache.borrow(key, lambda: open_session(scope), scope) as session:
            session.select("INBOX")
            return session

    return run


def test_a_session_is_reused(check: Callable[..., ImapSession], fault_proxy: FaultProxy) -> None:
    first = check()
    assert [check() for _ in range(3)] == [first] * 3
    assert fault_proxy.connections == 1


def test_new_mail_is_seen_over_a_kept_session(
    check: Callable[..., ImapSession], cache: SessionCache, open_session: Opener, mailbox: Mailbox
) -> None:
    check()
    mailbox.deliver(b"Subject: new\r\n\r\n")
    scope = CancelScope()
    with cache.borrow(KEY, lambda: open_session(scope), scope) as session:
        assert session.select("INBOX").exists == 1
        assert session.uids_after(0) == [1]


@pytest.mark.parametrize("how", ["cut", "reset", "silent"])
def test_one_that_died_while_idle_is_no_error(
    how: str, check: Callable[..., ImapSession], fault_proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = check()
    if how == "silent":
        monkeypatch.setattr(sessions, "PATIENCE", 0.3)
        fault_proxy.fault = Fault(swallow=True)
        scope = CancelScope(on_stage=lambda stage: _pass_again(fault_proxy, stage))
    else:
        fault_proxy.cut(reset=how == "reset")
        fault_proxy.wait_until_idle()
        scope = CancelScope()
    assert check(scope=scope) is not first
    assert not first.usable


def _pass_again(proxy: FaultProxy, stage: Stage) -> None:
    if stage is Stage.RESOLVE:
        proxy.fault = Fault()


def test_other_settings_are_another_session(check: Callable[..., ImapSession], cache: SessionCache) -> None:
    first = check()
    second = check((1, "changed"))
    assert second is not first
    assert not first.usable
    assert len(cache) == 1


def test_owners_have_their_own(check: Callable[..., ImapSession], cache: SessionCache) -> None:
    first, second = check((1, "a")), check((2, "b"))
    assert first is not second
    assert check((1, "a")) is first
    assert len(cache) == 2


def test_an_error_inside_closes_it(cache: SessionCache, open_session: Opener) -> None:
    scope = CancelScope()
    held: list[ImapSession] = []

    def fail() -> None:
        with cache.borrow(KEY, lambda: open_session(scope), scope) as session:
            held.append(session)
            raise ProblemError(Problem(ProblemKind.STORE_FAILED))

    with pytest.raises(ProblemError):
        fail()
    assert not held[0].usable
    assert len(cache) == 0


def test_idle_ones_are_logged_out(
    check: Callable[..., ImapSession], cache: SessionCache, clock: Clock, fault_proxy: FaultProxy
) -> None:
    session = check()
    clock.now = 99
    cache.close_idle()
    assert session.usable
    clock.now = 101
    cache.close_idle()
    assert not session.usable
    fault_proxy.wait_until_idle()


def test_there_are_only_so_many(check: Callable[..., ImapSession], cache: SessionCache) -> None:
    first, second, third = (check((owner, "")) for owner in range(3))
    assert (first.usable, second.usable, third.usable) == (False, True, True)
    assert len(cache) == 2


def test_a_borrowed_one_belongs_to_the_scope_of_its_borrower(
    check: Callable[..., ImapSession], cache: SessionCache, open_session: Opener, fault_proxy: FaultProxy
) -> None:
    opener = CancelScope()
    first = check(scope=opener)
    opener.cancel(CancelReason.ADMIN)  # it is over: what it opened lives on
    borrower = CancelScope()
    assert check(scope=borrower) is first

    fault_proxy.fault = Fault(swallow=True)
    began = threading.Event()
    borrower = CancelScope(DEADLINES, on_stage=lambda _stage: began.set())

    def cancel() -> None:
        began.wait(20)
        borrower.cancel(CancelReason.SHUTDOWN)

    threading.Thread(target=cancel, daemon=True).start()
    with pytest.raises(Cancelled):
        check(scope=borrower)
    assert len(cache) == 0


def test_closing_all_is_for_good(
    check: Callable[..., ImapSession], cache: SessionCache, fault_proxy: FaultProxy
) -> None:
    session = check()
    fault_proxy.fault = Fault(swallow=True)
    cache.close_all()
    assert not session.usable
    fault_proxy.fault = Fault()
    assert not check().usable
    assert len(cache) == 0
