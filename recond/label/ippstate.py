"""What an IPP printer says of itself, in French and with what to do. Source: RFC 8011, 5.4.12 (printer-state-reasons)."""

from __future__ import annotations

from recond.label.ippmessage import Group

STOPPED = 5
FAULTS = {
    "cover-open": "un capot est ouvert : fermez-le",
    "door-open": "une porte est ouverte : fermez-la",
    "interlock-open": "un capot est mal fermé : fermez-le",
    "media-jam": "du papier est coincé : ôtez-le",
    "media-empty": "il n'y a plus de papier : remettez-en",
    "media-needed": "elle attend un autre papier : mettez celui des étiquettes",
    "input-tray-missing": "le bac à papier manque : remettez-le",
    "toner-empty": "il n'y a plus de toner : changez la cartouche",
    "marker-supply-empty": "il n'y a plus d'encre : changez la cartouche",
    "output-area-full": "le bac de sortie est plein : videz-le",
    "paused": "elle est en pause : remettez-la en marche",
    "shutdown": "elle est éteinte : rallumez-la",
    "offline": "elle est hors ligne : rallumez-la, vérifiez le câble",
    "timed-out": "elle ne répond plus : rallumez-la, vérifiez le câble",
    "connecting-to-device": "elle n'est pas joignable : vérifiez le câble et qu'elle est allumée",
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
        found = "elle refuse les travaux : remettez-la en marche"
    if found is None and stopped:
        others = ", ".join(sorted(grave - {"none"}))
        found = f"elle est arrêtée{f' ({others})' if others else ''} : remettez-la en marche"
    return found
