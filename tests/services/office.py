"""The services of one profile, and what tests do with them again and again."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from mailint_gui.application import build_services
from mailint_gui.domain.check import CheckOutcome, CheckTally, SendOutcome, Stage
from mailint_gui.domain.clock import Clock
from mailint_gui.domain.integration import (
    AfterProcessing,
    FirstCheck,
    IncomingSettings,
    Integration,
    OutgoingAuthentication,
    OutgoingSettings,
    Protocol,
    Security,
)
from mailint_gui.domain.message import MessageRow
from mailint_gui.domain.outbox import OutboxItem, OutboxPurpose
from mailint_gui.domain.secret import SecretPlace, SecretReference
from mailint_gui.profile import Profile
from mailint_gui.services.announcements import Announcement
from mailint_gui.services.filing import Filing
from mailint_gui.services.parsing import ParserProcess
from mailint_gui.services.scope import CancelScope
from mailint_gui.services.services import Services
from tests.servers import addresses
from tests.servers.mailbox import Mailbox
from tests.servers.smtp import SmtpServer


def letter(number: int = 1, body: str = "hello", size: int = 0) -> bytes:
    """A message of its own; ``size`` is about how many bytes it has."""
    head = (
        f"From: a@b.example\r\nTo: c@d.example\r\nSubject: no. {number}\r\nMessage-ID: <{number}@x>\r\n\r\n"
    )
    line = b"x" * 76 + b"\r\n"
    return head.encode() + body.encode() + b"\r\n" + line * (size // len(line))


def impatient(*stages: Stage, seconds: float = 0.3) -> CancelScope:
    return CancelScope(dict.fromkeys(stages or Stage, seconds))


class Office:
    """Services on a profile in ``directory``, with the parser that all tests share; ``announced`` grows."""

    def __init__(self, directory: Path, parser: ParserProcess, database_url: str | None = None) -> None:
        self.directory = directory
        self.announced: list[Announcement] = []
        self._parser = parser
        self._database_url = database_url
        self.services = self._open()

    def _open(self) -> Services:
        profile = Profile(self.directory / "profile")
        profile.create()
        built = build_services(profile, database_url=self._database_url, announce=self.announced.append)
        services = self._with_filing(built, built.filing.with_parser(self._parser))
        services.prepare()
        return services

    def restart(self) -> None:
        self.services.close()
        self.reopen()

    def reopen(self) -> None:
        """After ``services`` were closed, and perhaps others used the profile."""
        self.services = self._open()

    @property
    def database_path(self) -> Path:
        return Profile(self.directory / "profile").database_path

    def use_clock(self, clock: Clock) -> None:
        """Another time for what sends, checks and files; health keeps to the real one."""
        built = self.services
        endings = replace(built.send_mail.endings, clock=clock)
        send_mail = replace(built.send_mail, clock=clock, endings=endings)
        settlement = replace(built.filing.settlement, clock=clock)
        self.services = self._with_filing(
            replace(
                built,
                clock=clock,
                send_mail=send_mail,
                test_email=replace(built.test_email, send_mail=send_mail),
                check_mail=replace(built.check_mail, clock=clock),
                loop_breaker=replace(built.loop_breaker, clock=clock),
                sent_copies=replace(built.sent_copies, clock=clock),
            ),
            Filing(built.database, self._parser, settlement),
        )

    def _with_filing(self, built: Services, filing: Filing) -> Services:
        message_log = replace(built.message_log, filing=filing, parser=self._parser)
        files = replace(built.typed_mail.files, message_log=message_log)
        return replace(
            built,
            filing=filing,
            check_mail=replace(built.check_mail, filing=filing),
            message_log=message_log,
            typed_mail=replace(built.typed_mail, files=files),
            replies=replace(built.replies, message_log=message_log),
        )

    # Sending

    def queue(
        self,
        integration: Integration,
        *recipients: str,
        purpose: OutboxPurpose = OutboxPurpose.TYPED,
        subject: str = "s",
    ) -> OutboxItem:
        to = recipients or ("joe@example.com",)
        return self.services.outbox.queue(integration, purpose, to, subject, "hello")

    def send(self, item: OutboxItem, scope: CancelScope | None = None) -> tuple[SendOutcome, OutboxItem]:
        """One attempt, and the row after it."""
        outcome = self.services.send_mail.send(item.id, scope or CancelScope())
        after = self.services.outbox.get(item.id)
        assert after is not None
        assert outcome.state == after.state
        return outcome, after

    # Integrations

    def password(self, text: str) -> SecretReference:
        """A reference to a file with this password, which ``write_password`` changes."""
        path = self.directory / f"password-{len(list(self.directory.glob('password-*')))}"
        path.write_text(text)
        return SecretReference(SecretPlace.FILE, str(path))

    def incoming(self, mailbox: Mailbox, **changes: Any) -> IncomingSettings:
        """Without TLS, which costs time and is tested on its own; everything in the folder is taken in."""
        settings = IncomingSettings(
            enabled=True,
            address="support@example.org",
            server=addresses.HOST,
            port=mailbox.server.ports.imap,
            security=Security.NONE,
            allow_insecure=True,
            user_name=mailbox.address,
            password=self.password(mailbox.password),
            first_check=FirstCheck.EVERYTHING,
        )
        return replace(settings, **changes)

    def outgoing(self, server: SmtpServer, **changes: Any) -> OutgoingSettings:
        settings = OutgoingSettings(
            enabled=True,
            address="support@example.org",
            server=addresses.HOST,
            port=server.port,
            security=Security.NONE,
            allow_insecure=True,
            authentication=OutgoingAuthentication.NONE,
        )
        return replace(settings, **changes)

    def incoming_pop3(self, mailbox: Mailbox, **changes: Any) -> IncomingSettings:
        """The same over POP3."""
        pop3 = {
            "protocol": Protocol.POP3,
            "port": mailbox.server.ports.pop3,
            "after_processing": AfterProcessing.LEAVE,
        }
        return self.incoming(mailbox, **{**pop3, **changes})

    def receiving_pop3(self, mailbox: Mailbox, name: str = "Support", **changes: Any) -> Integration:
        incoming = self.incoming_pop3(mailbox, **changes)
        return self.services.integrations.save(Integration(name=name, incoming=incoming))

    def receiving(self, mailbox: Mailbox, name: str = "Support", **changes: Any) -> Integration:
        """A stored integration that takes mail in; ``changes`` are of its incoming settings."""
        return self.services.integrations.save(
            Integration(name=name, incoming=self.incoming(mailbox, **changes))
        )

    def sending(self, server: SmtpServer, name: str = "Support", **changes: Any) -> Integration:
        return self.services.integrations.save(
            Integration(name=name, outgoing=self.outgoing(server, **changes))
        )

    def change(self, integration: Integration, **changes: Any) -> Integration:
        """Saves it with other incoming settings."""
        incoming = replace(integration.incoming, **changes)
        return self.services.integrations.save(replace(integration, incoming=incoming))

    def renumber(self, mailbox: Mailbox) -> None:
        """Another UIDVALIDITY, as after a server was set up anew: no session lives through that."""
        self.services.sessions.drop_all()
        mailbox.change_uidvalidity()

    # Checks

    def check(self, integration: Integration, scope: CancelScope | None = None) -> CheckOutcome:
        """One check, whose books must balance however it ended."""
        outcome = self.services.check_mail.check(integration.id, scope or CancelScope())
        assert balanced(outcome.tally), outcome.tally
        return outcome

    def rows(self, state: str | None = None) -> list[MessageRow]:
        with self.services.database.read() as unit:
            return list(unit.messages.list(state=state))

    def states(self) -> list[str]:
        return [row.state for row in self.rows()]

    def debts(self, integration: Integration) -> int:
        """For how many messages the server is still owed something."""
        folder = integration.incoming.folder
        with self.services.database.read() as unit:
            cursor = unit.cursors.get(integration.id, folder)
            assert cursor is not None
            return len(unit.messages.debts(integration.id, folder, cursor.uidvalidity))

    def of(self, kind: type[Announcement]) -> list[Any]:
        return [each for each in self.announced if isinstance(each, kind)]


OpenOffice = Callable[..., Office]


def balanced(tally: CheckTally) -> bool:
    places = (tally.filed, tally.ignored, tally.quarantined, tally.already_known, tally.too_large)
    difference = tally.seen - sum(places) - tally.waiting
    assert tally.difference == difference
    return difference == 0


def seen_flags(mailbox: Mailbox, folder: str = "INBOX") -> list[bool]:
    return ["\\Seen" in each.flags for each in mailbox.messages(folder)]


def subjects(rows: Iterable[MessageRow]) -> list[str]:
    return [row.subject for row in rows]
