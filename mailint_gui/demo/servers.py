"""The demo's IMAP and SMTP servers and its flow of mail, all in one child process.

IMAP is PyPI pymap 0.36 (MIT): it has UIDPLUS, MOVE, IDLE and APPEND, gives stored bytes back unchanged, needs
pure wheels only and is up in 0.35 s. It is an alpha and quiet since 2024, but a demo needs no more, and only
`imap` and `post_office` know it. Twisted's imap4 is maintained, but lacks UIDPLUS, MOVE and a mailbox.
"""

import asyncio
import logging
import os
import signal
import socket
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from ssl import SSLContext
from threading import Thread

from mailint_gui.demo import story
from mailint_gui.demo.certificates import server_context
from mailint_gui.demo.endpoints import HOST, DemoEndpoints
from mailint_gui.demo.far_end import FarEnd
from mailint_gui.demo.imap import ImapServer
from mailint_gui.demo.post_office import Configuration, PostOffice

CA_FILE = "demo-ca.pem"


def serve(pipe: Connection, directory: Path) -> None:
    """Serve until the other end of `pipe` closes, by will or because its process died; never returns.

    Sends one `DemoEndpoints` when all ports listen. `directory` (it exists) receives the CA's certificate.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group: the parent decides
    logging.getLogger().addHandler(logging.NullHandler())  # a client that hangs up is no news for a terminal
    asyncio.run(_serve(pipe, directory))


async def _serve(pipe: Connection, directory: Path) -> None:
    ca_file = directory / CA_FILE
    tls = server_context(HOST, ca_file)
    configuration = Configuration()
    configuration.apply_context()  # pymap finds its event loop tools in context variables
    post_office = PostOffice(configuration)
    for address in story.MAILBOXES:
        await post_office.open_account(address, story.PASSWORD, story.FOLDERS)
    for waiting in story.backlog():
        sent_at = datetime.now(UTC) - waiting.age
        await post_office.deliver(waiting.letter.mailbox, waiting.letter.compose(sent_at), sent_at)
    refused = socket.socket()
    refused.bind((HOST, 0))  # bound, not listening: nobody else gets the port, and connections are refused
    imap = await asyncio.start_server(ImapServer(configuration, post_office), HOST, 0, ssl=tls)
    smtp = await _listen_smtp(post_office, tls)
    pipe.send(DemoEndpoints(_port(imap), _port(smtp), refused.getsockname()[1], ca_file))
    Thread(target=_leave_with_parent, args=(pipe,), daemon=True).start()
    await _tell(post_office)


async def _listen_smtp(post_office: PostOffice, tls: SSLContext) -> asyncio.Server:
    far_end = FarEnd(post_office, story.DOMAIN, story.ELSEWHERE)
    return await asyncio.get_running_loop().create_server(far_end.protocol, HOST, 0, ssl=tls)


def _port(server: asyncio.Server) -> int:
    port: int = server.sockets[0].getsockname()[1]
    return port


async def _tell(post_office: PostOffice) -> None:
    for arrival in story.arrivals():
        await asyncio.sleep(arrival.pause.total_seconds())
        await post_office.deliver(arrival.letter.mailbox, arrival.letter.compose(datetime.now(UTC)))


def _leave_with_parent(pipe: Connection) -> None:
    try:
        pipe.recv_bytes()
    except (EOFError, OSError):
        os._exit(0)  # nothing to save, and open connections must not hold the process
