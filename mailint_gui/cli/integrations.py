"""``mailint integrations …``"""

from argparse import Namespace
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mailint_gui.cli import check, shapes, sign_in
from mailint_gui.cli.arguments import INCOMING, NAME, NAMES, OUTGOING
from mailint_gui.cli.context import Context
from mailint_gui.cli.files import read_file
from mailint_gui.cli.named import status_named
from mailint_gui.cli.table import sheet, table
from mailint_gui.cli.verb import QT_TRANSLATE_NOOP, Argument, Verb
from mailint_gui.cli.words import (
    expiry_line,
    finding_line,
    mute_default_line,
    problem_line,
    refusal_line,
    state_words,
)
from mailint_gui.domain.check import TestStage, TestStep
from mailint_gui.domain.health import DirectionState
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.integration_secrets import log_in_direction
from mailint_gui.domain.problem import ProblemError
from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.domain.validation import ValidationError

if TYPE_CHECKING:
    from mailint_gui.services.provisioning import Imported, Provisioning
    from mailint_gui.services.services import Services

_LIST = ("name", "state", "address", "last_check_at", "next_check_at", "errors_in", "errors_out")


def _list(arguments: Namespace, context: Context) -> int:
    with context.access.reading() as services:
        found = services.statuses.all() if services else ()
        properties = services.properties.current() if services else AccountProperties()
    if arguments.json:
        context.print_json([shapes.integration(status) for status in found])
    elif found:
        context.print(table([_row(status, properties) for status in found], _LIST))
    return 0


def _row(status: IntegrationStatus, properties: AccountProperties) -> shapes.Shape:
    """What a person reads: the state in the words of the window, where the contract's "active" hides trouble."""
    return {
        **shapes.integration(status),
        "state": state_words(status, properties),
        "errors_in": status.health.incoming.consecutive_errors,
        "errors_out": status.health.outgoing.consecutive_errors,
    }


def _show(arguments: Namespace, context: Context) -> int:
    with context.access.reading() as services:
        shape = shapes.integration(status_named(services, arguments.name))
    _print_one(shape, arguments, context)
    return 0


def _print_one(shape: shapes.Shape, arguments: Namespace, context: Context) -> None:
    if arguments.json:
        context.print_json(shape)
    else:
        context.print(sheet(shape))


def _provisioning(services: "Services") -> "Provisioning":
    from mailint_gui.services.provisioning import Provisioning

    return Provisioning(services.database, services.integrations, services.monitor, services.clock)


def _import(arguments: Namespace, context: Context) -> int:
    path = context.cwd / arguments.file
    text = read_file(path, arguments.file)
    with context.access.changing() as services, _naming(arguments.file):
        done = _provisioning(services).import_file(text, path.parent, context.streams.stdin)
        warnings = _warnings(services, done)
    shown = [shapes.imported(each) for each in done]
    if arguments.json:
        context.print_json(shown)
    elif shown:
        context.print(table(shown, ("name", "result", "enabled", "missing_passwords")))
        for each in done:
            for missing in each.missing:
                context.print(problem_line(missing.problem, each.name, missing.direction))
    for line in warnings:
        context.complain(line)
    return 0


def _warnings(services: "Services", done: Collection["Imported"]) -> list[str]:
    """What is no reason to refuse any of it, and worth saying."""
    from mailint_gui.services.missing_references import missing_references

    names = {each.name for each in done}
    imported = [each.integration for each in services.statuses.all() if each.name in names]
    return [
        *_expired(services, imported),
        *map(finding_line, missing_references(imported)),  # which another process may be able to read
        *(mute_default_line(each.name) for each in done if each.mute_default),
    ]


def _expired(services: "Services", imported: Collection[Integration]) -> list[str]:
    """A line for each of these that logs in with what is over already."""
    services.expiries.look_outside(imported)
    found = services.statuses.of({each.id for each in imported})
    return [
        expiry_line(each.name, each.expiring) for each in found if each.expiring and each.expiring.has_expired
    ]


@contextmanager
def _naming(file: str) -> Iterator[None]:
    """A fault that is no integration's is the file's."""
    from mailint_gui.services.provisioning_file import ProvisioningError

    try:
        yield
    except ProvisioningError as error:
        refused = [ValidationError(each.errors, each.subject or file) for each in error.refused]
        raise ProvisioningError(refused) from error


def _export(arguments: Namespace, context: Context) -> int:
    with context.access.reading() as services:
        for name in arguments.names:
            status_named(services, name)
        text = _provisioning(services).export(arguments.names) if services else ""
    context.streams.out(text.encode())
    return 0


def _test(arguments: Namespace, context: Context) -> int:
    with context.access.changing() as services:
        status = status_named(services, arguments.name)
        directions = _to_test(status, arguments)
        steps = [step for each in directions for step in _tested(services, status, each, context)]
    _print_steps(steps, status, arguments, context)
    return 0 if all(step.ok for step in steps) else 1


