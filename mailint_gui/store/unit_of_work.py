"""One transaction, with a repository for each aggregate. Domain values in, domain values out."""

from collections.abc import Callable
from typing import Generic, TypeVar

from sqlalchemy import Connection

from mailint_gui.store.checks import Checks
from mailint_gui.store.correspondents import Correspondents
from mailint_gui.store.cursors import Cursors
from mailint_gui.store.deliveries import Deliveries
from mailint_gui.store.drafts import Drafts
from mailint_gui.store.filing_facts import FilingFacts
from mailint_gui.store.forgetting import Forgetting
from mailint_gui.store.healths import Healths
from mailint_gui.store.integrations import Integrations
from mailint_gui.store.loop_stops import LoopStops
from mailint_gui.store.messages import Messages
from mailint_gui.store.notifications import Notifications
from mailint_gui.store.outbox import Outbox
from mailint_gui.store.pop3 import Pop3Listings
from mailint_gui.store.properties import Properties
from mailint_gui.store.protocol_traces import ProtocolTraces
from mailint_gui.store.raw_messages import RawMessages
from mailint_gui.store.reconciling import Reconciling
from mailint_gui.store.records import Records
from mailint_gui.store.rules import Rules
from mailint_gui.store.sealed_secrets import SealedSecrets
from mailint_gui.store.searches import Searches
from mailint_gui.store.sends import Sends
from mailint_gui.store.sent_copies import SentCopies
from mailint_gui.store.trails import Trails
from mailint_gui.store.verifying import Verifying

_Repository = TypeVar("_Repository")


class _MadeWhenAsked(Generic[_Repository]):
    """Most transactions ask one repository or two: to make them all takes as long as a short query."""

    __slots__ = ("_kind",)

    def __init__(self, kind: Callable[[Connection], _Repository]) -> None:
        self._kind = kind

    def __get__(self, unit: "UnitOfWork", _owner: type["UnitOfWork"]) -> _Repository:
        return self._kind(unit._connection)


class UnitOfWork:
    """Good only inside the ``with`` block that gave it, and only for its thread."""

    __slots__ = ("_connection",)

    integrations = _MadeWhenAsked(Integrations)
    health = _MadeWhenAsked(Healths)
    cursors = _MadeWhenAsked(Cursors)
    messages = _MadeWhenAsked(Messages)
    outbox = _MadeWhenAsked(Outbox)
    drafts = _MadeWhenAsked(Drafts)
    deliveries = _MadeWhenAsked(Deliveries)
    notifications = _MadeWhenAsked(Notifications)
    correspondents = _MadeWhenAsked(Correspondents)
    pop3 = _MadeWhenAsked(Pop3Listings)
    properties = _MadeWhenAsked(Properties)
    secrets = _MadeWhenAsked(SealedSecrets)
    checks = _MadeWhenAsked(Checks)
    records = _MadeWhenAsked(Records)
    reconciling = _MadeWhenAsked(Reconciling)
    rules = _MadeWhenAsked(Rules)
    filing_facts = _MadeWhenAsked(FilingFacts)
    trails = _MadeWhenAsked(Trails)
    searches = _MadeWhenAsked(Searches)
    loop_stops = _MadeWhenAsked(LoopStops)
    sends = _MadeWhenAsked(Sends)
    sent_copies = _MadeWhenAsked(SentCopies)
    traces = _MadeWhenAsked(ProtocolTraces)
    raw_messages = _MadeWhenAsked(RawMessages)
    forgetting = _MadeWhenAsked(Forgetting)
    verifying = _MadeWhenAsked(Verifying)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
