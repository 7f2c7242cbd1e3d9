"""Makes the identity that an application asks for."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailint_gui.domain.clock import Clock
from mailint_gui.domain.oauth import Provider
from mailint_gui.domain.secret import Secret
from mailint_gui.mail.auth.application import Application
from mailint_gui.services.properties import Properties

if TYPE_CHECKING:
    from mailint_gui.mail.auth.identity import Identity


@dataclass(frozen=True, slots=True)
class Identities:
    """The libraries of a provider are imported with its first one: half a second that few starts need."""

    properties: Properties
    clock: Clock

    def of(self, application: Application, kept: Secret | None) -> "Identity":
        """Raises ProblemError. Waits for no network, but for an import: never from the window's thread."""
        from mailint_gui.mail.auth.http import ProviderHttp

        http = ProviderHttp(self.properties.network())
        if application.provider is Provider.GOOGLE:
            from mailint_gui.mail.auth.google import GoogleIdentity

            return GoogleIdentity(application, http, self.clock, kept)
        from mailint_gui.mail.auth.microsoft import MicrosoftIdentity

        return MicrosoftIdentity(application, http, self.clock, kept)
