"""The floor of taking mail in over IMAP with Python: imapclient fetches, and throws away."""

import ssl
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from imapclient import IMAPClient

from benchmarks.peers import SERVER
from tests.servers.mailbox import Mailbox

BATCH = 50
_SECONDS = 60  # for any answer


class BareLoop:
    """``connections`` threads with a connection each, mailbox after mailbox."""

    name = "imapclient alone"

    def __init__(self, mailboxes: Sequence[Mailbox], port: int, ca_file: Path, connections: int) -> None:
        self._mailboxes = mailboxes
        self._port = port
        self._trust = ssl.create_default_context(cafile=str(ca_file))
        self._connections = connections
        self._fetched = 0

    def run(self) -> float:
        began = time.perf_counter()
        with ThreadPoolExecutor(self._connections) as threads:
            self._fetched = sum(threads.map(self._drain, self._mailboxes))
        return time.perf_counter() - began

    def taken_in(self) -> int:
        return self._fetched

    def _drain(self, mailbox: Mailbox) -> int:
        fetched = 0
        with IMAPClient(SERVER, self._port, ssl_context=self._trust, timeout=_SECONDS) as client:
            client.login(mailbox.address, mailbox.password)
            client.select_folder("INBOX", readonly=True)
            uids = client.search("UNSEEN")
            for start in range(0, len(uids), BATCH):
                fetched += len(client.fetch(uids[start : start + BATCH], ["BODY.PEEK[]", "INTERNALDATE"]))
        return fetched
