"""A printer that CUPS drives (USB office printers, DYMO…): a queue of this machine, or of the server that CUPS_SERVER names."""

from __future__ import annotations

from recond.core.errors import UsageError
from recond.core.words import N_, _
from recond.label.ipp import Address, cups_address
from recond.label.printers.ipp import IppPrinter


def _queue(target: str | None) -> Address:
    if not target:
        raise UsageError(
            N_("le nom de l'imprimante manque"), N_("écrivez par exemple --printer cups@Bureau (recond list printers)")
        )
    return cups_address(target)


PRINTER = IppPrinter("cups", _("imprimante installée dans CUPS : cups@NOM"), _queue)
