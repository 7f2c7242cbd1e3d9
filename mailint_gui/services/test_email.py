"""*Send test email*: what is typed, sent the same way as every other message."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from mailint_gui.domain.address import is_address
from mailint_gui.domain.check import SendOutcome
from mailint_gui.domain.integration import Integration
from mailint_gui.domain.outbox import OutboxPurpose
from mailint_gui.domain.secret import TypedPasswords
from mailint_gui.domain.validation import FieldError, FieldFault, ValidationError, trimmed, validate
from mailint_gui.mail.scope import Cancelled, CancelScope
from mailint_gui.services.outbox import Outbox
from mailint_gui.services.send_mail import SendMail
from mailint_gui.store.database import Database

RenderTest = Callable[[Integration], tuple[str, str]]
"""integration -> (subject, body), in the catalogue's words"""


@dataclass(frozen=True, slots=True)
class TestEmail:
    __test__ = False

    database: Database
    outbox: Outbox
    send_mail: SendMail
    render: RenderTest

    def send(
        self, draft: Integration, recipient: str, passwords: TypedPasswords, scope: CancelScope
    ) -> SendOutcome:
        """Sends what is typed; settings that were changed leave the health of the stored ones alone.

        A draft that was never stored has nothing that could own an outbox row, and goes without one.
        Raises ValidationError.
        """
        draft = trimmed(draft)
        self._judge(draft, recipient)
        subject, body = self.render(draft)
        if not draft.id:
            return self.send_mail.send_unstored(draft, recipient, subject, body, passwords, scope)
        item = self.outbox.queue(draft, OutboxPurpose.TEST, [recipient], subject, body)
        with self.database.read() as unit:
            stored = unit.integrations.get(draft.id)
        as_stored = (
            stored is not None
            and (stored.incoming, stored.outgoing) == (draft.incoming, draft.outgoing)
            and not (passwords.incoming or passwords.outgoing)
        )
        try:
            return self.send_mail.send(
                item.id, scope, typed=None if as_stored else draft, passwords=passwords
            )
        except Cancelled:  # before its turn came
            self.outbox.cancel(item.id)
            raise

    def _judge(self, draft: Integration, recipient: str) -> None:
        """Sending is judged also where it is not switched on yet."""
        sending = replace(draft, outgoing=replace(draft.outgoing, enabled=True))
        errors = [error for error in validate(sending, ()) if error.path.startswith("outgoing.")]
        if not is_address(recipient):
            errors.append(FieldError("recipient", FieldFault.BAD_ADDRESS, {"value": recipient}))
        if errors:
            raise ValidationError(errors, draft.name)
