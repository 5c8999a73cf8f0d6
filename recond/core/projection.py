"""The machine's card: what its events say, in one object. It can be rebuilt from them at any time and adds nothing.

The stick (records/TAG.json) and the server's pages show the same card, made by the same function.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from recond.core.destiny import blocking
from recond.core.labeldata import LOOSE, LabelOutcome, internal_verdicts, outcome_of
from recond.core.runstate import identity_of

SCHEMA: Final = "recond.card/1"

RUNNING: Final = "RUNNING"
"""Shown for a wipe under way now; a wipe that began and has no end and no living run is INTERRUPTED."""

WHOLE: Final = ("run", "practice")
"""Kinds of runs that do the machine anew, whatever was done to it before."""

DESK: Final = ("handover.recorded", "identity.merge", "identity.split", "correction")
"""What people do away from the machine."""

Event = Mapping[str, Any]
Card = dict[str, Any]


def project(events: Iterable[Event], live_runs: Collection[str] = ()) -> Card:
    """Make the card of one machine from its events, in the order recorded.

    `live_runs`: the runs that are going on now. Events of unknown types only move `last_seen`.
    """
    card: Card = {
        "schema": SCHEMA, "uid": None, "tag": None, "lot": None, "model": None, "machine": None, "grade": None,
        "grade_reason": None, "grade_raise": None, "state": "received", "disks": [], "install": None, "labels": [],
        "sorting": None, "repairs": [], "tests": {}, "last_seen": None, "operator": None, "stick": None,
        "run": None, "ended": None, "notes": [],
        "handover": None,
    }  # fmt: skip
    wipes: dict[tuple[Any, ...], Card] = {}
    health: dict[tuple[Any, ...], Card] = {}
    for event in events:
        _head(card, event)
        _one(card, wipes, health, event, live_runs)
    card["disks"] = _disks(card["machine"], wipes, health)
    if _left_with_its_disk(card):
        card["install"] = None
    card["ready"] = is_ready(card)
    return card


def is_ready(card: Mapping[str, Any]) -> bool:
    """The gate of "prêt": the label says EFFACE, a system was installed and checked, and nothing of
    `core.destiny.blocking` (a firmware lock, a swollen battery, a repair) holds the machine back.

    The one rule of the label, the last screen, the stick's records and the server. A machine without a disk is never
    ready, nor one whose disks could not be listed or told apart.
    """
    return is_finished(card) and not blocking(card, internal_verdicts(card))


def is_finished(card: Mapping[str, Any]) -> bool:
    """Tell whether every disk is proved erased and a system is on it: what is left, if anything, is for a person's hands."""
    if outcome_of(internal_verdicts(card)) is not LabelOutcome.ERASED:
        return False
    return (card.get("install") or {}).get("result") == "ok"


def internal(disk: Mapping[str, Any]) -> bool:
    """Tell whether an audited disk belongs to the machine: neither USB nor removable, and with a medium."""
    return disk["bus"] != "usb" and not disk["removable"] and disk["identity"]["size_bytes"] > 0


def _key(disk: Mapping[str, Any]) -> tuple[Any, ...]:
    one = identity_of(disk)
    return (one.model, one.serial, one.wwn, one.size_bytes)


def _head(card: Card, event: Event) -> None:
    card["uid"] = event["machine"]["uid"]
    card["tag"] = event["machine"].get("tag") or card["tag"]
    card["lot"] = event.get("lot") or card["lot"]
    card["last_seen"] = event["time"]["wall"]
    card["run"] = event["run"]
    if event["type"] in DESK:
        return  # who handed it out or sorted its cards did not work on it
    actor = event.get("actor") or {}
    card["operator"] = actor.get("operator") or card["operator"]
    card["stick"] = actor.get("stick") or card["stick"]


