"""From a command line to what it asks for. Nothing is printed here, and the process is not ended."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, NoReturn

from mailint_gui.cli import doctor, integrations, messages, outbox, properties, records, rules, send
from mailint_gui.cli.verb import QT_TRANSLATE_NOOP, Verb, translated

VERBS: tuple[Verb, ...] = (
    *integrations.VERBS,
    *messages.VERBS,
    *records.VERBS,
    *rules.VERBS,
    *send.VERBS,
    *outbox.VERBS,
    *properties.VERBS,
    *doctor.VERBS,
)
_NOUNS = {
    "integrations": QT_TRANSLATE_NOOP("command_line", "set up, test and check integrations"),
    "messages": QT_TRANSLATE_NOOP("command_line", "look at what was taken in and sent"),
    "records": QT_TRANSLATE_NOOP("command_line", "look at the service records"),
    "rules": QT_TRANSLATE_NOOP("command_line", "set up and try email rules"),
    "outbox": QT_TRANSLATE_NOOP("command_line", "look after what is to be sent"),
    "properties": QT_TRANSLATE_NOOP("command_line", "settings that hold for all integrations"),
}
_WITHOUT_VERB = QT_TRANSLATE_NOOP("command_line", "goes without a verb")
_NO_TEXT = QT_TRANSLATE_NOOP("command_line", "the arguments are not text of this system's encoding")
_ABOUT = QT_TRANSLATE_NOOP(
    "command_line", "Set up, test, run and watch the mail integrations of a help desk."
)


class UsageError(Exception):
    """Bad usage; ``text`` says which, ending in a line end."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class HelpAskedError(Exception):
    """``--help``; ``text`` is the answer."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class Mode(StrEnum):
    """What a command line without a verb starts."""

    WINDOW = "window"
    DEMO = "demo"
    HEADLESS = "headless"
    VERSION = "version"
    VERB = "verb"


@dataclass(frozen=True, slots=True)
class Request:
    """``verb`` and ``arguments`` only in mode VERB. ``directory`` of the profile None: the platform's place."""

    mode: Mode
    directory: Path | None
    database_url: str | None
    arguments: argparse.Namespace
    verb: Verb | None = None


def parse(argv: Sequence[str]) -> Request:
    """``argv`` without the program's name. Raises UsageError and HelpAskedError."""
    if any(_undecodable(each) for each in argv):
        raise UsageError(f"mailint: error: {translated(_NO_TEXT)}\n")
    parser = _parser(translated if {"-h", "--help"} & set(argv) else str)
    arguments = parser.parse_args(list(argv))
    verb: Verb | None = getattr(arguments, "verb", None)
    return Request(
        mode=_mode(arguments, verb, parser),
        directory=Path(arguments.profile) if arguments.profile is not None else None,
        database_url=arguments.database,
        arguments=arguments,
        verb=verb,
    )


def _undecodable(text: str) -> bool:
    return "\0" in text or any("\ud800" <= char <= "\udfff" for char in text)


def _mode(arguments: argparse.Namespace, verb: Verb | None, parser: argparse.ArgumentParser) -> Mode:
    if arguments.version:
        return Mode.VERSION
    if verb is None:
        return Mode(arguments.mode or Mode.WINDOW)
    if arguments.mode:
        parser.error(f"--{arguments.mode} {translated(_WITHOUT_VERB)}")
    fault = verb.judge(arguments)
    if fault:
        arguments.parser.error(translated(fault))
    return Mode.VERB


class _Parser(argparse.ArgumentParser):
    """Says what argparse would print, by exceptions."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "allow_abbrev": False})

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{self.format_usage()}{self.prog}: error: {message}\n")

    def print_help(self, _file: object = None) -> NoReturn:
        raise HelpAskedError(self.format_help())


def _parser(tr: Callable[[str], str]) -> argparse.ArgumentParser:
    parser = _Parser(prog="mailint", description=tr(_ABOUT))
    add = parser.add_argument
    add(
        "--profile",
        metavar="DIR",
        help=tr(QT_TRANSLATE_NOOP("command_line", "where data, settings and log are kept together")),
    )
    add(
        "--database",
        metavar="URL",
        help=tr(QT_TRANSLATE_NOOP("command_line", "a PostgreSQL database instead of the profile's own")),
    )
    add("--version", action="store_true", help=tr(QT_TRANSLATE_NOOP("command_line", "print the version")))
    modes = parser.add_mutually_exclusive_group()
    modes.add_argument(
        "--demo",
        dest="mode",
        action="store_const",
        const=Mode.DEMO,
        help=tr(QT_TRANSLATE_NOOP("command_line", "try everything on sample mailboxes; nothing is kept")),
    )
    modes.add_argument(
        "--headless",
        dest="mode",
        action="store_const",
        const=Mode.HEADLESS,
        help=tr(QT_TRANSLATE_NOOP("command_line", "check and send without a window, until it is ended")),
    )
    _add_verbs(parser, tr)
    return parser


def _add_verbs(parser: argparse.ArgumentParser, tr: Callable[[str], str]) -> None:
    top = parser.add_subparsers(metavar="VERB")
    groups: dict[str, Any] = {}
    for noun, about in _NOUNS.items():
        group = top.add_parser(noun, help=tr(about), description=tr(about))
        groups[noun] = group.add_subparsers(metavar="VERB", required=True)
    for verb in VERBS:
        place = groups[verb.path[0]] if len(verb.path) > 1 else top
        _add_arguments(
            place.add_parser(verb.path[-1], help=tr(verb.help), description=tr(verb.help)), verb, tr
        )


def _add_arguments(parser: argparse.ArgumentParser, verb: Verb, tr: Callable[[str], str]) -> None:
    for argument in verb.arguments:
        parser.add_argument(*argument.flags, help=tr(argument.help), **argument.options)
    if verb.has_json:
        as_json = QT_TRANSLATE_NOOP("command_line", "print one JSON value")
        parser.add_argument("--json", action="store_true", help=tr(as_json))
    parser.set_defaults(verb=verb, parser=parser)
