"""One connection of the virtual PC, handed on to a port of this machine's loopback. QEMU starts it for each connection."""

from __future__ import annotations

import os
import socket
import sys
import threading


def main() -> None:
    """Copy standard input to the port and its answers to standard output, until either side ends."""
    line = socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=10)
    line.settimeout(None)

    def up() -> None:
        while data := os.read(0, 65536):
            line.sendall(data)
        line.shutdown(socket.SHUT_WR)

    threading.Thread(target=up, daemon=True).start()
    while data := line.recv(65536):
        view = memoryview(data)
        while view:
            view = view[os.write(1, view) :]


if __name__ == "__main__":
    main()
