"""What a screen says of itself: the EDID (VESA E-EDID 1.4), 128 bytes, with extensions that are not read.

The bytes come from the screen and are untrusted: cut or damaged ones give the reason instead of facts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from recond.core.identity import real
from recond.core.machine import Display
from recond.core.text import clean
from recond.core.words import N_

HEADER = b"\x00\xff\xff\xff\xff\xff\xff\x00"
BLOCK = 128
DESCRIPTORS = (54, 72, 90, 108)
SERIAL, TEXT, NAME = 0xFF, 0xFE, 0xFC
"""Tags of the display descriptors that hold text."""

MAKERS = {
    "ACR": "Acer", "AOC": "AOC", "APP": "Apple", "AUO": N_("AU Optronics"), "AUS": "ASUS", "BNQ": "BenQ", "BOE": "BOE",
    "CMN": "Innolux", "CMO": "Chi Mei", "CPT": "Chunghwa", "CSO": "CSOT", "DEL": "Dell", "EIZ": "EIZO", "ENC": "EIZO",
    "FUS": "Fujitsu", "GSM": "LG", "HPN": "HP", "HSD": "HannStar", "HWP": "HP", "IBM": "IBM", "INX": "Innolux",
    "IVM": "iiyama", "IVO": "InfoVision", "LEN": "Lenovo", "LGD": "LG Display", "LPL": "LG Philips", "MED": "Medion",
    "MEI": "Panasonic", "MSI": "MSI", "NEC": "NEC", "PHL": "Philips", "QDS": "Quanta", "RHT": "Red Hat (QEMU)",
    "SAM": "Samsung", "SDC": "Samsung Display", "SEC": "Samsung", "SHP": "Sharp", "SNY": "Sony", "TOS": "Toshiba",
    "VSC": "ViewSonic",
}  # fmt: skip
"""Makers met on donated PCs, by their PNP identifier; another identifier is shown as it is."""

RATIOS_MM = frozenset({(160, 90), (160, 100), (16, 9), (16, 10), (4, 3), (1600, 900), (1600, 1000)})
"""Sizes in timings that are only an aspect ratio."""


@dataclass(frozen=True)
class Timing:
    """The first detailed timing: the native mode and the size of the picture in millimetres (0 = not said)."""

    width: int
    height: int
    width_mm: int
    height_mm: int


def parse(data: bytes, connector: str, *, is_builtin: bool = False) -> Display:
    """Return the screen at a connector. Never raises; `why_not` tells why an EDID is not believed."""
    fault = _fault(data)
    if fault is not None:
        return Display(connector, is_builtin=is_builtin, why_not=fault)
    word = int.from_bytes(data[8:10], "big")
    letters = "".join(chr(64 + (word >> shift & 31)) for shift in (10, 5, 0))
    maker_id = letters if letters.isalpha() and letters.isupper() else None
    texts = {tag: _text(data, tag) for tag in (NAME, TEXT, SERIAL)}
    timing = _native(data)
    width_mm, height_mm = _size(data, timing)
    number = int.from_bytes(data[12:16], "little")
    # 0x01010101 and all ones are what makers leave when they do not count their screens.
    counted = str(number) if number not in (0, 0x01010101, 0xFFFFFFFF) else None
    return Display(
        connector=connector,
        maker=MAKERS.get(maker_id or "", maker_id),
        maker_id=maker_id,
        # Panels of portables have no name, but their part number as a free text.
        model=real(texts[NAME], is_name=True) or real(texts[TEXT], is_name=True),
        product_code=f"{int.from_bytes(data[10:12], 'little'):04x}",
        serial=real(texts[SERIAL]) or real(counted),
        year=1990 + data[17] if data[17] >= 3 else None,
        width_mm=width_mm,
        height_mm=height_mm,
        inches=round(math.hypot(width_mm, height_mm) / 25.4, 1) if width_mm and height_mm else None,
        native_width=timing.width if timing else None,
        native_height=timing.height if timing else None,
        is_builtin=is_builtin,
    )


def _fault(data: bytes) -> str | None:
    if not data:
        return N_("l'écran ne donne pas d'EDID")
    if len(data) < BLOCK:
        return N_("EDID coupé : {count} octets sur {block}").format(count=len(data), block=BLOCK)
    if data[:8] != HEADER:
        return N_("EDID sans son en-tête")
    # Each block's bytes add up to 0 modulo 256; a wrong extension does not spoil the first block.
    return N_("EDID abîmé (somme de contrôle)") if sum(data[:BLOCK]) % 256 else None


def _text(data: bytes, tag: int) -> str | None:
    parts = [data[at + 5 : at + 18] for at in DESCRIPTORS if data[at : at + 3] == b"\0\0\0" and data[at + 3] == tag]
    joined = b"".join(part.partition(b"\n")[0].partition(b"\0")[0] for part in parts[:2])
    return clean(joined.decode("cp437", "replace"))


def _native(data: bytes) -> Timing | None:
    # Since EDID 1.3 the first detailed timing is the preferred one: that of the panel itself.
    at = next((at for at in DESCRIPTORS if data[at] or data[at + 1]), None)
    if at is None:
        return None
    raw = data[at : at + 18]
    interlaced = raw[17] & 0x80
    width, height = raw[2] | (raw[4] >> 4) << 8, (raw[5] | (raw[7] >> 4) << 8) * (2 if interlaced else 1)
    if width < 320 or height < 200:
        return None
    return Timing(width, height, raw[12] | (raw[14] >> 4) << 8, raw[13] | (raw[14] & 15) << 8)


def _size(data: bytes, timing: Timing | None) -> tuple[int | None, int | None]:
    """Return the picture's size in mm: the timing's, finer, unless the centimetres of the screen contradict it."""
    # One of them 0: the other is an aspect ratio. Both 0: a projector.
    wide_cm, high_cm = data[21], data[22]
    coarse = (wide_cm * 10, high_cm * 10) if wide_cm and high_cm else None
    fine = (timing.width_mm, timing.height_mm) if timing and timing.width_mm and timing.height_mm else None
    if fine in RATIOS_MM:
        fine = None
    if fine and coarse and any(abs(one - other) > 12 for one, other in zip(fine, coarse, strict=True)):
        fine = None
    return fine or coarse or (None, None)
