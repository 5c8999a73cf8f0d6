"""The audit's screen: one table that fits 80x25 for a usual machine, in the letters of the console's font."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from recond.core.disk import Bus, Medium
from recond.core.functional import TestResult
from recond.core.grade import Grade, Sorting
from recond.core.machine import Absolute, AuditedDisk, Battery, Chassis, Firmware, Gap, Machine, Switch, Verdict
from recond.core.text import binary_bytes, decimal_bytes
from recond.core.words import _, ngettext, shown, stored, units
from recond.ui import audit_parts
from recond.ui.console import fold, safe
from recond.ui.functional import summary

STATUS = {
    Verdict.PASS: ("[ OK ]", "bold green"),
    Verdict.WATCH: (_("[ATT.]"), "bold yellow"),
    Verdict.FAIL: (_("[ECHEC]"), "bold red"),
    Verdict.UNKNOWN: ("[ -- ]", "dim"),
}
CHASSIS = {
    Chassis.LAPTOP: _("portable"),
    Chassis.DESKTOP: _("fixe"),
    Chassis.AIO: "tout-en-un",
    Chassis.MINI: "mini",
    Chassis.TABLET: _("tablette"),
    Chassis.SERVER: _("serveur"),
    Chassis.UNKNOWN: _("type inconnu"),
}
MEDIA = {
    Medium.HDD: _("disque dur"),
    Medium.SSD: "SSD",
    Medium.NVME: "NVMe",
    Medium.FLASH: _("flash"),
    Medium.UNKNOWN: _("inconnu"),
}
SWITCH = {
    Switch.ON: _("actif"),
    Switch.OFF: _("inactif"),
    Switch.UNSUPPORTED: _("absent"),
    Switch.UNKNOWN: _("inconnu"),
}
REASONS_SHOWN = 2


def status(verdict: Verdict) -> Text:
    """Return the status word of a verdict; it reads the same without colour."""
    word, style = STATUS[verdict]
    return Text(word, style=style)


def screen(
    machine: Machine, grade: Grade, tag: str | None = None, tests: tuple[TestResult, ...] = ()
) -> RenderableType:
    """Return the whole screen for a console 79 columns wide. `tests`: what a person tried on this machine before."""
    parts: list[RenderableType] = [_head(grade, tag), _facts(machine), Text()]
    if machine.disks:
        parts.append(_disks(machine.disks))
    if machine.unknown:
        parts.append(_notes(machine.unknown))
    parts += _gaps(machine.gaps)
    healths = [disk.health for disk in machine.disks] + [battery.health for battery in machine.batteries]
    if any(health.verdict is Verdict.PASS for health in healths):
        parts.append(Text("\n".join(fold(safe(_meaning(machine.disks)), " " * 8)), style="dim"))
    if tests:
        parts.append(Text("\n".join(fold(safe(_(" Tests : {summary}").format(summary=summary(tests))), " " * 9))))
    return Group(*parts, foot(grade))


def _meaning(disks: tuple[AuditedDisk, ...]) -> str:
    tested = ", ".join(one.disk.name for one in disks if one.smart.selftest == "passed")
    return _(" [ OK ] veut dire : aucun signe de panne trouvé") + (
        _(" ; dernier autotest réussi : {tested}").format(tested=tested) if tested else ""
    )


def _notes(notes: tuple[str, ...]) -> Table:
    table = Table.grid(padding=(0, 1))
    for note in notes:
        table.add_row(Text(" !", style="yellow"), Text(safe(note)))
    return table


def _gaps(gaps: tuple[Gap, ...]) -> list[RenderableType]:
    lines = audit_parts.gaps(gaps)
    return [Text("\n".join(lines), style="dim")] if lines else []


def _head(grade: Grade, tag: str | None) -> Table:
    head = Table.grid(expand=True)
    head.add_column(ratio=1)
    head.add_column(justify="right", no_wrap=True)
    head.add_row(
        Text(" AUDIT" + (f"  {tag}" if tag else ""), style="bold"),
        Text(_("classe {letter} ").format(letter=grade.letter), style="bold"),
    )
    return head


SORTING = {Sorting.RECONDITION: _("à reconditionner"), Sorting.REPAIR: _("A REPARER"), Sorting.PARTS: _("POUR PIECES")}
"""The advice as a volunteer reads it."""


def foot(grade: Grade) -> Text:
    """Return the grade and the advice, as they stand below the table."""
    text = _(" Classe {letter} : {line}").format(letter=grade.letter, line=grade.line)
    if grade.raise_:
        text += _("  (pour monter : {what})").format(what=grade.raise_)
    lines = fold(safe(text), " " * 12)
    advice = _(" Tri : {sorting}").format(sorting=SORTING[grade.sorting])
    if grade.repairs:
        advice += f" : {' ; '.join(map(stored, grade.repairs))}"
    return Text("\n".join([*lines, *fold(safe(advice), " " * 7)]), style="bold")


def _facts(machine: Machine) -> Table:
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(width=12, no_wrap=True)
    table.add_column(ratio=1)

    def row(name: str, value: str | Text) -> None:
        table.add_row(Text(f" {name}"), Text(safe(value)) if isinstance(value, str) else value)

    row(_("Machine"), _machine(machine))
    row(_("Processeur"), _cpu(machine))
    row(_("Mémoire"), _memory(machine))
    health = machine.memory.health
    # Untested memory is the rule and no news; what a test or the kernel found is.
    if machine.memory.test is not None or health.verdict in (Verdict.WATCH, Verdict.FAIL):
        reason = health.reasons[0].text if health.reasons else ""
        row("", status(health.verdict) + Text(safe(f" {shown(reason)}"), style="default not bold"))
    row("Firmware", _firmware(machine.firmware))
    for battery in machine.batteries:
        row(_("Batterie"), _battery(battery))
    if not machine.batteries and machine.system.chassis in (Chassis.LAPTOP, Chassis.TABLET):
        row(_("Batterie"), _("aucune"))
    if seen := audit_parts.screens(machine):
        row(_("Affichage"), seen)
    row(_("Réseau"), ", ".join(audit_parts.network(one) for one in machine.networks) or _("aucune carte trouvée"))
    if more := audit_parts.equipment(machine):
        row(_("Equipement"), more)
    return table


def _machine(machine: Machine) -> str:
    system = machine.system
    serial = _(", n° {serial}").format(serial=system.serial) if system.serial else _(", n° de série inconnu")
    return _("{model} ({chassis}){serial}").format(
        model=system.model or _("marque et modèle inconnus"), chassis=CHASSIS[system.chassis], serial=serial
    )


def _cpu(machine: Machine) -> str:
    cpu = machine.cpu
    words = [cpu.model or _("inconnu")]
    if cpu.cores and cpu.threads:
        words.append(ngettext("{cores} cœur", "{cores} cœurs", cpu.cores).format(cores=cpu.cores))
        words.append(ngettext("{threads} fil", "{threads} fils", cpu.threads).format(threads=cpu.threads))
    if cpu.level:
        words.append(f"x86-64-v{cpu.level}")
    elif cpu.is_64bit is False:
        words.append("32 bits")
    return ", ".join(words)


def _memory(machine: Machine) -> str:
    memory = machine.memory
    text = binary_bytes(memory.total_bytes)
    if memory.modules:
        sizes = " + ".join(binary_bytes(module.size_bytes) for module in memory.modules[:4])
        kinds = "/".join(sorted({module.type for module in memory.modules if module.type}))
        soldered = _(", soudée") if all(module.is_soldered for module in memory.modules) else ""
        text += f" ({sizes}{' ' + kinds if kinds else ''}{soldered})"
    if memory.slots and memory.slots_used is not None:
        free = memory.slots - memory.slots_used
        text += ngettext(
            ", {slots} emplacement libre sur {slots2}", ", {slots} emplacements libres sur {slots2}", free
        ).format(slots=free, slots2=memory.slots)
    return text


def _firmware(firmware: Firmware) -> str:
    kind = {True: _("mode UEFI"), False: _("mode BIOS"), None: _("mode inconnu")}[firmware.uefi]
    tpm = {None: _("TPM inconnu"), "none": _("pas de TPM")}.get(firmware.tpm_version, f"TPM {firmware.tpm_version}")
    password = {True: _("MOT DE PASSE"), False: _("sans mot de passe"), None: _("mot de passe inconnu")}[
        firmware.admin_password
    ]
    words = [kind, _("Secure Boot {switch}").format(switch=SWITCH[firmware.secure_boot]), tpm, password]
    if firmware.setup_mode is Switch.ON and firmware.secure_boot is not Switch.ON:
        words.append(_("clés Secure Boot ouvertes"))
    if firmware.power_on_password:
        words.append(_("MOT DE PASSE AU DEMARRAGE"))
    words += {Absolute.ACTIVE: [_("Absolute ACTIF")], Absolute.INACTIVE: [_("Absolute inactif")]}.get(
        firmware.absolute, []
    )
    if firmware.windows_key.present:
        words.append(_("clé Windows ...{last5}").format(last5=firmware.windows_key.last5))
    return ", ".join(words)


def _battery(battery: Battery) -> Text:
    text = status(battery.health.verdict)
    reason = battery.health.reasons[0].text if battery.health.reasons else _("rien de lu")
    cycles = f", {battery.cycles} cycles" if battery.cycles else ""
    return text + Text(safe(f" {shown(reason)}{cycles}"), style="default not bold")


def _disks(disks: tuple[AuditedDisk, ...]) -> Table:
    table = Table(box=None, expand=True, padding=(0, 1, 0, 0), show_edge=False, header_style="bold")
    table.add_column(_(" Disque"), width=9, no_wrap=True)
    table.add_column(_("Modèle, n° de série et santé"), ratio=1, overflow="fold")
    table.add_column(_("Taille"), justify="right", no_wrap=True)
    table.add_column(_("Type"), no_wrap=True)
    table.add_column(_("Heures"), justify="right", no_wrap=True)
    table.add_column(_("Santé"), no_wrap=True)
    for audited in disks:
        disk, smart = audited.disk, audited.smart
        name = _("{model}, {serial}").format(
            model=disk.identity.model or _("modèle inconnu"), serial=disk.identity.serial or _("sans n° de série")
        )
        # Of a stick that gives no SMART nobody expects any: its reason is in --json.
        mute_stick = disk.bus is Bus.USB and audited.health.verdict is Verdict.UNKNOWN
        said = () if mute_stick or audited.health.verdict is Verdict.PASS else audited.health.reasons
        reasons = [*audit_parts.lock(audited), *(f"- {reason.text}" for reason in said[:REASONS_SHOWN])]
        hidden = len(said) - REASONS_SHOWN
        if hidden > 0:
            more = ngettext(
                "- et {hidden} autre raison : voir --json", "- et {hidden} autres raisons : voir --json", hidden
            )
            reasons.append(more.format(hidden=hidden))
        table.add_row(
            Text(safe(f" {disk.name}")),
            Text(safe("\n".join([name, *reasons]))),
            units(decimal_bytes(disk.identity.size_bytes)),
            MEDIA[disk.medium],
            str(smart.hours) if smart.hours is not None else _("inconnu"),
            status(audited.health.verdict),
        )
    return table
