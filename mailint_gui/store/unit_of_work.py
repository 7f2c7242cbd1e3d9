"""One transaction, with a repository for each aggregate. Domain values in, domain values out."""

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


class UnitOfWork:
    """Good only inside the ``with`` block that gave it, and only for its thread."""

    __slots__ = (
        "checks",
        "correspondents",
        "cursors",
        "deliveries",
        "drafts",
        "filing_facts",
        "forgetting",
        "health",
        "integrations",
        "loop_stops",
        "messages",
        "notifications",
        "outbox",
        "pop3",
        "properties",
        "raw_messages",
        "reconciling",
        "records",
        "rules",
        "searches",
        "secrets",
        "sends",
        "sent_copies",
        "traces",
        "trails",
        "verifying",
    )

    def __init__(self, connection: Connection) -> None:
        self.integrations = Integrations(connection)
        self.health = Healths(connection)
        self.cursors = Cursors(connection)
        self.messages = Messages(connection)
        self.outbox = Outbox(connection)
        self.drafts = Drafts(connection)
        self.deliveries = Deliveries(connection)
        self.notifications = Notifications(connection)
        self.correspondents = Correspondents(connection)
        self.pop3 = Pop3Listings(connection)
        self.properties = Properties(connection)
        self.secrets = SealedSecrets(connection)
        self.checks = Checks(connection)
        self.records = Records(connection)
        self.reconciling = Reconciling(connection)
        self.rules = Rules(connection)
        self.filing_facts = FilingFacts(connection)
        self.trails = Trails(connection)
        self.searches = Searches(connection)
        self.loop_stops = LoopStops(connection)
        self.sends = Sends(connection)
        self.sent_copies = SentCopies(connection)
        self.traces = ProtocolTraces(connection)
        self.raw_messages = RawMessages(connection)
        self.forgetting = Forgetting(connection)
        self.verifying = Verifying(connection)
