"""TLS in front of the pages: what arrives encrypted is handed to waitress, which listens on a socket file only."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

CHUNK = 64 << 10
HANDSHAKE_S = 15.0
AT_ONCE = 256
"""Connections served at a time; more wait. A stick needs one, a browser a handful."""


class Front:
    """A TLS listener in a thread of its own, which forwards each connection to `behind`."""

    def __init__(self, context: ssl.SSLContext, behind: Path) -> None:
        self._context = context
        self._behind = str(behind)
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._room = asyncio.Semaphore(AT_ONCE)
        self._at_work: set[asyncio.Task[None] | None] = set()

    def start(self, host: str, port: int) -> int:
        """Listen, and return the port. Raises OSError when the address cannot be had."""
        listening = asyncio.start_server(
            self._connection, host, port, ssl=self._context, ssl_handshake_timeout=HANDSHAKE_S, limit=CHUNK
        )
        self._server = self._loop.run_until_complete(listening)
        threading.Thread(target=self._loop.run_forever, name="tls", daemon=True).start()
        return int(self._server.sockets[0].getsockname()[1])

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # The loop itself holds tasks weakly: one that waits for a silent stick would be swept away with its connection.
        task = asyncio.current_task()
        self._at_work.add(task)
        try:
            await self._forward(reader, writer)
        finally:
            self._at_work.discard(task)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with self._room:
            try:
                inner_reader, inner_writer = await asyncio.open_unix_connection(self._behind, limit=CHUNK)
            except OSError:
                writer.close()
                return
            there = asyncio.create_task(_copy(reader, inner_writer))
            back = asyncio.create_task(_copy(inner_reader, writer))
            # The answer's end ends the connection; a browser that stopped sending still reads.
            await asyncio.wait((there, back), return_when=asyncio.FIRST_COMPLETED)
            if there.done() and not back.done():
                await back
            there.cancel()
            _end(writer)
            _end(inner_writer)


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError, ssl.SSLError, asyncio.IncompleteReadError):
        while data := await source.read(CHUNK):
            target.write(data)
            await target.drain()
        if target.can_write_eof():
            target.write_eof()


def _end(writer: asyncio.StreamWriter) -> None:
    closing: Callable[[], None] = writer.close
    with suppress(OSError, RuntimeError):
        closing()
