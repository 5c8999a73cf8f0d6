"""An ATA drive's lock, and the sectors it hides (Host Protected Area, Device Configuration Overlay). Only asked, never set.

The lock comes with smartctl's answer (IDENTIFY DEVICE word 128, ACS-3 7.12); hidden sectors by two calls of `hdparm`.
"""

from __future__ import annotations

from dataclasses import replace

from recond.core.hdparm import parse_max_sectors, parse_real_sectors
from recond.core.machine import Ata
from recond.core.ports import Command, Completed, Host
from recond.core.words import N_
from recond.probe.smart_json import Json, dig, listed, whole

DEADLINE_S = 10.0

SUPPORTED, ENABLED, LOCKED, FROZEN = 1, 2, 4, 8
"""Bits of IDENTIFY DEVICE word 128, security status."""


def lock_of(said: Json) -> Ata:
    """Return what smartctl's answer says of the lock; `state` is the word itself."""
    state = whole(dig(said, "ata_security", "state"), 0xFFFF)
    if state is not None:
        return Ata(*_bits(state))
    words = next((str(line) for line in listed(dig(said, "smartctl", "output")) if _is_security(line)), "")
    found = words.partition(":")[2].strip().lower()
    if not found:
        return Ata()
    if found.startswith("unavailable"):
        return Ata(False, False, False, False)
    enabled = found.startswith("enabled")
    # "Disabled, frozen [SEC2]", "ENABLED, PW level HIGH, **LOCKED** [SEC5]", "…, not locked, not frozen [SEC3]".
    locked = enabled and "locked" in found and "not locked" not in found
    return Ata(True, enabled, locked, "frozen" in found and "not frozen" not in found)


def _bits(word: int) -> tuple[bool, bool, bool, bool]:
    return bool(word & SUPPORTED), bool(word & ENABLED), bool(word & LOCKED), bool(word & FROZEN)


def _is_security(line: object) -> bool:
    return str(line).lower().startswith("ata security is:")


def hidden_of(host: Host, path: str, known: Ata) -> Ata:
    """Ask how many sectors a drive hides. A drive or a controller that does not answer leaves them unknown, with why."""
    area = host.run(Command(("hdparm", "-N", path), timeout_s=DEADLINE_S))
    if area.why is not None:
        return replace(known, why_not=area.explain())
    overlay = host.run(Command(("hdparm", "--dco-identify", path), timeout_s=DEADLINE_S))
    sizes, real = parse_max_sectors(_said(area)), parse_real_sectors(_said(overlay))
    if sizes is None:
        return replace(known, why_not=N_("le disque ou son contrôleur ne dit pas sa taille d'origine (HPA)"))
    shown, native = sizes
    if real is None or real < native:
        why = overlay.explain() if overlay.why else N_("le disque ne donne pas sa configuration d'usine (DCO)")
        return replace(known, hpa_sectors=native - shown, why_not=why)
    return replace(known, hpa_sectors=native - shown, dco_sectors=real - native)


def _said(done: Completed) -> str:
    return done.stdout.decode("utf-8", "replace") if done.ok else ""
