"""Health verdicts: pure rules from what a disk or a battery says to pass / watch / fail / unknown, always with reasons.

PASS reads "no sign of failure found": many drives die without a sign. Nothing read is UNKNOWN, never PASS. The limits
and their sources are in `thresholds.toml`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from recond.core.disk import Medium
from recond.core.machine import Battery, Health, Reason, Smart, Verdict
from recond.core.thresholds import thresholds
from recond.core.words import N_, joined

SEVERITY = {Verdict.PASS: 0, Verdict.UNKNOWN: 1, Verdict.WATCH: 2, Verdict.FAIL: 3}

NVME_WARNINGS = (
    (1, "nvme-spare", N_("la réserve est sous son seuil")),
    (2, "nvme-temperature", N_("température hors limites : à relire à froid")),
    (4, "nvme-reliability", N_("le disque dit que sa fiabilité est atteinte")),
    (8, "nvme-read-only", N_("le disque est passé en lecture seule")),
    (16, "nvme-backup", N_("la mémoire tampon n'est plus protégée")),
    (32, "nvme-pmr", N_("la mémoire persistante n'est plus fiable")),
)
"""Bits of the NVMe critical warning (base specification, SMART / health information log)."""

Finding = tuple[Verdict, Reason]


def judge_disk(smart: Smart, medium: Medium) -> Health:
    """Return the verdict on one disk. `medium` decides the rules where the drive itself does not say what it is."""
    if not smart.available:
        return _unknown("not-read", smart.why_not or N_("le disque n'a rien dit de sa santé"))
    findings = list(_overall(smart))
    if smart.protocol == "NVMe":
        findings += _nvme(smart)
    elif smart.protocol == "SCSI":
        findings += _scsi(smart)
    elif is_flash(smart, medium):
        findings += _sata_ssd(smart)
    else:
        findings += _hard_disk(smart)
    findings += _selftest(smart)
    for name in smart.unreadable:
        # A value that decides and cannot be read may hide anything: never a pass.
        text = N_("valeur illisible dans la réponse du disque : {name}").format(name=name)
        findings.append((Verdict.UNKNOWN, Reason("unreadable", name, "", text)))
    return conclude(findings, smart)


GROWTH = (
    ("reallocated", N_("secteurs réalloués")),
    ("pending", N_("secteurs en attente")),
    ("uncorrectable", N_("secteurs illisibles")),
    ("media_errors", N_("erreurs de lecture ou d'écriture")),
)
"""Counters that may not grow while a disk is wiped: it was written and read from end to end."""


def judge_after_wipe(before: Smart, after: Smart, medium: Medium) -> Health:
    """Return the verdict on a disk read again after its wipe: the worst of both readings, FAIL when a counter of lost
    sectors grew or a sector is still pending though every one was written. A second reading that says nothing takes a
    PASS back to UNKNOWN: nobody knows what the wipe did to the drive."""
    first = judge_disk(before, medium)
    # Warm from hours of writing: the limits are those of a drive at rest, as the first reading found it.
    second = judge_disk(replace(after, temperature_c=before.temperature_c), medium)
    if not after.available:
        why = after.why_not or N_("le disque n'a rien dit")
        second = _unknown("after-wipe-not-read", N_("relecture après effacement impossible : {why}").format(why=why))
    grown = tuple(_growth(before, after)) if after.available else ()
    if grown:
        more = tuple(reason for reason in second.reasons if second.verdict in (Verdict.WATCH, Verdict.FAIL))
        return Health(Verdict.FAIL, grown + more)
    # Counters may be reset by a format (NVMe, SCSI): what the first reading saw is not forgotten.
    return max(second, first, key=lambda health: SEVERITY[health.verdict])


def _growth(before: Smart, after: Smart) -> Iterable[Reason]:
    for name, words in GROWTH:
        old, new = getattr(before, name), getattr(after, name)
        if new is not None and old is not None and new > old:
            yield Reason(
                f"after-wipe-{name}",
                str(new),
                f"<= {old}",
                N_("{words} : {old} avant l'effacement, {new} après").format(words=words, old=old, new=new),
            )
        elif name == "pending" and new:
            yield Reason(
                "after-wipe-pending",
                str(new),
                "0",
                N_("{new} secteurs encore en attente après l'effacement").format(new=new),
            )


def is_flash(smart: Smart, medium: Medium) -> bool:
    """Tell whether an ATA drive keeps its bits in flash: its own word first, then the kernel's "does not spin", then a
    wear counter. (The kernel's "spins" is only what it supposes of a drive that does not say.)"""
    if smart.rotation_rpm is not None:
        return smart.rotation_rpm == 0
    return medium in (Medium.SSD, Medium.NVME, Medium.FLASH) or smart.used_pct is not None


def conclude(findings: list[Finding], smart: Smart) -> Health:
    """Return the worst finding as the verdict; with none, PASS only if the drive said enough."""
    bad = [found for found in findings if found[0] in (Verdict.WATCH, Verdict.FAIL)]
    if bad:
        bad.sort(key=lambda found: -SEVERITY[found[0]])
        return Health(bad[0][0], tuple(reason for _, reason in bad))
    doubts = tuple(reason for verdict, reason in findings if verdict is Verdict.UNKNOWN)
    if doubts:
        return Health(Verdict.UNKNOWN, doubts)
    counts = _counts_read(smart)
    if smart.passed is None:
        return _unknown("no-status", smart.why_not or N_("le disque ne donne pas son état général"))
    if not counts:
        return _unknown("no-counts", N_("le disque se dit bon mais ne donne aucun compteur"))
    tested = [N_("autotest réussi")] if smart.selftest == "passed" else []
    text = N_("aucun signe de panne trouvé (lus : {counts})").format(counts=joined(", ", (*counts.values(), *tested)))
    return Health(Verdict.PASS, (Reason("read", ", ".join(counts), "", text),))


def _unknown(rule: str, text: str) -> Health:
    return Health(Verdict.UNKNOWN, (Reason(rule, "", "", text),))


def _counts_read(smart: Smart) -> dict[str, str]:
    # What was read: as the record names it, and in words.
    named = (
        ("reallocated", N_("réalloués")),
        ("pending", N_("en attente")),
        ("uncorrectable", N_("illisibles")),
        ("reported", N_("signalés")),
        ("used_pct", N_("usure")),
        ("media_errors", N_("erreurs média")),
        ("grown_defects", N_("défauts")),
    )
    return {name: words for name, words in named if getattr(smart, name) is not None}


def _limit(group: str, rule: str, value: int | None, text: str) -> Iterable[Finding]:
    # One counter against its line of the table; `text` says in French what the counter is.
    if value is None:
        return
    line = thresholds()[group][rule]
    for verdict, key in ((Verdict.FAIL, "fail"), (Verdict.WATCH, "watch")):
        if key in line and value >= line[key]:
            yield verdict, Reason(f"{group}-{rule}", str(value), f"< {line[key]}", text.format(value=value))
            return


def _overall(smart: Smart) -> Iterable[Finding]:
    # smartctl(8): bit 3 the drive says it is failing, 4 a pre-fail attribute is at its threshold, 5 one was in the
    # past, 7 the self-test log holds errors. Bit 2 (a log did not answer) and 6 (logged errors) are no verdict.
    bits = smart.exit_status or 0
    if smart.passed is False:
        yield Verdict.FAIL, Reason("smart-status", "FAILED", "PASSED", N_("le disque se déclare en panne (SMART)"))
    elif bits & 8:
        yield Verdict.FAIL, Reason("exit-bit-3", "1", "0", N_("smartctl : le disque se déclare en panne"))
    if smart.failing_prefail:
        names = ", ".join(smart.failing_prefail)
        yield (
            Verdict.FAIL,
            Reason(
                "attribute-prefail", names, "threshold", N_("compteur de panne au seuil : {names}").format(names=names)
            ),
        )
    elif bits & 16:
        yield Verdict.FAIL, Reason("exit-bit-4", "1", "0", N_("smartctl : un compteur de panne est à son seuil"))
    if smart.failing_now:
        names = ", ".join(smart.failing_now)
        yield (
            Verdict.WATCH,
            Reason(
                "attribute-old-age", names, "threshold", N_("compteur d'usure au seuil : {names}").format(names=names)
            ),
        )
    if bits & 32:
        yield Verdict.WATCH, Reason("exit-bit-5", "1", "0", N_("un compteur a déjà atteint son seuil dans le passé"))
    if bits & 128 and smart.selftest != "failed":
        yield Verdict.WATCH, Reason("exit-bit-7", "1", "0", N_("le journal des autotests contient des échecs"))


def _selftest(smart: Smart) -> Iterable[Finding]:
    if smart.selftest == "failed":
        yield Verdict.FAIL, Reason("selftest", "failed", "passed", N_("le dernier autotest a échoué"))
    elif smart.selftest == "aborted":
        yield Verdict.WATCH, Reason("selftest", "aborted", "passed", N_("le dernier autotest a été interrompu"))
    if smart.selftest_note is not None:
        text = N_("autotest non terminé : {selftest_note}").format(selftest_note=smart.selftest_note)
        yield Verdict.UNKNOWN, Reason("selftest-unfinished", "", "passed", text)


def _hard_disk(smart: Smart) -> Iterable[Finding]:
    yield from _limit("ata", "reallocated", smart.reallocated, N_("{value} secteurs réalloués"))
    yield from _limit("ata", "pending", smart.pending, N_("{value} secteurs en attente de réallocation"))
    yield from _limit("ata", "uncorrectable", smart.uncorrectable, N_("{value} secteurs illisibles"))
    yield from _limit("ata", "reported", smart.reported, N_("{value} erreurs non corrigées signalées"))
    yield from _limit("ata", "spin_retry", smart.spin_retry, N_("{value} démarrages du moteur à refaire"))
    if smart.end_to_end_failing:
        yield (
            Verdict.FAIL,
            Reason("ata-end_to_end", "threshold", "threshold", N_("erreurs internes (bout en bout) au seuil")),
        )
    else:
        yield from _limit("ata", "end_to_end", smart.end_to_end, N_("{value} erreurs internes (bout en bout)"))
    yield from _cable(smart)
    yield from _limit("ata", "hours", smart.hours, N_("{value} heures de marche"))
    yield from _limit("ata", "temperature_c", smart.temperature_c, N_("{value} °C au repos"))


def _cable(smart: Smart) -> Iterable[Finding]:
    yield from _limit("ata", "crc", smart.crc, N_("{value} erreurs de liaison : câble ou boîtier, pas le disque"))


def _wear(smart: Smart, group: str) -> Iterable[Finding]:
    yield from _limit(group, "used_pct", smart.used_pct, N_("usure {value} %"))
    if smart.used_disagrees:
        yield (
            Verdict.WATCH,
            Reason(
                "wear-contradiction",
                str(smart.used_pct),
                "",
                N_("les mesures d'usure se contredisent : la pire est retenue"),
            ),
        )


def _sata_ssd(smart: Smart) -> Iterable[Finding]:
    yield from _wear(smart, "ssd")
    if smart.end_to_end_failing:
        yield (
            Verdict.FAIL,
            Reason("ssd-end_to_end", "threshold", "threshold", N_("erreurs internes (bout en bout) au seuil")),
        )
    yield from _limit("ssd", "reported", smart.reported, N_("{value} erreurs non corrigées signalées"))
    yield from _limit("ssd", "uncorrectable", smart.uncorrectable, N_("{value} secteurs illisibles"))
    yield from _cable(smart)


def _nvme(smart: Smart) -> Iterable[Finding]:
    if smart.critical_warning is None:
        yield Verdict.UNKNOWN, Reason("nvme-warning", "", "0x00", N_("les alertes critiques n'ont pas pu être lues"))
    warning = smart.critical_warning or 0
    spare, limit = smart.spare_pct, smart.spare_threshold_pct
    healthy_spare = spare is not None and limit is not None and spare >= limit
    for bit, rule, text in NVME_WARNINGS:
        if not warning & bit:
            continue
        # A worn drive may report "reliability" for its age alone while its spare is intact.
        only_age = warning == 4 and (smart.used_pct or 0) >= 100 and healthy_spare
        mild = bit == 2 or only_age
        yield (Verdict.WATCH if mild else Verdict.FAIL), Reason(rule, f"0x{warning:02x}", "0x00", text)
    if warning & ~0x3F:
        yield Verdict.FAIL, Reason("nvme-warning", f"0x{warning:02x}", "0x00", N_("alerte critique inconnue"))
    yield from _limit("nvme", "used_pct", smart.used_pct, N_("usure {value} %"))
    if spare is not None and limit is not None and spare < limit:
        yield (
            Verdict.FAIL,
            Reason(
                "nvme-spare-left",
                str(spare),
                f">= {limit}",
                N_("réserve {spare} %, seuil {limit} %").format(spare=spare, limit=limit),
            ),
        )
    yield from _limit("nvme", "media_errors", smart.media_errors, N_("{value} erreurs de lecture ou d'écriture"))


def _scsi(smart: Smart) -> Iterable[Finding]:
    yield from _limit("scsi", "grown_defects", smart.grown_defects, N_("{value} défauts apparus"))
    yield from _wear(smart, "scsi")
    yield from _limit("ata", "hours", smart.hours, N_("{value} heures de marche"))


def judge_battery(battery: Battery) -> Health:
    """Return the verdict on one battery: WATCH = worn, FAIL = to be replaced; an implausible gauge is UNKNOWN."""
    plausible, line = thresholds()["battery"]["plausible"], thresholds()["battery"]["health_pct"]
    pct, design = battery.health_pct, battery.design_mwh
    if pct is None:
        return _unknown("battery-not-read", N_("la capacité de la batterie ne se lit pas"))
    if design is not None and not plausible["min_design_mwh"] <= design <= plausible["max_design_mwh"]:
        return _unknown("battery-design", N_("capacité d'origine impossible : {design} mWh").format(design=design))
    if not plausible["min_pct"] <= pct <= plausible["max_pct"]:
        return _unknown("battery-ratio", N_("mesure impossible : {pct} % de la capacité d'origine").format(pct=pct))
    text = N_("{pct} % de la capacité d'origine").format(pct=pct)
    for verdict, key in ((Verdict.FAIL, "fail"), (Verdict.WATCH, "watch")):
        if pct <= line[key]:
            return Health(verdict, (Reason("battery-health", str(pct), f"> {line[key]}", text),))
    return Health(Verdict.PASS, (Reason("battery-health", str(pct), f"> {line['watch']}", text),))
