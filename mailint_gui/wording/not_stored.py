"""Templates for a vault that could not keep a secret, where ``problem_templates`` has those for one it did not give."""

from mailint_gui.domain.problem import ProblemKind
from mailint_gui.wording.problem_templates import PROBLEMS
from mailint_gui.wording.text import QT_TRANSLATE_NOOP

_K = ProblemKind
_WHAT = {
    _K.VAULT_LOCKED: QT_TRANSLATE_NOOP(
        "problems",
        "The {secret} of {subject_within} could not be stored: the system keyring is locked or does not answer.",
    ),
    _K.VAULT_ABSENT: QT_TRANSLATE_NOOP(
        "problems",
        "The {secret} of {subject_within} could not be stored: this computer has no keyring that works.",
    ),
    _K.VAULT_FAILED: QT_TRANSLATE_NOOP(
        "problems",
        "The {secret} of {subject_within} could not be stored: the system keyring reported an error.",
    ),
}
NOT_STORED: dict[ProblemKind, tuple[str, str]] = {
    kind: (what, PROBLEMS[kind][1]) for kind, what in _WHAT.items()
}
"""With the fact ``task``, "store"."""
