"""What an IPP printer says of itself, in French and with what to do. Source: RFC 8011, 5.4.12 (printer-state-reasons)."""

from __future__ import annotations

from recond.core.words import N_
from recond.label.ippmessage import Group

STOPPED = 5
FAULTS = {
    "cover-open": N_("un capot est ouvert : fermez-le"),
    "door-open": N_("une porte est ouverte : fermez-la"),
    "interlock-open": N_("un capot est mal fermé : fermez-le"),
    "media-jam": N_("du papier est coincé : ôtez-le"),
    "media-empty": N_("il n'y a plus de papier : remettez-en"),
    "media-needed": N_("elle attend un autre papier : mettez celui des étiquettes"),
    "input-tray-missing": N_("le bac à papier manque : remettez-le"),
    "toner-empty": N_("il n'y a plus de toner : changez la cartouche"),
    "marker-supply-empty": N_("il n'y a plus d'encre : changez la cartouche"),
    "output-area-full": N_("le bac de sortie est plein : videz-le"),
    "paused": N_("elle est en pause : remettez-la en marche"),
    "shutdown": N_("elle est éteinte : rallumez-la"),
    "offline": N_("elle est hors ligne : rallumez-la, vérifiez le câble"),
    "timed-out": N_("elle ne répond plus : rallumez-la, vérifiez le câble"),
    "connecting-to-device": N_("elle n'est pas joignable : vérifiez le câble et qu'elle est allumée"),
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
        found = N_("elle refuse les travaux : remettez-la en marche")
    if found is None and stopped:
        others = ", ".join(sorted(grave - {"none"}))
        found = N_("elle est arrêtée{others} : remettez-la en marche").format(others=f" ({others})" if others else "")
    return found
