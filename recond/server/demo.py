"""Machines that do not exist, for trying the pages and for training coordinators: three lots, two needs, five places."""

from __future__ import annotations

import random
import secrets
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from recond.core import canonical, event
from recond.core.errors import ConfigurationFault
from recond.core.event import Actor, Moment
from recond.core.identity import make_tag
from recond.core.text import binary_bytes
from recond.core.words import N_
from recond.server import ingest, stock
from recond.server.ledger import Announced
from recond.server.models import Card, Event
from recond.server.work import Handover, Lot, Need, Place, Workshop

MODELS = (
    ("LENOVO", "ThinkPad T480", "laptop", "Intel(R) Core(TM) i5-8350U CPU @ 1.70GHz", 3, 8, "A"),
    ("HP", "EliteBook 840 G3", "laptop", "Intel(R) Core(TM) i5-6300U CPU @ 2.40GHz", 3, 8, "B"),
    ("Dell Inc.", "OptiPlex 7040", "desktop", "Intel(R) Core(TM) i5-6500 CPU @ 3.20GHz", 3, 16, "B"),
    ("LENOVO", "ThinkCentre M73", "mini", "Intel(R) Core(TM) i3-4130T CPU @ 2.90GHz", 3, 4, "C"),
    ("ASUSTeK COMPUTER INC.", "X553MA", "laptop", "Intel(R) Celeron(R) CPU N2840 @ 2.16GHz", 2, 2, "C"),
    ("Acer", "Veriton M2611", "desktop", "Intel(R) Pentium(R) CPU G645 @ 2.90GHz", 2, 4, "C"),
)
DISKS = (
    ("Samsung SSD 860 EVO 250GB", 250_059_350_016, "ssd"),
    ("WDC WD5000LPLX-60ZNTT1", 500_107_862_016, "hdd"),
    ("KINGSTON SA400S37240G", 240_057_409_536, "ssd"),
)
LOTS = (
    ("DEMO-CD44-01", "Département de Loire-Atlantique", 18, 131.5),
    ("DEMO-MAIRIE-02", "Mairie de Rezé", 10, 64.0),
    ("DEMO-DONS-03", "Dons de particuliers", None, None),
)
PLACES = (
    ("Maison du libre", "workshop", "Nantes", "44000", "mardi et jeudi, 14 h à 18 h", True),
    ("Ressourcerie de l'Île", "collect", "Nantes", "44200", "mercredi et samedi", False),
    ("Médiathèque Diderot", "lending", "Rezé", "44400", "mercredi, 10 h à 12 h", True),
    ("Espace public numérique Nord", "help", "Nantes", "44300", "lundi, 9 h à 12 h", True),
    ("Atelier de Saint-Herblain", "workshop", "Saint-Herblain", "44800", "vendredi, 14 h à 17 h", False),
)
MACHINES = 28


def fill() -> int:
    """Fill this server; returns how many machines there are. Raises ConfigurationFault when it is not empty."""
    if Event.objects.exists() or Place.objects.exists():
        raise ConfigurationFault(
            N_("ce serveur n'est pas vide : la démonstration ne se mêle pas à de vraies fiches"),
            N_("donnez un dossier neuf : recond --data DEMO serve --demo"),
        )
    rng = random.Random(2026)
    Workshop.objects.create(
        name="Atelier de démonstration",
        contact="02 40 00 00 00",
        internet_offer="Internet solidaire : demandez à l'accueil",
    )
    places = [
        Place.objects.create(name=name, kind=kind, address=town, postcode=code, hours=hours, helps=helps)
        for name, kind, town, code, hours, helps in PLACES
    ]
    for number, (name, donor, expected, kg) in enumerate(LOTS):
        Lot.objects.create(
            name=name,
            donor=donor,
            expected=expected,
            weight_kg=kg,
            place=places[number % 2],
            received_on=date(2026, 11, 2),
        )
    for number in range(MACHINES):
        _machine(number, rng)
    _people(places)
    _announced()
    return Card.objects.count()


def _announced() -> None:
    """One donor sent a list: of its machines all but one came."""
    rows = [
        Announced(lot=LOTS[1][0], maker=MODELS[number % len(MODELS)][0], model=MODELS[number % len(MODELS)][1],
                  serial=f"PF{number:06d}", serial_key=f"pf{number:06d}", asset=f"INV-{number:03d}")
        for number in (*range(1, MACHINES, len(LOTS)), MACHINES)
    ]  # fmt: skip
    Announced.objects.bulk_create(rows)


def _people(places: list[Place]) -> None:
    Need.objects.create(
        asker="École Jean-Moulin", kind="school", count=6, chassis="laptop", min_ram_gib=4, postcode="44400"
    )
    family = Need.objects.create(asker="Famille M.", kind="family", count=1, min_ram_gib=4, postcode="44000")
    for card in Card.objects.filter(state="ready").order_by("tag")[:1]:
        given = Handover(need=family, kind="loan", beneficiary="Famille M.", place=places[0], at=date(2026, 11, 20))
        stock.hand_over(card, given, "démonstration")


