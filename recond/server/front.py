"""TLS in front of the pages: what arrives encrypted is handed to waitress, which listens on a socket file only.

Who sends slowly on purpose, or reads nothing, is let go here, and takes nobody's place meanwhile: a connection gets one
only with a whole head of a request.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

CHUNK = 64 << 10
HANDSHAKE_S = 15.0
AT_ONCE = 256
"""Connections served at a time; more wait. A stick needs one, a browser a handful."""
HEAD_S = 10.0
"""Within this the first request's head is there: a stick and a browser send it at once."""
GRACE_S, SLOWEST = 20.0, 500
"""After so many seconds a request must have come at so many bytes a second: the slowest mobile line does ten times that."""
UNREAD_S = 60.0
"""How long an answer waits for a reader who takes nothing of it."""
REFUSALS = {408: "Request Timeout", 431: "Request Header Fields Too Large"}


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
        head = await _head(reader, writer)
        if head is None:
            return
        async with self._room:
            try:
                inner_reader, inner_writer = await asyncio.open_unix_connection(self._behind, limit=CHUNK)
            except OSError:
                writer.close()
                return
            pace = _Pace()
            inner_writer.write(head)
            there = asyncio.create_task(_copy(reader, inner_writer, pace.sent))
            back = asyncio.create_task(_copy(inner_reader, writer, pace.answered))
            # The answer's end ends the connection; a browser that stopped sending still reads.
            await asyncio.wait((there, back), return_when=asyncio.FIRST_COMPLETED)
            if there.done() and not back.done() and not pace.too_slow:
                await back
            there.cancel()
            back.cancel()
            _end(writer)
            _end(inner_writer)


class _Pace:
    """How fast a request comes. It begins with the first byte after an answer, so that a line kept open costs nothing."""

    def __init__(self) -> None:
        self.too_slow = False
        self._since: float | None = time.monotonic()
        self._bytes = 0

    def sent(self, count: int) -> bool:
        """Count what came of a request; False when it comes too slowly. Silence is the server's to end (SILENT_S)."""
        now = time.monotonic()
        if self._since is None:
            self._since, self._bytes = now, 0
        self._bytes += count
        took = now - self._since
        self.too_slow = took > GRACE_S and self._bytes < took * SLOWEST
        return not self.too_slow

    def answered(self, _count: int) -> bool:
        """Note that the server answers: what comes next is another request."""
        self._since = None
        return True


async def _head(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes | None:
    """Return the first request's head; None when it does not come whole in time, and the visitor is told."""
    try:
        return await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), HEAD_S)
    except TimeoutError:
        _refuse(writer, 408)
    except asyncio.LimitOverrunError:
        _refuse(writer, 431)
    except (OSError, ssl.SSLError, asyncio.IncompleteReadError):
        pass
    _end(writer)
    return None


def _refuse(writer: asyncio.StreamWriter, status: int) -> None:
    with suppress(OSError, RuntimeError):
        said = f"HTTP/1.1 {status} {REFUSALS[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        writer.write(said.encode("ascii"))


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter, passed: Callable[[int], bool]) -> None:
    with suppress(OSError, ssl.SSLError, asyncio.IncompleteReadError, TimeoutError):
        while data := await source.read(CHUNK):
            if not passed(len(data)):
                return
            target.write(data)
            await asyncio.wait_for(target.drain(), UNREAD_S)
        if target.can_write_eof():
            target.write_eof()


def _end(writer: asyncio.StreamWriter) -> None:
    closing: Callable[[], None] = writer.close
    with suppress(OSError, RuntimeError):
        closing()
