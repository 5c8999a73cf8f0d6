"""A self-encrypting drive locked by Opal, reset with the PSID printed on its label; then written over and read back.

The reset throws the key away, so the donor's data is gone with it; but a locked drive could not be marked before, so
what is proved, and claimed, is the overwrite that follows.
"""

from __future__ import annotations

import errno
import re
from dataclasses import replace

from recond.core.disk import Bus, Disk
from recond.core.ports import Host
from recond.core.verdict import Observed, VerifyMode, WipeVerdict, decide_overwrite
from recond.core.words import N_, joined
from recond.erase.medium.levels import overwrite_reaches
from recond.erase.medium.overwrite import overwrite
from recond.erase.medium.pattern import AesPattern
from recond.erase.method import Evidence, Job, Reached, Unsupported

PSID = re.compile(r"[0-9A-Z]{32}")


def clean_psid(text: str) -> str | None:
    """Return the 32 characters of a typed or scanned PSID, None when it is none."""
    plain = re.sub(r"[\s-]", "", text).upper()
    return plain if PSID.fullmatch(plain) else None


class OpalPsid:
    """PSID revert, then overwrite. Only by name: the number is on the drive's own label."""

    name = "opal-psid"
    title = N_("Opal : remise à zéro par le PSID puis écrasement")
    rank = None
    evidence = Evidence.SIMULATED

    def supports(self, host: Host, disk: Disk) -> Unsupported | None:
        """Ask the kernel whether the drive speaks Opal."""
        if disk.bus not in (Bus.SATA, Bus.NVME):
            return Unsupported(N_("Opal n'est demandé qu'aux disques SATA et NVMe branchés en direct"))
        try:
            device = host.reader(disk)
        except OSError as error:
            return Unsupported(N_("le disque ne s'ouvre pas ({strerror})").format(strerror=error.strerror))
        try:
            status = device.opal_status()
        except OSError as error:
            known = error.errno in (errno.ENOTTY, errno.EOPNOTSUPP, errno.EINVAL)
            return Unsupported(
                N_("le disque (ou ce noyau) ne parle pas Opal") if known else joined(": ", ("Opal", error.strerror))
            )
        finally:
            host.close_reader(device)
        return None if status.supported else Unsupported(N_("le disque ne parle pas Opal"))

    def reaches(self, disk: Disk) -> Reached:
        """Clear, by the overwrite; the change of key is said beside it."""
        reached = overwrite_reaches(disk)
        return replace(
            reached, caveats=(*reached.caveats, N_("clé interne du disque changée par son PSID, non contrôlable"))
        )

    def wipe(self, job: Job) -> Observed:
        """Reset, then write over everything and read it back."""
        if job.states.load(job.disk.key) is None:
            error = self._revert(job)
            if error:
                return Observed(job.device().size_bytes, accepted=False, verify=VerifyMode.FULL, error=error)
        return overwrite(job, AesPattern.SEED_BYTES, AesPattern)

    def _revert(self, job: Job) -> str | None:
        psid = clean_psid(job.psid or "")
        if psid is None:
            return N_("il faut le PSID, 32 lettres et chiffres sur l'étiquette du disque : --psid")
        try:
            job.device().opal_psid_revert(psid.encode("ascii"))
            return None if not job.device().opal_status().locked else N_("le disque est resté verrouillé après le PSID")
        except OSError as error:
            return N_("le disque a refusé le PSID ({strerror}) : relisez-le sur l'étiquette").format(
                strerror=error.strerror or error
            )

    def judge(self, seen: Observed) -> WipeVerdict:
        """See `core.verdict.decide_overwrite`."""
        return decide_overwrite(seen)


METHOD = OpalPsid()
