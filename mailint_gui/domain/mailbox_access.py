"""What a token of a direction's own settings shall open: whose mailbox, and by which protocols."""

from mailint_gui.domain.integration import (
    Direction,
    IncomingSettings,
    Integration,
    OutgoingAuthentication,
)
from mailint_gui.domain.integration_secrets import settings_of
from mailint_gui.domain.oauth import MailProtocol


def mailbox_of(integration: Integration, direction: Direction) -> str:
    """Whose mailbox a token of these settings shall open."""
    settings = settings_of(integration, direction)
    if isinstance(settings, IncomingSettings):
        return settings.log_in_as or integration.sender_address
    return settings.oauth.mailbox or integration.sender_address


def own_mailbox(integration: Integration, direction: Direction) -> str:
    """That of whoever signs in, as far as anybody said; empty where it was named: then it may be another's."""
    named = settings_of(integration, direction).oauth.mailbox
    return "" if named else mailbox_of(integration, direction)


def protocols_of(integration: Integration, direction: Direction) -> tuple[MailProtocol, ...]:
    """What a sign-in with the settings of ``direction`` shall open: no more than is switched on."""
    if direction is Direction.OUTGOING:
        return (MailProtocol.SMTP,)
    outgoing = integration.outgoing
    lent = outgoing.enabled and outgoing.authentication is OutgoingAuthentication.SAME_AS_INCOMING
    wanted = (
        (MailProtocol(integration.incoming.protocol), integration.incoming.enabled or not lent),
        (MailProtocol.SMTP, lent),
    )
    return tuple(protocol for protocol, is_wanted in wanted if is_wanted)
