"""What `recond verify` says of one certificate: first whether it may be believed, then what it says."""

from __future__ import annotations

from recond.core.verification import Examined
from recond.ui.card import WIPES


def examined_lines(name: str, one: Examined) -> list[str]:
    """Return the lines of one certificate, the first with its status word."""
    if one.faults:
        return [f"[ECHEC] {name} : NE PAS CROIRE : {' ; '.join(one.faults)}"]
    said = WIPES.get(str(one.verdict), "verdict inconnu")
    if one.practice:
        said = f"ENTRAINEMENT, aucun disque de donateur ({said})"
    if one.vouched is None:
        head = f"[ -- ]  {name} : entier, mais signé de la clé {one.key_id} que rien ici ne reconnaît (--key)"
    else:
        head = f"[ OK ]  {name} : entier, signé de la clé {one.key_id} ({one.vouched})"
    lines = [head, f"        il dit : {said}"]
    if one.received is not None:
        lines.append(f"        contresigné par le serveur {one.server}, reçu le {one.received}")
    return lines
