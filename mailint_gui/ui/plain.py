"""Foreign text where Qt guesses whether it is markup."""


def plain_tip(text: str) -> str:
    """Text for a tool tip that is never read as rich text, whatever an admin or a server wrote."""
    return text.replace("<", "‹").replace(">", "›")
