"""Asking whether somebody has entered a code, through whatever passes meanwhile (RFC 8628 section 3.5)."""

import time
from typing import TYPE_CHECKING

from mailint_gui.domain.check import Stage
from mailint_gui.domain.oauth import SignedIn
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.mail.scope import CancelScope, run_with_deadline

if TYPE_CHECKING:
    from mailint_gui.mail.auth.microsoft import DeviceFlow, MicrosoftIdentity

_LONGEST_PAUSE = 60.0  # seconds between two questions, unless the provider asks for more
_LATE = 5.0  # seconds for which the last answer may be late


def until_entered(identity: "MicrosoftIdentity", flow: "DeviceFlow", scope: CancelScope) -> SignedIn:
    """Raises ProblemError once it is refused or the code is no longer good, and Cancelled.

    The last is what was in the way at the end, where that was more than that nobody came.
    """
    from mailint_gui.mail.auth.microsoft import CodeExpiredError

    ends = time.monotonic() + flow.lifetime
    scope.keep_going(flow.lifetime + _LATE)
    trouble: Problem | None = None
    failures = 0
    while (left := ends - time.monotonic()) > 0:
        try:
            signed_in = run_with_deadline(lambda: identity.ask_on_device(flow), left, scope)
        except ProblemError as error:
            if not _passes(error.problem):
                raise
            trouble, failures = error.problem, failures + 1
        except (CodeExpiredError, TimeoutError):
            break
        else:
            if signed_in is not None:
                return signed_in
            trouble, failures = None, 0
        pause = _pause(identity.seconds_between(flow), failures, trouble)
        scope.pause(min(pause, max(0.0, ends - time.monotonic())))
    raise ProblemError(trouble or Problem(ProblemKind.TIMED_OUT, {"stage": Stage.SIGN_IN}))


def _passes(problem: Problem) -> bool:
    """An answer that nobody knows is a refusal like others."""
    return problem.transient and problem.kind is not ProblemKind.UNKNOWN


def _pause(interval: float, failures: int, trouble: Problem | None) -> float:
    """Twice as long after each question that found no answer, and as long as a provider asks for."""
    backed_off = max(interval, min(interval * 2.0**failures, _LONGEST_PAUSE))
    return max(backed_off, trouble.wait_asked_for) if trouble else backed_off
