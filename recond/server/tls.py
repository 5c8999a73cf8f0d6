"""The server's own certificate, made at its first start; sticks know it by its public key, so no authority is needed."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from pathlib import Path

from recond.core.pin import pin_of_certificate
from recond.server import keep

BEGINS, ENDS = datetime(2020, 1, 1, tzinfo=UTC), datetime(2060, 1, 1, tzinfo=UTC)
"""Long before and after: a PC whose clock battery is dead must reach the server too, and the key is what is checked."""


def own_certificate(data: Path) -> tuple[Path, Path]:
    """Return the certificate and the private key of this server, both PEM; they are made when absent.

    Put the files of a certificate authority at the same places (tls-certificate.pem, tls-key.pem) to use them instead.
    """
    certificate, key = data / "tls-certificate.pem", data / "tls-key.pem"
    if not certificate.exists() or not key.exists():
        made_key, made = _make()
        keep.write(key, made_key)
        keep.write(certificate, made)
    return certificate, key


def pin(data: Path) -> str:
    """Return what the enrolment file carries: the SHA-256 of this server's public key."""
    certificate, _ = own_certificate(data)
    return pin_of_certificate(ssl.PEM_cert_to_DER_cert(_first(certificate.read_text("ascii"))))


def context(data: Path) -> ssl.SSLContext:
    """Return the context the server listens with. Raises OSError (ssl.SSLError) when the files do not fit each other."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.load_cert_chain(*own_certificate(data))
    return made


def _first(chain: str) -> str:
    # A file of an authority holds the whole chain, the server's own certificate first (RFC 8446, 4.4.2).
    end = "-----END CERTIFICATE-----"
    return chain.partition(end)[0] + end + "\n"


def _make() -> tuple[bytes, bytes]:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "recond")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGINS)
        .not_valid_after(ENDS)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("recond"), x509.DNSName("recond.local")]), False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private, made.public_bytes(serialization.Encoding.PEM)