def _one(card: Card, wipes: dict[Any, Card], health: dict[Any, Card], event: Event, live: Collection[str]) -> None:
    kind, payload = event["type"], event["payload"]
    if kind == "run.started":
        card["ended"] = None
        if payload.get("kind") in WHOLE:
            for wipe in wipes.values():
                wipe["reopened"] = True
    elif kind == "audit.hardware":
        card["machine"] = payload["machine"]
        _doubt(wipes, payload["machine"])
        system = payload["machine"].get("system") or {}
        names = (system.get("manufacturer"), system.get("product") or system.get("board_product"))
        known = [name for name in names if name]
        card["model"] = known[0] if len(known) == 1 else " ".join(known) or None
        card["state"] = "audited"
    elif kind == "audit.disk_health":
        health[_key(payload["disk"])] = {"health": payload["verdict"], "reasons": payload.get("reasons", [])}
    elif kind == "grade.set":
        card.update(grade=payload["grade"], grade_reason=payload.get("reason"), grade_raise=payload.get("raise"))
        card.update(sorting=payload.get("sorting"), repairs=payload.get("repairs") or [])
    elif kind == "test.result":
        told = {key: payload.get(key) for key in ("outcome", "reasons", "facts")}
        card["tests"][str(payload["name"])] = {**told, "at": event["time"]["wall"]}
    elif kind in ("wipe.started", "wipe.disk"):
        wipes[_key(payload["disk"])] = _wipe(event, live)
        if _stood_on(card["install"], payload["disk"]):
            card["install"] = None
    elif kind in ("install.started", "install.completed"):
        card["install"] = _install(event, live)
        wipes.get(_key(payload["disk"]), {})["installed"] = True
    elif kind == "label.printed":
        card["labels"].append({"at": event["time"]["wall"], **payload})
    elif kind == "state.set":
        card["state"] = payload["state"]
    elif kind == "note.added":
        card["notes"].append({"at": event["time"]["wall"], "text": payload.get("text")})
    elif kind == "handover.recorded":
        card["handover"] = {"at": event["time"]["wall"], **payload}
        if payload.get("action") == "returned":
            # Somebody lived on it: what was erased and installed before says nothing any more.
            wipes.clear()
            card.update(install=None, state="received")
    elif kind == "run.ended":
        card["ended"] = payload["exit_code"]


def _doubt(wipes: dict[Any, Card], machine: Mapping[str, Any]) -> None:
    """Take back what an audit shows not to hold any more: a disk that carries something which was not put there by an
    installation since its wipe, and every disk of a machine that came back to be done again, for nobody knows where it was."""
    for wipe in wipes.values():
        wipe["since_audit"] = False
    for one in machine.get("disks") or ():
        disk = one["disk"]
        wipe = wipes.get(_key(disk["identity"]), {})
        used = bool(disk.get("partitions") or disk.get("signature")) and not wipe.get("installed")
        if wipe and (wipe.get("reopened") or used):
            del wipes[_key(disk["identity"])]


def _left_with_its_disk(card: Card) -> bool:
    on = (card["install"] or {}).get("disk")
    return on is not None and bool(on) and not any(one["internal"] and _key(one) == _key(on) for one in card["disks"])


def _stood_on(install: Card | None, disk: Mapping[str, Any]) -> bool:
    """Tell whether wiping this disk takes the installed system away; so it is when the record does not say where it is."""
    on = (install or {}).get("disk")
    return not on or _key(on) == _key(disk)


def _wipe(event: Event, live: Collection[str]) -> Card:
    payload = event["payload"]
    begun = event["type"] == "wipe.started"
    unfinished = RUNNING if event["run"] in live else "INTERRUPTED"
    return {
        "disk": payload["disk"],
        "wipe": unfinished if begun else payload["verdict"],
        "method": payload.get("method"),
        "level": payload.get("level"),
        "wiped_at": event["time"]["wall"],
        "bytes_verified": payload.get("bytes_verified"),
        "bad_ranges": payload.get("bad_ranges", []),
        "caveats": payload.get("caveats", []),
        "certificate": payload.get("certificate"),
        "since_audit": True,
    }


def _install(event: Event, live: Collection[str]) -> Card:
    payload = event["payload"]
    begun = event["type"] == "install.started"
    unfinished = "running" if event["run"] in live else "interrupted"
    return {**payload, "result": unfinished if begun else payload["result"], "at": event["time"]["wall"]}


def _disks(machine: Mapping[str, Any] | None, wipes: dict[Any, Card], health: dict[Any, Card]) -> list[Card]:
    """Every disk the last audit saw, then those that were wiped in this machine and are not in it: taken out before the
    last audit, or put in (or found late) after it, and then they belong to the machine."""
    found: list[Card] = []
    here: set[Any] = set()
    loose = ((machine or {}).get("system") or {}).get("identity_source") == LOOSE
    for one in (machine or {}).get("disks", []):
        disk = one["disk"]
        key = _key(disk["identity"])
        here.add(key)
        own = internal(disk) or (loose and disk["identity"]["size_bytes"] > 0)
        found.append(_disk(disk["identity"], own, wipes.get(key), health.get(key), disk.get("medium")))
    for key, wipe in wipes.items():
        if key not in here:
            found.append(_disk(wipe["disk"], wipe["since_audit"], wipe, health.get(key), None))
    return found


def _disk(identity: Mapping[str, Any], own: bool, wipe: Card | None, state: Card | None, medium: str | None) -> Card:
    wipe = wipe or {}
    return {
        "model": identity.get("model"),
        "serial": identity.get("serial"),
        "wwn": identity.get("wwn"),
        "size_bytes": identity.get("size_bytes"),
        "medium": medium,
        "internal": own,
        "health": (state or {}).get("health"),
        "reasons": (state or {}).get("reasons", []),
        "wipe": wipe.get("wipe"),
        **{
            key: wipe.get(key)
            for key in ("method", "level", "wiped_at", "bytes_verified", "bad_ranges", "caveats", "certificate")
        },
    }
