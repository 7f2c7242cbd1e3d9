"""What all messages of one filing transaction share."""

from dataclasses import dataclass
from datetime import datetime

from mailint_gui.domain.properties import AccountProperties
from mailint_gui.services.rule_mail import RuleMail
from mailint_gui.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Turn:
    """``admin``: the name of who is at this computer."""

    unit: UnitOfWork
    properties: AccountProperties
    mail: RuleMail
    now: datetime
    admin: str
