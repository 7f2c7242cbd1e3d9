"""What filing knows of a message once it was read in the parser process."""

from dataclasses import dataclass

from mailint_gui.domain.message import ParsedMessage
from mailint_gui.domain.rule_verdict import Opinion, Verdict
from mailint_gui.domain.search import search_text


@dataclass(frozen=True, slots=True)
class Reading:
    """The answer of the parser process. ``words``: what searches find it by, with blanks between.

    ``opinion`` None: the rules were not judged there. Otherwise nobody needs the text any more, and it is left out.
    """

    parsed: ParsedMessage
    words: str
    opinion: Opinion | None = None


@dataclass(frozen=True, slots=True)
class ReadMessage:
    """``verdict`` None: the rules are still to be asked."""

    parsed: ParsedMessage
    words: str
    verdict: Verdict | None = None


def message_words(parsed: ParsedMessage) -> str:
    """Those of what people see of it."""
    names = (one.name for one in parsed.attachments)
    return search_text(parsed.subject, parsed.sender, *parsed.recipients, *names, parsed.text)
