"""``mailint doctor``"""

from argparse import Namespace
from collections.abc import Iterable
from typing import TYPE_CHECKING

from mailint_gui.cli.context import Context
from mailint_gui.cli.reconcile import reconcile
from mailint_gui.cli.table import cell
from mailint_gui.cli.verb import QT_TRANSLATE_NOOP, Argument, Verb
from mailint_gui.cli.verify import verify
from mailint_gui.cli.words import finding_line
from mailint_gui.domain.clock import system_clock
from mailint_gui.domain.finding import Finding, FindingState

if TYPE_CHECKING:
    from mailint_gui.services.refusal import StoreRefusedError
    from mailint_gui.services.services import Services


def _doctor(arguments: Namespace, context: Context) -> int:
    if arguments.reconcile is not None:
        return reconcile(arguments, context)
    if arguments.verify:
        return verify(arguments, context)
    return _examine(arguments, context)


def _examine(arguments: Namespace, context: Context) -> int:
    from mailint_gui.services.refusal import StoreRefusedError

    try:
        with context.access.reading() as services:
            findings = _findings(context, services)
    except StoreRefusedError as error:
        findings = _findings(context, None, error)
    _print(findings, arguments, context)
    return 1 if any(each.state is FindingState.FAILED for each in findings) else 0


def _findings(
    context: Context, services: "Services | None", refused: "StoreRefusedError | None" = None
) -> list[Finding]:
    from mailint_gui.cli.desktop_probe import look_at_desktop
    from mailint_gui.services.doctor import Doctor

    directory = context.log_path.parent
    return list(Doctor(directory, system_clock, look_at_desktop, services, refused).examine())


def _print(findings: Iterable[Finding], arguments: Namespace, context: Context) -> None:
    from mailint_gui.wording.findings import examined_name, finding_state_name

    if arguments.json:
        context.print_json(
            [
                {"check": str(each.examined), "state": str(each.state), "message": finding_line(each)}
                for each in findings
            ]
        )
        return
    lines = [(examined_name(each.examined), finding_state_name(each.state), each) for each in findings]
    name_width = max(len(name) for name, _state, _each in lines)
    state_width = max(len(state) for _name, state, _each in lines)
    for name, state, each in lines:
        context.print(f"{name:<{name_width}}  {state:<{state_width}}  {cell(finding_line(each))}")


def _one_at_a_time(arguments: Namespace) -> str:
    if arguments.verify and arguments.reconcile is not None:
        return QT_TRANSLATE_NOOP("command_line", "--verify and --reconcile do not go together")
    return ""


VERBS = (
    Verb(
        ("doctor",),
        QT_TRANSLATE_NOOP("command_line", "look at what Mailint needs of this computer, and say what to do"),
        _doctor,
        arguments=(
            Argument(
                ("--reconcile",),
                QT_TRANSLATE_NOOP(
                    "command_line", "compare this integration's folder on the server with the log"
                ),
                {"metavar": "NAME"},
            ),
            Argument(
                ("--verify",),
                QT_TRANSLATE_NOOP(
                    "command_line", "look at every stored message: its bytes, digest, search words and record"
                ),
                {"action": "store_true"},
            ),
        ),
        judge=_one_at_a_time,
    ),
)
