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
    from mailint_gui.mail.auth.microsoft import MicrosoftIdentity


@dataclass(frozen=True, slots=True)
class Identities:
    """The libraries of a provider are imported with its first one: half a second that few starts need."""

    properties: Properties
    clock: Clock

    def of(self, application: Application, kept: Secret | None) -> "Identity":
        """Raises ProblemError. Waits for no network, but for an import: never from the window's thread."""
        if application.provider is Provider.MICROSOFT365:
            return self.of_microsoft(application, kept)
        from mailint_gui.mail.auth.google import GoogleIdentity
        from mailint_gui.mail.auth.http import ProviderHttp

        return GoogleIdentity(application, ProviderHttp(self.properties.network()), self.clock, kept)

    def of_microsoft(self, application: Application, kept: Secret | None = None) -> "MicrosoftIdentity":
        """The one that can sign in by a code as well. As ``of``."""
        from mailint_gui.mail.auth.http import ProviderHttp
        from mailint_gui.mail.auth.microsoft import MicrosoftIdentity

        return MicrosoftIdentity(application, ProviderHttp(self.properties.network()), self.clock, kept)
