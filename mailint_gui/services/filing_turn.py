"""What all messages of one filing transaction share."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from mailint_gui.domain.properties import AccountProperties
from mailint_gui.services.filing_writes import FilingWrites
from mailint_gui.services.rule_mail import RuleMail
from mailint_gui.store.filing_facts import Twin
from mailint_gui.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Turn:
    """``admin``: the name of who is at this computer. ``twins``: by message id, the same in another mailbox of ours."""

    unit: UnitOfWork
    writes: FilingWrites
    twins: Mapping[int, Twin]
    properties: AccountProperties
    mail: RuleMail
    now: datetime
    admin: str
