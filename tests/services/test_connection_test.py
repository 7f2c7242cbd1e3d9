"""*Test connection* on real servers: its steps, and the one at which it ends."""

import pytest

from mailint_gui.domain.check import Stage, TestStage, TestStep
from mailint_gui.domain.integration import Direction, Integration, OutgoingAuthentication, Security
from mailint_gui.domain.problem import ProblemError, ProblemKind
from mailint_gui.domain.secret import Secret, TypedPasswords
from mailint_gui.services.scope import Cancelled, CancelReason, CancelScope
from mailint_gui.wording.problems import words
from tests.servers import addresses
from tests.servers.fault_proxy import Fault, FaultProxy
from tests.servers.mailbox import Mailbox
from tests.servers.scripted_server import ScriptedServer
from tests.servers.smtp import SmtpServer
from tests.services.office import Office, impatient, letter, seen_flags

S, K = TestStage, ProblemKind


def steps(office: Office, draft: Integration, direction: Direction, **typed: Secret) -> tuple[TestStep, ...]:
    reported: list[TestStep] = []
    passwords = TypedPasswords(**typed)
    result = office.services.connection_test.test(draft, direction, CancelScope(), reported.append, passwords)
    assert list(result) == reported
    assert all(step.ok for step in result[:-1])
    assert all(step.ms >= 0 for step in result)
    return result


def stages(result: tuple[TestStep, ...]) -> list[TestStage]:
    return [step.stage for step in result]


@pytest.mark.parametrize("security", [Security.SSL, Security.STARTTLS])
def test_incoming_step_by_step(office: Office, mailbox: Mailbox, security: Security) -> None:
    mailbox.deliver_many([letter(1), letter(2)])
    ports = mailbox.server.ports
    port = ports.imaps if security is Security.SSL else ports.imap
    draft = Integration(name="Typed", incoming=office.incoming(mailbox, security=security, port=port))
    result = steps(office, draft, Direction.INCOMING)
    assert stages(result) == [S.SECRET, S.RESOLVE, S.CONNECT, S.TLS, S.AUTHENTICATE, S.FOLDER, S.COUNT]
    assert result[-1].facts == (("folder", "INBOX"), ("count", "2"))
    assert seen_flags(mailbox) == [False, False]
    assert office.services.statuses.all() == ()


@pytest.mark.parametrize("security", [Security.SSL, Security.STARTTLS])
def test_incoming_over_pop3_step_by_step(office: Office, mailbox: Mailbox, security: Security) -> None:
    mailbox.deliver_many([letter(1), letter(2)])
    ports = mailbox.server.ports
    port = ports.pop3s if security is Security.SSL else ports.pop3
    draft = Integration(name="Typed", incoming=office.incoming_pop3(mailbox, security=security, port=port))
    result = steps(office, draft, Direction.INCOMING)
    assert stages(result) == [S.SECRET, S.RESOLVE, S.CONNECT, S.TLS, S.AUTHENTICATE, S.COUNT]
    assert result[-1].facts == (("count", "2"),)
    assert len(mailbox.messages()) == 2


def test_a_pop3_server_without_unique_ids_fails_the_test(office: Office, mailbox: Mailbox) -> None:
    script = [
        *("S: +OK ready", "C: ^USER", "S: +OK", "C: ^PASS", "S: +OK in"),
        *("C: ^UIDL$", "S: -ERR what?", "C: ^CAPA$", "S: +OK", "S: TOP", "S: ."),
    ]
    with ScriptedServer(script) as server:
        draft = Integration(name="Typed", incoming=office.incoming_pop3(mailbox, port=server.port))
        last = steps(office, draft, Direction.INCOMING)[-1]
    assert last.stage is S.COUNT
    assert last.problem is not None
    assert (last.problem.kind, last.problem.facts["missing"]) == (K.PROTOCOL_ERROR, "UIDL")


@pytest.mark.parametrize(
    ("changes", "stage", "kind"),
    [
        ({"server": "no-such-host.invalid"}, S.RESOLVE, K.RESOLVE_FAILED),
        ({"server": addresses.EXPIRED, "security": Security.STARTTLS}, S.TLS, K.TLS_EXPIRED),
        ({"folder": "Nowhere"}, S.FOLDER, K.FOLDER_MISSING),
        ({"user_name": "nobody@example.org"}, S.AUTHENTICATE, K.AUTHENTICATION_FAILED),
    ],
)
def test_incoming_ends_where_it_fails(
    office: Office, mailbox: Mailbox, changes: dict[str, object], stage: TestStage, kind: ProblemKind
) -> None:
    draft = Integration(name="Typed", incoming=office.incoming(mailbox, **changes))
    last = steps(office, draft, Direction.INCOMING)[-1]
    assert last.problem is not None
    assert (last.stage, last.problem.kind, last.problem.facts["name"]) == (stage, kind, "Typed")


