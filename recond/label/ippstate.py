"""What an IPP printer says of itself, in French and with what to do. Source: RFC 8011, 5.4.12 (printer-state-reasons)."""

from __future__ import annotations

from recond.core.words import _
from recond.label.ippmessage import Group

STOPPED = 5
FAULTS = {
    "cover-open": _("un capot est ouvert : fermez-le"),
    "door-open": _("une porte est ouverte : fermez-la"),
    "interlock-open": _("un capot est mal fermé : fermez-le"),
    "media-jam": _("du papier est coincé : ôtez-le"),
    "media-empty": _("il n'y a plus de papier : remettez-en"),
    "media-needed": _("elle attend un autre papier : mettez celui des étiquettes"),
    "input-tray-missing": _("le bac à papier manque : remettez-le"),
    "toner-empty": _("il n'y a plus de toner : changez la cartouche"),
    "marker-supply-empty": _("il n'y a plus d'encre : changez la cartouche"),
    "output-area-full": _("le bac de sortie est plein : videz-le"),
    "paused": _("elle est en pause : remettez-la en marche"),
    "shutdown": _("elle est éteinte : rallumez-la"),
    "offline": _("elle est hors ligne : rallumez-la, vérifiez le câble"),
    "timed-out": _("elle ne répond plus : rallumez-la, vérifiez le câble"),
    "connecting-to-device": _("elle n'est pas joignable : vérifiez le câble et qu'elle est allumée"),
}
"""What keeps a printer from printing, in the order in which a person sees to it."""
HARMLESS = ("-report", "-warning")


def fault_of(printer: Group) -> str | None:
    """Return why the printer cannot print now and what to do, None when nothing is known to be wrong."""
    said = [str(one) for one in printer.get("printer-state-reasons", [])]
    stopped = printer.get("printer-state", [3])[0] == STOPPED
    # A reason without a suffix is an error (RFC 8011); a warning keeps nobody from printing, unless the printer stopped.
    grave = {one.removesuffix("-error") for one in said if stopped or not one.endswith(HARMLESS)}
    grave = {one.removesuffix("-warning").removesuffix("-report") for one in grave}
    found = next(
        (text for key, text in FAULTS.items() if key in grave and (stopped or key != "connecting-to-device")), None
    )
    if found is None and printer.get("printer-is-accepting-jobs", [True])[0] is False:
        found = _("elle refuse les travaux : remettez-la en marche")
    if found is None and stopped:
        others = ", ".join(sorted(grave - {"none"}))
        found = _("elle est arrêtée{others} : remettez-la en marche").format(others=f" ({others})" if others else "")
    return found