def _to_test(status: IntegrationStatus, arguments: Namespace) -> list[Direction]:
    """Those asked for, else all that are not off. Raises RefusedError."""
    on = [each for each in Direction if status.state_of(each) is not DirectionState.OFF]
    asked = [each for each in Direction if getattr(arguments, each)]
    for each in asked:
        if each not in on:
            raise RefusedError(Refusal.DIRECTION_OFF, name=status.name, direction=each)
    if not on:
        raise RefusedError(Refusal.NOTHING_TO_TEST, name=status.name)
    return asked or on


def _tested(
    services: "Services", status: IntegrationStatus, direction: Direction, context: Context
) -> Sequence[TestStep]:
    with context.scopes.new() as scope:
        return services.connection_test.test(status.integration, direction, scope)


def _print_steps(
    steps: Sequence[TestStep], status: IntegrationStatus, arguments: Namespace, context: Context
) -> None:
    shown = [
        shapes.step(step, status.name, told_before=_is_told_before(step, steps, status)) for step in steps
    ]
    if arguments.json:
        context.print_json(shown)
    elif shown:
        context.print(table(shown, ("step", "ok", "ms", "message"), whole="message"))
    for each in shown:
        if not each["ok"]:
            context.complain(each["message"])


def _is_told_before(step: TestStep, steps: Sequence[TestStep], status: IntegrationStatus) -> bool:
    """Whether outgoing lacks nothing but the token that incoming could not get for both."""
    if step.problem is None or step.direction is log_in_direction(status.integration, step.direction):
        return False
    return any(
        each.problem and each.problem.kind is step.problem.kind
        for each in steps
        if each.stage is step.stage is TestStage.TOKEN and each.direction is not step.direction
    )


def _enable(arguments: Namespace, context: Context) -> int:
    steps: list[TestStep] = []
    with context.access.changing() as services:
        status = status_named(services, arguments.name)
        try:
            with context.scopes.new() as scope:
                services.enabling.enable(status.id, scope, steps.append, test=not arguments.no_test)
            enabled = True
        except ProblemError as error:
            context.complain(problem_line(error.problem, status.name))
            context.complain(refusal_line(RefusedError(Refusal.TEST_FAILED, name=status.name)))
            enabled = False
        shape = shapes.integration(status_named(services, arguments.name))
    if enabled or arguments.json:  # a failing test leaves it as it was, and that is the value
        _print_changed(shape, arguments, context)
    return 0 if enabled else 1


def _disable(arguments: Namespace, context: Context) -> int:
    with context.access.changing() as services:
        services.integrations.disable([status_named(services, arguments.name).id])
        shape = shapes.integration(status_named(services, arguments.name))
    _print_changed(shape, arguments, context)
    return 0


def _print_changed(shape: shapes.Shape, arguments: Namespace, context: Context) -> None:
    if arguments.json:
        context.print_json(shape)
    else:
        context.print(table([shape], ("name", "state")))


VERBS = (
    Verb(
        ("integrations", "list"),
        QT_TRANSLATE_NOOP("command_line", "all integrations and how they fare"),
        _list,
    ),
    Verb(
        ("integrations", "show"),
        QT_TRANSLATE_NOOP("command_line", "one integration and how it fares"),
        _show,
        arguments=(NAME,),
    ),
    Verb(
        ("integrations", "import"),
        QT_TRANSLATE_NOOP("command_line", "take integrations in from a TOML file, all of it or nothing"),
        _import,
        changes=True,
        arguments=(Argument(("file",), QT_TRANSLATE_NOOP("command_line", "the file"), {"metavar": "FILE"}),),
    ),
    Verb(
        ("integrations", "export"),
        QT_TRANSLATE_NOOP("command_line", "print integrations as an import file, without secrets"),
        _export,
        arguments=(NAMES,),
        has_json=False,
    ),
    Verb(
        ("integrations", "test"),
        QT_TRANSLATE_NOOP("command_line", "test the connection, step by step"),
        _test,
        changes=True,
        arguments=(NAME, INCOMING, OUTGOING),
    ),
    check.VERB,
    *sign_in.VERBS,
    Verb(
        ("integrations", "enable"),
        QT_TRANSLATE_NOOP("command_line", "test the connection and enable"),
        _enable,
        changes=True,
        arguments=(
            NAME,
            Argument(
                ("--no-test",),
                QT_TRANSLATE_NOOP("command_line", "do not test the connection first"),
                {"action": "store_true"},
            ),
        ),
    ),
    Verb(
        ("integrations", "disable"),
        QT_TRANSLATE_NOOP("command_line", "do not check it, and send nothing through it"),
        _disable,
        changes=True,
        arguments=(NAME,),
    ),
)
