"""What an overwrite reaches and what it leaves out, by medium and bus. Texts go on the certificate, in French."""

from __future__ import annotations

from recond.core.disk import Bus, Disk, Medium
from recond.core.verdict import Level
from recond.core.words import N_
from recond.erase.method import Reached

BASIS = N_("NIST SP 800-88 Rev. 1, annexe A : un passage sur tout l'espace adressable, relu = Clear")


def overwrite_reaches(disk: Disk) -> Reached:
    """Return Clear and the parts of the disk that writing through its interface does not reach."""
    caveats = []
    if disk.medium is Medium.HDD:
        caveats.append(N_("les secteurs réalloués par le disque ne sont pas atteints"))
    else:
        caveats.append(N_("la zone de réserve du disque n'est pas atteinte"))
    if disk.bus is Bus.USB:
        caveats.append(N_("zones cachées (HPA, DCO) : non déterminées"))
    if disk.bus is Bus.USB:
        caveats.append(N_("fait à travers un adaptateur USB"))
    if disk.bus is Bus.MMC:
        caveats.append(N_("partitions de démarrage de la puce (boot0, boot1) non atteintes"))
    return Reached(Level.CLEAR, BASIS, tuple(caveats))
