"""Label printers that are plugged in, by what they say of themselves (IEEE 1284 device id, kept by the kernel's usblp)."""

from __future__ import annotations

from dataclasses import dataclass

from recond.core.ports import Host
from recond.core.text import clean
from recond.core.words import _

USB = "/sys/class/usbmisc"


@dataclass(frozen=True, slots=True)
class Found:
    """A printer that was found: how --printer names it (None = nobody here speaks its language), and what it is."""

    printer: str | None
    about: str


def usb_printers(host: Host) -> tuple[Found, ...]:
    """Return the printers of /dev/usb/lp*. One that only an office driver knows is for CUPS."""
    found = []
    for name in host.names(USB):
        if not name.startswith("lp"):
            continue
        said = device_id(host.read(f"{USB}/{name}/device/ieee1284_id") or b"")
        key = language(said)
        about = clean(f"{said.get('MFG', '')} {said.get('MDL', '')}") or _("imprimante USB qui ne dit pas son nom")
        found.append(Found(f"{key}@/dev/usb/{name}" if key else None, f"{about}, USB (/dev/usb/{name})"))
    return tuple(found)


def device_id(raw: bytes) -> dict[str, str]:
    """Read "MFG:Brother;MDL:QL-700;CMD:PT-CBP;" into its parts, the long names turned into the short ones."""
    long = {"MANUFACTURER": "MFG", "MODEL": "MDL", "COMMAND SET": "CMD"}
    parts = (part.partition(":") for part in raw.decode("utf-8", "replace").split(";"))
    told = {key.strip().upper(): value.strip() for key, colon, value in parts if colon}
    return {long.get(key, key): value for key, value in told.items()}


def language(said: dict[str, str]) -> str | None:
    """Return the key of the printer language that this device speaks, None when recond has none for it."""
    if said.get("MFG", "").upper().startswith("BROTHER") and said.get("MDL", "").upper().startswith("QL-"):
        return "brother-ql"
    if "ZPL" in said.get("CMD", "").upper().replace(" ", ",").split(",") or "ZPL" in said.get("MDL", "").upper():
        return "zpl300" if "300DPI" in said.get("MDL", "").upper().replace(" ", "") else "zpl"
    return None


def default_target(host: Host, key: str) -> str | None:
    """Return the address of the one printer of this kind that is plugged in, None when none is."""
    kinds = {key, "zpl"} if key.startswith("zpl") else {key}
    for one in usb_printers(host):
        found, _, path = (one.printer or "").partition("@")
        if found in kinds:
            return path
    return None