class _Run:
    """The events of one invented run, chained as a stick's."""

    def __init__(self, number: int, at: datetime) -> None:
        self.at, self.uid, self.tag = at, self._new(at), make_tag("DEMO", number + 1)
        self.run, self.lot = self._new(at), LOTS[number % len(LOTS)][0]
        self.events: list[dict[str, Any]] = []

    def _new(self, at: datetime) -> str:
        return event.uuid7(at, secrets.token_bytes(10))

    def add(self, kind: str, payload: dict[str, Any], minutes: float = 1) -> None:
        self.at += timedelta(minutes=minutes)
        self.events.append(
            event.make(
                event_id=self._new(self.at), kind=kind, run=self.run, seq=len(self.events) + 1,
                prev=canonical.digest(self.events[-1]) if self.events else None, uid=self.uid, tag=self.tag,
                moment=Moment(self.at, "demo", 60.0 * len(self.events)), actor=Actor("LM", "stk_demo", "recond demo"),
                lot=self.lot, payload=payload,
            )
        )  # fmt: skip


def _machine(number: int, rng: random.Random) -> None:
    maker, product, chassis, cpu, level, ram, grade = MODELS[number % len(MODELS)]
    model, size, medium = DISKS[number % len(DISKS)]
    run = _Run(number, timezone.now() - timedelta(days=20 - number * 0.6))
    identity = {"model": model, "serial": f"DEMO{rng.randrange(10**8):08d}", "wwn": None, "size_bytes": size}
    disk = {"name": "sda", "path": "/dev/sda", "identity": identity, "bus": "sata", "medium": medium, "removable": False,
            "partitions": [], "signature": None}  # fmt: skip
    memory = {"total_bytes": ram << 30, "os_visible_bytes": int((ram << 30) * 0.96), "slots": 2, "slots_used": 1}
    machine = {
        "system": {"manufacturer": maker, "product": product, "version": None, "serial": f"PF{number:06d}", "chassis": chassis},
        "cpu": {"model": cpu, "level": level, "cores": 4, "threads": 4}, "memory": memory, "firmware": {"uefi": number % 6 < 4},
        "disks": [{"disk": disk}], "batteries": [],
    }  # fmt: skip
    run.add("run.started", {"kind": "run", "tag": run.tag, "lot": run.lot})
    run.add("audit.hardware", {"machine": machine})
    bad = number % 9 == 4
    reasons = [
        {
            "text": N_("{value} secteurs en attente de réallocation").format(value=12)
            if bad
            else N_("aucun signe de panne")
        }
    ]
    run.add("audit.disk_health", {"disk": identity, "verdict": "fail" if bad else "pass", "reasons": reasons})
    why = (
        N_("disque en panne : {names}").format(names="sda")
        if bad
        else N_("mémoire {binary_bytes}").format(binary_bytes=binary_bytes(ram << 30))
    )
    run.add(
        "grade.set",
        {"grade": "R" if bad else grade, "reason": why, "raise": None},
    )
    _wipe_and_install(run, number, identity, bad)
    answers = ingest.take(b"\n".join(canonical.encode(one) for one in run.events), None)
    assert all(answer.status == "stored" for answer in answers), answers


def _wipe_and_install(run: _Run, number: int, identity: dict[str, Any], bad: bool) -> None:
    if number % 7 == 6:
        run.add("run.ended", {"result": "ok", "exit_code": 0})  # audited only
        return
    told = {"plan_id": "DEMO-0000", "disk": identity, "method": "overwrite-zero", "level": "clear"}
    run.add("wipe.started", told)
    if number % 11 == 10:
        return  # cut off
    size = identity["size_bytes"]
    end = {"verdict": "FAILED" if bad else "ERASED", "bytes_written": size, "bytes_verified": 0 if bad else size, "bad_ranges": [],
           "caveats": [], "certificate": None}  # fmt: skip
    run.add("wipe.disk", {**told, **end}, minutes=40)
    if bad:
        run.add("state.set", {"state": "aside"})
        run.add("run.ended", {"result": "failed", "exit_code": 10})
        return
    profile = {"profile": {"name": "debian-xfce", "version": "13-demo", "sha256": "0" * 64}, "disk": identity}
    run.add("install.started", profile)
    checks = [{"name": "files", "ok": True, "text": N_("fichiers relus, tous conformes")}]
    run.add("install.completed", {**profile, "result": "ok", "checks": checks, "hostname": "pc-demo"}, minutes=6)
    run.add("state.set", {"state": "ready"})
    run.add("run.ended", {"result": "ok", "exit_code": 0})
