"""What a check that runs while its integration is changed may still write."""

from mailint_gui.domain.integration import Integration
from mailint_gui.mail.scope import Cancelled, CancelReason
from mailint_gui.store.unit_of_work import UnitOfWork


def require_same_account(unit: UnitOfWork, checked: Integration) -> None:
    """Raises Cancelled when ``checked`` means another mailbox by now, or is gone.

    Else what identifies its messages would be written over that of the account that an admin has set meanwhile.
    """
    stored = unit.integrations.get(checked.id)
    if stored is None or stored.incoming.account != checked.incoming.account:
        raise Cancelled(CancelReason.ADMIN)
