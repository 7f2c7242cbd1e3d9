"""All services of one profile, as ``application`` builds them."""

import logging
from dataclasses import dataclass

from mailint_gui.domain.clock import Clock
from mailint_gui.domain.problem import ProblemError
from mailint_gui.mail.sessions import SessionCache
from mailint_gui.secrets.vault import Vault
from mailint_gui.services.check_mail import CheckMail
from mailint_gui.services.connection_test import ConnectionTest
from mailint_gui.services.credentials import Credentials
from mailint_gui.services.drafts import Drafts
from mailint_gui.services.enabling import Enabling
from mailint_gui.services.expiries import Expiries
from mailint_gui.services.filing import Filing
from mailint_gui.services.history import History
from mailint_gui.services.housekeeping import Housekeeping
from mailint_gui.services.integrations import Integrations
from mailint_gui.services.loop_breaker import LoopBreaker
from mailint_gui.services.message_log import MessageLog
from mailint_gui.services.monitor import Monitor
from mailint_gui.services.notifications import Notifications
from mailint_gui.services.outbox import Outbox
from mailint_gui.services.parsing import ParserProcess
from mailint_gui.services.properties import Properties
from mailint_gui.services.reconcile import Reconcile
from mailint_gui.services.records import RecordBook
from mailint_gui.services.replies import Replies
from mailint_gui.services.rule_book import RuleBook
from mailint_gui.services.send_mail import SendMail
from mailint_gui.services.sent_copies import SentCopies
from mailint_gui.services.sign_in import SignIns
from mailint_gui.services.size_limits import SizeLimits
from mailint_gui.services.status_file import StatusFile
from mailint_gui.services.statuses import Statuses
from mailint_gui.services.test_email import TestEmail
from mailint_gui.services.trace_requests import TraceRequests
from mailint_gui.services.typed_mail import TypedMail
from mailint_gui.services.watching import Watching
from mailint_gui.services.webhook import Webhook
from mailint_gui.store.database import Database

_SECONDS_TO_STORE = 0.7  # for a sign-in that is being renewed: what it got is worth that

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Services:
    clock: Clock
    database: Database
    vault: Vault
    parser: ParserProcess
    sessions: SessionCache
    properties: Properties
    credentials: Credentials
    monitor: Monitor
    expiries: Expiries
    statuses: Statuses
    integrations: Integrations
    connection_test: ConnectionTest
    enabling: Enabling
    filing: Filing
    outbox: Outbox
    check_mail: CheckMail
    send_mail: SendMail
    size_limits: SizeLimits
    sent_copies: SentCopies
    test_email: TestEmail
    housekeeping: Housekeeping
    history: History
    trace_requests: TraceRequests
    rule_book: RuleBook
    records: RecordBook
    message_log: MessageLog
    loop_breaker: LoopBreaker
    reconcile: Reconcile
    drafts: Drafts
    typed_mail: TypedMail
    replies: Replies
    notifications: Notifications
    watching: Watching
    webhook: Webhook
    status_file: StatusFile
    sign_ins: SignIns

    def prepare(self) -> None:
        """At the start of a run that may change the profile: settle what an earlier one left behind."""
        self.integrations.purge_deleted()
        self.outbox.recover()
        self.drafts.forget_sent()

    def close(self) -> None:
        """Writes what is not written, ends the child and the store. Quick, whatever a server does."""
        try:
            self.monitor.flush()
        except ProblemError as error:
            _log.warning("the last health is not written: %s", error)
        finally:
            self.status_file.end()
            self.sign_ins.tokens.close(_SECONDS_TO_STORE)
            self.sessions.close_all()
            self.parser.close()
            self.database.close()
