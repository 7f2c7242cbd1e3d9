"""The closed list of kinds and what each means for health."""

import pickle

import pytest

from mailint_gui.domain.problem import DETAIL_LIMIT, FAULTS, Fault, Problem, ProblemError, ProblemKind

# commands.md, the kinds it promises by name
PROMISED = """resolve_failed connection_refused unreachable timed_out connection_lost tls_untrusted tls_wrong_host
tls_expired tls_not_offered tls_handshake_failed protocol_error authentication_failed account_locked policy_refused
password_missing vault_locked folder_missing server_busy throttled mailbox_full message_too_large recipient_refused
sender_refused relay_denied store_failed disk_full offline unknown
sign_in_needed sign_in_refused wrong_user_signed_in consent_missing client_secret_expired client_secret_wrong
certificate_refused application_unknown application_settings_wrong tenant_unknown account_unknown scope_missing
scope_refused mailbox_not_allowed mailbox_not_licensed protocol_disabled access_policy_denied delegation_missing
key_file_wrong clock_wrong provider_unavailable"""

# product.md section 3: what counts as an error of the integration, and what waiting may mend
TRAITS = {  # fault: (counts, transient)
    Fault.CREDENTIALS: (True, False),
    Fault.CONFIGURATION: (True, False),
    Fault.POLICY: (True, False),
    Fault.NETWORK: (True, True),
    Fault.SERVER: (True, True),
    Fault.THROTTLED: (False, True),
    Fault.MESSAGE: (False, False),
    Fault.OURS: (False, True),
}


def test_the_promised_kinds_are_there() -> None:
    assert set(PROMISED.split()) <= {str(kind) for kind in ProblemKind}


@pytest.mark.parametrize("kind", list(ProblemKind))
def test_each_kind_has_a_fault_and_its_traits(kind: ProblemKind) -> None:
    problem = Problem(kind)
    assert problem.fault is FAULTS[kind]
    assert (problem.counts, problem.transient) == TRAITS[problem.fault]


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        (ProblemKind.AUTHENTICATION_FAILED, Fault.CREDENTIALS),
        (ProblemKind.PASSWORD_MISSING, Fault.CREDENTIALS),
        (ProblemKind.FOLDER_MISSING, Fault.CONFIGURATION),
        (ProblemKind.TLS_UNTRUSTED, Fault.CONFIGURATION),
        (ProblemKind.POLICY_REFUSED, Fault.POLICY),
        (ProblemKind.SIGN_IN_NEEDED, Fault.CREDENTIALS),
        (ProblemKind.CLIENT_SECRET_EXPIRED, Fault.CREDENTIALS),
        (ProblemKind.TENANT_UNKNOWN, Fault.CONFIGURATION),
        (ProblemKind.CONSENT_MISSING, Fault.POLICY),
        (ProblemKind.CLOCK_WRONG, Fault.OURS),
        (ProblemKind.PROVIDER_UNAVAILABLE, Fault.SERVER),
        (ProblemKind.TIMED_OUT, Fault.NETWORK),
        (ProblemKind.SERVER_BUSY, Fault.SERVER),
        (ProblemKind.THROTTLED, Fault.THROTTLED),
        (ProblemKind.RECIPIENT_REFUSED, Fault.MESSAGE),
        (ProblemKind.RECIPIENT_PUT_OFF, Fault.MESSAGE),
        (ProblemKind.MESSAGE_PUT_OFF, Fault.MESSAGE),
        (ProblemKind.MESSAGE_TOO_LARGE, Fault.MESSAGE),
        (ProblemKind.OFFLINE, Fault.OURS),
        (ProblemKind.STORE_FAILED, Fault.OURS),
        (ProblemKind.DISK_FULL, Fault.OURS),
        (ProblemKind.VAULT_LOCKED, Fault.OURS),
    ],
)
def test_whose_fault(kind: ProblemKind, fault: Fault) -> None:
    assert Problem(kind).fault is fault


def test_a_problem_is_a_value() -> None:
    facts = {"server": "mail.example.org"}
    problem = Problem(ProblemKind.TIMED_OUT, facts, "detail")
    facts["server"] = "changed"
    assert problem == Problem(ProblemKind.TIMED_OUT, {"server": "mail.example.org"}, "detail")
    assert problem != Problem(ProblemKind.TIMED_OUT, {"server": "mail.example.org"}, "other")
    assert len({problem, pickle.loads(pickle.dumps(problem))}) == 1
    with pytest.raises(TypeError):
        problem.facts["server"] = "changed"  # type: ignore[index]  # that it cannot be is what is tested


def test_a_talkative_server_is_cut_short() -> None:
    assert len(Problem(ProblemKind.UNKNOWN, detail="x" * 10_000).detail) == DETAIL_LIMIT


def test_facts_that_are_there_win() -> None:
    problem = Problem(ProblemKind.TIMED_OUT, {"server": "one"}).about(server="two", name="Support")
    assert problem.facts == {"server": "one", "name": "Support"}


def test_the_error_carries_its_problem() -> None:
    problem = Problem(ProblemKind.TIMED_OUT, detail="no answer")
    assert ProblemError(problem).problem is problem
    assert str(ProblemError(problem)) == "timed_out: no answer"
    assert str(ProblemError(Problem(ProblemKind.TIMED_OUT))) == "timed_out"
