"""From what the parser answers to what rules look at."""

from mailint_gui.domain.filtering import is_marked_as_spam
from mailint_gui.domain.message import ParsedMessage
from mailint_gui.domain.rule_verdict import Headers, RuleMessage

MAX_BODY = 200_000  # characters


def rule_message(parsed: ParsedMessage, headers: Headers, size: int) -> RuleMessage:
    """``headers``: those of the message itself, decoded, in its order. ``size``: octets of the raw message.

    Of a very long text rules see the start: what they make of it holds up the window.
    """
    return RuleMessage(
        sender=parsed.sender,
        recipients=parsed.recipients,
        subject=parsed.subject,
        body=parsed.text[:MAX_BODY],
        headers=headers,
        attachment_names=tuple(each.name for each in parsed.attachments if each.name),
        size=size,
        spam_mark=is_marked_as_spam(headers),
    )
