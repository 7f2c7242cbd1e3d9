"""``mailint properties …``"""

from argparse import ArgumentTypeError, Namespace

from mailint_gui.cli.context import Context
from mailint_gui.cli.verb import QT_TRANSLATE_NOOP, Argument, Verb, translated
from mailint_gui.domain.properties import AccountProperties


def _list(arguments: Namespace, context: Context) -> int:
    with context.access.reading() as services:
        current = services.properties.current() if services else AccountProperties()
    _print(current, arguments, context)
    return 0


def _set(arguments: Namespace, context: Context) -> int:
    with context.access.changing() as services:
        current = services.properties.set(dict(arguments.values))
    if arguments.json:
        _print(current, arguments, context)
    return 0


def _print(current: AccountProperties, arguments: Namespace, context: Context) -> None:
    if arguments.json:
        context.print_json(current.as_text())
    else:
        context.print("\n".join(f"{name}={value}" for name, value in current.as_text().items()))


_NO_PAIR = QT_TRANSLATE_NOOP("command_line", "not NAME=VALUE")


def _assignment(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise ArgumentTypeError(f"{translated(_NO_PAIR)}: {text!r}")
    return name, value


VERBS = (
    Verb(("properties", "list"), QT_TRANSLATE_NOOP("command_line", "all account properties"), _list),
    Verb(
        ("properties", "set"),
        QT_TRANSLATE_NOOP("command_line", "change account properties; several are judged together"),
        _set,
        changes=True,
        arguments=(
            Argument(
                ("values",),
                QT_TRANSLATE_NOOP("command_line", "a property and its new value"),
                {"metavar": "NAME=VALUE", "nargs": "+", "type": _assignment},
            ),
        ),
    ),
)
