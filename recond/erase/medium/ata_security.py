"""ATA Security Erase (ACS-3, Security feature set): a password is set, the drive erases itself, the password is gone.

A drive left locked is a lost drive, so the password is kept in the data folder before it is set, a drive found locked is
opened with what was kept, and the certificate of a failure names the password. Neither hdparm's exit status nor the
drive's is believed: what counts is IDENTIFY read again, and the marks (a drive aborted its erase, hdparm returned 0, and
the data was all there).
"""

from __future__ import annotations

from contextlib import suppress

from recond.core.disk import Disk, Medium
from recond.core.errors import RecondError
from recond.core.ports import Command, Completed, Host
from recond.core.progress import Phase
from recond.core.verdict import Level, Observed, WipeVerdict, decide_firmware
from recond.core.words import N_, joined
from recond.erase.medium.ata import Identify, identify
from recond.erase.medium.firmware import Outcome, firmware_wipe
from recond.erase.medium.ticking import ticking
from recond.erase.method import Evidence, Job, Reached, Unsupported

TOOLS = ("recond", "", "NULL", "p", "maas", "SeaChest")
"""What other programs set and forgot, tried after our own."""

TRIES = 4
"""Passwords tried: after five wrong ones a drive refuses all until it was switched off (ACS-3)."""

FACTOR = 3
UNSAID_S = 12 * 3600.0


def usable(host: Host, disk: Disk, *, enhanced: bool) -> Unsupported | None:
    """Return why the drive's security erase cannot be used, None when it can."""
    page = identify(host, disk)
    if isinstance(page, str):
        return Unsupported(page)
    if not page.security:
        return Unsupported(N_("le disque n'a pas la commande Security Erase"))
    if enhanced and not page.enhanced:
        return Unsupported(N_("le disque n'a pas l'effacement « enhanced »"))
    if page.frozen:
        return Unsupported(
            N_("sécurité gelée (frozen) par le BIOS du PC : recond wipe --allow suspend essaie de la dégeler")
        )
    if page.expired:
        return Unsupported(N_("trop de mots de passe essayés : éteignez le PC, rallumez-le"))
    return None


