"""Builds the services of a profile. Imports are late: opening a window must not wait for them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mailint_gui.domain.clock import system_clock
from mailint_gui.profile import Profile

if TYPE_CHECKING:
    from mailint_gui.domain.clock import Clock
    from mailint_gui.domain.integration import Integration
    from mailint_gui.domain.reply import QuoteFacts
    from mailint_gui.domain.rule_mail import RuleMailFacts
    from mailint_gui.services.alerts import AlertWords
    from mailint_gui.services.announcements import Announce, Announcement
    from mailint_gui.services.housekeeping import Housekeeping
    from mailint_gui.services.parsing import ParserProcess
    from mailint_gui.services.properties import Properties
    from mailint_gui.services.services import Services
    from mailint_gui.store.database import Database


def _nobody_listens(_announcement: "Announcement") -> None:
    pass


def build_services(
    profile: Profile,
    *,
    database_url: str | None = None,
    read_only: bool = False,
    announce: "Announce" = _nobody_listens,
    overrides: Mapping[str, str] | None = None,
) -> "Services":
    """Opens the store of a profile and builds its services. Raises StoreRefusedError, ProblemError.

    The caller holds the profile's lock unless ``read_only``. ``overrides``: account properties for this process.
    """
    from mailint_gui.mail.sessions import SessionCache
    from mailint_gui.secrets.vault import Vault
    from mailint_gui.services.alerts import Alerts
    from mailint_gui.services.application_tokens import ApplicationTokens
    from mailint_gui.services.applications import Applications
    from mailint_gui.services.attached_files import AttachedFiles
    from mailint_gui.services.check_mail import CheckMail
    from mailint_gui.services.connection_test import ConnectionTest
    from mailint_gui.services.credential_dates import CredentialDates
    from mailint_gui.services.credentials import Credentials
    from mailint_gui.services.drafts import Drafts
    from mailint_gui.services.dry_run import DryRuns
    from mailint_gui.services.enabling import Enabling
    from mailint_gui.services.endings import Endings
    from mailint_gui.services.expiries import Expiries
    from mailint_gui.services.filing import Filing
    from mailint_gui.services.history import History
    from mailint_gui.services.identities import Identities
    from mailint_gui.services.in_flight import InFlight
    from mailint_gui.services.integrations import Integrations
    from mailint_gui.services.live_reading import LiveReading
    from mailint_gui.services.logins import Logins
    from mailint_gui.services.loop_breaker import LoopBreaker
    from mailint_gui.services.message_log import MessageLog
    from mailint_gui.services.monitor import Monitor
    from mailint_gui.services.notifications import Notifications
    from mailint_gui.services.outbox import Outbox
    from mailint_gui.services.parsing import ParserProcess
    from mailint_gui.services.places import Places
    from mailint_gui.services.properties import Properties, profile_id
    from mailint_gui.services.proved import Proved
    from mailint_gui.services.reconcile import Reconcile
    from mailint_gui.services.records import RecordBook
    from mailint_gui.services.replies import Replies
    from mailint_gui.services.rule_book import RuleBook
    from mailint_gui.services.send_mail import SendMail
    from mailint_gui.services.sent_copies import SentCopies
    from mailint_gui.services.services import Services
    from mailint_gui.services.settlement import Settlement
    from mailint_gui.services.sign_in import SignIns
    from mailint_gui.services.sign_in_tokens import SignInTokens
    from mailint_gui.services.size_limits import SizeLimits
    from mailint_gui.services.status_file import StatusFile
    from mailint_gui.services.statuses import Statuses
    from mailint_gui.services.test_email import TestEmail
    from mailint_gui.services.tokens import Tokens
    from mailint_gui.services.trace_requests import TraceRequests
    from mailint_gui.services.transmitting import Transmitting
    from mailint_gui.services.typed_mail import TypedMail
    from mailint_gui.services.under_way import UnderWay
    from mailint_gui.services.watching import Watching
    from mailint_gui.services.webhook import Webhook
    from mailint_gui.store.database import Database

    clock = system_clock
    database = Database.open(database_url or profile.database_path, read_only=read_only, clock=clock)
    vault = Vault(profile_id(database, read_only=read_only))
    parser = ParserProcess()
    sessions = SessionCache()
    properties = Properties(database, announce, overrides)
    credentials = Credentials(database, vault, announce)
    monitor = Monitor(database, properties, clock)
    expiries = Expiries(CredentialDates(credentials, clock), monitor, clock)
    statuses = Statuses(database, monitor, expiries)
    applications, identities = Applications(credentials), Identities(properties, clock)
    tokens = Tokens(
        ApplicationTokens(applications, identities, clock),
        SignInTokens(database, credentials, applications, identities, clock),
    )
    logins = Logins(credentials, tokens)
    live_reading = LiveReading(database, logins, properties)
    rule_book = RuleBook(database, DryRuns(database, parser, live_reading), announce)
    integrations = Integrations(
        database, credentials, properties, monitor, statuses, clock, announce, rule_book, tokens
    )
    proved = Proved(database, monitor, statuses, announce)
    connection_test = ConnectionTest(logins, properties, proved)
    settlement = Settlement(database, properties, rule_book, _rule_mail, clock, announce)
    filing = Filing(database, parser, settlement)
    message_log = MessageLog(database, filing, parser, properties, announce)
    outbox = Outbox(database, clock, announce)
    alert_words = _alert_words()
    alerts = Alerts(properties, monitor, alert_words)
    webhook = Webhook(database, credentials, properties, clock)
    in_flight = InFlight()
    places = Places(properties.current)
    trace_requests = TraceRequests()
    sizes = SizeLimits(properties)
    under_way = UnderWay()
    transmitting = Transmitting(database, logins, properties, sizes)
    endings = Endings(database, properties, monitor, alerts, under_way, clock, announce)
    send_mail = SendMail(database, monitor, in_flight, clock, transmitting, endings, under_way)
    return Services(
        clock=clock,
        database=database,
        vault=vault,
        parser=parser,
        sessions=sessions,
        properties=properties,
        credentials=credentials,
        monitor=monitor,
        expiries=expiries,
        statuses=statuses,
        integrations=integrations,
        connection_test=connection_test,
        enabling=Enabling(database, integrations, connection_test),
        filing=filing,
        outbox=outbox,
        check_mail=CheckMail(
            database,
            logins,
            properties,
            monitor,
            sessions,
            filing,
            alerts,
            in_flight,
            places,
            clock,
            announce,
            trace_requests=trace_requests,
        ),
        send_mail=send_mail,
        size_limits=sizes,
        sent_copies=SentCopies(*(database, logins, properties, sessions, in_flight, places, clock, announce)),
        test_email=TestEmail(database, outbox, send_mail, _test_mail),
        housekeeping=_housekeeping(database, properties, parser, clock),
        history=History(database, monitor),
        trace_requests=trace_requests,
        rule_book=rule_book,
        records=RecordBook(database, properties, clock, announce),
        message_log=message_log,
        loop_breaker=LoopBreaker(database, properties, clock, announce),
        reconcile=Reconcile(database, live_reading),
        drafts=Drafts(database, clock),
        typed_mail=TypedMail(database, statuses, AttachedFiles(message_log), sizes, clock, announce),
        replies=Replies(database, statuses, message_log, properties, _quote),
        notifications=Notifications(database, properties, alerts, alert_words, webhook, clock, announce),
        watching=Watching(*(database, monitor, properties, statuses, expiries, alerts, clock, announce)),
        webhook=webhook,
        status_file=StatusFile(statuses, properties, clock),
        sign_ins=SignIns(
            *(database, credentials, applications, identities, tokens),
            *(monitor, statuses, _sign_in_page, announce),
        ),
    )


def _housekeeping(
    database: "Database", properties: "Properties", parser: "ParserProcess", clock: "Clock"
) -> "Housekeeping":
    from mailint_gui.services.housekeeping import Housekeeping
    from mailint_gui.services.packing import Packing
    from mailint_gui.services.retention import Retention
    from mailint_gui.services.search_upkeep import SearchUpkeep

    retention = Retention(database, properties, clock)
    return Housekeeping(
        (retention.history, retention.messages, Packing(database, parser).steps),
        once=(SearchUpkeep(database, parser).steps,),
    )


def _alert_words() -> "AlertWords":
    """The catalogue is imported with the first words: it needs Qt, and most verbs of the command line do not."""
    from mailint_gui.services.alerts import AlertWords

    def catalogue() -> "AlertWords":
        from mailint_gui.wording import notifications as words

        return AlertWords(words.event_mail, words.event_facts, words.digest_mail, words.trial_subject)

    return AlertWords(
        mail=lambda event, kind, subject, body: catalogue().mail(event, kind, subject, body),
        facts=lambda event: catalogue().facts(event),
        digest=lambda titles: catalogue().digest(titles),
        test_subject=lambda subject: catalogue().test_subject(subject),
    )


def _rule_mail(facts: "RuleMailFacts") -> tuple[str, str]:
    from mailint_gui.wording.rule_mails import rule_mail

    return rule_mail(facts)


def _quote(facts: "QuoteFacts") -> str:
    from mailint_gui.wording.replies import quote_words

    return quote_words(facts)


def _sign_in_page(good: bool) -> str:
    from mailint_gui.wording.sign_in_page import sign_in_page

    return sign_in_page(good)


def _test_mail(integration: "Integration") -> tuple[str, str]:
    from mailint_gui.wording.outbox import trial_mail

    return trial_mail(integration.name)
