"""The demo's IMAP server: pymap's protocol over the mailboxes of the post office."""

from asyncio import StreamReader, StreamWriter
from contextlib import AsyncExitStack, closing
from io import BytesIO
from uuid import uuid4

from proxyprotocol.sock import SocketInfoLocal
from pymap.context import connection_exit
from pymap.imap import IMAPConnection
from pymap.imap.state import ConnectionState
from pymap.parsing.response import Response

from mailint_gui.demo.post_office import Configuration, PostOffice


class ImapServer:
    """To be given to `asyncio.start_server`; serves one connection a call."""

    def __init__(self, configuration: Configuration, post_office: PostOffice) -> None:
        self._configuration = configuration
        self._post_office = post_office

    async def __call__(self, reader: StreamReader, writer: StreamWriter) -> None:
        client = SocketInfoLocal(writer, unique_id=uuid4().bytes)
        connection = _Connection(self._configuration.commands, self._configuration, reader, writer, client)
        async with AsyncExitStack() as stack:
            connection_exit.set(stack)
            stack.enter_context(closing(connection))
            await connection.run(ConnectionState(self._post_office.login, self._configuration))


class _Connection(IMAPConnection):
    """pymap writes a response in many small pieces.

    imapclient's `idle_check` loses the beginning of a line whose end has not arrived yet, and each piece
    would be a TLS record: so a response goes out in one.
    """

    async def write_response(self, resp: Response) -> None:
        whole = BytesIO()
        await resp.async_write(whole)
        try:
            self.writer.write(whole.getvalue())
            await self.writer.drain()
        except ConnectionError:
            pass  # the next read tells
