"""How a verb is declared: its name, arguments, whether it changes anything, and what it does."""

from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mailint_gui.cli.context import Context


def QT_TRANSLATE_NOOP(_context: str, text: str) -> str:  # noqa: N802  the name that lupdate looks for
    """Marks a text for the translators without importing Qt; ``translated`` is asked when it is shown."""
    return text


def translated(text: str) -> str:
    """A text that was marked, in the admin's language."""
    from PySide6.QtCore import QCoreApplication

    from mailint_gui.wording.language import speak_in_terminal

    speak_in_terminal()
    return QCoreApplication.translate("command_line", text)


@dataclass(frozen=True, slots=True)
class Argument:
    """As ``add_argument`` takes it; ``help`` is translated when it is shown."""

    flags: tuple[str, ...]
    help: str
    options: Mapping[str, Any] = field(default_factory=dict)


def _nothing_wrong(_arguments: Namespace) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Verb:
    """``run`` gives the exit code. ``path``: the words that call it. A verb that ``changes`` nothing only reads.

    ``judge`` says what is wrong with arguments that are each right, in argparse's style, as a text that is
    marked for translation; empty for nothing.
    """

    path: tuple[str, ...]
    help: str
    run: Callable[[Namespace, Context], int]
    changes: bool = False
    arguments: tuple[Argument, ...] = ()
    has_json: bool = True
    judge: Callable[[Namespace], str] = _nothing_wrong
