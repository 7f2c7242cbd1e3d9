"""Makes the identity that an application asks for; the libraries of its provider are imported with the first one."""

from dataclasses import dataclass

from mailint_gui.domain.clock import Clock
from mailint_gui.domain.oauth import Provider
from mailint_gui.domain.secret import Secret
from mailint_gui.mail.auth.http import ProviderHttp
from mailint_gui.mail.auth.identity import Application, Identity
from mailint_gui.services.properties import Properties


@dataclass(frozen=True, slots=True)
class Identities:
    properties: Properties
    clock: Clock

    def of(self, application: Application, kept: Secret | None) -> Identity:
        """Raises ProblemError. Waits for no network, but for an import: never from the window's thread."""
        http = ProviderHttp(self.properties.network())
        if application.provider is Provider.GOOGLE:
            from mailint_gui.mail.auth.google import GoogleIdentity

            return GoogleIdentity(application, http, self.clock, kept)
        from mailint_gui.mail.auth.microsoft import MicrosoftIdentity

        return MicrosoftIdentity(application, http, self.clock, kept)
