"""TLS to a server known by its public key: the pin is compared before the first byte, thus before the key is sent.

Names and dates of the certificate are not looked at then: the pin says more, and donated PCs' clocks are often wrong.
"""

from __future__ import annotations

from typing import Any

from requests import Session
from requests.adapters import HTTPAdapter
from urllib3 import HTTPSConnectionPool
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import SSLError

from recond.core.pin import pin_of_certificate

WRONG_PIN = "wrong pin"


class PinnedAdapter(HTTPAdapter):
    """For `requests.Session.mount("https://", …)`: only the server with this pin is talked to."""

    def __init__(self, pin: str) -> None:
        self._pin = pin
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pool of connections that look at the pin."""
        super().init_poolmanager(*args, **kwargs)
        pin = self._pin

        class Connection(HTTPSConnection):
            """A connection that ends at a wrong pin."""

            def connect(self) -> None:
                """Shake hands, compare, and only then let anything be sent."""
                super().connect()
                der = getattr(self.sock, "getpeercert", lambda binary: None)(True)
                if not der or pin_of_certificate(der) != pin:
                    self.close()
                    raise SSLError(WRONG_PIN)
                self.is_verified = True

        class Pool(HTTPSConnectionPool):
            """Connections of that kind."""

            ConnectionCls = Connection

        self.poolmanager.pool_classes_by_scheme = {"https": Pool}


def pinned_session(pin: str) -> Session:
    """Return a session that talks to the server of this pin, over TLS, and to nobody else."""
    session = Session()
    session.adapters.clear()
    session.mount("https://", PinnedAdapter(pin))
    # Neither a proxy nor another idea of whom to trust comes from the surroundings.
    session.trust_env = False
    # No authority is asked: the pin is what is checked.
    session.verify = False
    return session
