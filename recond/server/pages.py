"""The pages: the machines, and one machine. Everything a vendor or a stick wrote is escaped by the templates."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from recond.core import text
from recond.core.identity import parse_tag
from recond.server.models import Card, Event

PER_PAGE = 60

STATES = {
    "received": ("REÇUE", "idle"),
    "audited": ("AUDITÉE", "idle"),
    "wiping": ("EFFACEMENT", "busy"),
    "wiped": ("EFFACÉE", "good"),
    "installing": ("INSTALLATION", "busy"),
    "ready": ("PRÊTE", "good"),
    "aside": ("À CÔTÉ", "bad"),
    "unreadable": ("FICHE ILLISIBLE", "bad"),
}

VERDICTS = {
    "ERASED": ("EFFACÉ", "good"),
    "ERASED_WITH_EXCEPTIONS": ("EFFACÉ SAUF EXCEPTIONS - À DÉTRUIRE", "bad"),
    "UNPROVEN": ("NON PROUVÉ", "bad"),
    "INTERRUPTED": ("INTERROMPU - NON EFFACÉ", "bad"),
    "FAILED": ("ÉCHEC - À DÉTRUIRE", "bad"),
    "RUNNING": ("EN COURS", "busy"),
    None: ("NON EFFACÉ", "idle"),
}

HEALTH = {"pass": ("sans signe de panne", "good"), "watch": ("à surveiller", "busy"), "fail": ("en panne", "bad")}

TOLD = {
    "run.started": "Début", "run.ended": "Fin", "audit.hardware": "Audit du matériel", "audit.disk_health": "Santé d'un disque",
    "grade.set": "Note", "wipe.planned": "Plan d'effacement", "wipe.started": "Effacement commencé", "wipe.disk": "Effacement",
    "install.started": "Installation commencée", "install.completed": "Installation", "label.printed": "Étiquette",
    "state.set": "État", "note.added": "Remarque", "lot.assigned": "Lot",
}  # fmt: skip


SAID = {
    "pass": "sans signe de panne", "watch": "à surveiller", "fail": "en panne", "unknown": "inconnu", "ok": "réussie",
    "failed": "ÉCHEC", "interrupted": "INTERROMPUE", "saved": "enregistrée", "sent": "envoyée", "printed": "imprimée",
    **{key: word for key, (word, _) in STATES.items()},
    **{str(key): word for key, (word, _) in VERDICTS.items()},
}  # fmt: skip

SWITCH = {"on": "actif", "off": "inactif", "unsupported": "absent", "unknown": "inconnu"}


def shown_state(card: dict[str, Any]) -> tuple[str, str]:
    """Return word and colour of a machine. A wipe that was cut off outranks whatever the last state said."""
    own = [disk for disk in card["disks"] if disk["internal"]]
    if any(disk["wipe"] in ("INTERRUPTED", "FAILED", "UNPROVEN", "ERASED_WITH_EXCEPTIONS") for disk in own):
        return ("NON EFFACÉE", "bad")
    if card["state"] == "ready" and not card["ready"]:
        return ("À VÉRIFIER", "bad")
    return STATES.get(card["state"], (str(card["state"]), "idle"))


def machines(request: HttpRequest) -> HttpResponse:
    """Show the machines, the one seen last first; `q` searches tag, model, lot and serial numbers."""
    wanted = " ".join(request.GET.get("q", "").lower().split())[:100]
    rows = Card.objects.order_by("-seen_at")
    if parse_tag(wanted):
        rows = rows.filter(tag=parse_tag(wanted))
    else:
        for word in wanted.split():
            rows = rows.filter(search__contains=word)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    cards = [
        {"row": row, "card": row.body, "state": shown_state(row.body), "disks": _disk_words(row.body)} for row in page
    ]
    return render(
        request, "recond/machines.html", {"cards": cards, "page": page, "q": wanted, "total": Card.objects.count()}
    )


def _disk_words(card: dict[str, Any]) -> list[tuple[str, str, str]]:
    own = (disk for disk in card["disks"] if disk["internal"])
    return [
        (text.decimal_bytes(disk["size_bytes"]), *VERDICTS.get(disk["wipe"], (disk["wipe"], "idle"))) for disk in own
    ]


def by_tag(request: HttpRequest, tag: str) -> HttpResponse:
    """Lead from the label's QR code (/M/TAG, upper case) to the machine."""
    row = Card.objects.filter(tag=parse_tag(tag) or tag).order_by("-seen_at").first()
    if row is None:
        raise Http404("cette étiquette n'est pas encore arrivée au serveur")
    return redirect("machine", uid=row.uid)


