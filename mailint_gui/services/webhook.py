"""Events to the webhook: what is due goes in one signed POST, and is tried again until it is taken."""

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass

from mailint_gui.domain.clock import Clock
from mailint_gui.domain.delivery import Delivery, gives_up, retry_at
from mailint_gui.domain.notification import Channel
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.domain.secret import Secret, SecretPurpose
from mailint_gui.domain.webhook import webhook_place
from mailint_gui.mail.scope import CancelScope
from mailint_gui.mail.webhook import post
from mailint_gui.services.credentials import Credentials
from mailint_gui.services.properties import Properties
from mailint_gui.store.database import Database
from mailint_gui.store.unit_of_work import UnitOfWork

_log = logging.getLogger(__name__)

OF_PROFILE = 0  # the owner of secrets that belong to no integration
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Webhook:
    database: Database
    credentials: Credentials
    properties: Properties
    clock: Clock

    def has_due(self) -> bool:
        with self.database.read() as unit:
            return unit.deliveries.any_due(Channel.WEBHOOK, self.clock())

    def deliver(self, scope: CancelScope) -> None:
        """What is due. Raises Cancelled, and ProblemError when the store fails; not for what the far end does."""
        with self.database.read() as unit:
            due = unit.deliveries.due(Channel.WEBHOOK, self.clock())[:_AT_ONCE]
        if not due:
            return
        try:
            if self.properties.current().webhook_url:  # else there is nobody any more to tell
                self.post([{"id": each.id, **json.loads(each.body)} for each in due], scope)
        except ProblemError as error:
            _log.warning("the webhook did not take %d events: %s", len(due), error.problem.kind)
            self._try_later(due)
            return
        with self.database.write() as unit:
            unit.deliveries.set_told([each.id for each in due], self.clock())

    def post(self, events: Iterable[object], scope: CancelScope) -> None:
        """Raises ProblemError, and Cancelled."""
        try:
            place = webhook_place(self.properties.current().webhook_url)
        except ValueError:
            raise ProblemError(Problem(ProblemKind.RESOLVE_FAILED)) from None
        body = json.dumps({"program": "Mailint", "events": list(events)}).encode()
        post(place, body, self._secret().reveal(), scope, self.properties.network())

    def has_secret(self) -> bool:
        with self.database.read() as unit:
            return unit.secrets.get(OF_PROFILE, SecretPurpose.WEBHOOK) is not None

    def set_secret(self, secret: Secret) -> None:
        """Empty: events are not signed. Raises ProblemError when the vault cannot keep it."""
        if secret:
            self.credentials.require_vault()
        with self.database.write() as unit:
            if secret:
                self.credentials.keep(unit, OF_PROFILE, SecretPurpose.WEBHOOK, secret)
            else:
                unit.secrets.delete(OF_PROFILE, SecretPurpose.WEBHOOK)

    def _secret(self) -> Secret:
        if not self.has_secret():
            return Secret("")
        self.credentials.open_vault()
        with self.database.read() as unit:
            return self._unsealed(unit)

    def _unsealed(self, unit: UnitOfWork) -> Secret:
        return self.credentials.unsealed(unit, OF_PROFILE, SecretPurpose.WEBHOOK)

    def _try_later(self, due: Iterable[Delivery]) -> None:
        now = self.clock()
        with self.database.write() as unit:
            for each in due:
                attempts = each.attempts + 1
                if gives_up(each, now):
                    unit.deliveries.set_told([each.id], now)
                    _log.error("the webhook never took %r", each.title)
                else:
                    unit.deliveries.try_later(each.id, attempts, retry_at(attempts, now))
