"""Both file systems whole, and identified as fstab says."""

from __future__ import annotations

import json

from recond.core.ports import Command
from recond.core.words import N_, joined
from recond.install.context import Access, Context

NAME = "check-filesystems"
TITLE = N_("Contrôle des systèmes de fichiers")
ORDER = 80
ACCESS = Access.READING


def run(ctx: Context) -> None:
    """The table as sfdisk reads it, fsck without repair, blkid past its cache."""
    esp, root = ctx.path(ctx.layout.esp), ctx.path(ctx.layout.root)
    _table(ctx)
    _tool(ctx, "fsck-root", N_("ext4 sans erreur (e2fsck)"), "e2fsck", "-f", "-n", root, timeout_s=1800)
    _tool(ctx, "fsck-esp", N_("FAT sans erreur (fsck.vfat)"), "fsck.vfat", "-n", esp)
    for name, device, meant in (("uuid-root", root, ctx.root_uuid), ("uuid-esp", esp, ctx.esp_uuid)):
        seen = ctx.look("blkid", "--probe", "--match-tag", "UUID", "--output", "value", device).stdout.decode().strip()
        ctx.check(
            name, seen == meant, N_("identifiant de {device} : {seen}").format(device=device, seen=seen or N_("aucun"))
        )


def _table(ctx: Context) -> None:
    told = ctx.look("sfdisk", "--json", ctx.disk.path).stdout
    block = ctx.disk.logical_block_bytes
    meant = [(part.start_bytes // block, part.size_bytes // block, part.kind) for part in ctx.layout.parts]
    try:
        table = json.loads(told)["partitiontable"]
        seen = [(part["start"], part["size"], part["type"]) for part in table["partitions"]]
        good = table["label"] == "gpt" and seen == meant
    except (ValueError, KeyError, TypeError):
        good = False
    ctx.check("gpt", good, N_("table de partitions GPT, trois partitions à leur place"))


def _tool(ctx: Context, name: str, text: str, *argv: str, timeout_s: float = 120) -> None:
    done = ctx.host.run(Command(argv, timeout_s=timeout_s))
    ctx.check(name, done.ok, text if done.ok else joined(": ", (text, done.explain())))
