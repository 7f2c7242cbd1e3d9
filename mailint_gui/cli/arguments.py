"""Arguments that more than one verb takes."""

from mailint_gui.cli.verb import QT_TRANSLATE_NOOP, Argument


def row_id(text: str) -> int:
    """Raises ValueError."""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise ValueError(text)
    return int(text)


row_id.__name__ = "ID"  # what argparse calls it in "invalid ID value"

NAME = Argument(("name",), QT_TRANSLATE_NOOP("command_line", "name of an integration"), {"metavar": "NAME"})
NAMES = Argument(
    ("names",),
    QT_TRANSLATE_NOOP("command_line", "names of integrations"),
    {"metavar": "NAME", "nargs": "*"},
)
INCOMING = Argument(
    ("--incoming",), QT_TRANSLATE_NOOP("command_line", "only incoming email"), {"action": "store_true"}
)
OUTGOING = Argument(
    ("--outgoing",), QT_TRANSLATE_NOOP("command_line", "only outgoing email"), {"action": "store_true"}
)
ID = Argument(
    ("id",), QT_TRANSLATE_NOOP("command_line", "number of a message"), {"metavar": "ID", "type": row_id}
)
