"""A new system for a stick, beside the old one: its records, its enrolment and its name stay as they are.

The new boot partition goes to free room on the stick and is read back; only then the partition table is switched to it (its
second copy first), and the first sector to the new GRUB. Cut at any moment, the stick starts with the old system or the new.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from recond.core.errors import ConfigurationFault, EnvironmentFault, HardwareFault, InstallFailed
from recond.core.gpt import SECTOR, Gpt, write_gpt
from recond.core.plan import Deed, Plan
from recond.core.ports import BlockDevice, Host
from recond.core.signing import key_id
from recond.core.stick import MIB, StickLayout, find_place, read_layout
from recond.core.stickimage import PLACE, StickImage, read_stick_image
from recond.core.vouch import ENDING
from recond.core.words import N_
from recond.flow.stick_device import copy_in, read_back, read_bytes, read_table, write_bytes
from recond.flow.stick_image import ImageFile, hash_range, read_boot_file, signer_of
from recond.flow.stick_write import Look, Tell, Written, reread

SLOT = MIB // 2
"""GRUB's core lies in one half of the BIOS partition; the next one goes to the other half."""

CODE_BYTES = 440
"""Boot code of the first sector; behind it the disk's signature and the protective table, which stay."""

CORE_AT, REST_AT = 0x5C, 0x1F4
"""Where the first sector says which sector to load, and that one where the rest is (GRUB 2.12, boot.S and diskboot.S)."""

HIDDEN_AT, COPY_AT = 0x1C, 6 * SECTOR
"""A FAT32 boot sector notes where its partition starts, and its copy does (Microsoft's FAT specification)."""


@dataclass(frozen=True, slots=True)
class Before:
    """The stick as it is: its partitions, and the description of its system (None: it cannot be read any more)."""

    layout: StickLayout
    described: StickImage | None
    signer: str | None


def look_at(host: Host, path: str, layout: StickLayout) -> Before:
    """Read what system a stick has and who signed it."""
    described, signature = (read_boot_file(host, path, layout, name) for name in (PLACE, PLACE + ENDING))
    if described is None:
        return Before(layout, None, None)
    try:
        return Before(layout, read_stick_image(described), signer_of(described, signature))
    except ConfigurationFault:
        return Before(layout, None, None)


def check(before: Before, image: ImageFile, disk_bytes: int) -> None:
    """Raise ConfigurationFault for another workshop's image, EnvironmentFault when there is no room beside the old system."""
    if before.signer is not None and before.signer != image.signer:
        raise ConfigurationFault(
            N_("cette image est signée par une autre clé ({key_id}) que la clé USB ({key_id2})").format(
                key_id=key_id(image.signer), key_id2=key_id(before.signer)
            ),
            N_("prenez une image faite par le même atelier, ou refaites la clé entière (ses fiches seraient perdues)"),
        )
    if find_place(before.layout.gpt, disk_bytes, image.layout.boot.size) is None:
        raise EnvironmentFault(
            N_("pas de place sur la clé à côté de l'ancien système : il faut {size} Mio libres").format(
                size=image.layout.boot.size // MIB
            ),
            N_("gardez ses fiches (recond push, ou copiez RECOND-DATA), puis refaites la clé entière"),
        )


