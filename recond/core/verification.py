"""Whether a certificate may be believed: whole, consistent, signed, by whom, and seen by a server or not."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from recond.core import certproof, signing
from recond.core.certificate import check
from recond.core.words import N_


@dataclass(frozen=True, slots=True)
class Examined:
    """One certificate as examined. `faults`: in French, why it must not be believed; empty = whole and signed.

    `key_id`: the key that signed it; `vouched`: why that key is known here ("clé donnée", "serveur 1a2b…"), None = nobody
    here says whose it is. `received`: when a server whose key is known here had it; `server`: that server's key id.
    """

    verdict: str | None
    faults: tuple[str, ...]
    key_id: str | None = None
    vouched: str | None = None
    server: str | None = None
    received: str | None = None
    practice: bool = False

    @property
    def believed(self) -> bool:
        """Tell whether it is whole and from a key that is known here."""
        return not self.faults and self.vouched is not None


def examine(
    certificate: Mapping[str, Any], known: Mapping[str, str], word: Mapping[str, Any] | None = None
) -> Examined:
    """Examine one certificate. `known`: public keys and whose they are, in French; `word`: its countersignature."""
    faults = [*check(certificate), *certproof.signature_faults(certificate)]
    public = certproof.key_of(certificate)
    server: str | None = None
    received: str | None = None
    vouched = known.get(public or "")
    if word is not None:
        wrong = certproof.countersignature_faults(word, certificate)
        faults += wrong
        signed_by = certproof.key_of(word)
        # A countersignature of a server that nobody here knows proves nothing, and costs nothing.
        if not wrong and signed_by is not None and signed_by in known:
            server, received = signing.key_id(signed_by), str(word["received"])
            vouched = vouched or N_("serveur {server}").format(server=server)
    return Examined(
        verdict=str(certificate["verdict"]) if isinstance(certificate.get("verdict"), str) else None,
        faults=tuple(faults),
        key_id=signing.key_id(public) if public else None,
        vouched=None if faults else vouched,
        server=server,
        received=received,
        practice=certificate.get("practice") is True,
    )


def paper_fault(text: str, certificates: Collection[Mapping[str, Any]]) -> str | None:
    """Return why the text of a printed certificate's QR code is none of these certificates', None when it is one's."""
    read = certproof.read_paper(text)
    if read is None:
        return N_("ce n'est pas le texte du code d'un certificat ({paper} empreinte signature)").format(
            paper=certproof.PAPER
        )
    for one in certificates:
        if (one.get("sha256"), one.get("signature")) == read:
            return None
    return N_("aucun de ces certificats n'a cette empreinte et cette signature : le papier vient d'ailleurs")