def machine(request: HttpRequest, uid: str) -> HttpResponse:
    """Show one machine: what it is, its disks and what became of them, its system, and all that happened."""
    row = Card.objects.filter(pk=uid).first()
    if row is None:
        raise Http404("aucune machine de ce nom")
    card = row.body
    events = Event.objects.filter(uid=uid).order_by("run", "seq")
    return render(
        request,
        "recond/machine.html",
        {
            "card": card,
            "state": shown_state(card),
            "facts": list(_facts(card)),
            "disks": [_disk(disk) for disk in card["disks"]],
            "events": [_event(event) for event in events],
        },
    )


def _facts(card: dict[str, Any]) -> list[tuple[str, str]]:
    found = card["machine"] or {}
    system, cpu, memory = found.get("system") or {}, found.get("cpu") or {}, found.get("memory") or {}
    firmware = found.get("firmware") or {}
    batteries = found.get("batteries") or []
    level = f" (x86-64-v{cpu['level']})" if cpu.get("level") else ""
    unknown = "inconnu"
    mode = {True: "UEFI", False: "BIOS", None: unknown}[firmware.get("uefi")]
    return [
        ("Modèle", card["model"] or unknown),
        ("N° de série", system.get("serial") or system.get("board_serial") or unknown),
        ("Processeur", (cpu.get("model") or unknown) + level),
        ("Mémoire", text.binary_bytes(memory.get("total_bytes"))),
        ("Micrologiciel", f"{firmware.get('vendor') or ''} {firmware.get('version') or ''} - {mode}".strip(" -")),
        ("Secure Boot", SWITCH.get(str(firmware.get("secure_boot")), unknown)),
        *(("Batterie", f"{one.get('health_pct')} %" if one.get("health_pct") else unknown) for one in batteries),
        ("Note", f"{card['grade']} : {card['grade_reason']}" if card["grade"] else unknown),
        ("Lot", card["lot"] or "aucun"),
    ]


def _disk(disk: dict[str, Any]) -> dict[str, Any]:
    return {
        **disk,
        "size": text.decimal_bytes(disk["size_bytes"]),
        "wiped_at": _clock(disk["wiped_at"]),
        "verdict": VERDICTS.get(disk["wipe"], (disk["wipe"], "idle")),
        "health_word": HEALTH.get(disk["health"], ("inconnu", "idle")),
    }


def _clock(wall: object) -> str:
    """Return a stick's time in the workshop's zone; the PC's clock may be wrong, and is shown as it was."""
    try:
        return timezone.localtime(datetime.fromisoformat(str(wall))).strftime("%d/%m/%Y %H:%M:%S")
    except ValueError:
        return str(wall or "")


def _event(row: Event) -> dict[str, Any]:
    body = json.loads(row.body)
    payload = body["payload"]
    said = (
        payload.get("verdict")
        or payload.get("result")
        or payload.get("state")
        or payload.get("grade")
        or payload.get("text")
    )
    disk = payload.get("disk") or {}
    about = (
        " ".join(str(part) for part in (disk.get("model"), disk.get("serial")) if part)
        if isinstance(disk, dict)
        else ""
    )
    return {
        "row": row,
        "title": TOLD.get(row.type, row.type),
        "said": SAID.get(str(said), said) if isinstance(said, str | int) else "",
        "about": about,
        "wall": _clock(body["time"]["wall"]),
        "operator": (body.get("actor") or {}).get("operator"),
    }
