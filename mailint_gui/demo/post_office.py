"""The demo's mailboxes in memory, as pymap serves them over IMAP."""

from argparse import Namespace
from datetime import UTC, datetime

from proxyprotocol.version import ProxyProtocolVersion
from pymap.backend.dict import Config, Login
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import MailboxData, MailboxSet
from pymap.parsing.message import AppendMessage
from pymap.user import UserMetadata
from pysasl import SASLAuth
from pysasl.hashing import Cleartext
from pysasl.mechanism.login import LoginMechanism
from pysasl.mechanism.plain import PlainMechanism

KEEP = 500  # messages in a folder, so that a demo left alone over a weekend stays small


class Configuration(Config):
    """pymap's settings: passwords as they are (not hashed, log-ins are quick), TLS left to the listener."""

    def __init__(self) -> None:
        arguments = Namespace(passlib_cfg=None, proxy_protocol=ProxyProtocolVersion.NOOP.name.lower())
        super().__init__(
            arguments,
            demo_data=False,
            demo_user="",
            demo_password="",
            host=None,
            port=0,
            tls_enabled=False,
            hash_context=Cleartext(),
            invalid_user_sleep=0,
            reject_dnsbl=False,
        )

    @property
    def greeting(self) -> bytes:
        return b"Mailint demo"  # pymap asks the resolver for a name here, which may take seconds

    @property
    def tls_auth(self) -> SASLAuth:
        return SASLAuth(
            [PlainMechanism(), LoginMechanism()]
        )  # by name needs entry points: not in a frozen program


class PostOffice:
    """Accounts with an INBOX and further folders. Make it and use it inside one event loop."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self.login = Login(configuration)

    async def open_account(self, address: str, password: str, folders: tuple[str, ...]) -> None:
        mailboxes = MailboxSet()
        for folder in folders:
            await mailboxes.add_mailbox(folder)
        self._configuration.set_cache[address] = (mailboxes, FilterSet())
        self.login.users_dict[address] = UserMetadata(self._configuration, address, password=password)

    def has(self, address: str) -> bool:
        return address.lower() in self.login.users_dict

    def accepts(self, address: str, password: str) -> bool:
        user = self.login.users_dict.get(address.lower())
        return user is not None and user.compare_secret(password)

    async def deliver(self, address: str, message: bytes, at: datetime | None = None) -> None:
        """Put `message` into the INBOX of `address` and tell who has it selected. Raises KeyError."""
        mailboxes, _ = self._configuration.set_cache[address.lower()]
        inbox = await mailboxes.get_mailbox("INBOX")
        await inbox.append(AppendMessage(message, at or datetime.now(UTC), frozenset()), recent=True)
        await _drop_oldest(inbox)


async def _drop_oldest(folder: MailboxData) -> None:
    uids = [message.uid async for message in folder.messages()]
    if len(uids) > KEEP:
        await folder.delete(uids[:-KEEP])