class AtaSecurity:
    """The erase, enhanced or normal."""

    evidence = Evidence.SIMULATED

    def __init__(self, name: str, title: str, rank: int | None, *, enhanced: bool) -> None:
        self.name = name
        self.title = title
        self.rank = rank
        self.enhanced = enhanced

    def supports(self, host: Host, disk: Disk) -> Unsupported | None:
        """Ask the drive."""
        return usable(host, disk, enhanced=self.enhanced)

    def reaches(self, disk: Disk) -> Reached:
        """Purge on a hard disk; on flash the sources disagree, so the lower level."""
        caveats = (N_("dépend du micrologiciel du disque, contrôlé par relecture"),)
        if disk.medium is Medium.HDD:
            basis = N_("NIST SP 800-88 Rev. 1, annexe A (disques ATA) : Secure Erase = Purge")
            return Reached(
                Level.PURGE, basis, (*caveats, N_("lecture plus stricte (IEEE 2883-2022) : commande retirée"))
            )
        basis = N_("NIST SP 800-88 Rev. 1, annexe A (SSD ATA) : Secure Erase = Clear")
        return Reached(Level.CLEAR, basis, (*caveats, N_("sur SSD les sources divergent : niveau clear retenu")))

    def wipe(self, job: Job) -> Observed:
        """Open a locked drive, mark, erase, look for what must be gone."""
        return firmware_wipe(job, self._act, open_up=unlock)

    def _act(self, job: Job) -> Outcome:
        page = identify(job.host, job.disk)
        if isinstance(page, str):
            return Outcome(accepted=False, error=page)
        if page.enabled:
            return Outcome(accepted=False, error=N_("un mot de passe ATA est déjà posé sur ce disque"))
        password = _password(job)
        why = _keep(job, password)
        if why:
            return Outcome(accepted=False, error=why)
        _hdparm(job, ("--user-master", "u", "--security-set-pass", password), 60)
        seen = identify(job.host, job.disk)
        if isinstance(seen, str):
            return Outcome(accepted=False, error=seen, locked=password)
        if not seen.enabled:
            return Outcome(accepted=False, error=N_("le disque n'a pas pris le mot de passe"))
        return self._erase(job, password, page)

    def _erase(self, job: Job, password: str, page: Identify) -> Outcome:
        minutes = page.erase_minutes(enhanced=self.enhanced)
        deadline_s = FACTOR * 60.0 * minutes if minutes else UNSAID_S
        word = "--security-erase-enhanced" if self.enhanced else "--security-erase"
        with ticking(job, Phase.ERASE):
            done = _hdparm(job, ("--user-master", "u", word, password), deadline_s)
        if done.status is None and done.why != "missing":
            return Outcome(accepted=True, error=joined(": ", ("Security Erase", done.explain())), locked=password)
        after = identify(job.host, job.disk)
        if isinstance(after, str):
            return Outcome(accepted=done.ok, error=after, locked=password)
        if not after.enabled and done.ok:
            return Outcome(accepted=True)
        if after.enabled:
            _hdparm(job, ("--user-master", "u", "--security-disable", password), 60)
            after = identify(job.host, job.disk)
        left = isinstance(after, str) or after.enabled
        why = N_("le disque a gardé son mot de passe : il ne s'est pas effacé") if done.ok else done.explain()
        return Outcome(accepted=False, error=joined(": ", ("Security Erase", why)), locked=password if left else None)

    def judge(self, seen: Observed) -> WipeVerdict:
        """See `core.verdict.decide_firmware`."""
        return decide_firmware(seen)


def unlock(job: Job) -> Outcome:
    """Open a drive that was found with a password, and take the password off. Nothing to do for one without."""
    page = identify(job.host, job.disk)
    if isinstance(page, str):
        return Outcome(accepted=False, error=page)
    if not page.enabled:
        return Outcome(accepted=True)
    own = job.passwords.known(job.disk.key) if job.passwords else ()
    for password in list(dict.fromkeys((*own, *TOOLS)))[:TRIES]:
        if page.locked:
            _hdparm(job, ("--user-master", "u", "--security-unlock", password), 60)
            page = identify(job.host, job.disk)
        # Only an open drive is asked to drop its password: on a locked one that would be one more wrong try.
        if isinstance(page, Identify) and not page.locked:
            _hdparm(job, ("--user-master", "u", "--security-disable", password), 60)
            page = identify(job.host, job.disk)
        if isinstance(page, str):
            return Outcome(accepted=False, error=page)
        if not page.enabled:
            return Outcome(accepted=True)
        if page.expired:
            break
    why = N_("disque VERROUILLE par un mot de passe ATA inconnu")
    return Outcome(accepted=False, error=why, locked=own[0] if own else N_("inconnu"))


def _password(job: Job) -> str:
    # The same for a disk in all runs: whoever finds it locked years later needs to find one password, not to guess which.
    own = job.passwords.known(job.disk.key) if job.passwords else ()
    return own[0] if own else "recond-" + job.host.random(4).hex()


def _keep(job: Job, password: str) -> str | None:
    if job.passwords is None:
        return N_("pas de carnet de mots de passe : aucun mot de passe ne sera posé")
    with suppress(OSError, RecondError):
        job.passwords.keep(job.disk.key, password)
        if password in job.passwords.known(job.disk.key):
            return None
    return N_("le mot de passe n'a pas pu être noté sur la clé : il ne sera pas posé")


def _hdparm(job: Job, words: tuple[str, ...], timeout_s: float) -> Completed:
    with job.warrant.lend():
        return job.run(Command(("hdparm", *words, job.disk.path), timeout_s=timeout_s, destroys=job.disk.path))
