"""The chain's first step: who is this machine, was it here before, and is a run of it waiting to be resumed?"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from recond import __version__
from recond.core import canonical
from recond.core.disk import Disk
from recond.core.errors import CancelledError, UsageError
from recond.core.event import Actor
from recond.core.functional import results_of_json
from recond.core.grade import Grade, grade
from recond.core.guard import nameless
from recond.core.labeldata import LOOSE
from recond.core.machine import Machine, System
from recond.core.projection import project
from recond.core.runstate import RunState, read_run
from recond.core.scan import read_scan
from recond.core.words import N_
from recond.flow import install
from recond.flow.audit import audit
from recond.flow.chain import Chain
from recond.flow.identify import identify
from recond.flow.ramtest import check_memory
from recond.flow.record import Recorder
from recond.flow.selftest import SelfTests
from recond.probe.hidden_disks import read_hidden


def begin(chain: Chain, kind: str, *, record: bool = True) -> RunState:
    """Audit the machine, find or open its run, and record what was found. Returns what the run had reached before.

    `record` False: only look (for `--plan`), nothing is written anywhere.
    """
    chain.talk.step(N_("Audit"))
    # An installation that was cut off may still be mounted, which would protect its disk from us too.
    install.clear_stale(chain.host)
    machine = audit(chain.host, disks=chain.own_disks(), tests=_selftests(chain))
    if chain.ram_test:
        machine = check_memory(
            machine, chain.host, chain.cancel, lambda share: chain.talk.working(N_("test de mémoire"), share)
        )
    if chain.cancel.is_set():
        raise CancelledError(N_("arrêté pendant l'audit, rien n'a été modifié"), N_("relancez quand vous voulez"))
    if chain.practice_file is None:
        machine = replace(machine, hidden_disks=read_hidden(chain.host))
    for why in machine.hidden_disks:
        chain.talk.note(
            N_("{why} ; mettez le BIOS en AHCI, sinon cette machine reste NON EFFACE").format(why=why), good=False
        )
    chain.machine = machine
    if not record:
        return read_run(())
    state = _open_run(chain, machine, kind)
    if chain.on_run is not None:
        chain.on_run(chain.record.run)
    _tell_audit(chain, machine)
    chain.talk.machine(machine)
    return state


def begin_docked(chain: Chain) -> RunState:
    """Open the run of a disk in a dock: it is recorded as a machine of its own, named by the disk."""
    disk = chain.docked
    assert disk is not None
    # Only what the audit says of the disk: the PC around it is the station's.
    audited = audit(chain.host, disks=(disk,)).disks
    serial = None if nameless(disk.identity) else disk.identity.serial
    named = System(
        product=N_("Disque {model}").format(model=disk.identity.model or N_("inconnu")),
        serial=serial,
        identity_source=LOOSE,
    )
    chain.machine = machine = Machine(system=named, disks=audited)
    with chain.store.lock:
        state = _open_run(chain, machine, "practice" if chain.practice_file else "wipe")
    if chain.on_run is not None:
        chain.on_run(chain.record.run)
    _tell_audit(chain, machine)
    return state


def _selftests(chain: Chain) -> SelfTests | None:
    """Return how the drives test themselves during the audit of a run, told as work that goes on."""
    if not chain.selftest:
        return None

    def told(disk: Disk, share: int | None, left_s: int) -> None:
        chain.talk.working(
            N_("autotest court de {name}").format(name=disk.name), None if share is None else share / 100
        )

    return SelfTests(stop=chain.cancel, tell=told)


def _open_run(chain: Chain, machine: Machine, kind: str) -> RunState:
    actor = Actor(
        operator=chain.operator or chain.settings.operator,
        stick=chain.store.stick_id,
        tool=f"recond {__version__}",
        image=chain.store.image_id(chain.host),
    )
    found = identify(chain, machine)
    events = [] if found.unsure else chain.store.unfinished(found.uid, canonical.plain(machine), kind)  # type: ignore[arg-type]
    if events and chain.tag in (None, events[-1]["machine"]["tag"]):
        chain.talk.note(
            N_("reprise de la machine {tag}, interrompue").format(tag=events[-1]["machine"]["tag"]), good=None
        )
        chain.recorder = Recorder.resume(chain.host, chain.store, actor, events)
        chain.tag = chain.record.tag
        return _close_cut_off(chain, events)
    if chain.tag is None:
        chain.tag = found.tag or chain.store.next_tag(chain.settings.tag_prefix)
    chain.recorder = Recorder(chain.host, chain.store, actor, uid=found.uid, tag=chain.tag, lot=chain.lot)
    chain.record.emit("run.started", {"kind": kind, "tag": chain.tag, "lot": chain.lot})
    if found.doubles:
        names = ", ".join(one.tag or one.uid for one in found.doubles[:10])
        chain.record.emit("note.added", {"text": N_("doublon possible de {names}").format(names=names)})
    return read_run(())


def _close_cut_off(chain: Chain, events: list[dict[str, Any]]) -> RunState:
    """Write down what the power cut (or the kill) did not let us write: every open wipe was interrupted."""
    state = read_run(events)
    for disk in state.cut_off:
        payload = {key: state.started[disk][key] for key in ("plan_id", "disk", "method", "level")}
        chain.record.emit("wipe.disk", {**payload, "verdict": "INTERRUPTED", "bad_ranges": [], "caveats": []})
    if state.install == "started" and state.install_payload is not None:
        chain.record.emit("install.completed", {**state.install_payload, "result": "interrupted", "checks": []})
    return state


def add_late(chain: Chain, disks: tuple[Disk, ...]) -> None:
    """Take into the audit the disks that were not there when it was made (slow, hot-plugged): the label speaks of the
    audited disks, and it may not say EFFACE over one that nobody looked at."""
    machine = chain.machine
    assert machine is not None, "the audit comes first"
    known = Counter(one.disk.identity for one in machine.disks)
    late = []
    for disk in disks:
        if known[disk.identity] > 0:
            known[disk.identity] -= 1
        else:
            late.append(disk)
            chain.talk.note(N_("disque apparu après l'audit : {disk}").format(disk=disk.describe()), good=None)
    if late:
        chain.machine = replace(machine, disks=(*machine.disks, *audit(chain.host, disks=tuple(late)).disks))
        _tell_audit(chain, chain.machine)


def _tell_audit(chain: Chain, machine: Machine) -> None:
    record = chain.record
    record.emit("audit.hardware", {"machine": machine})
    for one in machine.disks:
        record.emit(
            "audit.disk_health",
            {
                "disk": one.disk.identity,
                "verdict": one.health.verdict,
                "reasons": one.health.reasons,
                "when": "audit",
            },
        )
    set_grade(chain)


def set_grade(chain: Chain) -> Grade:
    """Grade the machine by what is known of it now, the functional tests of its card with it, and record that."""
    assert chain.machine is not None, "the audit comes first"
    tests = results_of_json(project(chain.store.machine_events(chain.record.uid))["tests"])
    mark = grade(chain.machine, tests=tests)
    payload = {"grade": mark.letter, "reason": mark.line, "raise": mark.raise_}
    chain.record.emit("grade.set", {**payload, "sorting": mark.sorting, "repairs": mark.repairs})
    return mark


def check_tag(typed: str | None) -> str | None:
    """Return the tag as printed. Raises UsageError when its check character is wrong: the wrong machine's record."""
    if typed is None:
        return None
    tag = read_scan(typed)
    if tag is None:
        raise UsageError(
            N_("« {typed} » n'est pas une étiquette de recond (le dernier chiffre ne va pas)").format(typed=typed),
            N_("relisez l'étiquette, ou lancez sans --id pour en donner une nouvelle"),
        )
    return tag
