"""The second reading: every disk's SMART after its wipe, held against the first; the grade follows."""

from __future__ import annotations

from dataclasses import replace

from recond.core.disk import DiskIdentity
from recond.core.health import judge_after_wipe
from recond.core.machine import AuditedDisk, Smart, Verdict
from recond.core.runstate import identity_of
from recond.core.words import N_, joined
from recond.flow.audit import NO_SMART, ask
from recond.flow.audit_step import set_grade
from recond.flow.chain import Chain
from recond.probe import smart

SAID = {
    Verdict.PASS: N_("santé relue après l'effacement : aucun signe de panne"),
    Verdict.WATCH: N_("santé relue après l'effacement : A SURVEILLER"),
    Verdict.FAIL: N_("EN PANNE après l'effacement"),
    Verdict.UNKNOWN: N_("santé inconnue après l'effacement"),
}


def read_again(chain: Chain) -> None:
    """Read SMART again on every disk that this run wiped, record the worst of both readings, and grade anew."""
    assert chain.machine is not None, "the audit comes first"
    wiped = _wiped(chain)
    again = {
        one.disk.path: _again(chain, one)
        for one in chain.machine.disks
        if one.disk.identity in wiped and one.disk.bus not in NO_SMART
    }
    if not again:
        return
    chain.machine = replace(chain.machine, disks=tuple(again.get(one.disk.path, one) for one in chain.machine.disks))
    for one in again.values():
        _tell(chain, one)
    mark = set_grade(chain)
    chain.talk.note(N_("classe {letter} : {line}").format(letter=mark.letter, line=mark.line), good=None)


def _wiped(chain: Chain) -> frozenset[DiskIdentity]:
    """Return the disks that this run wrote on from end to end, whatever the verdict of the wipe was."""
    found = set()
    for event in chain.store.events(chain.record.run):
        if event["type"] == "wipe.disk" and event["payload"]["verdict"] != "INTERRUPTED":
            found.add(identity_of(event["payload"]["disk"]))
    return frozenset(found)


def _again(chain: Chain, first: AuditedDisk) -> AuditedDisk:
    said = ask(chain.host, first.disk, smart.deadline_s(first.disk))
    after = Smart(why_not=said) if isinstance(said, str) else smart.parse(said)
    after = replace(after, selftest_note=first.smart.selftest_note)
    return replace(first, smart=after, health=judge_after_wipe(first.smart, after, first.disk.medium))


def _tell(chain: Chain, one: AuditedDisk) -> None:
    health = one.health
    payload = {"disk": one.disk.identity, "verdict": health.verdict, "reasons": health.reasons, "when": "after_wipe"}
    chain.record.emit("audit.disk_health", payload)
    why = () if health.verdict is Verdict.PASS else (joined("; ", (reason.text for reason in health.reasons)),)
    good = {Verdict.PASS: True, Verdict.FAIL: False}.get(health.verdict)
    chain.talk.note(joined(": ", (one.disk.describe(), SAID[health.verdict], *why)), good=good)
