"""Where a machine goes from here: prêt, à revoir, or with a disk to destroy; and what is left to do on it, in French.

Pure, from the machine's card. "Prêt" needs the projection's own word (`card["ready"]`) and that nothing here speaks
against it: a firmware lock, a swollen battery or a repair keeps a machine back although its disks are erased.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from recond.core import labelwords
from recond.core.functional import TITLES, Outcome, results_of_json
from recond.core.text import clean, decimal_bytes
from recond.core.verdict import WipeVerdict
from recond.core.words import N_, _

Card = Mapping[str, Any]


class Destiny(StrEnum):
    """What the person with the machine in hand does with it."""

    READY = "PRET"
    REVIEW = "A_REVOIR"
    DESTROY = "A_DETRUIRE"


LOST: Final = (WipeVerdict.FAILED.value, WipeVerdict.ERASED_WITH_EXCEPTIONS.value)
"""Verdicts after which a disk keeps data that nobody can reach to erase: it is destroyed."""
AUDIT = N_("Auditer la machine : recond run")
NO_DISK = N_(
    "Aucun disque vu : vérifier les branchements et le BIOS (mode RAID ?), ou monter un disque, puis recond run"
)
HIDDEN = N_("Disques cachés par le contrôleur : passer le BIOS de RAID à AHCI, puis recond run")
UNSURE = N_("Un disque n'est pas prouvé effacé (mal reconnu, ou deux qui se ressemblent) : l'effacer seul, recond run")
SWOLLEN = N_("BATTERIE GONFLÉE : ne pas charger ni presser ; la retirer et la porter au recyclage")
PARTS = N_("Ne pas reconditionner : pour les pièces seulement")
LOCKS: Final = (
    ("admin_password", True, N_("Lever le mot de passe du BIOS, ou demander au donateur de le donner")),
    ("power_on_password", True, N_("Lever le mot de passe de démarrage")),
    ("absolute", "active", N_("Absolute est ACTIF : le donateur doit libérer la machine avant tout don")),
)
INSTALL: Final = {
    "failed": N_("L'installation a raté : la recommencer, recond install"),
    "interrupted": N_("L'installation a été interrompue : la recommencer, recond install"),
    "running": N_("L'installation est en cours : attendre sa fin"),
}

NOT_INSTALLED: Final = N_("Installer un système : recond install")


def destiny_of(card: Card, verdicts: Sequence[WipeVerdict | None] | None, *, loose: bool = False) -> Destiny | None:
    """Return where the machine goes. `verdicts`: of every disk inside, see `labeldata.internal_verdicts`.

    None only for a `loose` disk (a machine of its own in a dock) that is erased: nothing is to be installed on it.
    """
    if any(_is_lost(disk) for disk in card.get("disks") or ()):
        return Destiny.DESTROY
    if loose and verdicts and all(one is WipeVerdict.ERASED for one in verdicts):
        return None
    ready = card.get("ready") is True and not blocking(card, verdicts)
    return Destiny.READY if ready else Destiny.REVIEW


def blocking(card: Card, verdicts: Sequence[WipeVerdict | None] | None) -> tuple[str, ...]:
    """Return what has to be done before the machine may leave, most urgent first; each is one French sentence."""
    machine = card.get("machine") or {}
    if verdicts is None:
        return (_(AUDIT),)
    found = [_(SWOLLEN)] if _is_swollen(card) else []
    found += [_(HIDDEN)] if machine.get("hidden_disks") else []
    found += [_(NO_DISK)] if not verdicts else []
    disks = [text for one in card.get("disks") or () if one.get("internal") and (text := _disk(one))]
    erased = bool(verdicts) and all(one is WipeVerdict.ERASED for one in verdicts)
    if verdicts and not erased and not disks and not machine.get("hidden_disks"):
        disks = [_(UNSURE)]
    found += disks
    firmware = machine.get("firmware") or {}
    found += [_(text) for key, value, text in LOCKS if firmware.get(key) == value]
    found += _sorting(card)
    if erased:
        found += _install(card)
    return tuple(found)


def worth_doing(card: Card) -> tuple[str, ...]:
    """Return what keeps nobody from giving the machine away, and should be known or done: tests, grade, batteries."""
    tests = {one.name: one for one in results_of_json(card.get("tests"))}
    failed = [_(TITLES[name]) for name, one in tests.items() if one.outcome is Outcome.FAIL and name in TITLES]
    left = [_(title) for name, title in TITLES.items() if name not in tests or tests[name].outcome is Outcome.NOT_DONE]
    found = [_("En panne aux essais : {failed}").format(failed=", ".join(failed))] if failed else []
    if left:
        found.append(_("Essais à faire (recond test) : {left}").format(left=", ".join(left)))
    raised = clean(str(card.get("grade_raise") or ""))
    return (*found, _("Pour un meilleur grade : {raised}").format(raised=raised)) if raised else tuple(found)


def _is_lost(disk: Mapping[str, Any]) -> bool:
    return bool(disk.get("internal")) and disk.get("wipe") in LOST


def _is_swollen(card: Card) -> bool:
    return any(one.measured.get("battery_swollen") == "yes" for one in results_of_json(card.get("tests")))


def disk_name(disk: Mapping[str, Any]) -> str:
    """Return a disk as a person finds it in the machine: model, size, the end of its serial."""
    model = clean(str(disk.get("model") or "")) or _("modèle inconnu")
    serial = clean(str(disk.get("serial") or ""))
    size = decimal_bytes(disk["size_bytes"]) if disk.get("size_bytes") else _("taille inconnue")
    return f"{model}, {size}" + (f", S/N …{serial[-4:]}" if serial and len(serial) > 4 else "")


def _disk(disk: Mapping[str, Any]) -> str | None:
    said = disk.get("wipe")
    if said == WipeVerdict.ERASED:
        return None
    locked = [str(note) for note in disk.get("caveats") or () if str(note).startswith(labelwords.LOCKED)]
    if locked:
        return _("Disque {disk_name} : {locked}").format(disk_name=disk_name(disk), locked=locked[0])
    if _is_lost(disk):
        return _("Retirer et DÉTRUIRE le disque {disk_name} : {split}").format(
            disk_name=disk_name(disk), split=labelwords.WHY_NOT[str(said)].split(",")[0]
        )
    why = labelwords.WHY_NOT.get(str(said), _("pas encore effacé"))
    return _("Effacer le disque {disk_name} : {why} ; recond run").format(disk_name=disk_name(disk), why=why)


def _sorting(card: Card) -> list[str]:
    if card.get("sorting") == "parts":
        return [
            _("{parts} ({grade_reason})").format(
                parts=_(PARTS), grade_reason=clean(str(card.get("grade_reason") or "")) or _("raison inconnue")
            )
        ]
    if card.get("sorting") == "repair":
        todo = [clean(str(one)) for one in card.get("repairs") or ()]
        return [_("À réparer : {one}").format(one=one) for one in todo if one] or [_("À réparer : voir la fiche")]
    return []


def _install(card: Card) -> list[str]:
    result = (card.get("install") or {}).get("result")
    if result == "ok":
        return []
    return [_(INSTALL.get(str(result), NOT_INSTALLED))]