def update(host: Host, image: ImageFile, sha256: str, plan: Plan, confirmation: str, look: Look, tell: Tell) -> Written:
    """Put the image's system onto the stick. Raises GuardError, PlanChanged, EnvironmentFault and HardwareFault while the stick
    still starts as before, InstallFailed once the switch had begun; the same command does it again."""
    start = host.moment().mono_s
    if plan.deed is not Deed.STICK or [item.method for item in plan.items] != [f"update {sha256}"]:
        raise ConfigurationFault(N_("le plan {id} n'est pas celui de cette image").format(id=plan.id))
    (warrant,) = host.issue(plan, confirmation, reread(look, plan, image.layout.boot.size))
    disk = warrant.disk
    try:
        device = warrant.device()
        try:
            layout = read_layout(read_table(device))
            if layout is None:
                raise ConfigurationFault(
                    N_("{disk} n'est plus une clé recond").format(disk=disk.describe()),
                    N_("regardez ce qui est branché"),
                )
            place = find_place(layout.gpt, device.size_bytes, image.layout.boot.size)
            if place is None:
                raise EnvironmentFault(
                    N_("plus de place sur la clé pour le nouveau système"), N_("refaites la clé entière")
                )
            _boot_partition(device, image, place, tell)
            code = _core(device, image, layout)
        except OSError as error:
            raise HardwareFault(
                N_("{disk} : {strerror} ; rien n'est changé, la clé démarre comme avant").format(
                    disk=disk.describe(), strerror=error.strerror or error
                ),
                N_("recommencez la même commande, ou prenez une autre clé"),
            ) from error
        try:
            tell(N_("Bascule sur le nouveau système"), None)
            _switch(device, _switched(layout, image, place), code)
        except OSError as error:
            raise InstallFailed(
                N_("{disk} : {strerror}, pendant la bascule").format(
                    disk=disk.describe(), strerror=error.strerror or error
                ),
                N_("recommencez la même commande : les fiches sont intactes"),
            ) from error
    finally:
        warrant.close()
    return Written(disk, sha256, image.layout.boot.size, host.moment().mono_s - start)


def _boot_partition(device: BlockDevice, image: ImageFile, place: int, tell: Tell) -> None:
    boot = image.layout.boot
    copy_in(device, place, image.path, boot.start, boot.size, lambda share: tell(N_("Écriture"), share))
    device.flush()
    wanted = hash_range(image.path, boot.start, boot.size)
    if read_back(device, place, boot.size, lambda share: tell(N_("Relecture"), share)) != wanted:
        raise OSError(5, N_("ce qui est relu n'est pas ce qui a été écrit"))
    for sector in (0, COPY_AT):
        write_bytes(device, place + sector + HIDDEN_AT, (place // SECTOR).to_bytes(4, "little"))
    device.flush()


def _core(device: BlockDevice, image: ImageFile, layout: StickLayout) -> bytes:
    """Write GRUB's core where the present one is not, and return the code of the first sector that leads to it."""
    with image.path.open("rb") as file:
        code = bytearray(file.read(CODE_BYTES))
        file.seek(image.layout.bios.start)
        core = bytearray(file.read(SLOT))
        more = file.read(image.layout.bios.size - SLOT)
    if any(more):
        raise OSError(27, N_("le chargeur de l'image est trop grand"))
    first = layout.bios.start // SECTOR
    now = int.from_bytes(read_bytes(device, CORE_AT, 8), "little")
    new = first if now >= first + SLOT // SECTOR else first + SLOT // SECTOR
    core[REST_AT : REST_AT + 8] = (new + 1).to_bytes(8, "little")
    write_bytes(device, new * SECTOR, bytes(core))
    device.flush()
    device.drop_caches()
    if read_bytes(device, new * SECTOR, SLOT) != bytes(core):
        raise OSError(5, N_("le chargeur relu n'est pas celui qui a été écrit"))
    code[CORE_AT : CORE_AT + 8] = new.to_bytes(8, "little")
    return bytes(code)


def _switched(layout: StickLayout, image: ImageFile, place: int) -> Gpt:
    boot = replace(layout.boot, start=place, size=image.layout.boot.size)
    table = layout.gpt
    if uuid.UUID(table.guid).version != 4:
        # Never started: it still has its image's identity, by which the new system could not tell it from its copies.
        boot = replace(boot, guid=str(uuid.uuid4()))
        table = replace(table, guid=str(uuid.uuid4()))
    return table.with_part(boot)


def _switch(device: BlockDevice, table: Gpt, code: bytes) -> None:
    first, second = write_gpt(table, device.size_bytes)
    write_bytes(device, device.size_bytes - len(second), second)
    device.flush()
    write_bytes(device, SECTOR, first)
    device.flush()
    write_bytes(device, 0, code)
    device.flush()
    device.drop_caches()
    if read_bytes(device, SECTOR, len(first)) != first or read_bytes(device, 0, len(code)) != code:
        raise OSError(5, N_("la table relue n'est pas celle qui a été écrite"))
