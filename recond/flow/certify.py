"""The certificate of one disk: made from what the wipe observed, kept on the stick before the record points at it."""

from __future__ import annotations

from recond.core import certificate, certproof, signing
from recond.core.certificate import Context, Issuer
from recond.core.disk import DiskIdentity
from recond.core.machine import AuditedDisk
from recond.core.plan import Plan
from recond.core.ports import Command
from recond.core.wiperesult import WipeResult
from recond.flow.chain import Chain
from recond.sink import keys
from recond.sink.certificates import Certificates

KERNEL = "/proc/sys/kernel/osrelease"


def write(chain: Chain, plan: Plan, result: WipeResult) -> str:
    """Make and keep the certificate of one disk; return its SHA-256. Raises EnvironmentFault when it cannot be kept."""
    # Disks end in threads of their own: each certificate must follow the one before, never stand beside it.
    with chain.store.lock:
        return _write(chain, plan, result)


def _write(chain: Chain, plan: Plan, result: WipeResult) -> str:
    shelf = Certificates(chain.store.folder / "certificates")
    number, prev = shelf.head()
    record = chain.record
    audited = _audited(chain, result.disk.identity)
    context = Context(
        run=record.run,
        plan_id=plan.id,
        uid=record.uid,
        tag=record.tag,
        number=number + 1,
        prev=prev,
        lot=record.lot,
        machine=chain.machine,
        health_before={"smart": audited.smart, "verdict": audited.health.verdict} if audited else None,
        health_after={"smart": result.smart_after} if result.smart_after else None,
    )
    seed = keys.own_seed(chain.store.folder, chain.host)
    issuer = _issuer(chain, signing.public_of(seed), result, smart=bool(context.health_before or context.health_after))
    made = certproof.sign(certificate.build(result, issuer, context), seed)
    shelf.keep(made)
    return str(made["sha256"])


VERSIONS = {
    "blkdiscard": ("blkdiscard", "--version"),
    "hdparm": ("hdparm", "-V"),
    "nvme": ("nvme", "version"),
    "sg_opcodes": ("sg_opcodes", "--version"),
    "sg_requests": ("sg_requests", "--version"),
    "sg_sanitize": ("sg_sanitize", "--version"),
    "smartctl": ("smartctl", "--version"),
}
"""How the programs that touch or judge a disk tell their version."""


def _tools(chain: Chain, result: WipeResult, *, smart: bool) -> dict[str, str]:
    """Return the versions of the programs that this wipe used, as they print them. One that does not say is left out."""
    used = {call.argv[0] for call in result.commands} | ({"smartctl"} if smart else set())
    found = {}
    for name in sorted(used & VERSIONS.keys()):
        said = chain.host.run(Command(VERSIONS[name], timeout_s=10))
        lines = (said.stdout or said.stderr).decode("utf-8", "replace").strip().splitlines()
        if lines:
            found[name] = lines[0][:80]
    return found


def _issuer(chain: Chain, key: str, result: WipeResult, *, smart: bool) -> Issuer:
    actor = chain.record.actor
    kernel = chain.host.read(KERNEL)
    return Issuer(
        organisation=chain.settings.organisation,
        station=chain.settings.station,
        operator=actor.operator,
        stick=actor.stick,
        tool=actor.tool,
        kernel=kernel.decode("utf-8", "replace").strip() if kernel else None,
        image=actor.image,
        tools=_tools(chain, result, smart=smart),
        key=key,
    )


def _audited(chain: Chain, identity: DiskIdentity) -> AuditedDisk | None:
    disks = chain.machine.disks if chain.machine else ()
    return next((one for one in disks if one.disk.identity == identity), None)
