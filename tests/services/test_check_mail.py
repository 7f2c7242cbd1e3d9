"""Whole checks on a real Dovecot: what is taken in, told to the server, and recorded when it fails."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from mailint_gui.domain.check import CheckOutcome, CheckProgress, CheckResult, CheckTally, Stage
from mailint_gui.domain.health import DirectionState
from mailint_gui.domain.integration import AfterProcessing, Direction, FirstCheck, Integration, Security
from mailint_gui.domain.problem import ProblemKind
from mailint_gui.mail.sessions import SessionCache
from mailint_gui.services.announcements import CheckStarted
from mailint_gui.services.check_mail import NotCheckableError
from mailint_gui.services.scope import Cancelled, CancelReason, CancelScope
from tests.servers import addresses, wait
from tests.servers.fault_proxy import PASS, Fault, FaultProxy
from tests.servers.mailbox import Mailbox
from tests.servers.ports import free_ports
from tests.servers.scripted_server import ScriptedServer
from tests.services.office import Office, impatient, letter, seen_flags, subjects

K = ProblemKind


# What goes well


def test_first_check_takes_only_what_comes_after_it(any_office: Office, mailbox: Mailbox) -> None:
    office = any_office
    mailbox.deliver_many([letter(1), letter(2)])
    support = office.receiving(mailbox, first_check=FirstCheck.NEW)
    first = office.check(support)
    assert (first.result, first.tally.skipped_existing, first.tally.seen) == (CheckResult.OK, 2, 0)
    assert first.health.incoming.last_mail_at is None
    mailbox.deliver(letter(3))
    second = office.check(support)
    assert (second.tally.seen, second.tally.filed, second.tally.skipped_existing) == (1, 1, 0)
    assert subjects(office.rows()) == ["no. 3"]
    assert seen_flags(mailbox) == [False, False, True]
    assert second.health.incoming.last_mail_at is not None


def test_first_check_of_everything(any_office: Office, mailbox: Mailbox) -> None:
    office = any_office
    raw = [letter(1), letter(2, "grüße")]
    mailbox.deliver_many(raw)
    support = office.receiving(mailbox)
    outcome = office.check(support)
    assert (outcome.tally.seen, outcome.tally.filed) == (2, 2)
    rows = office.rows()
    assert [(row.state, row.uid, row.sender, row.message_id) for row in rows] == [
        ("filed", "1", "a@b.example", "<1@x>"),
        ("filed", "2", "a@b.example", "<2@x>"),
    ]
    office.services.monitor.flush()
    with office.services.database.read() as unit:
        assert [unit.messages.raw(row.id) for row in rows] == raw
        history = unit.checks.list(support.id, 10)
    assert [each.tally for each in history] == [outcome.tally]
    assert seen_flags(mailbox) == [True, True]
    assert office.debts(support) == 0


def test_moved_after_processing(office: Office, mailbox: Mailbox) -> None:
    mailbox.create_folder("Erledigt/März")
    mailbox.deliver_many([letter(1), letter(2)])
    support = office.receiving(mailbox, after_processing=AfterProcessing.MOVE, move_to="Erledigt/März")
    assert office.check(support).tally.filed == 2
    assert mailbox.messages() == []
    assert [each.raw for each in mailbox.messages("Erledigt/März")] == [letter(1), letter(2)]
    assert office.check(support).tally.seen == 0
    assert office.debts(support) == 0


def test_deleted_after_processing(office: Office, mailbox: Mailbox) -> None:
    mailbox.deliver_many([letter(1), letter(2)])
    support = office.receiving(mailbox, after_processing=AfterProcessing.DELETE)
    assert office.check(support).tally.filed == 2
    assert mailbox.messages() == []
    assert office.states() == ["filed", "filed"]


@pytest.mark.parametrize(
    ("security", "port"), [(Security.SSL, "imaps"), (Security.STARTTLS, "imap")], ids=["ssl", "starttls"]
)
def test_over_tls(office: Office, mailbox: Mailbox, security: Security, port: str) -> None:
    mailbox.deliver(letter())
    support = office.receiving(
        mailbox,
        server="localhost",
        security=security,
        port=getattr(mailbox.server.ports, port),
        allow_insecure=False,
    )
    assert office.check(support).tally.filed == 1


def test_quiet_checks_go_over_one_live_session(
    office: Office, mailbox: Mailbox, fault_proxy: FaultProxy
) -> None:
    support = office.receiving(mailbox, port=fault_proxy.port)
    for number in range(3):
        assert office.check(support).tally.seen == 0
        mailbox.deliver(letter(number))
        assert office.check(support).tally.filed == 1
    assert fault_proxy.connections == 1


def test_a_session_that_died_is_no_error(office: Office, mailbox: Mailbox, fault_proxy: FaultProxy) -> None:
    support = office.receiving(mailbox, port=fault_proxy.port)
    office.check(support)
    fault_proxy.cut(reset=True)
    outcome = office.check(support)
    assert (outcome.result, outcome.health.incoming.consecutive_errors) == (CheckResult.OK, 0)
    assert fault_proxy.connections == 2


def test_changed_settings_drop_the_session(office: Office, mailbox: Mailbox, fault_proxy: FaultProxy) -> None:
    support = office.receiving(mailbox, port=fault_proxy.port)
    office.check(support)
    mailbox.set_password("another")
    assert office.check(support).result is CheckResult.OK  # the session lives on
    support = office.change(support, password=office.password("another"))
    assert office.check(support).result is CheckResult.OK
    support = office.change(support, port=mailbox.server.ports.imap)
    assert office.check(support).result is CheckResult.OK
    fault_proxy.wait_until_idle()
    assert fault_proxy.connections == 2


def test_after_a_sleep_sessions_are_kept_again(
    office: Office, mailbox: Mailbox, fault_proxy: FaultProxy
) -> None:
    support = office.receiving(mailbox, port=fault_proxy.port)
    office.check(support)
    office.services.sessions.drop_all()
    for _ in range(3):
        office.check(support)
    assert fault_proxy.connections == 2


def test_no_session_is_trusted_for_ever(office: Office, mailbox: Mailbox) -> None:
    """Its view of the folder broken, Dovecot answers NOOP by OK for as long as it is asked."""
    now = [0.0]
    sessions = SessionCache(clock=lambda: now[0], max_age=60.0, max_idle=1e9)
    check_mail = replace(office.services.check_mail, sessions=sessions)
    support = office.receiving(mailbox)
    check_mail.check(support.id, CancelScope())
    mailbox.deliver(letter(1))
    mailbox.change_uidvalidity()
    now[0] = 61.0
    assert check_mail.check(support.id, CancelScope()).tally.filed == 1
    sessions.close_all()


def test_what_is_told_while_it_runs(office: Office, mailbox: Mailbox) -> None:
    mailbox.deliver_many(letter(number) for number in range(120))
    support = office.receiving(mailbox)
    outcome = office.check(support)
    assert office.of(CheckStarted) == [CheckStarted(support.id)]
    progress = [(each.done, each.total) for each in office.of(CheckProgress)]
    assert progress == [(0, 120), (50, 120), (100, 120), (120, 120)]
    assert office.announced[-1] == outcome


def test_one_integration_is_never_checked_twice_at_a_time(office: Office, mailbox: Mailbox) -> None:
    mailbox.deliver_many(letter(number) for number in range(60))
    support = office.receiving(mailbox)
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(office.check, [support] * 4))
    assert sorted(each.tally.filed for each in outcomes) == [0, 0, 0, 60]
    assert sum(each.tally.already_known for each in outcomes) == 0
    told = [type(each) for each in office.announced if isinstance(each, CheckStarted | CheckOutcome)]
    assert told.count(CheckStarted) == told.count(CheckOutcome) == 4


def test_cancelled_while_another_check_of_it_runs(office: Office, mailbox: Mailbox) -> None:
    support = office.receiving(mailbox)
    waiting = CancelScope()
    waiting.cancel(CancelReason.ADMIN)
    with (
        office.services.check_mail.in_flight.claim((support.id, Direction.INCOMING), CancelScope()),
        pytest.raises(Cancelled),
    ):
        office.check(support, waiting)


# What cannot be checked


def test_nothing_to_check(office: Office, mailbox: Mailbox) -> None:
    support = office.receiving(mailbox)
    office.services.integrations.disable([support.id])
    with pytest.raises(NotCheckableError) as disabled:
        office.check(support)
    assert disabled.value.state is DirectionState.DISABLED
    office.services.integrations.delete([support.id])
    with pytest.raises(NotCheckableError) as gone:
        office.check(support)
    assert gone.value.state is None
    off = office.services.integrations.save(Integration(name="Off"))
    with pytest.raises(NotCheckableError) as caught:
        office.check(off)
    assert caught.value.state is DirectionState.OFF


# What goes wrong at the server


def failure(office: Office, support: Integration, scope: CancelScope | None = None) -> ProblemKind:
    before = office.services.monitor.health(support.id).incoming.consecutive_errors
    outcome = office.check(support, scope)
    assert outcome.result is CheckResult.FAILED
    assert outcome.problem is not None
    assert outcome.health.incoming.consecutive_errors == before + 1
    assert outcome.problem.facts["name"] == support.name
    assert outcome.health.incoming.last_error is not None
    assert outcome.health.incoming.last_error.problem == outcome.problem
    return outcome.problem.kind


def test_folder_missing_and_back(office: Office, mailbox: Mailbox) -> None:
    support = office.receiving(mailbox, folder="Tickets")
    assert failure(office, support) is K.FOLDER_MISSING
    mailbox.deliver(letter(), "Tickets")
    outcome = office.check(support)
    assert (outcome.tally.filed, outcome.health.incoming.consecutive_errors) == (1, 0)


def test_wrong_password_and_mended(office: Office, mailbox: Mailbox) -> None:
    support = office.receiving(mailbox)
    Path(support.incoming.password.name).write_text("wrong")
    assert failure(office, support) is K.AUTHENTICATION_FAILED
    Path(support.incoming.password.name).write_text(mailbox.password)
    assert office.check(support).result is CheckResult.OK


def test_password_file_gone(office: Office, mailbox: Mailbox) -> None:
    support = office.receiving(mailbox)
    Path(support.incoming.password.name).unlink()
    assert failure(office, support) is K.PASSWORD_MISSING


@pytest.mark.parametrize(
    ("host", "security", "kind"),
    [
        (addresses.EXPIRED, Security.SSL, K.TLS_EXPIRED),
        (addresses.WRONG_HOST, Security.SSL, K.TLS_WRONG_HOST),
        (addresses.SELF_SIGNED, Security.SSL, K.TLS_UNTRUSTED),
        (addresses.NO_TLS, Security.STARTTLS, K.TLS_NOT_OFFERED),
        (addresses.LOGIN_DISABLED, Security.NONE, K.LOGIN_DISABLED),
    ],
)
def test_tls_is_never_done_without(
    office: Office, mailbox: Mailbox, host: str, security: Security, kind: ProblemKind
) -> None:
    ports = mailbox.server.ports
    port = ports.imaps if security is Security.SSL else ports.imap
    support = office.receiving(mailbox, server=host, security=security, port=port)
    assert failure(office, support) is kind


def test_tls_on_a_plain_port(office: Office, mailbox: Mailbox) -> None:
    support = office.receiving(mailbox, security=Security.SSL)
    assert failure(office, support) in {K.TLS_NOT_OFFERED, K.TLS_HANDSHAKE_FAILED}


def test_refused(office: Office, mailbox: Mailbox) -> None:
    support = office.receiving(mailbox, port=free_ports(1)[0])
    assert failure(office, support) is K.CONNECTION_REFUSED


def test_no_such_host(office: Office, mailbox: Mailbox) -> None:
    support = office.receiving(mailbox, server="no-such-host.invalid")
    assert failure(office, support) in {K.RESOLVE_FAILED}


def test_black_hole(office: Office, mailbox: Mailbox, fault_proxy: FaultProxy) -> None:
    fault_proxy.fault = Fault(swallow=True)
    support = office.receiving(mailbox, port=fault_proxy.port)
    assert failure(office, support, impatient()) is K.TIMED_OUT
    assert office.services.monitor.health(support.id).incoming.last_success_at is None
    fault_proxy.fault = PASS
    assert office.check(support).result is CheckResult.OK


def test_server_that_stops_in_the_middle(office: Office, mailbox: Mailbox, fault_proxy: FaultProxy) -> None:
    support = office.receiving(mailbox, port=fault_proxy.port)
    office.check(support)
    mailbox.deliver(letter(size=200_000))
    fault_proxy.fault = Fault(rate=20)
    kind = failure(office, support, impatient(*(set(Stage) - {Stage.WAITING})))
    assert kind is K.TIMED_OUT
    fault_proxy.fault = PASS
    assert office.check(support).tally.filed == 1


@pytest.mark.parametrize("reset", [False, True])
@pytest.mark.parametrize("after", [0, 1, 60_000])
def test_cut_in_a_literal_and_the_next_check_completes(
    office: Office, mailbox: Mailbox, fault_proxy: FaultProxy, after: int, reset: bool
) -> None:
    mailbox.deliver_many(letter(number, size=2_000) for number in range(70))
    support = office.receiving(mailbox, port=fault_proxy.port)
    fault_proxy.fault = Fault(cut_after=after, marker=b"BODY[] {", reset=reset)
    assert failure(office, support) is K.CONNECTION_LOST
    taken = len(office.rows())
    assert taken < 70
    fault_proxy.fault = PASS
    outcome = office.check(support)
    assert outcome.tally.filed == 70 - taken
    assert subjects(office.rows()) == [f"no. {number}" for number in range(70)]
    assert all(seen_flags(mailbox))


def test_lost_in_the_second_batch_keeps_the_first(
    office: Office, mailbox: Mailbox, fault_proxy: FaultProxy
) -> None:
    mailbox.deliver_many(letter(number) for number in range(70))
    support = office.receiving(mailbox, port=fault_proxy.port)
    fault_proxy.fault = Fault(cut_after=10, marker=b"Subject: no. 60")
    outcome = office.check(support)
    assert outcome.problem is not None
    assert (outcome.tally.seen, outcome.tally.filed) == (50, 50)
    assert outcome.health.incoming.last_mail_at is not None
    fault_proxy.fault = PASS
    assert office.check(support).tally.filed == 20


def greeting_then(*lines: str | bytes) -> ScriptedServer:
    return ScriptedServer(["S: * OK [CAPABILITY IMAP4rev1] ready", r"C: (?P<tag>\S+) LOGIN", *lines])


@pytest.mark.parametrize(
    ("server", "kind"),
    [
        (ScriptedServer(["S: * BYE going down"]), {K.SERVER_BUSY, K.CONNECTION_LOST}),
        (ScriptedServer([b"\x00\xff\x16\x03garbage\r\n" * 20]), {K.PROTOCOL_ERROR}),
        (ScriptedServer(["S: 220 mail.example ESMTP"]), {K.PROTOCOL_ERROR}),
        (ScriptedServer(["RESET"]), {K.CONNECTION_LOST}),
        (greeting_then("S: * BYE going down"), {K.SERVER_BUSY, K.CONNECTION_LOST}),
        (greeting_then("S: {tag} NO [UNAVAILABLE] later"), {K.SERVER_BUSY}),
        (greeting_then("S: {tag} NO [EXPIRED] change it"), {K.AUTHENTICATION_FAILED, K.ACCOUNT_LOCKED}),
        (greeting_then("S: {tag} OK in", r"C: (?P<tag>\S+) .*", b"* \xff\xfe {99999999999}\r\n"), set(K)),
    ],
    ids=["bye", "bytes", "smtp", "reset", "bye later", "unavailable", "expired", "nonsense later"],
)
def test_servers_that_are_none(
    office: Office, mailbox: Mailbox, server: ScriptedServer, kind: set[ProblemKind]
) -> None:
    with server:
        support = office.receiving(mailbox, port=server.port)
        assert failure(office, support, impatient(seconds=5.0)) in kind


def test_server_gone_and_back(office: Office, mailbox: Mailbox) -> None:
    support = office.receiving(mailbox)
    office.check(support)
    mailbox.deliver(letter())
    mailbox.server.stop()
    assert failure(office, support) is K.CONNECTION_REFUSED
    mailbox.server.start()
    assert office.check(support).tally.filed == 1


def test_ended_by_the_watchdog_names_its_stage(
    office: Office, mailbox: Mailbox, fault_proxy: FaultProxy
) -> None:
    fault_proxy.fault = Fault(swallow=True)
    support = office.receiving(mailbox, port=fault_proxy.port)
    scope = CancelScope()
    scope.on_stage = lambda stage: scope.cancel(CancelReason.OVERDUE) if stage is Stage.GREETING else None
    outcome = office.check(support, scope)
    assert outcome.problem is not None
    assert (outcome.problem.kind, outcome.problem.facts["stage"]) == (K.TIMED_OUT, Stage.GREETING)


# Cancelled


def test_cancelled_is_no_error_and_the_rest_comes_next(office: Office, mailbox: Mailbox) -> None:
    mailbox.deliver_many(letter(number) for number in range(120))
    support = office.receiving(mailbox)
    scope = CancelScope()
    stored = iter(range(10))

    def cancel_at_second_batch(stage: Stage) -> None:
        if stage is Stage.STORE and next(stored) == 1:
            scope.cancel(CancelReason.ADMIN)

    scope.on_stage = cancel_at_second_batch
    outcome = office.check(support, scope)
    assert outcome.result is CheckResult.CANCELLED
    assert outcome.problem is None
    filed = outcome.tally.filed  # while the rest was still fetched
    assert outcome.tally == CheckTally(seen=100, filed=filed, waiting=100 - filed)
    assert outcome.health.incoming.consecutive_errors == 0
    assert office.check(support).tally.filed == 20
    assert set(office.states()) == {"filed"}  # what the cancelled check left was filed as well
    assert all(seen_flags(mailbox))


def test_mail_is_filed_while_more_is_taken_in(office: Office, mailbox: Mailbox) -> None:
    """What the server was told of, and no other: what rules may move depends on that."""
    mailbox.deliver_many(letter(number) for number in range(120))
    mailbox.create_folder("Done")
    support = office.receiving(mailbox, after_processing=AfterProcessing.MOVE, move_to="Done")
    scope = CancelScope()
    told = iter(range(9))

    def wait_at_the_third_batch(stage: Stage) -> None:
        if stage is Stage.ACKNOWLEDGE and next(told) == 2:
            wait.until(lambda: office.states().count("filed") == 100, "two batches filed")
            assert office.debts(support) == 20

    scope.on_stage = wait_at_the_third_batch
    outcome = office.check(support, scope)
    assert (outcome.result, outcome.tally) == (CheckResult.OK, CheckTally(seen=120, filed=120))


def test_cancelled_before_anything_leaves_health_alone(office: Office, mailbox: Mailbox) -> None:
    support = office.receiving(mailbox)
    before = office.services.monitor.health(support.id)
    scope = CancelScope()
    scope.on_stage = lambda stage: scope.cancel(CancelReason.SHUTDOWN) if stage is Stage.SELECT else None
    assert office.check(support, scope).result is CheckResult.CANCELLED
    assert office.services.monitor.health(support.id) == before


# Our own store


def test_nearly_full_disk_stops_intake_with_words(
    office: Office, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    support = office.receiving(mailbox)
    mailbox.deliver(letter())
    monkeypatch.setattr("mailint_gui.store.database.LEAST_FREE_SPACE", 1 << 60)
    outcome = office.check(support)
    assert outcome.problem is not None
    assert (outcome.problem.kind, outcome.health.incoming.consecutive_errors) == (K.DISK_FULL, 0)
    assert seen_flags(mailbox) == [False]
    monkeypatch.undo()
    assert office.check(support).tally.filed == 1


def test_the_password_is_nowhere(
    office: Office, mailbox: Mailbox, fault_proxy: FaultProxy, caplog: pytest.LogCaptureFixture
) -> None:
    canary = "canary-π-7f3a91"
    mailbox.set_password(canary)
    caplog.set_level(1)
    support = office.receiving(mailbox, port=fault_proxy.port, user_name=mailbox.address)
    mailbox.deliver(letter())
    office.check(support)
    fault_proxy.cut()
    mailbox.set_password("another")
    outcome = office.check(support)
    assert outcome.problem is not None
    assert outcome.problem.kind is K.AUTHENTICATION_FAILED
    files = b"".join(path.read_bytes() for path in office.database_path.parent.iterdir() if path.is_file())
    assert b"Support" in files
    for shown in (files.decode("latin-1"), caplog.text, repr(office.announced), repr(office.services)):
        assert canary not in shown
        assert "canary" not in shown


def test_same_user_name_elsewhere_is_another_session(office: Office, mailbox: Mailbox) -> None:
    """Both integrations have sessions of their own on the same account."""
    mailbox.deliver(letter())
    first = office.receiving(mailbox, "First")
    second = office.services.integrations.save(replace(first, id=0, name="Second"))
    tallies = [office.check(each).tally for each in (first, second)]
    assert [(tally.filed, tally.already_known) for tally in tallies] == [(1, 0), (0, 1)]
    assert len(office.services.sessions) == 2
