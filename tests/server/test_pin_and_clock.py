"""The pin is what is trusted: renewed, expired, not yet valid, under another name or at another address, the same key is the
same server; another key is nobody. A PC whose clock battery is dead sees every certificate as expired or not yet valid.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from recond.server import hold, tls
from recond.sink.outbox import Outbox
from recond.sink.push import push
from tests.server.test_serve import Cli
from tests.server.test_tls import outbox, recond

NOW = datetime.now(UTC)
YEAR = timedelta(days=365)
PERIODS = {
    "valid": (NOW - YEAR, NOW + YEAR),
    "expired (or the PC's clock is far ahead)": (NOW - 3 * YEAR, NOW - YEAR),
    "not yet valid (or the PC says 2009)": (NOW + YEAR, NOW + 3 * YEAR),
}


@pytest.fixture
def cli(tmp_path: Path) -> Iterator[Cli]:
    made = Cli(tmp_path / "data")
    yield made
    hold.stop(made.data)


def renew(data: Path, begins: datetime, ends: datetime, key: ec.EllipticCurvePrivateKey | None = None) -> None:
    """Give the server another certificate, with its own key or with another one."""
    certificate, place = tls.own_certificate(data)
    known = serialization.load_pem_private_key(place.read_bytes(), None)
    assert isinstance(known, ec.EllipticCurvePrivateKey)
    key = key or known
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "atelier.example")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .sign(key, hashes.SHA256())
    )
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    place.write_bytes(key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain))
    certificate.write_bytes(made.public_bytes(encoding))


def enrolled(cli: Cli, url: str, folder: Path) -> Outbox:
    folder.mkdir(exist_ok=True)
    cli.run("serve", "--enrol-file", str(folder / "enrolment.json"), "--url", url)
    return outbox(folder / "outbox")


@pytest.mark.parametrize("period", PERIODS)
def test_a_renewed_certificate_of_the_same_key_is_the_same_server(cli: Cli, tmp_path: Path, period: str) -> None:
    tls.own_certificate(cli.data)
    before = tls.pin(cli.data)
    renew(cli.data, *PERIODS[period])
    assert tls.pin(cli.data) == before
    url = cli.detach("--tls")
    waiting = enrolled(cli, url, tmp_path / "stick")
    done = push(waiting, tmp_path / "stick/enrolment.json")
    assert done.stored > 5 and (done.pending, done.why) == (0, None)


def test_enrolling_by_code_with_a_dead_clock_works_too(cli: Cli, tmp_path: Path) -> None:
    tls.own_certificate(cli.data)
    renew(cli.data, *PERIODS["not yet valid (or the PC says 2009)"])
    url = cli.detach("--tls")
    code = cli.run("serve", "--enrol-code").split(": ")[-1].strip()
    assert "enrôlée" in recond(tmp_path / "stick", "enrol", url, code)


def test_a_new_key_in_a_valid_certificate_is_nobody(cli: Cli, tmp_path: Path) -> None:
    url = cli.detach("--tls")
    waiting = enrolled(cli, url, tmp_path / "stick")
    hold.stop(cli.data)
    renew(cli.data, *PERIODS["valid"], key=ec.generate_private_key(ec.SECP256R1()))
    port = url.rpartition(":")[2]
    cli.run("serve", "--detach", "--tls", "--port", port)
    count = len(waiting.waiting())
    done = push(waiting, tmp_path / "stick/enrolment.json")
    assert done.stored == 0 and done.pending == count and "pas reconnu" in str(done.why)


def test_without_a_pin_an_expired_certificate_sends_nothing(cli: Cli, tmp_path: Path) -> None:
    tls.own_certificate(cli.data)
    renew(cli.data, *PERIODS["expired (or the PC's clock is far ahead)"])
    url = cli.detach("--tls")
    waiting = enrolled(cli, url, tmp_path / "stick")
    file = tmp_path / "stick/enrolment.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "pin": None}))
    done = push(waiting, file)
    assert done.stored == 0 and "pas reconnu" in str(done.why)


def test_a_server_that_moved_is_followed_by_its_key(cli: Cli, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    old = cli.detach("--tls")
    waiting = enrolled(cli, old, stick)
    hold.stop(cli.data)
    new = cli.detach("--tls")
    assert new != old
    assert "injoignable" in str(push(waiting, stick / "enrolment.json").why)
    assert f"désormais à {new}" in recond(stick, "enrol", new)
    assert (stick / "enrolment.json").stat().st_mode & 0o077 == 0
    assert push(waiting, stick / "enrolment.json").pending == 0


def test_another_server_is_never_followed(cli: Cli, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    enrolled(cli, "https://192.0.2.1:8017", stick)
    before = (stick / "enrolment.json").read_bytes()
    other = Cli(tmp_path / "other")
    try:
        stranger = other.detach("--tls")
        assert "rien n'a été envoyé ni changé" in recond(stick, "enrol", stranger, code=7)
    finally:
        hold.stop(other.data)
    assert "ne répond pas" in recond(stick, "enrol", stranger, code=5)
    assert "n'est pas l'adresse https" in recond(stick, "enrol", "http://127.0.0.1:1", code=2)
    assert (stick / "enrolment.json").read_bytes() == before
    assert "d'aucun serveur" in recond(tmp_path / "nobody", "enrol", stranger, code=7)


def test_the_renewed_certificates_here_are_what_they_say(cli: Cli) -> None:
    """The cases above mean something only if a client that looks at dates would refuse them."""
    tls.own_certificate(cli.data)
    renew(cli.data, *PERIODS["expired (or the PC's clock is far ahead)"])
    der = ssl.PEM_cert_to_DER_cert((cli.data / "tls-certificate.pem").read_text())
    assert x509.load_der_x509_certificate(der).not_valid_after_utc < NOW
