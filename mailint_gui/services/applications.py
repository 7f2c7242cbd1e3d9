"""What we are at a provider for one direction of an integration: its settings with their secrets looked up."""

from collections.abc import Mapping
from dataclasses import dataclass

from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.integration_secrets import FIELD_OF, missing_name, needed_names, settings_of
from mailint_gui.domain.mailbox_access import mailbox_of, protocols_of
from mailint_gui.domain.oauth import Provider, SignIn, scopes_for
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.domain.secret import NO_SECRET, Secret, SecretReference, TypedPasswords
from mailint_gui.mail.auth.application import Application
from mailint_gui.services.credentials import Credentials


@dataclass(frozen=True, slots=True)
class Applications:
    credentials: Credentials

    def of(self, integration: Integration, direction: Direction, typed: TypedPasswords) -> Application:
        """``direction`` is the one whose settings are used. Raises ProblemError."""
        settings = settings_of(integration, direction)
        assert settings.provider is not None
        oauth = settings.oauth
        possible = _SECRETS.get((settings.provider, oauth.sign_in), ())
        secrets = {
            name: self._secret(integration, direction, name, typed)
            for name in possible
            if getattr(oauth, name) != NO_SECRET or typed.of(FIELD_OF[direction, name].purpose)
        }
        if not secrets and (missing := needed_names(settings)):
            raise ProblemError(Problem(ProblemKind.PASSWORD_MISSING, {"secret": missing_name(missing)}))
        return Application(
            settings.provider,
            oauth,
            wanted_scopes(integration, direction),
            mailbox_of(integration, direction),
            client_secret=secrets.get("client_secret"),
            certificate=secrets.get("certificate"),
            key_file=secrets.get("key_file"),
        )

    def _secret(
        self, integration: Integration, direction: Direction, name: str, typed: TypedPasswords
    ) -> Secret:
        field = FIELD_OF[direction, name]
        reference = field.reference(integration)
        if secret := typed.of(field.purpose):
            return _usable(name, secret, NO_SECRET)
        is_file = name in _FILES
        secret = self.credentials.stored(integration.id, reference, field.purpose, whole=is_file)
        return _usable(name, secret, reference)


_FILES: Mapping[str, tuple[ProblemKind, Provider]] = {
    "certificate": (ProblemKind.CERTIFICATE_UNUSABLE, Provider.MICROSOFT365),
    "key_file": (ProblemKind.KEY_FILE_WRONG, Provider.GOOGLE),
}


def _usable(name: str, secret: Secret, reference: SecretReference) -> Secret:
    """As an identity takes it. Raises ProblemError for a file that nothing could be proved with."""
    if name not in _FILES:
        return secret
    from mailint_gui.mail.auth.unusable import UnusableFileError  # late: few desks have one
    from mailint_gui.services.sign_in_files import read_file

    try:
        return read_file(name, secret.reveal().encode()).content
    except UnusableFileError as error:
        kind, provider = _FILES[name]
        facts = {"provider": provider, "fault": error.fault, "reference": str(reference)}
        raise ProblemError(Problem(kind, facts)) from None


_SECRETS: dict[tuple[Provider, SignIn], tuple[str, ...]] = {
    (Provider.MICROSOFT365, SignIn.APP_ONLY): ("client_secret", "certificate"),
    (Provider.MICROSOFT365, SignIn.INTERACTIVE): ("client_secret",),
    (Provider.GOOGLE, SignIn.SERVICE_ACCOUNT): ("key_file",),
    (Provider.GOOGLE, SignIn.INTERACTIVE): ("client_secret",),
}


def wanted_scopes(integration: Integration, direction: Direction) -> tuple[str, ...]:
    settings = settings_of(integration, direction)
    assert settings.provider is not None
    return scopes_for(settings.provider, settings.oauth, protocols_of(integration, direction))


def asks_with(integration: Integration, direction: Direction) -> tuple[object, ...]:
    """What of the settings a token depends on."""
    settings = settings_of(integration, direction)
    scopes = wanted_scopes(integration, direction)
    return settings.provider, settings.oauth, scopes, mailbox_of(integration, direction)
