"""The certificate of one disk: made from what the wipe observed, kept on the stick before the record points at it."""

from __future__ import annotations

from recond.core import certificate, certproof, signing
from recond.core.certificate import Context, Issuer
from recond.core.disk import DiskIdentity
from recond.core.machine import AuditedDisk
from recond.core.plan import Plan
from recond.core.wiperesult import WipeResult
from recond.flow.chain import Chain
from recond.sink import keys
from recond.sink.certificates import Certificates

KERNEL = "/proc/sys/kernel/osrelease"


def write(chain: Chain, plan: Plan, result: WipeResult) -> str:
    """Make and keep the certificate of one disk; return its SHA-256. Raises EnvironmentFault when it cannot be kept."""
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
    made = certproof.sign(certificate.build(result, _issuer(chain, signing.public_of(seed)), context), seed)
    shelf.keep(made)
    return str(made["sha256"])


def _issuer(chain: Chain, key: str) -> Issuer:
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
        key=key,
    )


def _audited(chain: Chain, identity: DiskIdentity) -> AuditedDisk | None:
    disks = chain.machine.disks if chain.machine else ()
    return next((one for one in disks if one.disk.identity == identity), None)
