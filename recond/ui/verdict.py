"""What `recond verify` says of one certificate: first whether it may be believed, then what it says."""

from __future__ import annotations

from recond.core.verification import Examined
from recond.core.words import _
from recond.ui.card import WIPES


def examined_lines(name: str, one: Examined) -> list[str]:
    """Return the lines of one certificate, the first with its status word."""
    if one.faults:
        return [_("[ECHEC] {name} : NE PAS CROIRE : {faults}").format(name=name, faults=" ; ".join(one.faults))]
    said = WIPES.get(str(one.verdict), "verdict inconnu")
    if one.practice:
        said = _("ENTRAINEMENT, aucun disque de donateur ({said})").format(said=said)
    if one.vouched is None:
        head = _("[ -- ]  {name} : entier, mais signé de la clé {key_id} que rien ici ne reconnaît (--key)").format(
            name=name, key_id=one.key_id
        )
    else:
        head = _("[ OK ]  {name} : entier, signé de la clé {key_id} ({vouched})").format(
            name=name, key_id=one.key_id, vouched=one.vouched
        )
    lines = [head, _("        il dit : {said}").format(said=said)]
    if one.received is not None:
        lines.append(
            _("        contresigné par le serveur {server}, reçu le {received}").format(
                server=one.server, received=one.received
            )
        )
    return lines
