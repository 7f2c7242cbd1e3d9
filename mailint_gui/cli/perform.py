"""Runs one verb: whatever it raises becomes lines on standard error and an exit code, never a traceback."""

import logging
from argparse import Namespace

from mailint_gui.cli.context import Context
from mailint_gui.cli.verb import Verb
from mailint_gui.cli.words import (
    database_line,
    problem_line,
    refusal_line,
    rule_fault_lines,
    validation_lines,
)
from mailint_gui.domain.problem import ProblemError
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.domain.validation import ValidationError

_log = logging.getLogger(__name__)

DONE, FAILED, BAD_USAGE = 0, 1, 2


def perform(verb: Verb, arguments: Namespace, context: Context) -> int:
    """-> the exit code. Raises BrokenPipeError and KeyboardInterrupt only."""
    try:
        return verb.run(arguments, context)
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001  a bug is told in one line, with its traceback in the log
        for line in _lines(error, context):
            context.complain(line)
        return FAILED


def _lines(error: Exception, context: Context) -> list[str]:
    from mailint_gui.services.provisioning_file import ProvisioningError
    from mailint_gui.services.refusal import StoreRefusedError
    from mailint_gui.services.rules.rules_file import RulesFileError
    from mailint_gui.services.scope import Cancelled

    match error:
        case RefusedError():
            return [refusal_line(error)]
        case ProblemError():
            return [problem_line(error.problem)]
        case ValidationError():
            return validation_lines(error)
        case ProvisioningError():
            return [line for each in error.refused for line in validation_lines(each)]
        case RulesFileError():
            return [line for each in error.refused for line in rule_fault_lines(each)]
        case StoreRefusedError():
            return [database_line(error)]
        case Cancelled():
            return [refusal_line(RefusedError(Refusal.INTERRUPTED))]
    return [_bug_line(error, context)]


def _bug_line(error: Exception, context: Context) -> str:
    context.begin_log()
    _log.error("a verb failed by a fault of the program", exc_info=error)
    return refusal_line(RefusedError(Refusal.BUG, detail=type(error).__name__, path=str(context.log_path)))
