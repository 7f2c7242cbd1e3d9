"""``mailint rules …``"""

from argparse import Namespace
from typing import TYPE_CHECKING

from mailint_gui.cli import shapes
from mailint_gui.cli.context import Context
from mailint_gui.cli.files import read_file
from mailint_gui.cli.named import status_named
from mailint_gui.cli.table import table
from mailint_gui.cli.verb import QT_TRANSLATE_NOOP, Argument, Verb
from mailint_gui.cli.words import actions_line, rule_line
from mailint_gui.domain.dry_run import DryRun, DryRunProgress, MailFiles
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.domain.rule import Rule
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.services.rules.rules_shape import write_action

if TYPE_CHECKING:
    from mailint_gui.services.services import Services

_LIST = ("position", "name", "enabled", "addresses", "does")
_TESTED = ("name", "outcome", "does")


def _list(arguments: Namespace, context: Context) -> int:
    with context.access.reading() as services:
        rules = services.rule_book.all() if services else ()
        names = _names(services) if services else {}
    if arguments.json:
        context.print_json([shapes.rule(rule, position, names) for position, rule in enumerate(rules, 1)])
    elif rules:
        shown = [
            {**shapes.rule(rule, position, names), "does": rule_line(rule, names)}
            for position, rule in enumerate(rules, 1)
        ]
        context.print(table(shown, _LIST, whole="does"))
    return 0


def _names(services: "Services") -> dict[int, str]:
    return {status.id: status.name for status in services.statuses.all()}


def _import(arguments: Namespace, context: Context) -> int:
    text = read_file(context.cwd / arguments.file, arguments.file)
    with context.access.changing() as services:
        before = {rule.id: rule for rule in services.rule_book.all()}
        rules = services.rule_book.import_text(text)
    shown = [{"name": rule.name, "result": _result(before.get(rule.id), rule)} for rule in rules]
    if arguments.json:
        context.print_json(shown)
    elif shown:
        context.print(table(shown, ("name", "result")))
    return 0


def _result(before: Rule | None, after: Rule) -> str:
    """In the words of ``integrations import``."""
    if before is None:
        return "created"
    return "unchanged" if before == after else "changed"


def _export(_arguments: Namespace, context: Context) -> int:
    with context.access.reading() as services:
        text = services.rule_book.export_text() if services else ""
    context.streams.out(text.encode())
    return 0


def _test(arguments: Namespace, context: Context) -> int:
    """Nothing is stored. Without a profile there are no rules, and nothing is said."""
    with context.access.reading() as services, context.scopes.new() as scope:
        receiver = _receiver(services, arguments.integration)
        source = MailFiles((context.cwd / arguments.file,), receiver.id if receiver else 0)
        tried = services.rule_book.dry_run(None, source, scope, _no_progress) if services else ()
    for each in tried:
        if each.unread:
            raise RefusedError(Refusal.FILE_NOT_READ, path=arguments.file, detail=str(each.unread.reason))
        _print_tried(each, receiver.name if receiver else "", arguments, context)
    return 0


def _receiver(services: "Services | None", name: str | None) -> IntegrationStatus | None:
    """Whose mail it is taken for: the one named, else the default one, else the first. Raises RefusedError."""
    if name is not None:
        return status_named(services, name)
    statuses = services.statuses.all() if services else ()
    return next((each for each in statuses if each.integration.is_default), next(iter(statuses), None))


def _no_progress(_progress: DryRunProgress) -> None:
    pass


def _print_tried(tried: DryRun, receiver: str, arguments: Namespace, context: Context) -> None:
    rules = [shapes.rule_trace(trace) for trace in tried.after.trace]
    if arguments.json:
        actions = [write_action(each) for each in tried.after.actions]
        context.print_json({"integration": receiver or None, "rules": rules, "actions": actions})
    elif rules:
        shown = [
            {**shape, "does": actions_line(trace.actions)}
            for shape, trace in zip(rules, tried.after.trace, strict=True)
        ]
        context.print(table(shown, _TESTED, whole="does"))


_FILE = {"metavar": "FILE"}

VERBS = (
    Verb(("rules", "list"), QT_TRANSLATE_NOOP("command_line", "all email rules, in their order"), _list),
    Verb(
        ("rules", "import"),
        QT_TRANSLATE_NOOP("command_line", "take rules in from a TOML file, all of it or nothing"),
        _import,
        changes=True,
        arguments=(Argument(("file",), QT_TRANSLATE_NOOP("command_line", "the file"), _FILE),),
    ),
    Verb(
        ("rules", "export"),
        QT_TRANSLATE_NOOP("command_line", "print the rules as an import file"),
        _export,
        has_json=False,
    ),
    Verb(
        ("rules", "test"),
        QT_TRANSLATE_NOOP("command_line", "say what the rules would do with a message, and do nothing"),
        _test,
        arguments=(
            Argument(("file",), QT_TRANSLATE_NOOP("command_line", "a message (.eml)"), _FILE),
            Argument(
                ("--integration",),
                QT_TRANSLATE_NOOP("command_line", "as if this integration had received it"),
                {"metavar": "NAME"},
            ),
        ),
    ),
)
