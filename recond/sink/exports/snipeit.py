"""Snipe-IT's asset import (CSV, its own column names): assets are matched on "Asset Tag"."""

from __future__ import annotations

from collections.abc import Sequence

from recond.core.labelwords import CHASSIS
from recond.sink.exports import Card, Export, machine_of, own_disks, part, said, table
from recond.sink.exports.french_csv import installed

HEAD = ("Asset Tag", "Item Name", "Category", "Manufacturer", "Model Name", "Model Number", "Serial Number", "Status",
        "Notes", "CPU", "RAM (GB)", "Storage (GB)", "Grade")  # fmt: skip


def _make(cards: Sequence[Card]) -> list[tuple[str, bytes]]:
    return [("recond-snipeit.csv", table(HEAD, [row(card) for card in cards if card.get("tag")], ","))]


def row(card: Card) -> list[object]:
    """Return one machine's line, in the order of `HEAD`; empty = not known."""
    machine = machine_of(card)
    system = part(machine, "system")
    memory = part(machine, "memory").get("total_bytes")
    sizes = [disk["size_bytes"] for disk in own_disks(card) if disk.get("size_bytes")]
    name = said(system.get("product")) or said(system.get("board_product"))
    return [
        card["tag"],
        " ".join(word for word in (said(system.get("manufacturer")), name) if word) or card["tag"],
        CHASSIS.get(str(system.get("chassis"))) or "Ordinateur",
        said(system.get("manufacturer")),
        name,
        said(system.get("sku")),
        said(system.get("serial"), is_name=False),
        "Ready to Deploy" if card.get("ready") else "Pending",
        installed(card),
        said(part(machine, "cpu").get("model")),
        round(memory / (1 << 30)) if memory else None,
        " + ".join(str(round(size / 10**9)) for size in sizes),
        card.get("grade"),
    ]


EXPORT = Export("snipeit", "import Snipe-IT (CSV)", False, _make)