def test_it_tests_what_is_typed(office: Office, mailbox: Mailbox) -> None:
    support = office.receiving(mailbox)
    last = steps(office, support, Direction.INCOMING, incoming=Secret("wrong"))[-1]
    assert last.problem is not None
    assert last.problem.kind is K.AUTHENTICATION_FAILED
    assert office.services.monitor.health(support.id).incoming.last_attempt_at is None


def test_outgoing_step_by_step(office: Office, smtp_server: SmtpServer) -> None:
    smtp_server.users["desk"] = "right"
    outgoing = office.outgoing(
        smtp_server,
        security=Security.STARTTLS,
        authentication=OutgoingAuthentication.PASSWORD,
        user_name="desk",
    )
    draft = Integration(name="Typed", outgoing=outgoing)
    result = steps(office, draft, Direction.OUTGOING, outgoing=Secret("right"))
    assert stages(result) == [S.SECRET, S.RESOLVE, S.CONNECT, S.TLS, S.AUTHENTICATE, S.SENDER]
    assert smtp_server.messages == []
    last = steps(office, draft, Direction.OUTGOING, outgoing=Secret("wrong"))[-1]
    assert last.problem is not None
    assert (last.stage, last.problem.kind) == (S.AUTHENTICATE, K.AUTHENTICATION_FAILED)
    missing = steps(office, draft, Direction.OUTGOING)
    assert (stages(missing), missing[0].problem is not None) == ([S.SECRET], True)


def test_sender_refused(office: Office, smtp_server: SmtpServer) -> None:
    smtp_server.script.answer("MAIL", "", "550 5.7.1 not you")
    draft = Integration(name="Typed", outgoing=office.outgoing(smtp_server))
    last = steps(office, draft, Direction.OUTGOING)[-1]
    assert last.problem is not None
    assert (last.stage, last.problem.kind) == (S.SENDER, K.SENDER_REFUSED)


def test_black_hole_names_the_step(office: Office, mailbox: Mailbox, fault_proxy: FaultProxy) -> None:
    fault_proxy.fault = Fault(swallow=True)
    draft = Integration(name="Typed", incoming=office.incoming(mailbox, port=fault_proxy.port))
    result = office.services.connection_test.test(draft, Direction.INCOMING, impatient(Stage.GREETING))
    assert result[-1].problem is not None
    assert (result[-1].stage, result[-1].problem.kind) == (S.CONNECT, K.TIMED_OUT)


@pytest.mark.parametrize("security", [Security.NONE, Security.STARTTLS])
@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_a_port_that_expects_tls_is_told(
    office: Office, mailbox: Mailbox, security: Security, protocol: str
) -> None:
    ports = mailbox.server.ports
    if protocol == "imap":
        incoming = office.incoming(mailbox, security=security, port=ports.imaps)
    else:
        incoming = office.incoming_pop3(mailbox, security=security, port=ports.pop3s)
    draft = Integration(name="Typed", incoming=incoming)
    result = office.services.connection_test.test(draft, Direction.INCOMING, impatient(Stage.GREETING))
    assert result[-1].problem is not None
    assert result[-1].problem.kind is K.TIMED_OUT
    assert "the port expects SSL/TLS" in words(result[-1].problem).remedy


def test_cancelled(office: Office, mailbox: Mailbox, fault_proxy: FaultProxy) -> None:
    fault_proxy.fault = Fault(swallow=True)
    draft = Integration(name="Typed", incoming=office.incoming(mailbox, port=fault_proxy.port))
    scope = CancelScope()

    def cancel(_step: TestStep) -> None:
        scope.cancel(CancelReason.ADMIN)

    with pytest.raises(Cancelled):
        office.services.connection_test.test(draft, Direction.INCOMING, scope, cancel)


def test_folders(office: Office, mailbox: Mailbox) -> None:
    mailbox.create_folder("Erledigt/März")
    draft = Integration(name="Typed", incoming=office.incoming(mailbox))
    folders = office.services.connection_test.folders(draft, CancelScope(), TypedPasswords())
    assert {"INBOX", "Erledigt/März"} <= set(folders)
    with pytest.raises(ProblemError):
        office.services.connection_test.folders(
            draft, CancelScope(), TypedPasswords(incoming=Secret("wrong"))
        )
